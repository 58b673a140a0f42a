"""What leaves the house: reports of any result."""
