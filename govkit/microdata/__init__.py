"""Records: whether they are anonymous."""
