"""Two transactions that overlap, told in a way that holds for row locks and for one lock on the whole database."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.testing.stack import RoomsUnitOfWork, Stack

Work = Callable[[RoomsUnitOfWork], Awaitable[object]]

PATIENCE = 10.0
"""Seconds after which a test takes an engine to be stuck."""

A_MOMENT = 0.03
"""Seconds in which an engine that does not wait would have gone on."""


class RolledBack(Exception):
    """Raised on purpose inside a transaction."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What became of the second transaction: its error, the answer of its work, and whether it outwaited the first."""

    error: Exception | None
    answer: object
    waited: bool


async def overlap(stack: Stack, first: Work, second: Work, *, commit: bool = True) -> Overlap:
    """Run ``first``, then ``second`` while the first transaction is still open, then end the first."""
    wrote, asked, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        try:
            async with stack.begin() as uow:
                await first(uow)
                wrote.set()
                await asked.wait()
                await asyncio.sleep(A_MOMENT)
                ended.set()
                if not commit:
                    raise RolledBack
        except RolledBack:
            pass
        finally:
            wrote.set()

    async def follow() -> Overlap:
        await wrote.wait()
        asked.set()
        answer: object = None
        try:
            async with stack.begin() as uow:
                answer = await second(uow)
                waited = ended.is_set()
        except Exception as error:
            return Overlap(error, None, ended.is_set())
        return Overlap(None, answer, waited)

    async with asyncio.timeout(PATIENCE):
        _, outcome = await asyncio.gather(hold(), follow())
    return outcome


async def attempt(stack: Stack, work: Work) -> Exception | None:
    """Run ``work`` in a transaction of its own; the error that ended it."""
    try:
        async with stack.begin() as uow:
            await work(uow)
    except Exception as error:
        return error
    return None
