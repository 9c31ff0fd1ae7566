import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Invalid
from streamcore.shared.ids import Ids, VideoId
from streamcore.shared.objects import ObjectStore
from streamcore.shared.text import check_text
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.captions import Caption, caption_key
from streamcore.videos.models.languages import language_name, language_tag
from streamcore.videos.models.subtitles import read_subtitles, write_webvtt
from streamcore.videos.models.video import Video
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.save_change import save_change

MOST_IN_LABEL = 60

Save = Callable[[Actor, VideoId, Caption], Awaitable[Video]]
Check = Callable[[Actor, VideoId], Awaitable[None]]


def language(text: str) -> str:
    """The language tag in its usual case; `Invalid` for none."""
    try:
        return language_tag(text)
    except ValueError as error:
        raise Invalid.field("lang", str(error), "language") from error


def _label(text: str) -> str:
    try:
        label = check_text(text.strip())
    except ValueError as error:
        raise Invalid.field("label", str(error), "label") from error
    if not 1 <= len(label) <= MOST_IN_LABEL:
        raise Invalid.field("label", f"Give a label of 1 to {MOST_IN_LABEL} characters.", "label")
    return label


def _rewritten(body: bytes) -> bytes:
    return write_webvtt(read_subtitles(body))


@dataclass(frozen=True, slots=True)
class SaveCaption:
    """Switch stored captions in."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId, caption: Caption) -> Video:
        async with self.conceal(actor, video_id), self.begin() as uow:
            before = await uow.videos.get(video_id)
            video, events = before.put_caption(caption, by=actor, at=self.clock.now())
            await save_change(uow, before, video, events)
        return video


@dataclass(frozen=True, slots=True)
class PutCaptions:
    """Give a video captions in one language, from a file of WebVTT or SubRip, in place of those it has (VID-7).

    They are stored under a key that is new each time and never written again; the sweep removes those replaced.
    """

    check_owner: Check
    save: Save
    store: ObjectStore
    clock: Clock
    ids: Ids

    async def __call__(self, actor: Actor, video_id: VideoId, lang: str, body: bytes, label: str | None) -> Video:
        await self.check_owner(actor, video_id)
        tag = language(lang)
        told = _label(label) if label is not None else language_name(tag)
        webvtt = await asyncio.to_thread(_rewritten, body)
        caption = Caption(self.ids.new(), tag, told, self.clock.now())

        async def chunks() -> AsyncIterator[bytes]:
            yield webvtt

        key = caption_key(video_id, caption)
        await self.store.put(key, chunks(), content_type="text/vtt; charset=utf-8", size=len(webvtt))
        return await self.save(actor, video_id, caption)
