"""Cards, checks and results as words."""
