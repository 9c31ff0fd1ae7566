from datetime import UTC, datetime

import pytest

from streamcore.videos.models.captions import Caption, captions_playlist, master_with_captions, with_caption
from streamcore.videos.models.languages import language_name, language_tag

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MASTER = (
    "#EXTM3U\n#EXT-X-VERSION:7\n"
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Main",URI="audio/index.m3u8"\n'
    '#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="audio"\n360p/index.m3u8\n'
    '#EXT-X-STREAM-INF:BANDWIDTH=2,AUDIO="audio"\n720p/index.m3u8\n'
)


def caption(lang: str, label: str | None = None, id: str = "") -> Caption:
    return Caption(id or f"id-{lang}", lang, label or language_name(lang), NOW)


@pytest.mark.parametrize(
    ("given", "tag"),
    [
        ("DE", "de"),
        ("pt-br", "pt-BR"),
        ("SR-latn-rs", "sr-Latn-RS"),
        ("es-419", "es-419"),
        ("de-CH-1996", "de-CH-1996"),
        ("en-x-Twain", "en-x-twain"),
        ("gsw", "gsw"),
    ],
)
def test_language_tags_get_their_usual_case(given: str, tag: str) -> None:
    assert language_tag(given) == tag


@pytest.mark.parametrize("wrong", ["", "d", "german", "de_DE", "de-", "../de", "de-DE-DE", "é", "en-" + "a" * 40])
def test_what_is_no_language_tag_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="BCP 47"):
        language_tag(wrong)


def test_languages_are_named_as_their_speakers_do() -> None:
    assert [language_name(tag) for tag in ("fr", "pt-BR", "gsw-CH")] == ["Français", "Português (BR)", "gsw-CH"]


def test_a_language_has_one_file() -> None:
    first = with_caption(with_caption((), caption("en")), caption("de"))
    assert [each.lang for each in first] == ["de", "en"]
    assert with_caption(first, caption("en", id="new")) == (first[0], caption("en", id="new"))


def test_captions_are_a_group_of_the_master() -> None:
    lines = master_with_captions(MASTER, [caption("de"), caption("en", 'The "best"')]).splitlines()
    start = '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",'
    rest = "DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,"
    assert lines[3:5] == [
        f'{start}NAME="Deutsch",LANGUAGE="de",{rest}URI="captions/id-de.m3u8"',
        f'{start}NAME="The \'best\'",LANGUAGE="en",{rest}URI="captions/id-en.m3u8"',
    ]
    assert [line for line in lines if "STREAM-INF" in line] == [
        f'#EXT-X-STREAM-INF:BANDWIDTH={n},AUDIO="audio",SUBTITLES="subtitles"' for n in (1, 2)
    ]
    assert [line for line in lines if "SUBTITLES" not in line] == [
        line for line in MASTER.splitlines() if "STREAM-INF" not in line
    ]
    assert master_with_captions(MASTER, []) == MASTER


def test_names_in_the_group_are_unlike_each_other() -> None:
    master = master_with_captions(MASTER, [caption("de", "Same"), caption("en", "Same")])
    assert 'NAME="Same [de]"' in master
    assert 'NAME="Same [en]"' in master


def test_the_playlist_of_captions_is_one_segment_as_long_as_the_video() -> None:
    assert captions_playlist(caption("de"), 61.04).splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-TARGETDURATION:62",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXTINF:61.040,",
        "id-de.vtt",
        "#EXT-X-ENDLIST",
    ]
