"""What developers run: the servers of the tests, and the picture in the README."""
