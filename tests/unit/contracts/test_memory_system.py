"""Clocks, identifiers and chance."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from adapters.memory.system import ManualClock, SeededRandom, SequentialIds, SystemClock, SystemRandom, Uuid7Ids

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_identifiers_are_uuids_of_version_7_and_rise() -> None:
    for ids in (Uuid7Ids(), SequentialIds(1)):
        made = [ids.new() for _ in range(5000)]
        assert all(UUID7.fullmatch(id) for id in made)
        assert all(one < two for one, two in pairwise(made))


def test_identifiers_rise_though_the_clock_stands_or_goes_back() -> None:
    last_of_its_millisecond = (1_700_000_000_000 << 80) | (0x7FFF << 64) | (0b10 << 62) | ((1 << 62) - 1)
    sources = iter([last_of_its_millisecond, last_of_its_millisecond, last_of_its_millisecond - (5 << 80)])
    ids = Uuid7Ids(lambda: next(sources))
    made = [ids.new() for _ in range(3)]
    assert made == sorted(set(made))
    assert UUID(made[0]).int == last_of_its_millisecond
    assert all(UUID7.fullmatch(id) for id in made)


def test_identifiers_tell_their_time() -> None:
    now = datetime.now(UTC)
    milliseconds = UUID(Uuid7Ids().new()).int >> 80
    assert abs(milliseconds / 1000 - now.timestamp()) < 5


def test_seeds_repeat_themselves() -> None:
    assert [SequentialIds(7).new() for _ in range(3)] == [SequentialIds(7).new() for _ in range(3)]
    assert SequentialIds(7).new() != SequentialIds(8).new()
    one, two = SeededRandom(7), SeededRandom(7)
    assert (one.uniform(0, 9), one.token(8)) == (two.uniform(0, 9), two.token(8))


def test_chance_keeps_to_its_bounds() -> None:
    for chance in (SystemRandom(), SeededRandom(1)):
        assert all(2.0 <= chance.uniform(2.0, 3.0) <= 3.0 for _ in range(100))
        assert len({chance.token(32) for _ in range(100)}) == 100
        assert len(chance.token(32)) >= 43
        assert re.fullmatch(r"[A-Za-z0-9_-]+", chance.token(32))


def test_clocks_are_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
    clock = ManualClock()
    start = clock.now()
    assert clock.now() == start
    assert clock.advance(timedelta(seconds=1)) == start + timedelta(seconds=1)
    clock.set(start)
    assert clock.now() == start
