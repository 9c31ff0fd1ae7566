from datetime import UTC, datetime, timedelta

import pytest

from adapters.security.links import SignedLinks

SECRET, OTHER = b"a secret".ljust(32, b"!"), b"another".ljust(32, b"!")
PREFIX = "videos/0190-a/3/"
KEY = f"{PREFIX}720p/segment_0001.m4s"
ADA, BOB = "a" * 32, "b" * 32


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


def opens(links: SignedLinks, token: str, key: str) -> bool:
    return links.bearer(token, key) is not None


def test_a_token_opens_every_key_under_its_prefix(links: SignedLinks) -> None:
    token = links.sign(PREFIX).token
    for key in (KEY, f"{PREFIX}master.m3u8", f"{PREFIX}a/b/c/d", f"{PREFIX}ünïcode", f"{PREFIX}a b"):
        assert opens(links, token, key)


def test_a_token_fits_a_path_segment(links: SignedLinks) -> None:
    token = links.sign(PREFIX).token
    assert all(character.isascii() and (character.isalnum() or character in "-_") for character in token)
    assert len(token) < 70
    assert len(links.sign(PREFIX, ADA).token) < 100


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
    assert not opens(links, links.sign(PREFIX).token, key)


def test_a_prefix_is_not_the_beginning_of_a_name(links: SignedLinks) -> None:
    one = links.sign("videos/1/").token
    assert opens(links, one, "videos/1/a")
    assert not opens(links, one, "videos/10/a")
    assert not opens(links, links.sign("videos/10/").token, "videos/1/a")
    assert not opens(links, one.replace("-9-", "-10-"), "videos/10/a")


@pytest.mark.parametrize(
    "prefix", ["", "/", "videos", "videos/1", "//", "a//", "/a/", "../", "a/../", "./", "a\0/", "a\\b/"]
)
def test_a_prefix_that_could_open_more_than_meant_is_refused(links: SignedLinks, prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        links.sign(prefix)


def test_a_token_lives_as_long_as_promised_and_a_quarter_more_at_most(links: SignedLinks, clock: Hand) -> None:
    issued = clock.time
    for minute in range(0, 60, 7):
        clock.time = issued + timedelta(minutes=minute)
        token = links.sign(PREFIX).token
        clock.time += timedelta(minutes=59, seconds=59)
        assert opens(links, token, KEY)
        clock.time += timedelta(minutes=15, seconds=1)
        assert not opens(links, token, KEY)


def test_a_token_tells_when_it_expires(links: SignedLinks, clock: Hand) -> None:
    link = links.sign(PREFIX)
    assert timedelta(hours=1) <= link.expires_at - clock.time <= timedelta(hours=1, minutes=15)
    clock.time = link.expires_at - timedelta(seconds=1)
    assert opens(links, link.token, KEY)
    clock.time = link.expires_at
    assert not opens(links, link.token, KEY)


def test_a_token_tells_for_whom_it_was_made(links: SignedLinks) -> None:
    assert [links.bearer(links.sign(PREFIX, who).token, KEY) for who in (ADA, BOB, "")] == [ADA, BOB, ""]
    assert links.bearer(links.sign(PREFIX, ADA).token, "videos/0190-b/3/master.m3u8") is None


@pytest.mark.parametrize("bearer", ["a", "A" * 32, "a" * 31, "a" * 33, "g" * 32, "a" * 31 + "\n", "-"])
def test_a_bearer_that_is_none_is_refused(links: SignedLinks, bearer: str) -> None:
    with pytest.raises(ValueError, match="bearer"):
        links.sign(PREFIX, bearer)


def test_the_same_prefix_gets_the_same_token_for_a_while(links: SignedLinks, clock: Hand) -> None:
    tokens = set()
    for _ in range(60):
        tokens.add(links.sign(PREFIX).token)
        clock.time += timedelta(minutes=1)
    assert 4 <= len(tokens) <= 5
    assert links.sign(PREFIX).token != links.sign("videos/0190-a/4/").token


def test_no_bit_of_it_can_be_changed(links: SignedLinks) -> None:
    token = links.sign(PREFIX, ADA).token
    for place, character in enumerate(token):
        for bit in (1, 2, 4, 8, 16, 32, 64):
            assert not opens(links, token[:place] + chr(ord(character) ^ bit) + token[place + 1 :], KEY)


def test_its_expiry_and_its_length_cannot_be_changed(links: SignedLinks, clock: Hand) -> None:
    expiry, length, bearer, mac = links.sign(PREFIX, ADA).token.split("-", 3)
    for changed in (
        f"{int(expiry) + 900}-{length}-{bearer}-{mac}",
        f"{expiry}-7-{bearer}-{mac}",
        f"{expiry}-0-{bearer}-{mac}",
        f"{expiry}--16-{bearer}-{mac}",
        f"{expiry}-{length}--{mac}",
        f"{expiry}-{length}-{BOB}-{mac}",
        f"{expiry}-{length}-{bearer.upper()}-{mac}",
        f"{expiry}-{length}-{mac}",
    ):
        assert not opens(links, changed, KEY)
    for odd in (
        f"0{expiry}-{length}-{bearer}-{mac}",
        f"{expiry}-0{length}-{bearer}-{mac}",
        f"+{expiry}-{length}-{bearer}-{mac}",
        f"{expiry}-{length}-{bearer}-",
    ):
        assert not opens(links, odd, KEY)


def test_it_is_whole_and_alone(links: SignedLinks) -> None:
    token = links.sign(PREFIX).token
    assert not any(opens(links, token[:length], KEY) for length in range(len(token)))
    for odd in (
        token + "A",
        token + "=",
        token + "\n",
        " " + token,
        token * 2,
        token + "x" * 10_000_000,
        "٣" + token[1:],
    ):
        assert not opens(links, odd, KEY)
    for garbage in ("", "-", "--", "1-1-" + "A" * 43, "9" * 60, "\ud800", "\0"):
        assert not opens(links, garbage, KEY)


def test_another_secret_opens_nothing(links: SignedLinks, clock: Hand) -> None:
    others = SignedLinks(OTHER, lifetime=timedelta(hours=1), clock=clock)
    assert not opens(others, links.sign(PREFIX).token, KEY)
    assert not opens(links, others.sign(PREFIX).token, KEY)
    assert opens(SignedLinks(SECRET, lifetime=timedelta(hours=2), clock=clock), links.sign(PREFIX).token, KEY)


def test_weak_settings_are_refused(clock: Hand) -> None:
    with pytest.raises(ValueError, match="secret"):
        SignedLinks(b"short", lifetime=timedelta(hours=1), clock=clock)
    with pytest.raises(ValueError, match="lifetime"):
        SignedLinks(SECRET, lifetime=timedelta(0), clock=clock)
