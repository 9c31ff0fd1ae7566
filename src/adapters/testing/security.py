"""What every password hasher and every maker of access tokens does.

Subclass :class:`PasswordHasherContract` with a fixture ``hasher``, and :class:`AccessTokensContract` with a fixture
``make`` that gives makers of tokens with other settings.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from streamcore.identity.models import AccessClaims
from streamcore.identity.ports import AccessTokens, PasswordHasher
from streamcore.shared.errors import Unauthenticated
from streamcore.shared.ids import SessionId, UserId

PASSWORDS = [
    "correct horse battery staple",
    "pässwörd-密码-🔑",
    "x" * 256,
    "x" * 71 + "yz",
    "nul\0inside",
    " spaces around ",
    "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA",
    "",
]
NO_HASHES = ["", "password", "$", "$$$$$", "$argon2id$", "scrypt$2$zz$zz", "$2b$12$abcdefghijklmnopqrstuv", "\0", "ü"]


class PasswordHasherContract:
    async def test_the_password_fits_its_hash(self, hasher: PasswordHasher) -> None:
        for password in PASSWORDS:
            assert await hasher.verify(password, await hasher.hash(password)) is True

    async def test_no_other_password_fits(self, hasher: PasswordHasher) -> None:
        for password in PASSWORDS:
            made = await hasher.hash(password)
            others = [
                password + "x",
                password + " ",
                password + "\0",
                password.swapcase(),
                password[:-1],
                "x" + password,
            ]
            for other in {*others, "", "nul"} - {password}:
                assert await hasher.verify(other, made) is False

    async def test_the_end_of_a_long_password_counts(self, hasher: PasswordHasher) -> None:
        for length in (55, 63, 71, 72, 127, 255):
            assert not await hasher.verify("a" * length + "b", await hasher.hash("a" * length + "c"))

    async def test_equal_passwords_have_different_hashes(self, hasher: PasswordHasher) -> None:
        assert len({await hasher.hash("the same") for _ in range(5)}) == 5

    async def test_the_hash_does_not_tell_the_password(self, hasher: PasswordHasher) -> None:
        password = "Tr0ub4dor&3"  # noqa: S105 – no secret, a test's
        made = await hasher.hash(password)
        assert len(made) < 500
        for shown in (
            password,
            password[::-1],
            password.encode().hex(),
            base64.b64encode(password.encode()).decode()[:-2],
        ):
            assert shown not in made

    async def test_what_is_no_hash_fits_nothing(self, hasher: PasswordHasher) -> None:
        for garbage in NO_HASHES:
            assert await hasher.verify("password", garbage) is False
            assert hasher.outdated(garbage) is True

    async def test_a_changed_hash_fits_nothing(self, hasher: PasswordHasher) -> None:
        made = await hasher.hash("password")
        for changed in (made[:-2], made[:-3] + ("AAA" if made[-3:] != "AAA" else "BBB"), made[1:], made + made):
            assert await hasher.verify("password", changed) is False

    async def test_its_own_hashes_are_not_outdated(self, hasher: PasswordHasher) -> None:
        assert hasher.outdated(await hasher.hash("password")) is False

    async def test_wasting_time_tells_nothing(self, hasher: PasswordHasher) -> None:
        for password in PASSWORDS:
            assert await hasher.waste(password) is None  # type: ignore[func-returns-value]  # that is the point

    async def test_many_at_once_do_not_mix(self, hasher: PasswordHasher) -> None:
        made = await asyncio.gather(*(hasher.hash(f"password {n}") for n in range(10)))
        right = await asyncio.gather(*(hasher.verify(f"password {n}", each) for n, each in enumerate(made)))
        wrong = await asyncio.gather(*(hasher.verify(f"password {n + 1}", each) for n, each in enumerate(made)))
        assert all(right)
        assert not any(wrong)


NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
OLD, NEW, OTHER = b"old key ".ljust(32, b"1"), b"new key ".ljust(32, b"2"), b"other key".ljust(32, b"3")
CLAIMS = AccessClaims(UserId("0190-user"), SessionId("0190-session"), NOW + timedelta(minutes=15))


class MakeTokens(Protocol):
    def __call__(
        self, keys: Mapping[str, bytes], current: str, *, issuer: str = "streamcore", audience: str = "api"
    ) -> AccessTokens: ...


def segment(words: Any) -> str:
    raw = words if isinstance(words, bytes) else json.dumps(words).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forge(secret: bytes = NEW, *, header: Any = None, digest: str = "sha256", **changes: Any) -> str:
    """A token of the right form, signed with ``secret``; ``changes`` to its claims, None to leave one out."""
    payload: dict[str, Any] = {
        "iss": "streamcore",
        "aud": "api",
        "sub": CLAIMS.user_id,
        "sid": CLAIMS.session_id,
        "iat": int(NOW.timestamp()),
        "exp": int(CLAIMS.expires_at.timestamp()),
    } | changes
    payload = {name: value for name, value in payload.items() if value is not None}
    signed = f"{segment({'typ': 'JWT', 'alg': 'HS256', 'kid': 'new'} if header is None else header)}.{segment(payload)}"
    return f"{signed}.{segment(hmac.digest(secret, signed.encode(), digest))}"


def refused(tokens: AccessTokens, token: str, now: datetime = NOW) -> None:
    """Twice, for what is refused must not be remembered as good."""
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            tokens.read(token, now=now)


class AccessTokensContract:
    """Tokens are JSON Web Tokens under HS256 with ``kid``, ``iss``, ``aud``, ``sub``, ``sid``, ``iat``, ``exp``."""

    def test_says_what_was_said(self, make: MakeTokens) -> None:
        tokens = make({"new": NEW}, "new")
        token = tokens.issue(CLAIMS, now=NOW)
        for _ in range(3):
            assert tokens.read(token, now=NOW) == CLAIMS
        assert make({"new": NEW}, "new").read(token, now=NOW) == CLAIMS

    def test_tokens_of_several_people_do_not_mix(self, make: MakeTokens) -> None:
        tokens = make({"new": NEW}, "new")
        people = [AccessClaims(UserId(f"u{n}"), SessionId(f"s{n}"), CLAIMS.expires_at) for n in range(20)]
        made = [tokens.issue(claims, now=NOW) for claims in people]
        for _ in range(2):
            assert [tokens.read(token, now=NOW) for token in made] == people

    def test_is_a_token_as_the_standard_has_it(self, make: MakeTokens) -> None:
        token = make({"new": NEW}, "new").issue(CLAIMS, now=NOW)
        header, payload, _ = (base64.urlsafe_b64decode(part + "==") for part in token.split("."))
        assert json.loads(header)["alg"] == "HS256"
        assert json.loads(header)["kid"] == "new"
        assert json.loads(payload) == {
            "iss": "streamcore",
            "aud": "api",
            "sub": CLAIMS.user_id,
            "sid": CLAIMS.session_id,
            "iat": int(NOW.timestamp()),
            "exp": int(CLAIMS.expires_at.timestamp()),
        }
        assert make({"new": NEW}, "new").read(forge(), now=NOW) == CLAIMS

    def test_expires_even_after_it_was_good(self, make: MakeTokens) -> None:
        tokens = make({"new": NEW}, "new")
        token = tokens.issue(CLAIMS, now=NOW)
        assert tokens.read(token, now=CLAIMS.expires_at - timedelta(seconds=1)) == CLAIMS
        refused(tokens, token, now=CLAIMS.expires_at)
        refused(tokens, token, now=CLAIMS.expires_at + timedelta(days=1))
        refused(make({"new": NEW}, "new"), token, now=CLAIMS.expires_at)

    def test_keys_change_without_logging_anybody_out(self, make: MakeTokens) -> None:
        before = make({"old": OLD}, "old")
        between = make({"old": OLD, "new": NEW}, "new")
        after = make({"new": NEW}, "new")
        old, new = before.issue(CLAIMS, now=NOW), between.issue(CLAIMS, now=NOW)
        assert between.read(old, now=NOW) == CLAIMS
        assert between.read(new, now=NOW) == CLAIMS
        assert after.read(new, now=NOW) == CLAIMS
        refused(after, old)
        refused(before, new)

    def test_the_key_id_says_which_key_must_have_signed(self, make: MakeTokens) -> None:
        tokens = make({"old": OLD, "new": NEW}, "new")
        refused(tokens, forge(OLD))
        refused(tokens, forge(OTHER))
        refused(tokens, forge(header={"alg": "HS256", "kid": "old"}))
        for kid in ("", "unknown", "../new", None, 7, ["new"], {"new": 1}, True):
            refused(tokens, forge(header={"alg": "HS256", "kid": kid}))
        refused(tokens, forge(header={"alg": "HS256"}))

    def test_accepts_one_algorithm(self, make: MakeTokens) -> None:
        tokens = make({"new": NEW}, "new")
        refused(tokens, forge(header={"alg": "HS512", "kid": "new"}, digest="sha512"))
        refused(tokens, forge(header={"alg": "HS384", "kid": "new"}, digest="sha384"))
        refused(tokens, forge(digest="sha512"))
        for alg in ("none", "None", "NONE", "", "hs256", "RS256", None, 0):
            refused(tokens, forge(header={"alg": alg, "kid": "new"}))
            header, payload, _ = forge(header={"alg": alg, "kid": "new"}).split(".")
            refused(tokens, f"{header}.{payload}.")
            refused(tokens, f"{header}.{payload}")
        refused(tokens, forge(header={"kid": "new"}))
        refused(tokens, forge(header={"alg": "HS256", "kid": "new", "crit": ["x"], "x": 1}))

    def test_believes_its_own_issuer_and_audience_only(self, make: MakeTokens) -> None:
        tokens = make({"new": NEW}, "new")
        refused(make({"new": NEW}, "new", audience="another"), tokens.issue(CLAIMS, now=NOW))
        refused(make({"new": NEW}, "new", issuer="another"), tokens.issue(CLAIMS, now=NOW))
        for value in ("", "another", 7, True, None, ["another"], {"api": 1}):
            refused(tokens, forge(iss=value))
            refused(tokens, forge(aud=value))

    def test_needs_every_claim_in_its_form(self, make: MakeTokens) -> None:
        tokens = make({"new": NEW}, "new")
        for text in (None, "", 7, True, ["x"], {"x": 1}):
            refused(tokens, forge(sub=text))
            refused(tokens, forge(sid=text))
        for time in (None, "soon", "2000000000", True, [1], {"x": 1}, -1, 0, 10**30, float("nan"), float("inf")):
            refused(tokens, forge(exp=time))
        for header, payload in ((b"[]", b"{}"), (b"null", b"null"), (b"\xff", b"\xff"), (b"{}", b"[]"), (b"", b"")):
            signed = f"{segment(header)}.{segment(payload)}"
            refused(tokens, f"{signed}.{segment(hmac.digest(NEW, signed.encode(), hashlib.sha256))}")

    def test_no_bit_of_it_can_be_changed(self, make: MakeTokens) -> None:
        tokens = make({"new": NEW}, "new")
        token = tokens.issue(CLAIMS, now=NOW)
        tokens.read(token, now=NOW)
        for place, character in enumerate(token):
            for bit in (1, 2, 4):
                changed = token[:place] + chr(ord(character) ^ bit) + token[place + 1 :]
                with pytest.raises(Unauthenticated):
                    tokens.read(changed, now=NOW)

    def test_is_whole_and_alone(self, make: MakeTokens) -> None:
        tokens = make({"new": NEW}, "new")
        token = tokens.issue(CLAIMS, now=NOW)
        for length in range(len(token)):
            with pytest.raises(Unauthenticated):
                tokens.read(token[:length], now=NOW)
        for odd in (
            f"{token}=",
            f"{token} ",
            f" {token}",
            f"{token}\n",
            f"{token}.",
            f".{token}",
            token * 2,
            f"{token}.x",
        ):
            refused(tokens, odd)

    def test_garbage_is_refused_like_anything_else(self, make: MakeTokens) -> None:
        tokens = make({"new": NEW}, "new")
        for garbage in (
            "",
            ".",
            "..",
            "...",
            "a.b.c",
            "ü",
            "\ud800",
            "\0",
            "null",
            "{}",
            "Bearer x",
            "é.é.é",
            "-._~" * 9,
        ):
            refused(tokens, garbage)
        deep = segment(b'{"a":' * 300 + b"1" + b"}" * 300)
        refused(tokens, f"{deep}.{deep}.{deep}")

    def test_an_oversized_token_is_refused_whoever_signed_it(self, make: MakeTokens) -> None:
        tokens = make({"new": NEW}, "new")
        refused(tokens, forge(padding="x" * 20_000))
        refused(tokens, "x" * 10_000_000)
