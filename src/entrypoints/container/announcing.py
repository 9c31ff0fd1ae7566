"""Tell the relay of this process that something was committed, so that it need not wait for its next look."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from streamcore.shared.unit_of_work import Begin

U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class AnnouncingBegin(Generic[U]):
    """``begin``, with ``wake`` set after each commit."""

    begin: Begin[U]
    wake: asyncio.Event

    def __call__(self) -> AbstractAsyncContextManager[U]:
        return self._announced()

    @asynccontextmanager
    async def _announced(self) -> AsyncIterator[U]:
        async with self.begin() as uow:
            yield uow
        self.wake.set()
