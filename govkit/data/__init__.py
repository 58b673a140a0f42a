"""Where data comes in and is counted."""
