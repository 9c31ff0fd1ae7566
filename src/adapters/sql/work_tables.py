"""The tables that carry work from one commit to the next: jobs, the outbox, and what handlers have claimed."""

from sqlalchemy import JSON, BigInteger, Column, Float, Index, Integer, String, Table, Text

from adapters.sql.metadata import UtcTime, metadata
from adapters.sql.tables import Id, Serial, partial_index

LIVE = "state IN ('queued', 'running')"

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("job_class", String(20), nullable=False),
    Column("dedupe_key", Text),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("crashes", Integer, nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("worker", Text),
    Column("lease_expires_at", UtcTime),
    Column("not_before", UtcTime, nullable=False),
    # When a queue message last pointed to it; null while none has since it was queued.
    Column("announced_at", UtcTime),
    Column("progress", Float, nullable=False),
    Column("stage", Text, nullable=False),
    Column("reason", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Index("ix_jobs_newest", "created_at", "id"),
    Index("ix_jobs_newest_of_state", "state", "created_at", "id"),
    partial_index("uq_jobs_dedupe_key", "dedupe_key", unique=True, where=LIVE),
    partial_index("ix_jobs_due", "not_before", where="state = 'queued'"),
    partial_index("ix_jobs_running", "lease_expires_at", where="state = 'running'"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("position", Serial, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("aggregate_id", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("claimed_until", UtcTime),
    Column("sent_at", UtcTime),
    partial_index("ix_outbox_unsent", "position", where="sent_at IS NULL"),
    partial_index("ix_outbox_sent", "sent_at", where="sent_at IS NOT NULL"),
    sqlite_autoincrement=True,
)

handler_claims = Table(
    "handler_claims",
    metadata,
    Column("event_id", Id, primary_key=True),
    Column("handler", Text, primary_key=True),
    Column("claimed_at", UtcTime, nullable=False, index=True),
)
