"""One load per key at a time within a process: what every cache is built on.

The first caller of a key leads: it runs the load itself, so that its cancellation and its context are its own. The
others wait for the leader's answer; where the leader is cancelled, one of them leads next.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence


async def end(*tasks: asyncio.Task[None]) -> None:
    """Cancel the tasks and return when they are gone; again and again, for what they call may swallow a cancellation
    (`asyncio.wait_for` does in Python 3.11 where its answer comes at the same moment)."""
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=0.1)


class Flight:
    """One running load. ``dirty`` turns true when one of its tags is invalidated: its answer must not be kept."""

    __slots__ = ("dirty", "landed", "tags")

    def __init__(self, tags: Iterable[str]) -> None:
        self.tags = frozenset(tags)
        self.dirty = False
        self.landed: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()


Load = Callable[[Flight], Awaitable[bytes]]


class Flights:
    """All running loads of a process; ``on_lost`` is told the error of a refresh that nobody waits for."""

    def __init__(self, on_lost: Callable[[Exception], None]) -> None:
        self._flying: dict[str, Flight] = {}
        self._refreshes: set[asyncio.Task[None]] = set()
        self._on_lost = on_lost
        self._closed = False

    async def answer(self, key: str, tags: Sequence[str], find: Callable[[], bytes | None], load: Load) -> bytes:
        """What ``find`` has at once; else the answer of the load that runs; else that of ``load``.

        A load that was dirty before this call is waited for, but its answer is not taken.
        """
        while (found := find()) is None:
            flight = self._flying.get(key)
            if flight is None:
                return await self._lead(key, self._take_off(key, tags), load)
            clean = not flight.dirty
            await asyncio.wait([flight.landed])  # unlike awaiting it, this leaves the leader's cancellation with it
            if clean and not flight.landed.cancelled():
                return flight.landed.result()
        return found

    def refresh(self, key: str, tags: Sequence[str], load: Load) -> None:
        """Start ``load`` in the background unless one runs already."""
        if key in self._flying or self._closed:
            return
        flight = self._take_off(key, tags)
        task = asyncio.create_task(self._refresh(key, flight, load))
        self._refreshes.add(task)
        task.add_done_callback(self._refreshes.discard)
        task.add_done_callback(lambda _: self._abandon(key, flight))  # a task cancelled before its first step

    def invalidate(self, tags: Iterable[str]) -> None:
        """No running load of these tags may keep its answer."""
        for flight in self._flying.values():
            if not flight.tags.isdisjoint(tags):
                flight.dirty = True

    def invalidate_all(self) -> None:
        for flight in self._flying.values():
            flight.dirty = True

    async def close(self) -> None:
        """Cancel the refreshes, wait until they are gone, and start no more."""
        self._closed = True
        await end(*self._refreshes)

    def _take_off(self, key: str, tags: Sequence[str]) -> Flight:
        flight = self._flying[key] = Flight(tags)
        return flight

    async def _lead(self, key: str, flight: Flight, load: Load) -> bytes:
        try:
            value = await load(flight)
        except Exception as error:
            flight.landed.set_exception(error)
            flight.landed.exception()  # it reaches the leader anyway; without waiters asyncio must not warn
            raise
        else:
            flight.landed.set_result(value)
            return value
        finally:
            self._abandon(key, flight)

    async def _refresh(self, key: str, flight: Flight, load: Load) -> None:
        try:
            await self._lead(key, flight, load)
        except Exception as error:
            self._on_lost(error)

    def _abandon(self, key: str, flight: Flight) -> None:
        if self._flying.get(key) is flight:
            del self._flying[key]
        flight.landed.cancel()  # harmless once it has an answer
