"""What each video's file takes or has reserved, so that quotas can be kept."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SIZE = {
    "sqlite": "COALESCE(json_extract(source, '$.size'), json_extract(upload, '$.size'), 0)",
    "postgresql": "COALESCE((source ->> 'size')::bigint, (upload ->> 'size')::bigint, 0)",
}


def upgrade() -> None:
    op.create_table(
        "upload_quotas",
        sa.Column("owner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("holds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name="pk_upload_quotas"),
    )
    op.add_column("videos", sa.Column("stored_bytes", sa.BigInteger(), nullable=False, server_default="0"))
    size = _SIZE[op.get_bind().dialect.name]
    op.execute(f"UPDATE videos SET stored_bytes = {size}")  # noqa: S608  # nothing from outside
    op.create_index(
        "ix_videos_stored",
        "videos",
        ["owner_id"],
        unique=False,
        postgresql_where=sa.text("stored_bytes > 0"),
        sqlite_where=sa.text("stored_bytes > 0"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_videos_stored",
        table_name="videos",
        postgresql_where=sa.text("stored_bytes > 0"),
        sqlite_where=sa.text("stored_bytes > 0"),
    )
    op.drop_column("videos", "stored_bytes")
    op.drop_table("upload_quotas")
