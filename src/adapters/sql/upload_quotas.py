"""What a user's uploads take, in SQL."""

from datetime import datetime

from sqlalchemy import bindparam, func, literal_column, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.tables import upload_quotas, videos
from adapters.sql.transaction import Transaction
from streamcore.shared.ids import UserId, is_id
from streamcore.videos.models.video import LEGAL_HOLD

_LOCK = {
    on_sqlite: module.insert(upload_quotas).on_conflict_do_update(
        index_elements=[upload_quotas.c.owner_id], set_={"holds": upload_quotas.c.holds + 1}
    )
    for on_sqlite, module in ((True, sqlite), (False, postgresql))
}
_USED = select(func.coalesce(func.sum(videos.c.stored_bytes), 0).label("used")).where(
    videos.c.owner_id == bindparam("owner_id"),
    videos.c.stored_bytes > literal_column("0"),  # as the index says it
    or_(videos.c.deleted_at.is_(None), videos.c.deleted_at > bindparam("since")),
)


class SqlUploadQuotas:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def lock(self, owner_id: UserId) -> None:
        if is_id(owner_id):
            await self._transaction.write(_LOCK[self._transaction.is_sqlite], {"owner_id": owner_id, "holds": 1})

    async def used(self, owner_id: UserId, now: datetime) -> int:
        if not is_id(owner_id):
            return 0
        (row,) = await self._transaction.read(_USED, {"owner_id": owner_id, "since": now - LEGAL_HOLD})
        return int(row.used)
