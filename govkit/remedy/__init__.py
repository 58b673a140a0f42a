"""The remedy room."""
