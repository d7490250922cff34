"""Python environments of other versions than the server's own, for workers to be started from."""
