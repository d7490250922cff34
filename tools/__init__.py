"""Scripts that keep the program's tables, for those who work on it."""
