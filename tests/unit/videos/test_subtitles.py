"""Captions are read strictly and written anew: nothing of a file gets out but words, their times and plain marks."""

import pytest

from streamcore.shared.errors import Invalid
from streamcore.videos.models.subtitles import MOST_BYTES, MOST_CHARACTERS, MOST_CUES, read_subtitles, write_webvtt

HEAD = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n"


def written(text: str | bytes) -> str:
    body = text.encode() if isinstance(text, str) else text
    said = write_webvtt(read_subtitles(body)).decode()
    assert said.startswith(HEAD)
    assert write_webvtt(read_subtitles(said.encode())).decode() == said
    return said.removeprefix(HEAD)


def cue(text: str, settings: str = "") -> str:
    return f"WEBVTT\n\n00:01.000 --> 00:02.000{settings}\n{text}\n"


def refused(text: str | bytes) -> tuple[str, str]:
    with pytest.raises(Invalid) as error:
        read_subtitles(text.encode() if isinstance(text, str) else text)
    (detail,) = error.value.details
    return detail.field, detail.type


def test_cues_are_kept_in_the_order_of_their_times() -> None:
    text = "WEBVTT - a title\n\nlast\n01:00:00.000 --> 01:00:01.000\nb\n\n00:00.500 --> 00:59:59.999\na\nsecond line\n"
    assert written(text) == ("00:00:00.500 --> 00:59:59.999\na\nsecond line\n\n01:00:00.000 --> 01:00:01.000\nb\n")


@pytest.mark.parametrize("encoded", [cue("é").encode(), cue("é").encode("utf-8-sig"), cue("é").encode("utf-16")])
def test_marks_of_the_encoding_and_all_ends_of_lines_are_understood(encoded: bytes) -> None:
    assert written(encoded) == "00:00:01.000 --> 00:00:02.000\né\n"
    assert written(cue("a").replace("\n", "\r\n")) == written(cue("a").replace("\n", "\r")) == written(cue("a"))


def test_styles_regions_and_notes_are_gone() -> None:
    extra = "STYLE\n::cue { background: url(https://example.org/) }\n\nREGION\nid:a\n\nNOTE\nsecret\n\n"
    text = cue("a", " region:a align:start size:50% line:-1 position:10%,line-left vertical:rl onclick:x align:end")
    shown = written(text.replace("WEBVTT\n\n", f"WEBVTT\n\n{extra}"))
    assert shown == (
        "00:00:01.000 --> 00:00:02.000 align:start size:50% line:-1 position:10%,line-left vertical:rl\na\n"
    )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<b>a</b> <i>b</i> <u>c</u>", "<b>a</b> <i>b</i> <u>c</u>"),
        ("<b>a <i>b</b> c", "<b>a <i>b</i></b> c"),
        ("<v.loud Ann & Bo>Hi", "<v Ann &amp; Bo>Hi</v>"),
        ("<lang en-GB>tea</lang> <ruby>漢<rt>kan</ruby>", "<lang en-GB>tea</lang> <ruby>漢<rt>kan</rt></ruby>"),
        ("<c.yellow.bg_blue>a</c>", "a"),
        ("<script>alert(1)</script><img src=x onerror=y>", "alert(1)"),
        ("&lt;script&gt; &amp;amp; a &lt b > c", "&lt;script&gt; &amp;amp; a &lt; b &gt; c"),
        ("<00:00:01.500>a <00:00:09.000>b", "<00:00:01.500>a b"),
        ("a&#10;&#10;00:01.000 --> 00:02.000", "a\n00:01.000 --&gt; 00:02.000"),
        ("a&#13;b&#0;c", "abc"),
    ],
)
def test_only_plain_marks_are_kept_and_each_is_closed(sent: str, kept: str) -> None:
    expected = kept.replace("abc", "ab\ufffdc")  # what HTML makes of a NUL
    assert written(cue(sent)) == f"00:00:01.000 --> 00:00:02.000\n{expected}\n"


def test_a_voice_never_becomes_an_attribute() -> None:
    assert written(cue("<v Eve onclick=alert(1)>hi")).endswith("<v Eve onclick&#61;alert(1)>hi</v>\n")


def test_a_cue_full_of_tags_costs_no_more_than_words() -> None:
    assert refused(cue("<b>" * 300_000 + "</u>" * 200_000)) == ("file.3", "cue_too_long")
    assert refused("1\n00:00:01,000 --> 00:00:02,000\n" + "<b>" * 300_000) == ("file.2", "cue_too_long")


def test_subrip_is_converted() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,5\n{\\an8}<font color='red'>a & b</font> <I>c\n\n"
        "2\n0:0:3,000 --> 0:0:4,000 X1:100 Y1:5\n1 < 2 > 0 <hm> <b>d</b>\n\n\n3\n00:00:05,000 --> 00:00:06,000\n\n"
    )
    assert written(text) == (
        "00:00:01.000 --> 00:00:02.500\na &amp; b <i>c</i>\n\n"
        "00:00:03.000 --> 00:00:04.000\n1 &lt; 2 &gt; 0 &lt;hm&gt; <b>d</b>\n"
    )


@pytest.mark.parametrize(
    ("sent", "field", "type"),
    [
        ("", "file", "no_cues"),
        ("WEBVTT\n\nNOTE nothing\n", "file", "no_cues"),
        ("WEBVTT\n00:01.000 --> 00:02.000\na\n", "file.2", "header"),
        ("WEBVTT\n\nno times\n", "file.3", "timing_missing"),
        ("WEBVTT\n\n00:01 --> 00:02\na\n", "file.3", "timing"),
        ("WEBVTT\n\nid\n00:61.000 --> 01:02.000\na\n", "file.4", "timing"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\na\n", "file.3", "timing_order"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\na\x1bb\n", "file.4", "control_character"),
        (cue("a" * (MOST_CHARACTERS + 1)), "file.3", "cue_too_long"),
        ("just text", "file.1", "timing"),
        ("<html>", "file.1", "timing"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\na\n", "file.1", "timing"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xe9\n", "file", "encoding"),
        (b" " * (MOST_BYTES + 1), "file", "too_large"),
        ("WEBVTT\n\n" + "00:01.000 --> 00:02.000\na\n\n" * (MOST_CUES + 1), "file", "too_many_cues"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(sent: str | bytes, field: str, type: str) -> None:
    assert refused(sent) == (field, type)
