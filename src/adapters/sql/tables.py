"""The tables of identity, channels, videos and engagement.

No foreign key crosses a room's border: rooms may come to live in databases of their own. Conditions of partial indexes
are written as literals, because an engine can only use such an index where the query shows the very same condition.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from adapters.sql.metadata import UtcTime, metadata

Id = Uuid(as_uuid=False)
# SQLite counts rows by itself only in a column that is an INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index on the rows that fulfil a condition."""
    return Index(name, *columns, unique=unique, postgresql_where=text(where), sqlite_where=text(where))


users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False),  # lower case
    Column("username", Text, nullable=False),
    Column("username_key", Text, nullable=False),  # lower case
    Column("password_hash", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("bio", Text, nullable=False),
    Column("avatar_url", Text),
    Column("country", Text),
    Column("adult_content", Boolean, nullable=False),
    Column("banned_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("email_key"),
    UniqueConstraint("username_key"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, nullable=False, index=True),
    Column("refresh_hash", Text, nullable=False),
    Column("previous_hash", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("revoked_at", UtcTime),
    Column("version", Integer, nullable=False),
)

channels = Table(
    "channels",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", Id, nullable=False),
    Column("handle", Text, nullable=False),
    Column("handle_key", Text, nullable=False),  # lower case
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("support_url", Text),
    Column("country", Text),
    Column("tags", JSON, nullable=False),
    Column("avatar_url", Text),
    Column("banner_url", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("owner_id"),
    UniqueConstraint("handle_key"),
)

videos = Table(
    "videos",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel_id", Id, nullable=False),
    Column("owner_id", Id, nullable=False),
    Column("status", String(20), nullable=False),
    Column("held", Boolean, nullable=False),
    # Nothing is said about the video yet while the title is null; the other details then hold what hides most.
    Column("title", Text),
    Column("description", Text, nullable=False),
    Column("type", String(20), nullable=False),
    Column("visibility", String(20), nullable=False),
    Column("tags", JSON, nullable=False),
    Column("category", Text),
    Column("country", Text),
    Column("is_adult", Boolean, nullable=False),
    Column("is_free", Boolean, nullable=False),
    Column("publish", Boolean, nullable=False),
    Column("publish_at", UtcTime),
    Column("upload", JSON(none_as_null=True)),
    Column("upload_expires_at", UtcTime),
    Column("source", JSON(none_as_null=True)),
    Column("job_id", Id),
    Column("media", JSON(none_as_null=True)),
    Column("generation", Text),
    Column("failure", JSON(none_as_null=True)),
    Column("created_at", UtcTime, nullable=False),
    Column("published_at", UtcTime),
    Column("deleted_at", UtcTime),
    Column("captions", JSON, nullable=False, server_default="[]"),
    Column("thumbnail", JSON(none_as_null=True)),
    Column("stored_bytes", BigInteger, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False),
    partial_index("ix_videos_stored", "owner_id", where="stored_bytes > 0"),
    partial_index("ix_videos_newest", "published_at", "id", where="status = 'published'"),
    partial_index("ix_videos_newest_of_channel", "channel_id", "published_at", "id", where="status = 'published'"),
    partial_index("ix_videos_newest_of_type", "type", "published_at", "id", where="status = 'published'"),
    partial_index("ix_videos_of_owner", "owner_id", "created_at", "id", where="status <> 'deleted'"),
    partial_index("ix_videos_uploading", "upload_expires_at", where="status = 'uploading'"),
    partial_index("ix_videos_scheduled", "publish_at", "id", where="status = 'scheduled'"),
)

# A row for each user who has ever uploaded; who reserves for them writes it first, and so keeps others waiting.
upload_quotas = Table(
    "upload_quotas",
    metadata,
    Column("owner_id", Id, primary_key=True),
    Column("holds", BigInteger, nullable=False),
)

video_tags = Table(
    "video_tags",
    metadata,
    Column("video_id", Id, ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", Text, primary_key=True),
    Index("ix_video_tags_tag", "tag", "video_id"),
)

video_grants = Table(
    "video_grants",
    metadata,
    Column("video_id", Id, primary_key=True),
    Column("user_id", Id, primary_key=True, index=True),
    Column("granted_at", UtcTime, nullable=False),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("video_id", Id, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("step_seconds", Double, nullable=False),
    Column("words", LargeBinary, nullable=False),
)

# The inverted index of fingerprints: which videos have a mark. A mark has `COMMON_MARK` rows or a few more at most.
fingerprint_marks = Table(
    "fingerprint_marks",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("mark", BigInteger, primary_key=True, autoincrement=False),
    Column("video_id", Id, primary_key=True),
    Index("ix_fingerprint_marks_video", "video_id", "kind"),
)

duplicates = Table(
    "duplicates",
    metadata,
    Column("video_id", Id, primary_key=True),
    Column("other_id", Id, primary_key=True, index=True),
    Column("kind", String(20), primary_key=True),
    Column("offset_seconds", Double, nullable=False),
    Column("overlap_seconds", Double, nullable=False),
    Column("similarity", Double, nullable=False),
    Column("coverage", Double, nullable=False),
    Column("found_at", UtcTime, nullable=False),
)

follows = Table(
    "follows",
    metadata,
    Column("follower_id", Id, primary_key=True),
    Column("channel_id", Id, primary_key=True, index=True),
    Column("followed_at", UtcTime, nullable=False),
)

counter_totals = Table(
    "counter_totals",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("target_id", Id, primary_key=True),
    Column("metric", String(20), primary_key=True),
    Column("total", BigInteger, nullable=False),
)

counter_deltas = Table(
    "counter_deltas",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("target_id", Id, nullable=False),
    Column("metric", String(20), nullable=False),
    Column("delta", BigInteger, nullable=False),
    Index("ix_counter_deltas_target", "kind", "target_id"),
    sqlite_autoincrement=True,
)

# Scope and key are kept as the SHA-256 of both: any length, any character, and no secret of a client's lies about.
idempotency_effects = Table(
    "idempotency_effects",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("fingerprint", Text),
    Column("resource_id", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False, index=True),
)

idempotency_answers = Table(
    "idempotency_answers",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("fingerprint", Text),
    Column("status", Integer, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", UtcTime, nullable=False, index=True),
)
