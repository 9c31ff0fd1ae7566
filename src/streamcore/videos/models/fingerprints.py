"""Fingerprints of what is seen and heard, and how two of them are compared.

*Sound*: the items of Chromaprint's default algorithm, 32 bits each, one every 4096/3/11025 s (Jang, Yoo, Lee, Kim,
"Pairwise Boosted Audio Fingerprint", 2009). Bits of the same recording differ by a few in a hundred between encodings.

*Frames*: a difference hash of 64 bits of each sampled frame, without its black bars: the frame is averaged down to
9 × 8 grey cells, and bit 8·row + column is 1 where a cell is brighter than its right neighbour by more than a dead
zone, so that flat areas do not flicker (after N. Krawetz, "Kind of Like That", 2013).

A word that says nothing (silence, a flat picture) is 0 or repeats its neighbour. Found are copies that were encoded
again, scaled, letterboxed, cut at their ends or into another video, and those whose picture or sound alone is the same.
Not found are mirrored or turned pictures, heavy crops, and what was made faster or slower by more than some per cent.
"""

import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from streamcore.videos.models.media import PrintKind

INDEXED_MARKS = 256
"""Marks of one fingerprint that others find it by."""
ASKED_MARKS = 2048
"""Marks of one fingerprint that it asks for others with."""

_SCRAMBLE, _WORD = 0x9E3779B97F4A7C15, 2**64 - 1  # Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4)
_SAME_MARK_AT_MOST = 16  # positions of one mark that vote for an offset
_OFFSETS_TRIED = 3
_MISMATCH_COSTS = 1.5
_LEAST_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class _Rules:
    """``differ`` of the set bits of two words may differ, and never more than ``most``; ``distinct`` words at least
    must be the same, each unlike the one before by more than that; words have ``least`` to ``bits - least`` bits."""

    bits: int
    least: int
    differ: float
    most: int
    distinct: int
    typecode: str


_RULES: Mapping[PrintKind, _Rules] = {
    PrintKind.FRAMES: _Rules(bits=64, least=6, differ=0.20, most=12, distinct=5, typecode="Q"),
    PrintKind.SOUND: _Rules(bits=32, least=3, differ=1.0, most=7, distinct=12, typecode="I"),
}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``words[i]`` tells of the moment ``i * step_seconds``."""

    kind: PrintKind
    step_seconds: float
    words: tuple[int, ...]

    def encode(self) -> bytes:
        """The words one after the other, least significant byte first."""
        return _little_endian(array(_RULES[self.kind].typecode, self.words)).tobytes()

    @classmethod
    def decode(cls, kind: PrintKind, step_seconds: float, data: bytes) -> "Fingerprint":
        """ValueError for a length that is not one of whole words."""
        words = array(_RULES[kind].typecode)
        words.frombytes(data)
        return cls(kind, step_seconds, tuple(_little_endian(words)))

    @property
    def seconds(self) -> float:
        return len(self.words) * self.step_seconds

    def marks(self, most: int) -> Sequence[int]:
        """The parts of its words by which fingerprints are found, ``most`` at most.

        Which ones are taken depends on the marks alone, so that copies take the same ones wherever they were cut
        (Broder, "On the resemblance and containment of documents", 1997).
        """
        found = {mark for _, mark in self._marked()}
        return sorted(found, key=lambda mark: mark * _SCRAMBLE & _WORD)[:most]

    def telling(self) -> Iterator[tuple[int, int]]:
        """Position and word of each word that says something."""
        rules = _RULES[self.kind]
        for position, word in enumerate(self.words):
            if rules.least <= word.bit_count() <= rules.bits - rules.least:
                yield position, word

    def positions(self) -> Mapping[int, Sequence[int]]:
        """Where each mark is, a few times at most."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for position, mark in self._marked():
            if len(found[mark]) < _SAME_MARK_AT_MOST:
                found[mark].append(position)
        return found

    def _marked(self) -> Iterator[tuple[int, int]]:
        before = 0
        for position, word in self.telling():
            if word != before:
                for mark in _marks_of(self.kind, word):
                    yield position, mark
            before = word


def _marks_of(kind: PrintKind, word: int) -> Sequence[int]:
    """Of sound the upper 28 bits, as AcoustID's index takes them; of a frame its upper and its lower half."""
    if kind is PrintKind.SOUND:
        return (word >> 4,)
    upper, lower = word >> 32, word & 0xFFFFFFFF
    return [half << 1 | which for which, half in enumerate((lower, upper)) if 4 <= half.bit_count() <= 28]


def _little_endian(words: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        words.byteswap()
    return words


@dataclass(frozen=True, slots=True)
class Match:
    """What two fingerprints have in common: their longest common stretch.

    It lasts ``overlap_seconds`` and lies ``offset_seconds`` later in the other one; ``similarity`` is the part of its
    words that match, ``coverage`` the part of the shorter one that it makes up, both 0–1.
    """

    kind: PrintKind
    offset_seconds: float
    overlap_seconds: float
    similarity: float
    coverage: float


def compare(one: Fingerprint, other: Fingerprint) -> Match | None:
    """Their longest common stretch, or None where there is none worth telling."""
    if one.kind is not other.kind:
        return None
    telling = list(one.telling())
    matches = (_stretch(one, other, telling, offset) for offset in _offsets(one, other))
    return max((match for match in matches if match), key=lambda match: match.overlap_seconds, default=None)


def _offsets(one: Fingerprint, other: Fingerprint) -> Sequence[float]:
    """Seconds by which what both have lies later in the other, those first for which most marks speak."""
    votes: Counter[int] = Counter()
    bin_seconds = max(one.step_seconds, other.step_seconds)
    there = other.positions()
    for mark, positions in one.positions().items():
        for position in positions:
            for found in there.get(mark, ()):
                votes[round((found * other.step_seconds - position * one.step_seconds) / bin_seconds)] += 1
    return [offset * bin_seconds for offset, _ in votes.most_common(_OFFSETS_TRIED)]


def _stretch(one: Fingerprint, other: Fingerprint, telling: Sequence[tuple[int, int]], offset: float) -> Match | None:
    """The run of words with the most matches over its mismatches (Bentley, "Programming Pearls", 1984: Kadane)."""
    rules, there = _RULES[one.kind], other.words
    best, best_run = 0.0, (0, 0)
    score, start = 0.0, 0
    flags: list[bool] = []
    pairs: list[tuple[int, int]] = []
    for position, word in telling:
        at = round((position * one.step_seconds + offset) / other.step_seconds)
        if not 0 <= at < len(there):
            continue
        same = any(_alike(word, near, rules) for near in islice(there, max(0, at - 1), at + 2))
        flags.append(same)
        pairs.append((position, word))
        score += 1.0 if same else -_MISMATCH_COSTS
        if score <= 0.0:
            score, start = 0.0, len(flags)
        elif score > best:
            best, best_run = score, (start, len(flags))
    return _match(one, other, pairs[slice(*best_run)], flags[slice(*best_run)], offset)


def _match(
    one: Fingerprint, other: Fingerprint, run: Sequence[tuple[int, int]], flags: Sequence[bool], offset: float
) -> Match | None:
    rules = _RULES[one.kind]
    matched = [pair for pair, same in zip(run, flags, strict=True) if same]
    if not matched or _distinct([word for _, word in matched], rules) < rules.distinct:
        return None
    overlap = (matched[-1][0] - matched[0][0] + 1) * one.step_seconds
    if overlap < _LEAST_SECONDS:
        return None
    shorter = min(one.seconds, other.seconds)
    return Match(one.kind, offset, overlap, len(matched) / len(run), min(1.0, overlap / shorter))


def _distinct(words: Sequence[int], rules: _Rules) -> int:
    """How often the word changes: a still picture or a single tone is one word, however long it lasts."""
    count, last = 0, 0
    for word in words:
        if not count or not _alike(word, last, rules):
            count, last = count + 1, word
    return count


def _alike(one: int, other: int, rules: _Rules) -> bool:
    differ = (one ^ other).bit_count()
    return differ <= rules.most and differ <= rules.differ * (one.bit_count() + other.bit_count())
