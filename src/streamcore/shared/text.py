"""Text that people write: what it may consist of, said once for every room."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

_UNSEEN = {"Cf", "Zs"}
_CONTROL = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of what follows them, beyond the end of the text (Unicode UAX #9)."""


def check_text(text: str, allowed: str = "") -> str:
    """``text`` itself; `ValueError` for control characters but those ``allowed``, or where there is nothing to see."""
    for letter in text:
        if letter in _TURNING or (unicodedata.category(letter) in _CONTROL and letter not in allowed):
            raise ValueError("Control characters are not allowed.")
    if text and all(unicodedata.category(letter) in _UNSEEN for letter in text):
        raise ValueError("Write something that can be seen.")
    return text


def _check_prose(text: str) -> str:
    return check_text(text, "\n\r\t")


LINE = AfterValidator(check_text)
"""Makes a string type one of a single line: ``Annotated[str, StringConstraints(…), LINE]``."""
PROSE = AfterValidator(_check_prose)
"""Makes a string type one that may have several lines."""

Tag = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=50), LINE]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""
