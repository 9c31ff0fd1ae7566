"""The main job on real input and on both stacks: a file goes in, an adaptive stream that any player plays comes out."""

import uuid
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest

from tests.integration.flows.judge import check_stream
from tests.integration.servers import Creator, running
from tests.integration.stacks import ServedStack


@pytest.mark.timeout(1200)
async def test_a_file_goes_in_and_a_stream_comes_out(stack: ServedStack, clips: dict[str, Path]) -> None:
    async with aiohttp.ClientSession() as http, running(stack.server) as server:
        creator = await Creator.register(http, server)
        for name, clip in clips.items():
            status, body = await creator.upload(clip, uuid.uuid4().hex, title=name)
            assert status == 202, body
            ended = await creator.ended(body["data"]["id"], patience=900)
            assert ended["status"] == "published", ended
            status, body = await creator.request("GET", f"/videos/{ended['video_id']}")
            video = body["data"]
            sizes = check_stream(video["stream_url"], portrait=name == "portrait", sound=True)
            assert sizes == EXPECTED[name]
            async with http.get(video["poster_url"]) as poster:
                assert poster.status == 200
                assert (await poster.read())[:2] == b"\xff\xd8"


EXPECTED = {
    "bigbuckbunny": ["640x360", "854x480", "1280x720"],
    "minute": ["640x360", "854x480", "1280x720", "1920x1080"],
    "portrait": ["360x640", "480x854", "720x1280"],
}


async def test_the_presigned_way(stack: ServedStack, clips: dict[str, Path]) -> None:
    clip = clips["bigbuckbunny"]
    content = clip.read_bytes()
    async with aiohttp.ClientSession() as http, running(stack.server) as server:
        creator = await Creator.register(http, server)
        announced = {"filename": clip.name, "content_type": "video/mp4", "size_bytes": len(content)}
        key = {"X-Idempotency-Key": uuid.uuid4().hex}
        status, body = await creator.request("POST", "/videos/upload-url", json=announced, headers=key)
        assert status == 201, body
        grant = body["data"]
        async with http.put(grant["upload_url"], data=BytesIO(content), headers=grant["headers"]) as response:
            assert response.status in (200, 201, 204), await response.text()
        details = {"video_id": grant["video_id"], "title": "Presigned", "visibility": "private"}
        key = {"X-Idempotency-Key": uuid.uuid4().hex}
        status, body = await creator.request("POST", "/videos", json=details, headers=key)
        assert status == 201, body
        assert (await creator.ended(grant["video_id"]))["status"] == "published"
        status, body = await creator.request("GET", f"/videos/{grant['video_id']}")
        stream = body["data"]["stream_url"]
        assert check_stream(stream, portrait=False, sound=True)[-1] == "1280x720"
        token = next(part for part in stream.split("/") if part.startswith("~"))
        for wrong in (stream.replace(f"{token}/", ""), stream.replace(token, token[:-2] + "AA")):
            async with http.get(wrong) as response:
                assert response.status in (403, 404), wrong
