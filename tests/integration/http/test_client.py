"""How the server hands out the web client: its page at the addresses of pages, its files, and nothing beside them."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from yarl import URL

from entrypoints.http.client import Client
from tests.integration.http.site import Answer, Site, open_site
from tests.integration.servers import Server, running

PAGE = b"<!doctype html><title>The client</title><script src=/assets/app-1f2e.js></script>" * 20
SCRIPT = b"document.title = 'The client';" * 40
SECRET = b"nobody may see this"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ANYTHING = {"Accept": "*/*"}
CDN = "https://cdn.example.org"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as the client's build leaves it, with something beside it that is not to be served."""
    folder = tmp_path / "built"
    files = {
        "index.html": PAGE,
        "assets/app-1f2e.js": SCRIPT,
        "assets/look-3c4d.css": b"body { margin: 0 }",
        "assets/letters-5a6b.woff2": b"wOF2",
        "favicon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        ".vite/manifest.json": SECRET,
        ".built": SECRET,
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        if name.endswith((".html", ".js", ".css", ".svg")):
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
            (folder / f"{name}.br").write_bytes(b"brotli of " + name.encode())
    (tmp_path / "secret.txt").write_bytes(SECRET)
    return folder


@pytest.fixture
async def site(built: Path) -> AsyncIterator[Site]:
    client = Client(built, media_addresses=lambda: [f"{CDN}/media", f"{CDN}/more", ""])
    async with open_site(client=client) as site:
        yield site


async def ask(site: Site, path: str, headers: Mapping[str, str] = ANYTHING, method: str = "GET") -> Answer:
    """An answer as it was sent: nothing unpacked, no address made tidy."""
    request = site.session.request(
        method,
        URL(site.address + path, encoded=True),
        headers={"Accept-Encoding": "identity", **headers},
        allow_redirects=False,
        auto_decompress=False,
    )
    async with request as response:
        return Answer(response.status, response.headers, await response.read())


PAGES = ["/", "/?type=short", "/login", "/watch/0192", "/@mira", "/@j%C3%B6rg", "/studio/0192", "/no/such/page", "/api"]


OTHERS = [
    *("/assets/missing-0000.js", "/assets/", "/api/", "/api/v1/nothing"),
    *("/media/nothing", "/health/nothing", "/metrics/nothing", "/.well-known/nothing"),
]


async def test_an_address_of_a_page_is_answered_with_the_page(site: Site) -> None:
    for path in PAGES:
        answer = await ask(site, path, BROWSER)
        assert (answer.status, answer.body) == (200, PAGE), path
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-cache"
        head = await ask(site, path, BROWSER, "HEAD")
        assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(PAGE)))
        assert head.headers["Content-Security-Policy"] == answer.headers["Content-Security-Policy"]


async def test_what_belongs_to_others_is_no_page(site: Site) -> None:
    for path in OTHERS:
        answer = await ask(site, path, BROWSER)
        assert (answer.status, answer.code) == (404, "NOT_FOUND"), path


async def test_only_who_takes_html_gets_the_page(site: Site) -> None:
    for headers in (ANYTHING, {"Accept": "application/json"}, {"Accept": "image/*"}):
        answer = await ask(site, "/watch/0192", headers)
        assert (answer.status, answer.code) == (404, "NOT_FOUND")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/", "/watch/0192", "/favicon.svg", "/assets/app-1f2e.js"):
            assert (await ask(site, path, BROWSER, method)).status in (404, 405), (method, path)


async def test_the_api_is_in_front_of_the_client(site: Site) -> None:
    videos = await ask(site, "/api/v1/videos", BROWSER)
    assert (videos.status, videos.data) == (200, [])
    assert (await ask(site, "/health", BROWSER)).json
    wrong = await ask(site, "/api/v1/videos", BROWSER, "DELETE")
    assert (wrong.status, wrong.code) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("path", "content_type", "cache_control"),
    [
        ("/assets/app-1f2e.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/look-3c4d.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/letters-5a6b.woff2", "font/woff2", "public, max-age=31536000, immutable"),
        ("/favicon.svg", "image/svg+xml", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
    ],
)
async def test_files_say_what_they_are_and_how_long_they_keep(
    site: Site, built: Path, path: str, content_type: str, cache_control: str
) -> None:
    for headers in (ANYTHING, BROWSER):
        answer = await ask(site, path, headers)
        assert (answer.status, answer.body) == (200, (built / path[1:]).read_bytes())
        assert answer.headers["Content-Type"] == content_type
        assert answer.headers["Cache-Control"] == cache_control
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "X-Request-ID" in answer.headers


async def test_the_page_may_load_from_its_server_and_from_where_media_are(site: Site) -> None:
    headers = (await ask(site, "/", BROWSER)).headers
    rules = dict(rule.strip().partition(" ")[::2] for rule in headers["Content-Security-Policy"].split(";"))
    assert rules == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": f"'self' {CDN}",
        "media-src": f"'self' {CDN} blob:",
        "connect-src": f"'self' {CDN}",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "script-src" not in (await ask(site, "/api/v1/videos", BROWSER)).headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/assets/app-1f2e.js"])
async def test_who_takes_compressed_files_gets_those(site: Site, built: Path, path: str) -> None:
    file = built / (path[1:] or "index.html")
    answers = {}
    for accepted in ("identity", "gzip", "gzip, deflate, br", "deflate"):
        answer = await ask(site, path, BROWSER | {"Accept-Encoding": accepted})
        assert answer.status == 200
        assert answer.headers["Vary"] == "Accept-Encoding"
        answers[accepted] = answer
    assert answers["identity"].body == answers["deflate"].body == file.read_bytes()
    assert "Content-Encoding" not in answers["identity"].headers
    assert answers["gzip"].headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answers["gzip"].body) == file.read_bytes()
    brotli = answers["gzip, deflate, br"]
    assert brotli.headers["Content-Encoding"] == "br"
    assert brotli.body == Path(f"{file}.br").read_bytes()
    types = {answer.headers["Content-Type"] for answer in answers.values()}
    assert len(types) == 1, "a compressed file is still a script or a page"
    tags = [answers[accepted].headers["ETag"] for accepted in ("identity", "gzip", "gzip, deflate, br")]
    assert len(set(tags)) == 3, "caches would take one for the other"


async def test_what_is_compressed_already_is_sent_as_it_is(site: Site) -> None:
    answer = await ask(site, "/assets/letters-5a6b.woff2", {"Accept-Encoding": "gzip, br"})
    assert (answer.status, answer.body) == (200, b"wOF2")
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/watch/0192", "/assets/app-1f2e.js", "/favicon.svg"])
async def test_who_has_it_already_is_told_so(site: Site, path: str) -> None:
    for accepted in ("identity", "br"):
        headers = BROWSER | {"Accept-Encoding": accepted}
        first = (await ask(site, path, headers)).headers
        for condition in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
            again = await ask(site, path, headers | condition)
            assert (again.status, again.body) == (304, b"")
            for name in ("ETag", "Cache-Control", "Vary"):
                assert again.headers[name] == first[name]
        assert (await ask(site, path, headers | {"If-None-Match": '"another"'})).status == 200


async def test_a_part_of_a_file_can_be_asked_for(site: Site) -> None:
    answer = await ask(site, "/assets/app-1f2e.js", {"Range": "bytes=9-13"})
    assert (answer.status, answer.body) == (206, SCRIPT[9:14])
    assert answer.headers["Content-Range"] == f"bytes 9-13/{len(SCRIPT)}"


async def raw(site: Site, path: str, accept: str) -> bytes:
    """The answer to a request whose address is sent letter by letter."""
    address = URL(site.address)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\nAccept: {accept}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


OUT_OF_REACH = [
    *("/.vite/manifest.json", "/%2evite/manifest.json", "/.built", "/assets/%2e%2e/.vite/manifest.json"),
    *("/../secret.txt", "/..%2fsecret.txt", "/..%2Fsecret.txt", "/..%5csecret.txt", "//secret.txt"),
    *("/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/%252e%252e%252fsecret.txt", "/index.html%00../secret.txt"),
    *("/assets/../../secret.txt", "/assets/..%2f..%2fsecret.txt", "/assets/%2e%2e/%2e%2e/secret.txt"),
]


async def test_hidden_files_and_what_lies_beside_the_folder_are_out_of_reach(site: Site) -> None:
    for path in OUT_OF_REACH:
        assert (await raw(site, path, "*/*")).startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), path
        for accept in ("*/*", "text/html"):
            assert SECRET not in await raw(site, path, accept), path


async def test_compressed_files_have_no_address_of_their_own(site: Site) -> None:
    for path in ("/assets/app-1f2e.js.gz", "/assets/app-1f2e.js.br", "/favicon.svg.gz"):
        assert (await ask(site, path)).status == 404


async def test_files_that_come_later_are_not_served(site: Site, built: Path) -> None:
    (built / "assets" / "later-7e8f.js").write_bytes(SECRET)
    assert (await ask(site, "/assets/later-7e8f.js")).status == 404


async def test_requests_of_the_client_are_logged_under_one_name(built: Path) -> None:
    async with open_site(client=Client(built)) as site:
        for path in ("/", "/watch/of-nobody-s-business", "/assets/app-1f2e.js"):
            await ask(site, path, BROWSER)
        await ask(site, "/nothing")
    lines = site.log_lines()  # the last of them are written when the server closes
    assert [line["route"] for line in lines] == ["client", "client", "client", "unmatched"]
    assert "of-nobody-s-business" not in str(lines)


async def test_the_first_page_tells_that_the_client_is_missing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for client in (Client(None), Client(tmp_path / "empty")):
        assert client.missing
        async with open_site(client=client) as site:
            told = await ask(site, "/", BROWSER)
            assert told.status == 404
            assert told.headers["Content-Type"].startswith("text/html")
            assert b"make client" in told.body
            assert b"/api/v1/docs" in told.body
            for path, headers in (("/", ANYTHING), ("/watch/0192", BROWSER), ("/favicon.svg", BROWSER)):
                assert (await ask(site, path, headers)).code == "NOT_FOUND"
            assert (await ask(site, "/api/v1/videos")).status == 200


async def test_a_server_without_a_client_says_so_in_its_log(tmp_path: Path) -> None:
    settings = {"STREAMCORE_CLIENT": str(tmp_path / "nothing"), "STREAMCORE_LOG_FORMAT": "json"}
    async with running(Server(tmp_path / "data", settings), "--no-worker") as server:
        assert "client.missing" in server.log()
        assert "make client" in server.log()


async def test_the_settings_can_do_without_a_client(tmp_path: Path) -> None:
    async with running(Server(tmp_path / "data", {"STREAMCORE_CLIENT": "none"}), "--no-worker") as server:
        assert "client.missing" not in server.log()
