"""How JSON columns are written and read."""

from typing import Any

import orjson


def dumps(value: Any) -> str:
    """`Invalid` comes of what JSON cannot say (see `errors.translate`)."""
    return orjson.dumps(value).decode()


def loads(text: str | bytes) -> Any:
    return orjson.loads(text)
