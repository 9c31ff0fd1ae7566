"""Reading WebVTT (W3C WebVTT 1) and SubRip, and writing WebVTT that says the words and does nothing else.

Reading is strict: whoever sends captions learns of the line that is wrong. What is written is made anew from the cues:
styles, regions, notes, classes, unknown tags and unknown settings are gone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import islice

from streamcore.shared.errors import Invalid

MOST_BYTES = 2 * 1024**2
MOST_CUES = 20_000
MOST_CHARACTERS = 2_000
"""Of one cue, as it is written."""
MOST_RAW = 8 * MOST_CHARACTERS  # of one cue as it is sent, tags and all: what reading it may cost

# The cues' times are those of the stream, which begins at 0 (RFC 8216, section 3.5). Browsers pass over the line.
_HEADER = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n"
_TIME = r"(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_VTT_TIMING = re.compile(rf"{_TIME.replace('[.,]', '[.]')}[ \t]+-->[ \t]+{_TIME.replace('[.,]', '[.]')}(?:[ \t]+(.*))?")
_SRT_TIME = r"(\d{1,3}):([0-5]?\d):([0-5]?\d)[.,](\d{1,3})"
_SRT_TIMING = re.compile(rf"{_SRT_TIME}[ \t]*-->[ \t]*{_SRT_TIME}(?:[ \t]+(.*))?")
_INNER_TIME = re.compile(_TIME.replace("[.,]", "[.]"))

_PERCENT = r"(?:100|\d{1,2})(?:\.\d{1,4})?%"
_SETTINGS = {
    "vertical": re.compile(r"rl|lr"),
    "line": re.compile(rf"(?:-?\d{{1,4}}|{_PERCENT})(?:,(?:start|center|end))?"),
    "position": re.compile(rf"{_PERCENT}(?:,(?:line-left|center|line-right))?"),
    "size": re.compile(_PERCENT),
    "align": re.compile(r"start|center|end|left|right"),
}
_TOKEN = re.compile(r"<([^<>]*)>|([^<]+|<)")
_VTT_TAG = re.compile(r"(/?)(b|i|u|c|v|lang|ruby|rt)(?:\.[^\s<>]*)?(?:[ \t\n]+([^<>]*))?")
_SRT_TAG = re.compile(r"(/?)(b|i|u)\s*", re.I)
_SRT_DROPPED = re.compile(r"/?(?:font|s)(?:\s[^<>]*)?", re.I)
_SRT_POSITION = re.compile(r"\{\\an?\d{1,2}\}")
_KEPT_TAGS = {"b", "i", "u", "v", "lang", "ruby", "rt"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Cue:
    """``start`` and ``end`` in milliseconds; ``settings`` and ``text`` as WebVTT writes them, made safe."""

    start: int
    end: int
    settings: str
    text: str


def read_subtitles(body: bytes) -> Sequence[Cue]:
    """The cues of a WebVTT or SubRip file, by their time; `Invalid` with the line for what is neither.

    Takes up to a second for the largest: nothing to do on an event loop.
    """
    if len(body) > MOST_BYTES:
        raise _wrong(f"A file of captions may have up to {MOST_BYTES} bytes.", "too_large")
    text = _decode(body)
    lines = text.split("\n")
    found = _vtt(lines) if re.match(r"WEBVTT(?:[ \t]|$)", lines[0]) else _srt(lines)
    cues = list(islice(found, MOST_CUES + 1))
    if not cues:
        raise _wrong("The file holds no captions.", "no_cues")
    if len(cues) > MOST_CUES:
        raise _wrong(f"A file may hold up to {MOST_CUES} captions.", "too_many_cues")
    return sorted(cues, key=lambda cue: (cue.start, cue.end))


def write_webvtt(cues: Sequence[Cue]) -> bytes:
    """UTF-8 without a mark; the same cues always give the same bytes."""
    blocks = [f"{_time(cue.start)} --> {_time(cue.end)}{cue.settings}\n{cue.text}\n" for cue in cues]
    return "\n".join([_HEADER, *blocks]).encode()


def _decode(body: bytes) -> str:
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise _wrong("Save the file as UTF-8.", "encoding") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        raise _wrong("Control characters are not allowed.", "control_character", text.count("\n", 0, found.start()) + 1)
    return text


def _vtt(lines: Sequence[str]) -> Iterator[Cue]:
    for number, block in _blocks(lines):
        first = block[0]
        if number == 0 and any("-->" in line for line in block):
            raise _wrong("An empty line is missing between the header and the first caption.", "header", 2)
        if number == 0 or re.match(r"(?:NOTE|STYLE|REGION)(?:[ \t]|$)", first):
            continue  # the header, a comment, or what would dress the text
        skip = 0 if "-->" in first else 1
        if skip >= len(block) or "-->" not in block[skip]:
            raise _wrong("Here a line with the times of a caption is missing.", "timing_missing", number + 1)
        found = _VTT_TIMING.fullmatch(block[skip].strip(" \t"))
        at = number + skip + 1
        if found is None:
            raise _wrong("Write the times as 00:00:01.000 --> 00:00:02.500.", "timing", at)
        start, end = _milliseconds(*found.groups()[:4]), _milliseconds(*found.groups()[4:8])
        text = _vtt_text(_payload(block[skip + 1 :], at), start, end)
        yield from _cue(start, end, _settings(found[9] or ""), text, at)


def _srt(lines: Sequence[str]) -> Iterator[Cue]:
    for number, block in _blocks(lines):
        skip = 1 if block[0].strip().isdigit() and len(block) > 1 else 0
        at = number + skip + 1
        found = _SRT_TIMING.fullmatch(block[skip].strip())
        if found is None:
            raise _wrong("This is neither WebVTT nor SubRip: no times stand here.", "timing", at)
        start, end = _milliseconds(*found.groups()[:4]), _milliseconds(*found.groups()[4:8])
        yield from _cue(start, end, "", _srt_text(_payload(block[skip + 1 :], at)), at)


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines between empty ones, each with the number of its first line, from 0."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""]):
        if line.strip(" \t"):
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _payload(lines: Sequence[str], line: int) -> str:
    text = "\n".join(lines)
    if len(text) > MOST_RAW:
        raise _too_long(line)
    return text


def _cue(start: int, end: int, settings: str, text: str, line: int) -> Iterator[Cue]:
    """The cue, unless it says nothing."""
    if end <= start:
        raise _wrong("A caption ends after it begins.", "timing_order", line)
    if len(text) > MOST_CHARACTERS:
        raise _too_long(line)
    if text:
        yield Cue(start, end, settings, text)


def _milliseconds(hours: str | None, minutes: str, seconds: str, fraction: str) -> int:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0"))


def _time(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _settings(text: str) -> str:
    """The settings that are known and sound, with a space before each; a region has no meaning without its block."""
    kept: dict[str, str] = {}
    for word in text.split():
        name, _, value = word.partition(":")
        if name in _SETTINGS and name not in kept and _SETTINGS[name].fullmatch(value):
            kept[name] = value
    return "".join(f" {name}:{value}" for name, value in kept.items())


def _vtt_text(text: str, start: int, end: int) -> str:
    """The text with sound tags alone, each closed; times inside of it only where they lie inside of the cue."""
    out: list[str] = []
    open_tags: list[str] = []
    for token in _TOKEN.finditer(text):
        tag, words = token[1], token[2]
        if words is not None:
            out.append(_escape(unescape(words)))
        elif inner := _INNER_TIME.fullmatch(tag):
            if start < _milliseconds(*inner.groups()) < end:
                out.append(f"<{_time(_milliseconds(*inner.groups()))}>")
        elif found := _VTT_TAG.fullmatch(tag):
            _tag(found[1], found[2], found[3] or "", out, open_tags)
    out += [f"</{name}>" for name in reversed(open_tags)]
    return _trimmed("".join(out))


def _tag(slash: str, name: str, annotation: str, out: list[str], open_tags: list[str]) -> None:
    if name not in _KEPT_TAGS:
        return
    if not slash:
        words = " ".join(unescape(annotation).split())
        if name in ("v", "lang") and not words:
            return
        out.append(f"<{name} {_annotation(words)}>" if name in ("v", "lang") else f"<{name}>")
        open_tags.append(name)
    elif name in open_tags:
        while (last := open_tags.pop()) != name:
            out.append(f"</{last}>")
        out.append(f"</{name}>")


def _srt_text(text: str) -> str:
    """Bold, italics and underlining are kept; everything else that is no known tag is words."""
    out: list[str] = []
    open_tags: list[str] = []
    for token in _TOKEN.finditer(_SRT_POSITION.sub("", text)):
        tag, words = token[1], token[2]
        if words is not None:
            out.append(_escape(words))
        elif found := _SRT_TAG.fullmatch(tag):
            _tag(found[1], found[2].lower(), "", out, open_tags)
        elif not _SRT_DROPPED.fullmatch(tag):
            out.append(_escape(token[0]))
    out += [f"</{name}>" for name in reversed(open_tags)]
    return _trimmed("".join(out))


def _escape(words: str) -> str:
    return _CONTROL.sub("", words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _annotation(words: str) -> str:
    """Not even read as HTML does it become an attribute with a value."""
    return _escape(words).replace("=", "&#61;")


def _trimmed(text: str) -> str:
    """Without empty lines, which would end the cue."""
    return "\n".join(line for line in (line.strip() for line in text.split("\n")) if line)


def _too_long(line: int) -> Invalid:
    return _wrong(f"A caption may have up to {MOST_CHARACTERS} characters.", "cue_too_long", line)


def _wrong(message: str, type: str, line: int | None = None) -> Invalid:
    return Invalid.field("file" if line is None else f"file.{line}", message, type)
