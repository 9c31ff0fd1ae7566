"""`streamcore demo` makes a first page that is alive, beside a running server and without one."""

import aiohttp

from tests.integration.servers import running
from tests.integration.stacks import ServedStack


async def titles(url: str) -> list[str]:
    async with aiohttp.ClientSession() as http, http.get(f"{url}/api/v1/videos") as response:
        return [video["title"] for video in (await response.json())["data"]]


async def test_it_fills_an_instance_and_goes_on_where_it_was(stack: ServedStack) -> None:
    server = stack.server
    server.settings = {**server.settings, "STREAMCORE_FFMPEG_PRESET": "ultrafast", "COLUMNS": "200"}
    async with running(server):
        said = await server.command("demo", "--clips", "1")
        assert "clips published: 1, there already: 0" in said
        assert "account slow.light, password " in said
        assert await titles(server.url) == ["Harbour at four in the morning"]
    said = await server.command("demo", "--clips", "2")
    assert "clips published: 1, there already: 1" in said
    assert "account number.garden, password " in said
    assert "slow.light, password" not in said
    async with running(server):
        assert len(await titles(server.url)) == 2
