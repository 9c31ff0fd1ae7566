"""Adapters' operations that commands and the start of a process need: the schema and FFmpeg."""

from adapters.ffmpeg.binary import find_ffmpeg
from adapters.ffmpeg.facts import describe
from adapters.ffmpeg.sandbox import Confinement, confinement
from adapters.sql.database import Database
from adapters.sql.schema_version import is_current
from streamcore.shared.errors import Unavailable

__all__ = ["Confinement", "confinement", "describe", "ensure_schema", "find_ffmpeg", "schema_version", "upgrade_schema"]


async def upgrade_schema(url: str) -> None:
    """Bring the schema up to date."""
    from adapters.sql.migrate import upgrade  # the machinery is slow to import and rarely needed

    await upgrade(url)


async def schema_version(url: str) -> str | None:
    from adapters.sql.migrate import current

    return await current(url)


async def ensure_schema(database: Database, url: str, *, upgrade: bool) -> None:
    """See that the schema is the newest: by upgrading it, or by refusing to work on another one (`Unavailable`)."""
    if await is_current(database):
        return
    if not upgrade:
        await database.ping()
        raise Unavailable("The database's schema is not up to date: run `streamcore db upgrade`.")
    await upgrade_schema(url)
