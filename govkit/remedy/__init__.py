"""Remedies for records: what makes them anonymous, measured again after each."""
