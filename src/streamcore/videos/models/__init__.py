"""A video, the files it is made of, and what is said about it."""
