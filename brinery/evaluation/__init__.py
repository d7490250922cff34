"""How good a model is, on rows that it never saw."""
