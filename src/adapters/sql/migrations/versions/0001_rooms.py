"""Accounts, channels, videos, counters, idempotency keys; jobs and the outbox."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.metadata import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("owner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("handle_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("support_url", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("avatar_url", sa.Text(), nullable=True),
        sa.Column("banner_url", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
        sa.UniqueConstraint("handle_key", name="uq_channels_handle_key"),
        sa.UniqueConstraint("owner_id", name="uq_channels_owner_id"),
    )
    op.create_table(
        "counter_deltas",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("metric", sa.String(length=20), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counter_deltas"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_counter_deltas_target", "counter_deltas", ["kind", "target_id"], unique=False)
    op.create_table(
        "counter_totals",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("metric", sa.String(length=20), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "target_id", "metric", name="pk_counter_totals"),
    )
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("channel_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("followed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("follower_id", "channel_id", name="pk_follows"),
    )
    op.create_index("ix_follows_channel_id", "follows", ["channel_id"], unique=False)
    op.create_table(
        "handler_claims",
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("claimed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "handler", name="pk_handler_claims"),
    )
    op.create_index("ix_handler_claims_claimed_at", "handler_claims", ["claimed_at"], unique=False)
    op.create_table(
        "idempotency_answers",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_idempotency_answers"),
    )
    op.create_index("ix_idempotency_answers_made_at", "idempotency_answers", ["made_at"], unique=False)
    op.create_table(
        "idempotency_effects",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_idempotency_effects"),
    )
    op.create_index("ix_idempotency_effects_made_at", "idempotency_effects", ["made_at"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("job_class", sa.String(length=20), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("lease_expires_at", UtcTime(), nullable=True),
        sa.Column("not_before", UtcTime(), nullable=False),
        sa.Column("announced_at", UtcTime(), nullable=True),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index(
        "ix_jobs_due",
        "jobs",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.create_index("ix_jobs_newest", "jobs", ["created_at", "id"], unique=False)
    op.create_index("ix_jobs_newest_of_state", "jobs", ["state", "created_at", "id"], unique=False)
    op.create_index(
        "ix_jobs_running",
        "jobs",
        ["lease_expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'running'"),
        sqlite_where=sa.text("state = 'running'"),
    )
    op.create_index(
        "uq_jobs_dedupe_key",
        "jobs",
        ["dedupe_key"],
        unique=True,
        postgresql_where=sa.text("state IN ('queued', 'running')"),
        sqlite_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("claimed_until", UtcTime(), nullable=True),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_outbox"),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_sent",
        "outbox",
        ["sent_at"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NOT NULL"),
        sqlite_where=sa.text("sent_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["position"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL"),
        sqlite_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("refresh_hash", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("username_key", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("avatar_url", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("adult_content", sa.Boolean(), nullable=False),
        sa.Column("banned_at", UtcTime(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email_key", name="uq_users_email_key"),
        sa.UniqueConstraint("username_key", name="uq_users_username_key"),
    )
    op.create_table(
        "video_grants",
        sa.Column("video_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("granted_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("video_id", "user_id", name="pk_video_grants"),
    )
    op.create_index("ix_video_grants_user_id", "video_grants", ["user_id"], unique=False)
    op.create_table(
        "videos",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("channel_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("owner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("visibility", sa.String(length=20), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("is_adult", sa.Boolean(), nullable=False),
        sa.Column("is_free", sa.Boolean(), nullable=False),
        sa.Column("publish", sa.Boolean(), nullable=False),
        sa.Column("publish_at", UtcTime(), nullable=True),
        sa.Column("upload", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("upload_expires_at", UtcTime(), nullable=True),
        sa.Column("source", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("job_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("media", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("generation", sa.Text(), nullable=True),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("published_at", UtcTime(), nullable=True),
        sa.Column("deleted_at", UtcTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_videos"),
    )
    op.create_index(
        "ix_videos_newest",
        "videos",
        ["published_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'published'"),
        sqlite_where=sa.text("status = 'published'"),
    )
    op.create_index(
        "ix_videos_newest_of_channel",
        "videos",
        ["channel_id", "published_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'published'"),
        sqlite_where=sa.text("status = 'published'"),
    )
    op.create_index(
        "ix_videos_newest_of_type",
        "videos",
        ["type", "published_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'published'"),
        sqlite_where=sa.text("status = 'published'"),
    )
    op.create_index(
        "ix_videos_of_owner",
        "videos",
        ["owner_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("status <> 'deleted'"),
        sqlite_where=sa.text("status <> 'deleted'"),
    )
    op.create_index(
        "ix_videos_scheduled",
        "videos",
        ["publish_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'scheduled'"),
        sqlite_where=sa.text("status = 'scheduled'"),
    )
    op.create_index(
        "ix_videos_uploading",
        "videos",
        ["upload_expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'uploading'"),
        sqlite_where=sa.text("status = 'uploading'"),
    )
    op.create_table(
        "video_tags",
        sa.Column("video_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["video_id"], ["videos.id"], name="fk_video_tags_video_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("video_id", "tag", name="pk_video_tags"),
    )
    op.create_index("ix_video_tags_tag", "video_tags", ["tag", "video_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_video_tags_tag", table_name="video_tags")
    op.drop_table("video_tags")
    op.drop_index(
        "ix_videos_uploading",
        table_name="videos",
        postgresql_where=sa.text("status = 'uploading'"),
        sqlite_where=sa.text("status = 'uploading'"),
    )
    op.drop_index(
        "ix_videos_scheduled",
        table_name="videos",
        postgresql_where=sa.text("status = 'scheduled'"),
        sqlite_where=sa.text("status = 'scheduled'"),
    )
    op.drop_index(
        "ix_videos_of_owner",
        table_name="videos",
        postgresql_where=sa.text("status <> 'deleted'"),
        sqlite_where=sa.text("status <> 'deleted'"),
    )
    op.drop_index(
        "ix_videos_newest_of_type",
        table_name="videos",
        postgresql_where=sa.text("status = 'published'"),
        sqlite_where=sa.text("status = 'published'"),
    )
    op.drop_index(
        "ix_videos_newest_of_channel",
        table_name="videos",
        postgresql_where=sa.text("status = 'published'"),
        sqlite_where=sa.text("status = 'published'"),
    )
    op.drop_index(
        "ix_videos_newest",
        table_name="videos",
        postgresql_where=sa.text("status = 'published'"),
        sqlite_where=sa.text("status = 'published'"),
    )
    op.drop_table("videos")
    op.drop_index("ix_video_grants_user_id", table_name="video_grants")
    op.drop_table("video_grants")
    op.drop_table("users")
    op.drop_index("ix_sessions_user_id", table_name="sessions")
    op.drop_index("ix_sessions_expires_at", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(
        "ix_outbox_unsent",
        table_name="outbox",
        postgresql_where=sa.text("sent_at IS NULL"),
        sqlite_where=sa.text("sent_at IS NULL"),
    )
    op.drop_index(
        "ix_outbox_sent",
        table_name="outbox",
        postgresql_where=sa.text("sent_at IS NOT NULL"),
        sqlite_where=sa.text("sent_at IS NOT NULL"),
    )
    op.drop_table("outbox")
    op.drop_index(
        "uq_jobs_dedupe_key",
        table_name="jobs",
        postgresql_where=sa.text("state IN ('queued', 'running')"),
        sqlite_where=sa.text("state IN ('queued', 'running')"),
    )
    op.drop_index(
        "ix_jobs_running",
        table_name="jobs",
        postgresql_where=sa.text("state = 'running'"),
        sqlite_where=sa.text("state = 'running'"),
    )
    op.drop_index("ix_jobs_newest_of_state", table_name="jobs")
    op.drop_index("ix_jobs_newest", table_name="jobs")
    op.drop_index(
        "ix_jobs_due",
        table_name="jobs",
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.drop_table("jobs")
    op.drop_index("ix_idempotency_effects_made_at", table_name="idempotency_effects")
    op.drop_table("idempotency_effects")
    op.drop_index("ix_idempotency_answers_made_at", table_name="idempotency_answers")
    op.drop_table("idempotency_answers")
    op.drop_index("ix_handler_claims_claimed_at", table_name="handler_claims")
    op.drop_table("handler_claims")
    op.drop_index("ix_follows_channel_id", table_name="follows")
    op.drop_table("follows")
    op.drop_table("counter_totals")
    op.drop_index("ix_counter_deltas_target", table_name="counter_deltas")
    op.drop_table("counter_deltas")
    op.drop_table("channels")
