"""The web client: its built files, and its one page at every address that is a page's."""

from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from multidict import CIMultiDict

from entrypoints.http.call import Scope
from entrypoints.http.policy import client_policy

BUILT = Path(__file__).with_name("client_files")
"""Where the client's build puts its files; they travel with the package from there."""

_ROUTE = "client"  # what metrics and logs call it
_RESERVED = ("/api/", "/media/", "/health", "/metrics", "/.well-known/", "/assets/")
_FOR_GOOD = "public, max-age=31536000, immutable"  # names below /assets/ have a hash of what is in the file
_ASK_EACH_TIME = "no-cache"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_COMPRESSED = (".br", ".gz")
_MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>streamcore</title>
<h1>The server runs; the web client is missing</h1>
<p>It has not been built: <code>make client</code> does that, and needs Node.js or the right to fetch it.</p>
<p>The API works without it: <a href="/api/v1/docs">its description</a>.</p></html>
"""


class Client:
    """Serves the files below ``folder``; None where there are none: then the first page says so.

    ``media_addresses`` are asked at each page for where media come from: browsers are told to load them from there and
    from nowhere else. They may be known only once the server listens.
    """

    def __init__(self, folder: Path | None, *, media_addresses: Callable[[], Iterable[str]] = tuple) -> None:
        # A list made once: an address can name none but these, whatever is in it.
        self._files = {f"/{path.relative_to(folder).as_posix()}": path for path in _files(folder)} if folder else {}
        self._media_addresses = media_addresses

    @property
    def missing(self) -> bool:
        return "/index.html" not in self._files

    def answer(self, request: web.Request, scope: Scope) -> web.StreamResponse | None:
        """The file or the page at this address; None where it is not the client's."""
        if request.method not in ("GET", "HEAD"):
            return None
        file = self._files.get(request.path)
        if file is None and not _asks_for_page(request):
            return None
        scope.route = _ROUTE
        if file is not None and file.suffix != ".html":
            return _sent(file, _FOR_GOOD if request.path.startswith("/assets/") else _ASK_EACH_TIME)
        scope.policy = client_policy(_origins(self._media_addresses()))
        if self.missing:
            return web.Response(status=404, text=_MISSING, content_type="text/html") if request.path == "/" else None
        return _sent(self._files["/index.html"], _ASK_EACH_TIME)


def _files(folder: Path) -> Iterable[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.suffix not in _COMPRESSED and path.is_file():
            yield path


def _asks_for_page(request: web.Request) -> bool:
    """Browsers say so when a person follows a link; scripts and pictures of old releases are to be missed openly."""
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith(_RESERVED)


def _sent(file: Path, cache_control: str) -> web.FileResponse:
    """With ranges, conditions, and the compressed file beside it where the client takes that."""
    content_type = _TYPES.get(file.suffix, "application/octet-stream")
    headers = CIMultiDict({"Content-Type": content_type, "Cache-Control": cache_control, "Vary": "Accept-Encoding"})
    return web.FileResponse(file, headers=headers)


def _origins(addresses: Iterable[str]) -> list[str]:
    parts = [urlsplit(address) for address in addresses]
    return sorted({f"{part.scheme}://{part.netloc}" for part in parts if part.netloc})
