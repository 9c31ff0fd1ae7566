"""Tell this process at once what it has committed, before the event is on its way to everybody."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from streamcore.shared.events import Event
from streamcore.shared.unit_of_work import Begin


class Recording(Protocol):
    """What a unit of work offers here beside its port."""

    @property
    def recorded(self) -> Sequence[Event]: ...


U = TypeVar("U", bound=Recording)


@dataclass(frozen=True, slots=True)
class AnnouncingBegin(Generic[U]):
    """``begin``; after each commit ``wake`` is set, so that the relay need not wait for its next look, and ``hear``,
    which must not raise, gets each event, so that this process shows its own changes at once."""

    begin: Begin[U]
    wake: asyncio.Event
    hear: Callable[[Event], Awaitable[None]]

    def __call__(self) -> AbstractAsyncContextManager[U]:
        return self._announced()

    @asynccontextmanager
    async def _announced(self) -> AsyncIterator[U]:
        async with self.begin() as uow:
            yield uow
        self.wake.set()
        for event in uow.recorded:
            await self.hear(event)
