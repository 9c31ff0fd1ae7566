"""Whether the schema is up to date, without the migration machinery: importing it takes longer than the answer."""

from sqlalchemy import text

from adapters.sql.database import Database
from adapters.sql.migrations import HEAD
from streamcore.shared.errors import StreamcoreError

_VERSION = text("SELECT version_num FROM alembic_version")


async def is_current(database: Database) -> bool:
    """True where the database is at the newest revision; False where it is not, or where that cannot be told."""
    try:
        return [row.version_num for row in await database.fetch(_VERSION)] == [HEAD]
    except StreamcoreError:
        return False
