"""Files that come through the API as a form."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import pytest

from adapters.memory.system import ManualClock, SequentialIds
from entrypoints.container.memory import database_ports
from entrypoints.settings import Settings
from entrypoints.wiring.ports import PlatformUnitOfWork
from streamcore.shared.errors import Unavailable
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.policies import UploadLimits
from tests.integration.http.site import Answer, Client, Site, open_site, video_form

VIDEOS = "/api/v1/videos"
BOUNDARY = "--------a-boundary"
Part = tuple[str, str | bytes]


def raw_form(parts: Sequence[Part], *, end: bool = True) -> bytes:
    """A form in exactly this order; the part ``file`` has a file name and a type."""
    lines = []
    for name, value in parts:
        is_file = name == "file"
        disposition = f'form-data; name="{name}"' + ('; filename="film.mp4"' if is_file else "")
        head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n"
        head += "Content-Type: video/mp4\r\n\r\n" if is_file else "\r\n"
        lines.append(head.encode() + (value if isinstance(value, bytes) else value.encode()) + b"\r\n")
    return b"".join(lines) + (f"--{BOUNDARY}--\r\n".encode() if end else b"")


async def send(client: Client, parts: Sequence[Part], key: str | None = "k", *, end: bool = True) -> Answer:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return await client.post(VIDEOS, data=raw_form(parts, end=end), key=key, headers=headers)


FILE: Part = ("file", b"a film " * 50_000)
FIELDS: list[Part] = [("title", "Ink in water"), ("tags", "ink, Water"), ("visibility", "unlisted")]


async def test_an_upload_is_accepted_and_processed(site: Site) -> None:
    mira = await site.creator()
    answer = await send(mira, [*FIELDS, FILE])
    assert answer.status == 202
    video = answer.data
    assert (video["status"], video["title"], video["tags"]) == ("processing", "Ink in water", ["ink", "water"])
    assert video["stream_url"] is None
    [source] = await site.stored("uploads/")
    async with site.platform.ports.store.get(source) as chunks:
        assert b"".join([chunk async for chunk in chunks]) == FILE[1]
    await site.settle()
    assert (await mira.get(f"{VIDEOS}/{video['id']}")).data["status"] == "published"


@pytest.mark.parametrize("position", range(4))
async def test_the_file_may_come_anywhere(site: Site, position: int) -> None:
    parts = [*FIELDS[:position], FILE, *FIELDS[position:]]
    answer = await send(await site.creator(), parts)
    assert (answer.status, answer.data["visibility"], answer.data["tags"]) == (202, "unlisted", ["ink", "water"])


async def test_tags_may_be_repeated_fields(site: Site) -> None:
    answer = await send(await site.creator(), [("tags", "a"), FILE, ("tags", "b"), ("title", "A film")])
    assert answer.data["tags"] == ["a", "b"]


async def test_who_may_upload(site: Site) -> None:
    assert (await send(site.anonymous, [*FIELDS, FILE])).status == 401
    assert (await send(await site.viewer(), [*FIELDS, FILE])).status == 403
    assert await site.stored() == []


async def test_an_upload_needs_a_key(site: Site) -> None:
    mira = await site.creator()
    answer = await send(mira, [*FIELDS, FILE], None)
    assert (answer.status, answer.types) == (400, {"X-Idempotency-Key": "missing"})
    for key in ("a b", "ä", "a" * 256):
        headers = {"X-Idempotency-Key": key}
        answer = await mira.post(VIDEOS, data=video_form(b"a film"), headers=headers)
        assert (answer.status, answer.types) == (400, {"X-Idempotency-Key": "idempotency_key"})
    assert await site.stored() == []


WRONG: list[tuple[str, list[Part], dict[str, str]]] = [
    ("no title", [FILE], {"title": "missing"}),
    ("a short title before the file", [("title", "x"), FILE], {"title": "string_too_short"}),
    ("a short title behind the file", [FILE, ("title", "x")], {"title": "string_too_short"}),
    ("a field that nobody knows", [*FIELDS, ("colour", "red"), FILE], {"colour": "extra_forbidden"}),
    ("no file", FIELDS, {"file": "missing"}),
    ("an empty file", [*FIELDS, ("file", b"")], {"file": "empty_file"}),
    ("two files", [*FIELDS, FILE, FILE], {"file": "repeated_field"}),
    ("two titles", [*FIELDS, ("title", "Another"), FILE], {"title": "repeated_field"}),
    ("eleven tags", [("title", "A film"), ("tags", ",".join("abcdefghijk")), FILE], {"tags": "too_long"}),
    ("a wrong date", [*FIELDS, ("publish_at", "tomorrow"), FILE], {"publish_at": "datetime_from_date_parsing"}),
    ("NUL", [("title", "a film\0"), FILE], {"title": "nul_character"}),
    ("no UTF-8", [("title", b"\xff\xfe\xff\xfe"), FILE], {"title": "encoding"}),
]


@pytest.mark.parametrize(("name", "parts", "types"), WRONG, ids=[name for name, *_ in WRONG])
async def test_what_is_wrong_is_told_and_nothing_is_kept(
    site: Site, name: str, parts: list[Part], types: dict[str, str]
) -> None:
    mira = await site.creator()
    answer = await send(mira, parts)
    assert (answer.status, answer.code, answer.types) == (400, "VALIDATION_ERROR", types)
    assert await site.stored() == []
    assert (await mira.get("/api/v1/uploads/limits")).data["used_bytes"] == 0
    answer = await send(mira, [*FIELDS, FILE])
    assert answer.status == 202, "the same key may be used again"
    own = await mira.get(f"/api/v1/users/{mira.user['id']}/videos")
    assert [video["status"] for video in own.data] == ["processing"]


async def test_a_huge_field_is_refused(site: Site) -> None:
    answer = await send(await site.creator(), [("description", "x" * 70_000), *FIELDS, FILE])
    assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_file_that_is_no_video_is_refused(site: Site) -> None:
    mira = await site.creator()
    answer = await mira.post(VIDEOS, data=video_form(b"a picture", file_type="image/png"), key="k")
    assert (answer.status, answer.code, answer.types) == (422, "UNPROCESSABLE_MEDIA", {"file": "not_a_video_type"})


@pytest.mark.parametrize("body", [b"", b"nonsense", raw_form(FIELDS, end=False), raw_form([*FIELDS, FILE])[:-30]])
async def test_a_broken_form_is_refused(site: Site, body: bytes) -> None:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = await (await site.creator()).post(VIDEOS, data=body, key="k", headers=headers)
    assert (answer.status, answer.code) == (400, "VALIDATION_ERROR")
    assert await site.stored() == []


async def test_a_form_without_boundary_is_refused(site: Site) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    answer = await (await site.creator()).post(VIDEOS, data=b"x", key="k", headers=headers)
    assert (answer.status, answer.types) == (400, {"body": "multipart_invalid"})


async def test_files_above_the_limit_are_refused_in_the_stream(site: Site) -> None:
    async with open_site(upload_limits=UploadLimits(max_size=300_000)) as small:
        mira = await small.creator()
        parts = [*FIELDS, FILE]

        async def chunks() -> AsyncIterator[bytes]:
            yield raw_form(parts)

        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        for data in (raw_form(parts), chunks()):
            answer = await mira.post(VIDEOS, data=data, key="k", headers=headers)
            assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")
        assert await small.stored() == []


async def test_a_repeat_gets_the_first_answer(site: Site) -> None:
    mira = await site.creator()
    first = await send(mira, [*FIELDS, FILE])
    await site.settle()
    again = await send(mira, [*FIELDS, FILE])
    assert (again.status, again.body) == (202, first.body)
    assert len(await site.stored("uploads/")) == 1


@pytest.mark.parametrize("other", [[("title", "Another"), FILE], [*FIELDS, ("file", b"another film")], [FILE, *FIELDS]])
async def test_a_key_with_another_form_is_a_conflict(site: Site, other: list[Part]) -> None:
    mira = await site.creator()
    await send(mira, [*FIELDS, FILE])
    answer = await send(mira, other)
    assert (answer.status, answer.types) == (409, {"X-Idempotency-Key": "idempotency_key_reused"})
    assert len(await site.stored("uploads/")) == 1


async def test_keys_of_different_people_do_not_meet(site: Site) -> None:
    answers = [await send(await site.creator(), [*FIELDS, FILE]) for _ in range(2)]
    assert len({answer.data["id"] for answer in answers}) == 2


async def test_twenty_uploads_with_one_key_make_one_video(site: Site) -> None:
    mira = await site.creator()
    answers = await asyncio.gather(*(send(mira, [*FIELDS, FILE]) for _ in range(20)))
    assert {answer.status for answer in answers} == {202}
    assert len({answer.body for answer in answers}) == 1
    assert len((await mira.get(f"/api/v1/users/{mira.user['id']}/videos")).data) == 1
    assert len(await site.stored("uploads/")) == 1


async def test_a_client_that_goes_away_leaves_nothing_stored(site: Site) -> None:
    mira = await site.creator()
    body = raw_form([*FIELDS, FILE])
    host, _, port = site.address.removeprefix("http://").partition(":")
    for cut in (200, 400, len(body) // 2, len(body) - 10):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            (
                f"POST {VIDEOS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {mira.token}\r\n"
                f"X-Idempotency-Key: k{cut}\r\nContent-Length: {len(body)}\r\n"
                f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
            ).encode()
            + body[:cut]
        )
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()
        await writer.wait_closed()
        del reader
    await asyncio.sleep(0.3)
    assert await site.stored() == []
    lines = [line["status"] for line in site.log_lines() if line["method"] == "POST" and line["route"] == VIDEOS]
    assert lines == [499] * 4
    own = await mira.get(f"/api/v1/users/{mira.user['id']}/videos")
    assert all(video["status"] == "uploading" for video in own.data)
    assert (await mira.get("/api/v1/uploads/limits")).data["used_bytes"] == 0


async def test_uploads_are_limited_by_the_hour(site: Site) -> None:
    async with open_site(Settings(rate_limits_enabled=True)) as limited:
        mira = await limited.creator()
        answers = [await send(mira, [*FIELDS, FILE], f"k{n}") for n in range(11)]
        assert [answer.status for answer in answers] == [202] * 10 + [429]
        assert int(answers[-1].headers["Retry-After"]) >= 300


class AmbiguousCommits:
    """A database whose connection is lost while it commits: it has committed, and says that it is away."""

    def __init__(self, begin: Begin[PlatformUnitOfWork]) -> None:
        self._begin = begin
        self.losing: set[int] = set()
        self.commits = 0

    def __call__(self) -> AbstractAsyncContextManager[PlatformUnitOfWork]:
        return self._lost()

    @asynccontextmanager
    async def _lost(self) -> AsyncIterator[PlatformUnitOfWork]:
        async with self._begin() as uow:
            yield uow
        self.commits += 1
        if self.commits in self.losing:
            raise Unavailable


@pytest.mark.parametrize("lost", [1, 2, 3])
async def test_an_answer_lost_on_any_commit_costs_nothing(lost: int) -> None:
    clock = ManualClock()
    ports = database_ports(clock, SequentialIds())
    begin = ports["begin"] = AmbiguousCommits(ports["begin"])
    async with open_site(**ports) as site:
        mira = await site.creator()
        begin.losing = {begin.commits + lost}
        first = await send(mira, [*FIELDS, FILE])
        again = await send(mira, [*FIELDS, FILE])
        assert {first.status, again.status} <= {202, 503}
        assert again.status == 202
        await site.settle()
        site.clock.advance(timedelta(seconds=2))  # where it was the job's own commit, it is tried again
        await site.settle()
        assert (await mira.get(f"{VIDEOS}/{again.data['id']}")).data["status"] == "published"
        videos = (await mira.get(f"/api/v1/users/{mira.user['id']}/videos")).data
        assert [video["id"] for video in videos] == [again.data["id"]]
