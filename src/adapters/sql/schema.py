"""The whole schema: importing this module registers every table with `metadata`."""

from adapters.sql import backfills, chunked_runs, queue_tables, tables, work_tables
from adapters.sql.metadata import metadata

__all__ = ["backfills", "chunked_runs", "metadata", "queue_tables", "tables", "work_tables"]
