"""Long sources that are processed in parts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chunked_runs",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("video_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("first", sa.JSON(), nullable=True),
        sa.Column("join_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chunked_runs"),
    )
    op.create_index("ix_chunked_runs_video_id", "chunked_runs", ["video_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_chunked_runs_video_id", table_name="chunked_runs")
    op.drop_table("chunked_runs")
