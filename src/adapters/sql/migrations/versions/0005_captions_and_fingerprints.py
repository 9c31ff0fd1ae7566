"""Captions and a chosen thumbnail of each video; fingerprints, their index, and what was found by them."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.metadata import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("videos", sa.Column("captions", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("videos", sa.Column("thumbnail", sa.JSON(), nullable=True))
    op.create_table(
        "fingerprints",
        sa.Column("video_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("step_seconds", sa.Double(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("video_id", "kind", name="pk_fingerprints"),
    )
    op.create_table(
        "fingerprint_marks",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("video_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.PrimaryKeyConstraint("kind", "mark", "video_id", name="pk_fingerprint_marks"),
    )
    op.create_index("ix_fingerprint_marks_video", "fingerprint_marks", ["video_id", "kind"])
    op.create_table(
        "duplicates",
        sa.Column("video_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("other_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("offset_seconds", sa.Double(), nullable=False),
        sa.Column("overlap_seconds", sa.Double(), nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("found_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("video_id", "other_id", "kind", name="pk_duplicates"),
    )
    op.create_index("ix_duplicates_other_id", "duplicates", ["other_id"])


def downgrade() -> None:
    op.drop_index("ix_duplicates_other_id", table_name="duplicates")
    op.drop_table("duplicates")
    op.drop_index("ix_fingerprint_marks_video", table_name="fingerprint_marks")
    op.drop_table("fingerprint_marks")
    op.drop_table("fingerprints")
    op.drop_column("videos", "thumbnail")
    op.drop_column("videos", "captions")
