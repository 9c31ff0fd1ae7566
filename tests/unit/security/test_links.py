from datetime import UTC, datetime, timedelta

import pytest

from adapters.security.links import SignedLinks

SECRET, OTHER = b"a secret".ljust(32, b"!"), b"another".ljust(32, b"!")
PREFIX = "videos/0190-a/3/"
KEY = f"{PREFIX}720p/segment_0001.m4s"


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = datetime(2030, 1, 1, 12, 0, 7, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def links(clock: Hand) -> SignedLinks:
    return SignedLinks(SECRET, lifetime=timedelta(hours=1), clock=clock)


def test_a_token_opens_every_key_under_its_prefix(links: SignedLinks) -> None:
    token = links.prefix_token(PREFIX)
    for key in (KEY, f"{PREFIX}master.m3u8", f"{PREFIX}a/b/c/d", f"{PREFIX}ünïcode", f"{PREFIX}a b"):
        assert links.check(token, key)


def test_a_token_fits_a_path_segment(links: SignedLinks) -> None:
    token = links.prefix_token(PREFIX)
    assert all(character.isascii() and (character.isalnum() or character in "-_") for character in token)
    assert len(token) < 70


@pytest.mark.parametrize(
    "key",
    [
        "videos/0190-a/30/master.m3u8",
        "videos/0190-a/4/master.m3u8",
        "videos/0190-ab/3/master.m3u8",
        "videos/0190-b/3/master.m3u8",
        "videos/0190-a/master.m3u8",
        "videos/0190-a/3",
        "videos/0190-a/3/",
        "/videos/0190-a/3/master.m3u8",
        "videos//0190-a/3/master.m3u8",
        "videos/0190-a/3/../4/master.m3u8",
        "videos/0190-a/3/./master.m3u8",
        "videos/0190-a/3//master.m3u8",
        "videos/0190-a/3/a/..",
        "videos/0190-a/3/..\\4\\master.m3u8",
        "videos/0190-a/3/a\0",
        "videos/0190-a/3/\ud800",
        "VIDEOS/0190-a/3/master.m3u8",
        "",
        "/",
    ],
)
def test_a_token_opens_nothing_else(links: SignedLinks, key: str) -> None:
    assert not links.check(links.prefix_token(PREFIX), key)


def test_a_prefix_is_not_the_beginning_of_a_name(links: SignedLinks) -> None:
    one = links.prefix_token("videos/1/")
    assert links.check(one, "videos/1/a")
    assert not links.check(one, "videos/10/a")
    assert not links.check(links.prefix_token("videos/10/"), "videos/1/a")
    assert not links.check(one.replace("-9-", "-10-"), "videos/10/a")


@pytest.mark.parametrize(
    "prefix", ["", "/", "videos", "videos/1", "//", "a//", "/a/", "../", "a/../", "./", "a\0/", "a\\b/"]
)
def test_a_prefix_that_could_open_more_than_meant_is_refused(links: SignedLinks, prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        links.prefix_token(prefix)


def test_a_token_lives_as_long_as_promised_and_a_quarter_more_at_most(links: SignedLinks, clock: Hand) -> None:
    issued = clock.time
    for minute in range(0, 60, 7):
        clock.time = issued + timedelta(minutes=minute)
        token = links.prefix_token(PREFIX)
        clock.time += timedelta(minutes=59, seconds=59)
        assert links.check(token, KEY)
        clock.time += timedelta(minutes=15, seconds=1)
        assert not links.check(token, KEY)


def test_the_same_prefix_gets_the_same_token_for_a_while(links: SignedLinks, clock: Hand) -> None:
    tokens = set()
    for _ in range(60):
        tokens.add(links.prefix_token(PREFIX))
        clock.time += timedelta(minutes=1)
    assert 4 <= len(tokens) <= 5
    assert links.prefix_token(PREFIX) != links.prefix_token("videos/0190-a/4/")


def test_no_bit_of_it_can_be_changed(links: SignedLinks) -> None:
    token = links.prefix_token(PREFIX)
    for place, character in enumerate(token):
        for bit in (1, 2, 4, 8, 16, 32, 64):
            assert not links.check(token[:place] + chr(ord(character) ^ bit) + token[place + 1 :], KEY)


def test_its_expiry_and_its_length_cannot_be_changed(links: SignedLinks, clock: Hand) -> None:
    expiry, length, mac = links.prefix_token(PREFIX).split("-", 2)
    for changed in (
        f"{int(expiry) + 900}-{length}-{mac}",
        f"{expiry}-7-{mac}",
        f"{expiry}-0-{mac}",
        f"{expiry}--16-{mac}",
    ):
        assert not links.check(changed, KEY)
    for odd in (
        f"0{expiry}-{length}-{mac}",
        f"{expiry}-0{length}-{mac}",
        f"+{expiry}-{length}-{mac}",
        f"{expiry}-{length}-",
    ):
        assert not links.check(odd, KEY)


def test_it_is_whole_and_alone(links: SignedLinks) -> None:
    token = links.prefix_token(PREFIX)
    assert not any(links.check(token[:length], KEY) for length in range(len(token)))
    for odd in (
        token + "A",
        token + "=",
        token + "\n",
        " " + token,
        token * 2,
        token + "x" * 10_000_000,
        "٣" + token[1:],
    ):
        assert not links.check(odd, KEY)
    for garbage in ("", "-", "--", "1-1-" + "A" * 43, "9" * 60, "\ud800", "\0"):
        assert not links.check(garbage, KEY)


def test_another_secret_opens_nothing(links: SignedLinks, clock: Hand) -> None:
    others = SignedLinks(OTHER, lifetime=timedelta(hours=1), clock=clock)
    assert not others.check(links.prefix_token(PREFIX), KEY)
    assert not links.check(others.prefix_token(PREFIX), KEY)
    assert SignedLinks(SECRET, lifetime=timedelta(hours=2), clock=clock).check(links.prefix_token(PREFIX), KEY)


def test_weak_settings_are_refused(clock: Hand) -> None:
    with pytest.raises(ValueError, match="secret"):
        SignedLinks(b"short", lifetime=timedelta(hours=1), clock=clock)
    with pytest.raises(ValueError, match="lifetime"):
        SignedLinks(SECRET, lifetime=timedelta(0), clock=clock)
