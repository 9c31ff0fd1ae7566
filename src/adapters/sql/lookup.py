"""Finding one row by its id."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import Executable, Row

from streamcore.shared.errors import NotFound
from streamcore.shared.ids import is_id

Read = Callable[[Executable, Any], Awaitable[Sequence[Row[Any]]]]


def is_text(text: str) -> bool:
    """Whether both engines can hold it: PostgreSQL knows no NUL, and neither knows half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


async def only(read: Read, statement: Executable, id: str) -> Row[Any]:
    """The row of a statement with the parameter ``id``; `NotFound` without one."""
    rows = await read(statement, {"id": id}) if is_id(id) else ()
    if not rows:
        raise NotFound
    return rows[0]
