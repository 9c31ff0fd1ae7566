"""The documentation page: it renders the OpenAPI document by itself and loads nothing from elsewhere."""

from importlib.resources import files

_FOLDER = files("entrypoints.http") / "docs_page"

PAGE = (_FOLDER / "index.html").read_bytes()
ASSETS: dict[str, tuple[str, bytes]] = {
    "docs.js": ("text/javascript; charset=utf-8", (_FOLDER / "docs.js").read_bytes()),
    "docs.css": ("text/css; charset=utf-8", (_FOLDER / "docs.css").read_bytes()),
}
