"""The whole schema: importing this module registers every table with `metadata`."""

from adapters.sql import queue_tables, tables, work_tables
from adapters.sql.metadata import metadata

__all__ = ["metadata", "queue_tables", "tables", "work_tables"]
