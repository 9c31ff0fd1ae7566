import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from pydantic import ValidationError

from entrypoints.settings import Settings


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    before: Mapping[str, str | None] = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("10.0.0.0/8", ["10.0.0.0/8"]),
        ("10.0.0.0/8, 127.0.0.1,", ["10.0.0.0/8", "127.0.0.1"]),
        ('["10.0.0.0/8", "::1"]', ["10.0.0.0/8", "::1"]),
        (" ", []),
    ],
)
def test_a_list_has_commas_or_is_json(written: str, meant: list[str]) -> None:
    with environment(STREAMCORE_TRUSTED_PROXIES=written):
        assert Settings().trusted_proxies == meant


def test_what_is_no_list_is_said_by_its_name() -> None:
    broken = '["https://a.example"'
    with environment(STREAMCORE_CORS_ORIGINS=broken), pytest.raises(ValidationError, match="cors_origins"):
        Settings()
