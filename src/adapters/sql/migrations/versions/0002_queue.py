"""The queue for teams that want nothing but a database."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.metadata import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "queue_messages",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("visible_at", UtcTime(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("died_at", UtcTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_queue_messages"),
    )
    op.create_index(
        "ix_queue_messages_queue_died_at_seq",
        "queue_messages",
        ["queue", "died_at", "seq"],
        unique=False,
        postgresql_where=sa.text("died_at IS NOT NULL"),
        sqlite_where=sa.text("died_at IS NOT NULL"),
    )
    op.create_index(
        "ix_queue_messages_queue_seq",
        "queue_messages",
        ["queue", "seq"],
        unique=False,
        postgresql_where=sa.text("died_at IS NULL"),
        sqlite_where=sa.text("died_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_queue_messages_queue_seq",
        table_name="queue_messages",
        postgresql_where=sa.text("died_at IS NULL"),
        sqlite_where=sa.text("died_at IS NULL"),
    )
    op.drop_index(
        "ix_queue_messages_queue_died_at_seq",
        table_name="queue_messages",
        postgresql_where=sa.text("died_at IS NOT NULL"),
        sqlite_where=sa.text("died_at IS NOT NULL"),
    )
    op.drop_table("queue_messages")
