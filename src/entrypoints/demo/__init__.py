"""Something to look at: channels and clips for an instance that has none yet."""
