"""The part of the queue's contract about dead letters: how they come to be, and what can be done with them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from adapters.testing.queue_observations import Observations, ids, messages
from streamcore.shared.queues import DELIVERY_LIMIT_REACHED, DeadLetter, Message, Queue


class DeadLetterContract(Observations):
    """A message that cannot succeed is kept with its reason until somebody decides about it."""

    async def bury(self, queue: Queue, name: str, sent: Sequence[Message], reason: str = "broken") -> None:
        """Publish the messages and reject each."""
        await queue.publish(name, sent)
        async with queue.consume(name, prefetch=1) as deliveries:
            for _ in sent:
                await (await self.one(deliveries)).reject(reason)

    async def letters(self, queue: Queue, name: str, count: int, *, limit: int = 100) -> Sequence[DeadLetter]:
        """The dead letters, once there are ``count`` (an engine may move them a moment later)."""
        await self.until_dead(queue, name, count)
        return await queue.dead_letters(name, limit=limit)

    async def until_dead(self, queue: Queue, name: str, count: int) -> None:
        async def found() -> int:
            return len(await queue.dead_letters(name, limit=count + 1))

        await self.eventually(found, count)

    async def test_a_rejected_message_is_kept_with_its_reason(self, queue: Queue) -> None:
        sent = Message("bad", b"\x00body", {"k": "ü"})
        before = datetime.now(UTC)
        await self.bury(queue, "rejected", [sent], reason="Kein Schema für „v9“ — line 3")
        [letter] = await self.letters(queue, "rejected", 1)
        assert (letter.message, letter.queue, letter.attempts) == (sent, "rejected", 1)
        assert letter.reason == "Kein Schema für „v9“ — line 3"
        self.assert_died_since(letter, before)
        await self.assert_empty(queue, "rejected")

    async def test_a_long_reason_is_kept(self, queue: Queue) -> None:
        await self.bury(queue, "long", messages(1), reason="r" * 5000)
        [letter] = await self.letters(queue, "long", 1)
        assert letter.reason == "r" * 5000

    async def test_past_the_limit_a_message_dies(self, queue: Queue) -> None:
        sent = Message("poison", b"body", {"k": "ü"})
        before = datetime.now(UTC)
        await queue.publish("limited", [sent])
        await self._exhaust(queue, "limited")
        [letter] = await self.letters(queue, "limited", 1)
        assert (letter.message, letter.queue, letter.attempts) == (sent, "limited", self.delivery_limit)
        assert letter.reason == DELIVERY_LIMIT_REACHED
        self.assert_died_since(letter, before)
        await self.assert_empty(queue, "limited")

    async def test_consumers_that_leave_wear_a_message_out(self, queue: Queue) -> None:
        await queue.publish("crashes", messages(1))
        for attempt in range(1, self.delivery_limit + 1):
            async with queue.consume("crashes", prefetch=1) as deliveries:
                assert (await self.one(deliveries)).attempt == attempt
        [letter] = await self.letters(queue, "crashes", 1)
        assert (letter.reason, letter.attempts) == (DELIVERY_LIMIT_REACHED, self.delivery_limit)

    async def test_a_rejection_counts_the_attempts_before_it(self, queue: Queue) -> None:
        await queue.publish("second", messages(1))
        async with queue.consume("second", prefetch=1) as deliveries:
            await (await self.one(deliveries)).retry()
            await (await self.one(deliveries)).reject("enough")
        [letter] = await self.letters(queue, "second", 1)
        assert (letter.reason, letter.attempts) == ("enough", 2)

    async def test_looking_changes_nothing(self, queue: Queue) -> None:
        await self.bury(queue, "looked", messages(5))
        first = await self.letters(queue, "looked", 5)
        assert sorted(letter.message.id for letter in first) == [message.id for message in messages(5)]
        for _ in range(self.delivery_limit + 2):
            assert await self.letters(queue, "looked", 5) == first
        assert await self.letters(queue, "looked", 5, limit=2) == first[:2]
        assert await self.letters(queue, "looked", 5, limit=0) == []
        assert await queue.depth("looked") == 0
        assert await queue.purge_dead_letters("looked") == 5

    async def test_the_oldest_dead_letter_comes_first(self, queue: Queue) -> None:
        for message in messages(4):
            await self.bury(queue, "aged", [message])
        letters = await self.letters(queue, "aged", 4)
        assert [letter.message.id for letter in letters] == ["m0", "m1", "m2", "m3"]

    async def test_a_replayed_message_starts_anew(self, queue: Queue) -> None:
        sent = Message("again", b"body", {"k": "ü"})
        await queue.publish("replayed", [sent])
        for _ in range(2):  # a second life is as long as the first
            await self._exhaust(queue, "replayed")
            await self.until_dead(queue, "replayed", 1)
            assert await queue.replay_dead_letters("replayed", limit=10) == 1
            assert await queue.dead_letters("replayed", limit=10) == []
        async with queue.consume("replayed", prefetch=1) as deliveries:
            delivery = await self.one(deliveries)
            assert (delivery.message, delivery.attempt) == (sent, 1)
            await delivery.ack()
        await self.assert_empty(queue, "replayed")

    async def test_replay_moves_no_more_than_asked_and_loses_nothing(self, queue: Queue) -> None:
        await self.bury(queue, "some", messages(7))
        await self.until_dead(queue, "some", 7)
        assert await queue.replay_dead_letters("some", limit=3) == 3
        assert await queue.replay_dead_letters("some", limit=0) == 0
        left = await self.letters(queue, "some", 4)
        await self.assert_depth(queue, "some", 3)
        async with queue.consume("some", prefetch=10) as deliveries:
            back = await self.take(deliveries, 3)
            await self.assert_nothing(deliveries)
            assert sorted([*ids(back), *[letter.message.id for letter in left]]) == [m.id for m in messages(7)]
            for delivery in back:
                await delivery.ack()
        assert await queue.replay_dead_letters("some", limit=100) == 4
        await self.assert_depth(queue, "some", 4)

    async def test_purging_deletes_dead_letters_only(self, queue: Queue) -> None:
        await self.bury(queue, "purged", messages(3))
        await self.bury(queue, "kept", messages(1))
        await self.until_dead(queue, "purged", 3)
        await queue.publish("purged", messages(2, start=10))
        assert await queue.purge_dead_letters("purged") == 3
        assert await queue.purge_dead_letters("purged") == 0
        assert await queue.dead_letters("purged", limit=10) == []
        await self.assert_depth(queue, "purged", 2)
        await self.until_dead(queue, "kept", 1)

    async def test_a_queue_never_used_is_empty(self, queue: Queue) -> None:
        assert await queue.depth("fresh-depth") == 0
        assert await queue.dead_letters("fresh-letters", limit=10) == []
        assert await queue.replay_dead_letters("fresh-replay", limit=10) == 0
        assert await queue.purge_dead_letters("fresh-purge") == 0
        await self.assert_empty(queue, "fresh-consume")

    def assert_died_since(self, letter: DeadLetter, before: datetime) -> None:
        """A whole second of slack: some engines write no fractions."""
        if letter.died_at is not None:
            assert before - timedelta(seconds=1) <= letter.died_at <= datetime.now(UTC) + timedelta(seconds=1)

    async def _exhaust(self, queue: Queue, name: str) -> None:
        """Retry the one message of a queue as often as the limit allows."""
        async with queue.consume(name, prefetch=1) as deliveries:
            for attempt in range(1, self.delivery_limit + 1):
                delivery = await self.one(deliveries)
                assert delivery.attempt == attempt
                await delivery.retry()
            await self.assert_nothing(deliveries)
