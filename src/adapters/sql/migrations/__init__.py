"""Revisions of the schema, in order; ``HEAD`` is the newest."""

HEAD = "0006"
