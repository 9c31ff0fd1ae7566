"""Adapters' operations that commands need: the schema and FFmpeg."""

from adapters.ffmpeg.binary import find_ffmpeg
from adapters.ffmpeg.facts import describe
from adapters.sql.migrate import current as schema_version
from adapters.sql.migrate import upgrade as upgrade_schema

__all__ = ["describe", "find_ffmpeg", "schema_version", "upgrade_schema"]
