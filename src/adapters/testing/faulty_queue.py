"""Queues with one fault each, named for it; the contract must fail on every one of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from adapters.memory.queue import Entry, Line, MemoryConsumer, MemoryQueue
from streamcore.shared.queues import DELIVERY_LIMIT_REACHED, DeadLetter, Delivery, Message


class LosesOnRetry(MemoryQueue):
    def give_back(self, line: Line, entry: Entry) -> None:
        if entry.attempt >= self.delivery_limit:
            super().give_back(line, entry)


class AcknowledgesOnDelivery(MemoryQueue):
    class _Consumer(MemoryConsumer):
        def leave(self) -> None:
            self._held.clear()
            super().leave()

    def consumer(self, line: Line, prefetch: int, limit: int | None) -> MemoryConsumer:
        return self._Consumer(self, line, prefetch, limit)


class ForgetsAttempts(MemoryQueue):
    def give_back(self, line: Line, entry: Entry) -> None:
        super().give_back(line, entry)
        entry.attempt = 0


class IgnoresPrefetch(MemoryQueue):
    def consumer(self, line: Line, prefetch: int, limit: int | None) -> MemoryConsumer:
        return super().consumer(line, prefetch + 1, limit)


class HoldsMoreThanAskedFor(MemoryQueue):
    class _Consumer(MemoryConsumer):
        async def __anext__(self) -> Delivery:
            delivery = await super().__anext__()
            while self.line.waiting and len(self._held) < self._prefetch:
                self._held[self.queue.take(self.line)] = None
            return delivery

    def consumer(self, line: Line, prefetch: int, limit: int | None) -> MemoryConsumer:
        if limit is None:
            return super().consumer(line, prefetch, limit)
        return self._Consumer(self, line, prefetch, limit)


class IgnoresTheLimit(MemoryQueue):
    def consumer(self, line: Line, prefetch: int, limit: int | None) -> MemoryConsumer:
        return super().consumer(line, prefetch, None)


class DropsOnReplay(MemoryQueue):
    async def replay_dead_letters(self, queue: str, *, limit: int) -> int:
        moved = await super().replay_dead_letters(queue, limit=limit)
        if moved > 1:
            self.line(queue).waiting.pop()
        return moved


class DoublesOnReplay(MemoryQueue):
    async def replay_dead_letters(self, queue: str, *, limit: int) -> int:
        moved = await super().replay_dead_letters(queue, limit=limit)
        self.line(queue).put(*[Entry(entry.message) for entry in list(self.line(queue).waiting)[-moved:][:moved]])
        return moved


class KeepsAttemptsOnReplay(MemoryQueue):
    async def replay_dead_letters(self, queue: str, *, limit: int) -> int:
        letters = list(self.line(queue).dead)
        moved = await super().replay_dead_letters(queue, limit=limit)
        for entry in self.line(queue).waiting:
            entry.attempt = max([letter.attempts for letter in letters if letter.message == entry.message], default=0)
        return moved


class DeliversToTwoConsumers(MemoryQueue):
    def take(self, line: Line) -> Entry:
        entry = super().take(line)
        if entry.attempt == 1 and not entry.duplicate:
            line.put(Entry(entry.message, duplicate=True))
        return entry


class ForgetsTheReason(MemoryQueue):
    def bury(self, line: Line, entry: Entry, reason: str) -> None:
        super().bury(line, entry, DELIVERY_LIMIT_REACHED)


class DropsWhatIsRejected(MemoryQueue):
    def bury(self, line: Line, entry: Entry, reason: str) -> None:
        if reason == DELIVERY_LIMIT_REACHED:
            super().bury(line, entry, reason)


class DropsAtTheLimit(MemoryQueue):
    def bury(self, line: Line, entry: Entry, reason: str) -> None:
        if reason != DELIVERY_LIMIT_REACHED:
            super().bury(line, entry, reason)


class RetriesForEver(MemoryQueue):
    def give_back(self, line: Line, entry: Entry) -> None:
        line.put(entry)


class AllowsOneDeliveryTooMany(MemoryQueue):
    def give_back(self, line: Line, entry: Entry) -> None:
        if entry.attempt == self.delivery_limit:
            line.put(entry)
        else:
            super().give_back(line, entry)


class RemovesWhatIsLookedAt(MemoryQueue):
    async def dead_letters(self, queue: str, *, limit: int) -> Sequence[DeadLetter]:
        letters = await super().dead_letters(queue, limit=limit)
        for _ in letters:
            self.line(queue).dead.popleft()
        return letters


class ReordersWhatIsLookedAt(MemoryQueue):
    async def dead_letters(self, queue: str, *, limit: int) -> Sequence[DeadLetter]:
        letters = await super().dead_letters(queue, limit=limit)
        self.line(queue).dead.rotate(-1)
        return letters


class PurgesTheLivingToo(MemoryQueue):
    async def purge_dead_letters(self, queue: str) -> int:
        self.line(queue).waiting.clear()
        return await super().purge_dead_letters(queue)


class HasOneQueueForAll(MemoryQueue):
    def line(self, queue: str) -> Line:
        return super().line("all")


class LosesWhenTheWaitIsCancelled(MemoryQueue):
    class _Consumer(MemoryConsumer):
        async def __anext__(self) -> Delivery:
            delivery = await super().__anext__()
            await asyncio.sleep(0.001)
            return delivery

    def consumer(self, line: Line, prefetch: int, limit: int | None) -> MemoryConsumer:
        return self._Consumer(self, line, prefetch, limit)


class NeverEndsTheIterator(MemoryQueue):
    class _Consumer(MemoryConsumer):
        async def __anext__(self) -> Delivery:
            try:
                return await super().__anext__()
            except StopAsyncIteration:
                return await asyncio.Event().wait()  # type: ignore[return-value]  # it never returns

    def consumer(self, line: Line, prefetch: int, limit: int | None) -> MemoryConsumer:
        return self._Consumer(self, line, prefetch, limit)


class TakesBodiesForText(MemoryQueue):
    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        texts = [message.body.decode(errors="replace").encode() for message in messages]
        await super().publish(queue, [replace(m, body=text) for m, text in zip(messages, texts, strict=True)])


class LosesHeaders(MemoryQueue):
    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        await super().publish(queue, [replace(message, headers={}) for message in messages])


class CountsHeldMessagesAsWaiting(MemoryQueue):
    def take(self, line: Line) -> Entry:
        entry = super().take(line)
        self.held = getattr(self, "held", 0) + 1
        return entry

    async def depth(self, queue: str) -> int:
        return await super().depth(queue) + getattr(self, "held", 0)


class WorksAfterClose(MemoryQueue):
    async def close(self) -> None:
        pass


FAULTY_QUEUES: tuple[type[MemoryQueue], ...] = (
    LosesOnRetry,
    AcknowledgesOnDelivery,
    ForgetsAttempts,
    IgnoresPrefetch,
    HoldsMoreThanAskedFor,
    IgnoresTheLimit,
    DropsOnReplay,
    DoublesOnReplay,
    KeepsAttemptsOnReplay,
    DeliversToTwoConsumers,
    ForgetsTheReason,
    DropsWhatIsRejected,
    DropsAtTheLimit,
    RetriesForEver,
    AllowsOneDeliveryTooMany,
    RemovesWhatIsLookedAt,
    ReordersWhatIsLookedAt,
    PurgesTheLivingToo,
    HasOneQueueForAll,
    LosesWhenTheWaitIsCancelled,
    NeverEndsTheIterator,
    TakesBodiesForText,
    LosesHeaders,
    CountsHeldMessagesAsWaiting,
    WorksAfterClose,
)
