"""What every answer tells browsers not to do: guess types, frame it, leak addresses, load anything."""

from collections.abc import Sequence

from multidict import CIMultiDict

_COMMON = (
    ("Server", "streamcore"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)
DATA_POLICY = CIMultiDict((*_COMMON, ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")))
PAGE_POLICY = CIMultiDict(
    (
        *_COMMON,
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'",
        ),
    )
)


def client_policy(media: Sequence[str]) -> CIMultiDict[str]:
    """For the client's page: all from its own server, but for media, which may also come from the origins ``media``."""
    sources = " ".join(("'self'", *media))
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        f"img-src {sources}; media-src {sources} blob:; connect-src {sources}; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return CIMultiDict((*_COMMON, ("Content-Security-Policy", policy), ("Cross-Origin-Opener-Policy", "same-origin")))
