"""What a model knows of its columns, and the check of an upload against it."""
