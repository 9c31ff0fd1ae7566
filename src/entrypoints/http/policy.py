"""What every answer tells browsers not to do: guess types, frame it, leak addresses, load anything."""

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
