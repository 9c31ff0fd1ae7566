"""The contract of :class:`streamcore.videos.ports.Fingerprints` and :class:`streamcore.videos.ports.Duplicates`.

Subclass it in a test module and give it a fixture ``stack`` (see `adapters.testing.stack`).
"""

import asyncio
import random
from collections.abc import Sequence

import pytest

from adapters.testing.stack import Stack
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId
from streamcore.videos.models.fingerprints import Fingerprint, Match
from streamcore.videos.models.media import PrintKind
from streamcore.videos.ports import COMMON_MARK, MOST_DUPLICATES
from streamcore.videos.views import DuplicateView

FRAMES, SOUND = PrintKind.FRAMES, PrintKind.SOUND


def words(seed: str, count: int = 60, bits: int = 64) -> tuple[int, ...]:
    """Words that tell something, always the same for a seed."""
    chance = random.Random(seed)  # noqa: S311  no secret
    return tuple(chance.getrandbits(bits) for _ in range(count))


def frames(*parts: tuple[int, ...]) -> Fingerprint:
    return Fingerprint(FRAMES, 0.25, tuple(word for part in parts for word in part))


def match(kind: PrintKind = FRAMES, overlap: float = 30.0, offset: float = 5.25) -> Match:
    return Match(kind, offset, overlap, 0.9375, 0.5)


class FingerprintsContract:
    async def put(self, stack: Stack, *fingerprints: Fingerprint) -> VideoId:
        video_id = VideoId(stack.ids.new())
        for fingerprint in fingerprints:
            await stack.fingerprints.put(video_id, fingerprint)
        return video_id

    async def of(self, stack: Stack, video_id: VideoId) -> Sequence[DuplicateView]:
        async with stack.begin() as uow:
            return await uow.duplicates.of(video_id)

    async def test_what_is_put_can_be_got(self, stack: Stack) -> None:
        seen = Fingerprint(FRAMES, 0.25, (0, 1, 2**64 - 1, 2**63, *words("seen")))
        heard = Fingerprint(SOUND, 4096 / 3 / 11025, (0, 2**32 - 1, *words("heard", bits=32)))
        video_id = await self.put(stack, seen, heard)
        assert await stack.fingerprints.get(video_id, FRAMES) == seen
        assert await stack.fingerprints.get(video_id, SOUND) == heard

    async def test_there_is_one_of_a_kind(self, stack: Stack) -> None:
        video_id = await self.put(stack, frames(words("old")), frames(words("new")))
        assert await stack.fingerprints.get(video_id, FRAMES) == frames(words("new"))
        other = VideoId(stack.ids.new())
        assert await stack.fingerprints.sharing(other, frames(words("old")), limit=9) == []
        assert await stack.fingerprints.sharing(other, frames(words("new")), limit=9) == [video_id]

    async def test_what_was_never_put_is_not_found(self, stack: Stack) -> None:
        video_id = await self.put(stack, frames(words("a")))
        for wanted, kind in ((video_id, SOUND), (VideoId(stack.ids.new()), FRAMES), (VideoId("no id"), FRAMES)):
            with pytest.raises(NotFound):
                await stack.fingerprints.get(wanted, kind)

    async def test_an_empty_one_is_kept_and_shares_nothing(self, stack: Stack) -> None:
        video_id = await self.put(stack, frames())
        assert await stack.fingerprints.get(video_id, FRAMES) == frames()
        assert await stack.fingerprints.sharing(video_id, frames(), limit=9) == []

    async def test_who_shares_most_comes_first(self, stack: Stack) -> None:
        a, b, c = words("a", 20), words("b", 20), words("c", 20)
        little = await self.put(stack, frames(a, words("x", 40)))
        much = await self.put(stack, frames(a, b, words("y", 20)))
        nothing = await self.put(stack, frames(words("z")))
        all_of_it = await self.put(stack, frames(words("w", 5), a, b, c))
        mine = frames(a, b, c)
        video_id = await self.put(stack, mine)
        found = await stack.fingerprints.sharing(video_id, mine, limit=9)
        assert list(found) == [all_of_it, much, little]
        assert nothing not in found
        assert list(await stack.fingerprints.sharing(video_id, mine, limit=2)) == [all_of_it, much]

    async def test_equals_come_in_the_order_of_their_ids(self, stack: Stack) -> None:
        copies = sorted([await self.put(stack, frames(words("same"))) for _ in range(4)])
        other = VideoId(stack.ids.new())
        assert list(await stack.fingerprints.sharing(other, frames(words("same")), limit=9)) == copies

    async def test_the_kinds_are_apart(self, stack: Stack) -> None:
        heard = Fingerprint(SOUND, 0.125, words("a", bits=32))
        video_id = await self.put(stack, heard)
        other = VideoId(stack.ids.new())
        assert list(await stack.fingerprints.sharing(other, heard, limit=9)) == [video_id]
        assert list(await stack.fingerprints.sharing(other, frames(words("a", bits=32)), limit=9)) == []

    async def test_an_excerpt_finds_the_long_video_and_the_other_way_round(self, stack: Stack) -> None:
        long, excerpt = words("long", 3000), words("long", 3000)[1000:1400]
        whole = await self.put(stack, frames(long))
        part = await self.put(stack, frames(excerpt))
        assert list(await stack.fingerprints.sharing(part, frames(excerpt), limit=9)) == [whole]
        assert list(await stack.fingerprints.sharing(whole, frames(long), limit=9)) == [part]

    async def test_a_mark_that_very_many_have_tells_nothing_any_more(self, stack: Stack) -> None:
        one = frames(words("common", 1))
        first = [await self.put(stack, one) for _ in range(COMMON_MARK)]
        late = await self.put(stack, one)
        other = VideoId(stack.ids.new())
        found = await stack.fingerprints.sharing(other, one, limit=COMMON_MARK + 9)
        assert sorted(found) == sorted(first)
        assert late not in found
        await stack.fingerprints.put(first[0], one)  # again: it is one of those that have it
        assert first[0] in await stack.fingerprints.sharing(other, one, limit=COMMON_MARK + 9)

    async def test_the_same_video_may_be_put_twice_at_once(self, stack: Stack) -> None:
        video_id = VideoId(stack.ids.new())
        versions = [frames(words(str(n))) for n in range(4)]

        await asyncio.gather(*(stack.fingerprints.put(video_id, version) for version in versions))
        kept = await stack.fingerprints.get(video_id, FRAMES)
        assert kept in versions
        other = VideoId(stack.ids.new())
        finders = [v for v in versions if await stack.fingerprints.sharing(other, v, limit=9)]
        assert finders == [kept]

    async def test_what_is_forgotten_is_not_found(self, stack: Stack) -> None:
        seen, heard = frames(words("seen")), Fingerprint(SOUND, 0.125, words("heard", bits=32))
        gone, stays = await self.put(stack, seen, heard), await self.put(stack, seen)
        await stack.fingerprints.forget(gone)
        await stack.fingerprints.forget(VideoId(stack.ids.new()))
        for kind in (FRAMES, SOUND):
            with pytest.raises(NotFound):
                await stack.fingerprints.get(gone, kind)
        other = VideoId(stack.ids.new())
        assert list(await stack.fingerprints.sharing(other, seen, limit=9)) == [stays]
        assert list(await stack.fingerprints.sharing(other, heard, limit=9)) == []

    async def test_duplicates_are_forgotten_from_both_sides(self, stack: Stack) -> None:
        gone, one, other = (VideoId(stack.ids.new()) for _ in range(3))
        async with stack.begin() as uow:
            await uow.duplicates.replace(gone, {one: [match()]}, stack.clock.now())
            await uow.duplicates.replace(one, {gone: [match(SOUND)], other: [match()]}, stack.clock.now())
        async with stack.begin() as uow:
            await uow.duplicates.forget(gone)
        assert await self.of(stack, gone) == []
        assert [view.video_id for view in await self.of(stack, one)] == [other]

    async def test_a_video_with_very_many_copies_tells_the_longest(self, stack: Stack) -> None:
        one, now = VideoId(stack.ids.new()), stack.clock.now()
        copies = [VideoId(stack.ids.new()) for _ in range(MOST_DUPLICATES + 5)]
        async with stack.begin() as uow:
            for number, copy in enumerate(copies):
                await uow.duplicates.replace(copy, {one: [match(overlap=10.0 + number)]}, now)
            await uow.duplicates.replace(one, {copies[0]: [match(overlap=5.0)]}, now)
        told = [view.video_id for view in await self.of(stack, one)]
        assert told == [*copies[:-MOST_DUPLICATES:-1], copies[0]]

    async def test_duplicates_are_seen_from_both_sides(self, stack: Stack) -> None:
        one, other = VideoId(stack.ids.new()), VideoId(stack.ids.new())
        now = stack.clock.now()
        async with stack.begin() as uow:
            await uow.duplicates.replace(one, {other: [match(), match(SOUND, 12.0)]}, now)
            assert len(await uow.duplicates.of(one)) == 2
        assert await self.of(stack, one) == [
            DuplicateView(other, match(), now),
            DuplicateView(other, match(SOUND, 12.0), now),
        ]
        assert await self.of(stack, other) == [
            DuplicateView(one, match(offset=-5.25), now),
            DuplicateView(one, match(SOUND, 12.0, -5.25), now),
        ]
        assert await self.of(stack, VideoId(stack.ids.new())) == []
        assert await self.of(stack, VideoId("no id")) == []

    async def test_what_was_found_from_both_sides_is_told_once(self, stack: Stack) -> None:
        one, other = VideoId(stack.ids.new()), VideoId(stack.ids.new())
        now = stack.clock.now()
        async with stack.begin() as uow:
            await uow.duplicates.replace(one, {other: [match(overlap=30.0)]}, now)
            await uow.duplicates.replace(other, {one: [match(overlap=31.0, offset=-5.0)]}, now)
        assert await self.of(stack, one) == [DuplicateView(other, match(overlap=30.0), now)]
        assert await self.of(stack, other) == [DuplicateView(one, match(overlap=31.0, offset=-5.0), now)]

    async def test_a_new_finding_stands_instead_of_the_old_one(self, stack: Stack) -> None:
        one, gone, stays, third = (VideoId(stack.ids.new()) for _ in range(4))
        now = stack.clock.now()
        async with stack.begin() as uow:
            await uow.duplicates.replace(one, {gone: [match()], stays: [match()]}, now)
            await uow.duplicates.replace(third, {one: [match(overlap=7.0)]}, now)
        async with stack.begin() as uow:
            await uow.duplicates.replace(one, {stays: [match(overlap=8.0)]}, now)
        assert [view.video_id for view in await self.of(stack, one)] == [stays, third]
        assert await self.of(stack, gone) == []
        async with stack.begin() as uow:
            await uow.duplicates.replace(one, {}, now)
        assert [view.video_id for view in await self.of(stack, one)] == [third]

    async def test_findings_are_rolled_back_with_their_unit(self, stack: Stack) -> None:
        one, other = VideoId(stack.ids.new()), VideoId(stack.ids.new())
        with pytest.raises(RuntimeError):
            async with stack.begin() as uow:
                await uow.duplicates.replace(one, {other: [match()]}, stack.clock.now())
                raise RuntimeError
        assert await self.of(stack, one) == []
