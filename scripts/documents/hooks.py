"""What MkDocs calls while it builds the site: it adds the pages that come from the code and from the top folder.

A page of ``docs/`` that ends in ``<!-- generated: name -->`` is completed from the code where it is built, so that the
same file reads well on a code host. Links to documents of the top folder lead to their copies on the site.
"""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from scripts.documents import commands_reference, http_reference, python_reference, settings_reference

ROOT = Path(__file__).parents[2]
TOP_DOCUMENTS = {
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
    "CHANGELOG.md": "project/changelog.md",
}
GENERATED = {
    "settings": settings_reference.body,
    "commands": commands_reference.body,
    "errors": http_reference.errors,
    "http": http_reference.overview,
    "python": python_reference.overview,
}
_MARKER = re.compile(r"<!-- generated: (\w+) -->")
_LINK = re.compile(r"(?<=\]\()(?P<path>[^)#:\s]+\.md)(?=[#)])")
_FOREIGN = re.compile(
    r"<(?:script|img|iframe|source|video|audio)\b[^>]*?\b(?:src|srcset)=[\"']?(?:https?:)?//[^\"'\s>]*"
    r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preconnect|preload|icon))[^>]*?\bhref=[\"']?(?:https?:)?//[^\"'\s>]*"
)


def on_config(config: MkDocsConfig) -> None:
    """A folder in the navigation stands for its pages."""
    config.nav = _filled(config.nav)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are not in ``docs/``, and the site's own style."""
    for name, target in TOP_DOCUMENTS.items():
        _add(files, config, target, (ROOT / name).read_text())
    for target, text in _generated_pages().items():
        _add(files, config, target, text)
    _add(files, config, "assets/site.css", Path(__file__).with_name("site.css").read_text())
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    markdown = _MARKER.sub(lambda found: GENERATED[found[1]](), markdown)
    return _LINK.sub(lambda found: _moved(found["path"], page.file.src_uri), markdown)


def on_post_build(config: MkDocsConfig) -> None:
    """The site has to work without a network: nothing in it may be loaded from elsewhere."""
    foreign = [
        f"{path.name}: {found[0]}"
        for path in sorted(Path(config.site_dir).rglob("*.html"))
        for found in _FOREIGN.finditer(path.read_text())
    ]
    if foreign:
        raise PluginError("Pages load from elsewhere:\n" + "\n".join(foreign))


def _add(files: Files, config: MkDocsConfig, target: str, text: str) -> None:
    files.append(File.generated(config, target, content=text, inclusion=InclusionLevel.INCLUDED))


def _generated_pages() -> dict[str, str]:
    return {
        **{f"reference/http/{name}": text for name, text in http_reference.pages().items()},
        **{f"reference/python/{name}": text for name, text in python_reference.pages().items()},
    }


def _filled(entry: Any) -> Any:
    if isinstance(entry, list):
        return [_filled(item) for item in entry]
    if isinstance(entry, dict):
        return {title: _filled(item) for title, item in entry.items()}
    return _pages_of(entry) if entry.endswith("/") else entry


def _pages_of(folder: str) -> list[str]:
    """The index of the folder, then its other pages by name, or in the order in which they are generated."""
    written = [f"{folder}{path.name}" for path in sorted((ROOT / "docs" / folder).glob("*.md"))]
    index = [name for name in written if name.endswith(("README.md", "index.md"))]
    generated = [name for name in _generated_pages() if name.startswith(folder)]
    return index + [name for name in written if name not in index] + generated


def _moved(link: str, source: str) -> str:
    """``link`` as it has to be on the site: documents change their places relative to each other."""
    top = next((name for name, target in TOP_DOCUMENTS.items() if target == source), None)
    here = ROOT / top if top else ROOT / "docs" / source
    target = (here.parent / link).resolve()
    if not target.is_relative_to(ROOT):
        return link
    name = target.relative_to(ROOT).as_posix()
    place = TOP_DOCUMENTS.get(name, name.removeprefix("docs/"))
    return "../" * source.count("/") + place
