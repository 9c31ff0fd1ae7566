"""What Alembic runs around the migrations; the connection, with its transaction and lock, is given by the caller."""

from alembic import context

from adapters.sql.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
