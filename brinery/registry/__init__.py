"""The shelf: append-only files with one primitive."""
