"""The other ways to score a file, each a process of its own."""
