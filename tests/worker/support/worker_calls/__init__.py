"""Functions that the pool tests have workers call."""
