"""Copies match, others do not, and what says little says nothing."""

import random
from dataclasses import replace

import pytest

from streamcore.videos.models.fingerprints import ASKED_MARKS, INDEXED_MARKS, Fingerprint, compare
from streamcore.videos.models.media import PrintKind

FRAMES, SOUND = PrintKind.FRAMES, PrintKind.SOUND
STEPS = {FRAMES: 0.25, SOUND: 0.125}
BITS = {FRAMES: 64, SOUND: 32}


def made(kind: PrintKind, seed: int, count: int = 200) -> Fingerprint:
    """Scenes that last a few words each."""
    chance = random.Random(seed)
    words: list[int] = []
    while len(words) < count:
        words += [chance.getrandbits(BITS[kind])] * chance.randint(1, 4)
    return Fingerprint(kind, STEPS[kind], tuple(words[:count]))


def noisy(fingerprint: Fingerprint, flips: int, seed: int = 1) -> Fingerprint:
    """As another encoding has it: up to ``flips`` bits of each word changed."""
    chance, bits = random.Random(seed), BITS[fingerprint.kind]
    changes = (sum({1 << chance.randrange(bits) for _ in range(chance.randint(0, flips))}) for _ in fingerprint.words)
    return replace(
        fingerprint, words=tuple(word ^ change for word, change in zip(fingerprint.words, changes, strict=True))
    )


kinds = pytest.mark.parametrize("kind", [FRAMES, SOUND])


@kinds
def test_bytes_and_back(kind: PrintKind) -> None:
    one = replace(made(kind, 1), words=(0, 1, 2 ** BITS[kind] - 1, *made(kind, 1).words))
    assert Fingerprint.decode(kind, one.step_seconds, one.encode()) == one
    assert one.encode()[BITS[kind] // 8] == 1
    with pytest.raises(ValueError, match="multiple"):
        Fingerprint.decode(kind, 1.0, one.encode()[:-1])


@kinds
def test_a_copy_matches_from_beginning_to_end(kind: PrintKind) -> None:
    one = made(kind, 1)
    match = compare(one, noisy(one, 5))
    assert match is not None
    assert match.offset_seconds == 0.0
    assert match.similarity > 0.9
    assert match.coverage > 0.95


@kinds
def test_an_excerpt_matches_where_it_was_taken(kind: PrintKind) -> None:
    one = made(kind, 1, 400)
    excerpt = replace(one, words=(*made(kind, 2, 40).words, *one.words[200:300], *made(kind, 3, 40).words))
    match = compare(one, noisy(excerpt, 4))
    assert match is not None
    assert match.offset_seconds == pytest.approx(-160 * one.step_seconds, abs=one.step_seconds)
    assert match.overlap_seconds == pytest.approx(100 * one.step_seconds, abs=1.0)
    back = compare(excerpt, one)
    assert back is not None
    assert back.offset_seconds == pytest.approx(160 * one.step_seconds, abs=one.step_seconds)


def test_samplings_of_different_rates_match() -> None:
    one = made(FRAMES, 1, 400)
    match = compare(one, Fingerprint(FRAMES, 0.5, one.words[::2]))
    assert match is not None
    assert match.coverage > 0.95


@kinds
def test_others_do_not_match(kind: PrintKind) -> None:
    assert not any(
        compare(made(kind, one), made(kind, other)) for one in range(6) for other in range(6) if one != other
    )
    assert compare(made(FRAMES, 1), made(SOUND, 1)) is None


@kinds
def test_what_stays_the_same_matches_nothing(kind: PrintKind) -> None:
    for word in (0, 2 ** BITS[kind] - 1, made(kind, 1).words[0]):
        still = Fingerprint(kind, STEPS[kind], (word,) * 400)
        assert compare(still, still) is None
        assert compare(noisy(still, 1), noisy(still, 1, seed=2)) is None


@kinds
def test_a_few_seconds_in_common_are_not_told(kind: PrintKind) -> None:
    short = int(3.5 / STEPS[kind])
    one, other = made(kind, 1), made(kind, 2)
    assert compare(one, replace(other, words=one.words[:short] + other.words)) is None


@kinds
def test_copies_choose_the_same_marks_wherever_they_were_cut(kind: PrintKind) -> None:
    one = made(kind, 1, 4000)
    cut = replace(one, words=one.words[200:])
    kept = {*one.marks(INDEXED_MARKS)}
    assert len(kept) == INDEXED_MARKS
    assert len(kept & {*cut.marks(INDEXED_MARKS)}) > 0.8 * INDEXED_MARKS
    assert kept <= {*one.marks(ASKED_MARKS)}


@kinds
def test_flat_words_have_no_marks(kind: PrintKind) -> None:
    assert Fingerprint(kind, 1.0, (0, 1, 3, 2 ** BITS[kind] - 1)).marks(99) == []
