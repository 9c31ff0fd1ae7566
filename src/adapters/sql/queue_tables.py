"""The table behind :class:`adapters.sql.queue.SqlQueue`: one row per message that is not finished yet."""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from adapters.sql.metadata import UtcTime, metadata

queue_messages = Table(
    "queue_messages",
    metadata,
    # SQLite counts rows by itself only in a column that is an INTEGER.
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("queue", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("headers", JSON, nullable=False),
    # How often it was handed out; a replay sets it back to 0.
    Column("attempt", Integer, nullable=False, default=0),
    # Until then nobody may take it: the present for a waiting row, the end of the holder's lease for a held one.
    Column("visible_at", UtcTime, nullable=False),
    # The present holder's own token; only who shows it may end the delivery.
    Column("receipt", Text),
    # Both are set together: a dead letter.
    Column("died_at", UtcTime),
    Column("reason", Text),
)

Index(
    None,
    queue_messages.c.queue,
    queue_messages.c.seq,
    postgresql_where=queue_messages.c.died_at.is_(None),
    sqlite_where=queue_messages.c.died_at.is_(None),
)
Index(
    None,
    queue_messages.c.queue,
    queue_messages.c.died_at,
    queue_messages.c.seq,
    postgresql_where=queue_messages.c.died_at.is_not(None),
    sqlite_where=queue_messages.c.died_at.is_not(None),
)
