"""Likes, comments, follows, shares, watches. So far: the counters that they will move."""
