"""Words that every room may use; this package imports no room."""
