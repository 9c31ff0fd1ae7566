"""The documents lead somewhere, and name only what is there: files, headings, commands, settings, targets, routes."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from entrypoints.http.app import TABLES
from entrypoints.settings import Settings
from scripts.documents.commands_reference import commands
from tests.documents import PAGES, ROOT, agrees, fences, prose, reader
from tests.missing_engines import ADDRESSES

NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
OTHER_VARIABLES = {
    "STREAMCORE_CONFIG",
    "STREAMCORE_URL",
    "STREAMCORE_TOKEN",
    "STREAMCORE_PASSWORD",
    "STREAMCORE_ADMIN_PASSWORD",
    *ADDRESSES.values(),
}
"""What is read from the environment and is no setting of the server."""

_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\((?P<target>[^()\s]*(?:\([^()]*\))?[^()\s]*)\)")
_HEADING = re.compile(r"^#{1,6} (?P<text>.+?)(?: #+)?$", re.MULTILINE)
_CODE = re.compile(r"``.+?``|`[^`]+`", re.DOTALL)
_CALL = re.compile(r"(?:^|[\w.]/|&& |' )streamcore (?P<call>(?:[a-z]|--).*)")


class Addresses(HTMLParser):
    """Where tags written into a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attributes if name in ("href", "src", "srcset") and value]


def links(page: Path) -> list[str]:
    """Every address in the page that is not in code."""
    text = _CODE.sub("", prose(page))
    tags = Addresses()
    tags.feed(text)
    return [found["target"] for found in _LINK.finditer(text)] + tags.found


def anchors(page: Path) -> set[str]:
    """The anchors of the page's headings, as code hosts make them."""
    made: set[str] = set()
    for heading in _HEADING.finditer(prose(page)):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading["text"])
        slug = re.sub(r"[^\w\- ]", "", text.lower().strip()).replace(" ", "-")
        made.add(next(name for n in range(99) if (name := f"{slug}-{n}" if n else slug) not in made))
    return made


def leads_nowhere(page: Path, link: str) -> str | None:
    """What is wrong with the link; None if nothing is, or if it leads out of the repository."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None if parts.scheme in ("https", "mailto") else "no safe scheme"
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_relative_to(ROOT) or not target.exists():
        return "no such file"
    if parts.fragment and parts.fragment not in anchors(target):
        return "no such heading"
    return None


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    wrong = {link: why for link in links(page) if (why := leads_nowhere(page, link))}
    assert not wrong


def test_wrong_links_would_be_seen(tmp_path: Path) -> None:
    page = ROOT / "docs" / "index.md"
    assert leads_nowhere(page, "tutorial.md#3-upload-a-film") is None
    assert leads_nowhere(page, "tutorial.md#30-upload-a-film") == "no such heading"
    assert leads_nowhere(page, "tutorials.md") == "no such file"
    assert leads_nowhere(page, "../../elsewhere.md") == "no such file"
    assert leads_nowhere(page, "http://example.org") == "no safe scheme"
    written = tmp_path / "page.md"
    written.write_text('[a](b.md#c) `[no](link)` <img src="d.png">\n```\n[no](link)\n```\n[![e](f.svg)](g.md)\n')
    assert links(written) == ["b.md#c", "g.md", "d.png"]


@pytest.mark.parametrize("name", NAMES)
def test_fences_are_of_a_kind_that_is_known(name: str) -> None:
    """Else a command would be taken for one that is only shown."""
    page = ROOT / name
    opened = len(re.findall(r"^ *```", page.read_text(), re.MULTILINE))
    assert opened == 2 * len(fences(page))


def commands_shown(page: Path) -> list[str]:
    """Each call of ``streamcore`` in a fence, or in the text as code."""
    shown = [line for fence in fences(page) if fence.language in ("", "sh") for line in fence.text.splitlines()]
    shown += [" ".join(code.strip("`").split()) for code in _CODE.findall(prose(page))]
    calls = [_CALL.search(line.partition(" #")[0]) for line in shown]
    return [call["call"] for call in calls if call]


OPTIONS = {
    name: {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for name, command in commands()
}


def unknown_in(call: str) -> str | None:
    """The command or option of a call that the program does not know; None if it knows all."""
    words = call.split()
    name = next((name for name in (" ".join(words[:2]), words[0]) if name in OPTIONS), None)
    if name is None:
        groups = {known.partition(" ")[0] for known in OPTIONS if " " in known}
        return None if words in (["--help"], ["COMMAND", "--help"], *([group] for group in groups)) else call
    options = {word.partition("=")[0] for word in words if word.startswith("--")} - {"--help"}
    return ", ".join(options - OPTIONS[name]) or None


@pytest.mark.parametrize("name", NAMES)
def test_commands_exist(name: str) -> None:
    assert not [wrong for call in commands_shown(ROOT / name) if (wrong := unknown_in(call))]


def test_wrong_commands_would_be_seen() -> None:
    assert unknown_in("media verify --video ID --deep") is None
    assert unknown_in("media verify --shallow") == "--shallow"
    assert unknown_in("transcode film.mp4") == "transcode film.mp4"
    assert unknown_in("media polish") == "media polish"
    assert sum(len(commands_shown(page)) for page in PAGES) > 40


@pytest.mark.parametrize("name", NAMES)
def test_variables_exist(name: str) -> None:
    named = set(re.findall(r"STREAMCORE_[A-Z][A-Z0-9_]*[A-Z0-9]", (ROOT / name).read_text()))
    known = {f"STREAMCORE_{field.upper()}" for field in Settings.model_fields} | OTHER_VARIABLES
    assert not named - known


@pytest.mark.parametrize("name", NAMES)
def test_targets_of_make_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = (ROOT / name).read_text()
    named = set(re.findall(r"(?:`|^)make ([a-z]+)\b", text, re.MULTILINE))
    assert not named - targets


@pytest.mark.parametrize("name", NAMES)
def test_routes_exist(name: str) -> None:
    """``GET /videos/{id}/status`` and the like, with or without the base path."""
    routes = {(operation.method, _shape(operation.path)) for table in TABLES for operation in table.operations}
    named = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^\s`?]*)`", prose(ROOT / name))
    unknown = [
        f"{method} {path}"
        for method, path in named
        if (method, _shape(path)) not in routes and (method, _shape(f"/api/v1{path}")) not in routes
    ]
    assert not unknown


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_settings_of_the_production_example_are_accepted(tmp_path: Path) -> None:
    (example,) = [fence for fence in fences(ROOT / "docs" / "deploying.md") if fence.title == "/etc/streamcore.env"]
    script = f"set -a\n{example.text}\nexec streamcore config show"
    command = ["bash", "-c", script]
    done = subprocess.run(command, env=reader(tmp_path), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    for name, value in (("ENVIRONMENT", "production"), ("TRUSTED_PROXIES", "['127.0.0.1']"), ("SECRET_KEY", "(set)")):
        assert re.search(rf"STREAMCORE_{name} +│ {re.escape(value)}", done.stdout), done.stdout


def test_what_is_promised_is_compared() -> None:
    assert agrees("a … c\n…\nend", "a b c\nanything\nat all\nend\n")
    assert agrees("one", "one  \n")
    assert not agrees("one", "one\ntwo\n")
    assert not agrees("a … c", "a b d\n")
    assert not agrees("…\nend", "begin\n")
