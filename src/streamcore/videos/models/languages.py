"""Language tags of BCP 47 (RFC 5646), and what speakers call the common ones."""

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

# RFC 5646, section 2.1 (langtag), without grandfathered tags, extended languages and private use alone.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})"
    r"(-(?P<script>[a-z]{4}))?"
    r"(-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?)",
    re.I,
)
_LONGEST = 35  # the buffer that RFC 5646, section 4.4.1, asks of everybody

_NAMES = {
    "ar": "العربية",
    "bg": "Български",
    "bn": "বাংলা",
    "ca": "Català",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "et": "Eesti",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "he": "עברית",
    "hi": "हिन्दी",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "ms": "Bahasa Melayu",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "sr": "Српски",
    "sv": "Svenska",
    "sw": "Kiswahili",
    "ta": "தமிழ்",
    "te": "తెలుగు",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "vi": "Tiếng Việt",
    "zh": "中文",
}


def language_tag(text: str) -> str:
    """The tag in its usual case (``sr-Latn-RS``); ValueError for what is no well-formed tag.

    Well-formed is what is asked, as RFC 5646, section 2.2.9, defines it: the registry of subtags grows by the year.
    """
    found = _TAG.fullmatch(text) if len(text) <= _LONGEST and text.isascii() else None
    if found is None:
        raise ValueError("Give a language as a tag of BCP 47, such as de or pt-BR.")
    parts = [found["language"].lower(), (found["script"] or "").title(), (found["region"] or "").upper()]
    return "-".join(part for part in parts if part) + found["rest"].lower()


def language_name(tag: str) -> str:
    """What speakers call the language, with its variety if the tag names one; the tag itself for rarer languages."""
    language, _, variety = tag.partition("-")
    name = _NAMES.get(language)
    if name is None:
        return tag
    return f"{name} ({variety})" if variety else name


Language = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(language_tag)]
