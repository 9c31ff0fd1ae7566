"""The hot lists come out of their indexes in order: no sort, and no scan of a whole table."""

from typing import Any

import pytest
from sqlalchemy import text

from adapters.memory.system import ManualClock
from adapters.sql.database import Database
from adapters.sql.video_queries import newest_statement, of_owner_statement
from adapters.sql.visibility import part
from streamcore.shared.access import ANONYMOUS, Actor, Role
from streamcore.shared.ids import UserId
from streamcore.shared.visibility import Purpose, filter_for

ID = "019b76da-a802-70a5-abaa-9455e3e70682"
NOW = ManualClock().now()
VIEWER = Actor(UserId(ID), Role.VIEWER)
VALUES = {"channel_id": ID, "type": "short", "owner_id": ID, "after_at": NOW, "after_id": ID, "most": 25}


def newest(actor: Actor, **which: bool) -> tuple[Any, dict[str, Any]]:
    values: dict[str, Any] = {}
    shape = part(filter_for(actor, Purpose.LIST, NOW), values)
    return newest_statement(shape, **({"of_channel": False, "of_type": False, "after": True} | which)), values


CASES = {
    "newest, anonymous": (newest(ANONYMOUS), "ix_videos_newest"),
    "newest, a viewer": (newest(VIEWER), "ix_videos_newest"),
    "newest, first page": (newest(ANONYMOUS, after=False), "ix_videos_newest"),
    "of a channel": (newest(ANONYMOUS, of_channel=True), "ix_videos_newest_of_channel"),
    "of a type": (newest(ANONYMOUS, of_type=True), "ix_videos_newest_of_type"),
    "of an owner": ((of_owner_statement(after=True), {}), "ix_videos_of_owner"),
}


async def plan(database: Database, statement: Any, values: dict[str, Any]) -> str:
    bound = statement.params({name: (VALUES | values)[name] for name in statement.compile().params})
    sql = str(bound.compile(dialect=database.engine.dialect, compile_kwargs={"literal_binds": True}))
    async with database.transaction() as transaction:
        if not database.is_sqlite:
            for node in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):  # what pays off on empty tables only
                await transaction.write(text(f"SET LOCAL enable_{node} = off"))
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        rows = (await transaction.write(text(f"{explain} {sql}".replace(":", r"\:")))).all()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
async def test_a_list_is_read_from_its_index(request: pytest.FixtureRequest, engine: str, case: str) -> None:
    (statement, values), index = CASES[case]
    database = Database.connect(request.getfixturevalue(f"{engine}_url"))
    try:
        found = await plan(database, statement, values)
    finally:
        await database.close()
    assert f"{index} " in found + " ", found
    assert "Sort" not in found, found
    assert "TEMP B-TREE" not in found, found
    assert "SCAN channels" not in found, found
