"""From upload to published: a video's facts and its lifecycle."""
