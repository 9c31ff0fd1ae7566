"""A creator's home."""
