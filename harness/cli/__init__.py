"""The command line: one module per kind of user's work."""
