"""Videos that are kept, listed or hidden wrongly in one way each; their suites must notice every one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.memory.database import MemoryDatabase
from adapters.memory.transactions import Transaction
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.memory.video_queries import MemoryVideoQueries
from adapters.memory.videos import MemoryPublishedCounts, MemoryVideoCare, MemoryVideoGrants, MemoryVideos
from adapters.testing.memory_stack import Parts
from streamcore.shared.access import Actor
from streamcore.shared.ids import ChannelId, UserId, VideoId
from streamcore.shared.pages import Page, Position
from streamcore.shared.visibility import AllOf, AnyOf, Condition, FlagIs, GrantedTo, PublishedBy, VideoFacts, Visibility
from streamcore.videos.models import Video
from streamcore.videos.ports import KeptFiles
from streamcore.videos.views import VideoList, VideoStatusView, VideoView


class _LossyVideos(MemoryVideos):
    async def save(self, video: Video) -> None:
        await super().save(replace(video, failure=None))


class FailuresAreForgotten(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _LossyVideos(db, transaction)


class _RoundingVideos(MemoryVideos):
    async def add(self, video: Video) -> None:
        media = video.media and replace(video.media, frame_rate=round(video.media.frame_rate, 2))
        await super().add(replace(video, media=media))


class FrameRatesAreRounded(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _RoundingVideos(db, transaction)


class _BlindVideos(MemoryVideos):
    async def save(self, video: Video) -> None:
        await self._transaction.put(self._db.tables.videos, video.id, replace(video, version=video.version + 1))


class VideosWithoutVersion(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _BlindVideos(db, transaction)


class _OverwritingVideos(MemoryVideos):
    async def add(self, video: Video) -> None:
        await self._transaction.put(self._db.tables.videos, video.id, video)


class AddOverwrites(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _OverwritingVideos(db, transaction)


class _MixedCounts(MemoryPublishedCounts):
    async def move(self, channel_id: ChannelId, video_type: str, delta: int) -> None:
        await super().move(channel_id, "video", delta)


class ShortsCountAsVideos(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.published_counts = _MixedCounts(db, transaction)


class _GenerousGrants(MemoryVideoGrants):
    async def add(self, user_id: UserId, video_id: VideoId, at: datetime) -> bool:
        await super().add(user_id, video_id, at)
        return True


class GrantsAreAlwaysNew(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.video_grants = _GenerousGrants(db, transaction)


class PageSkipsTies(MemoryVideoQueries):
    """Goes on after the time of the last item and forgets its id."""

    def _page(self, found: Sequence[tuple[datetime, Video]], after: Position | None, limit: int) -> Page[VideoView]:
        rest = [(at, video) for at, video in found if after is None or at < after.at]
        return super()._page(rest, None, limit)


class PageRepeatsItsLast(MemoryVideoQueries):
    def _page(self, found: Sequence[tuple[datetime, Video]], after: Position | None, limit: int) -> Page[VideoView]:
        rest = [(at, video) for at, video in found if after is None or (at, video.id) <= (after.at, after.id)]
        page = super()._page(rest, None, limit)
        return replace(page, next=None) if limit == 1 and after else page


class PageByOffset(MemoryVideoQueries):
    """Counts rows from the front, which shift when rows come and go."""

    def __init__(self, db: MemoryDatabase) -> None:
        super().__init__(db)
        self._given: dict[Position, int] = {}

    def _page(self, found: Sequence[tuple[datetime, Video]], after: Position | None, limit: int) -> Page[VideoView]:
        ordered = sorted(found, key=lambda item: (item[0], item[1].id), reverse=True)
        start = self._given.get(after, 0) if after else 0
        page = super()._page(ordered[start:], None, limit)
        if page.next:
            self._given[page.next] = start + len(page.items)
        return page


class PagePromisesAnother(MemoryVideoQueries):
    """A full page always claims to have a successor."""

    def _page(self, found: Sequence[tuple[datetime, Video]], after: Position | None, limit: int) -> Page[VideoView]:
        page = super()._page(found, after, limit)
        if page.next is None and len(page.items) == limit:
            last = page.items[-1]
            return Page(page.items, Position(last.published_at or last.created_at, last.id))
        return page


class OldestFirst(MemoryVideoQueries):
    def _page(self, found: Sequence[tuple[datetime, Video]], after: Position | None, limit: int) -> Page[VideoView]:
        page = super()._page(found, None, 9999)
        return Page(page.items[::-1][:limit])


class FiltersAfterPaging(MemoryVideoQueries):
    """So that pages are short, or end too early."""

    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        page = await super().newest(which, AllOf(()), after=after, limit=limit)
        shown = {view.id for view in (await super().newest(which, visible, after=None, limit=9999)).items}
        return Page([view for view in page.items if view.id in shown], page.next)


class ListsOfEveryType(MemoryVideoQueries):
    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        return await super().newest(replace(which, type=None), visible, after=after, limit=limit)


class ListsOfEveryChannel(MemoryVideoQueries):
    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        return await super().newest(replace(which, channel_id=None), visible, after=after, limit=limit)


class OwnersSeePublishedOnly(MemoryVideoQueries):
    async def of_owner(self, owner_id: UserId, *, after: Position | None, limit: int) -> Page[VideoView]:
        own = self._db.tables.videos.group("owner", owner_id)
        return self._page([(v.published_at, v) for v in own if v.published_at], after, limit)


class NoProgress(MemoryVideoQueries):
    async def status(self, video_id: VideoId) -> VideoStatusView:
        return replace(await super().status(video_id), progress=0.0, stage="")


class ViewsAreNotFollowing(MemoryVideoQueries):
    def _view(self, video: Video, viewer: UserId | None) -> VideoView:
        return super()._view(video, None)


class ViewsOfDeadCounters(MemoryVideoQueries):
    def _view(self, video: Video, viewer: UserId | None) -> VideoView:
        return replace(super()._view(video, viewer), share_count=0)


class FactsForgetTheViewer(MemoryVideoQueries):
    async def facts(self, video_id: VideoId, actor: Actor) -> VideoFacts:
        return replace(await super().facts(video_id, actor), viewer_granted=False)


class FactsForgetTheBan(MemoryVideoQueries):
    async def facts(self, video_id: VideoId, actor: Actor) -> VideoFacts:
        return replace(await super().facts(video_id, actor), owner_banned=False)


class _Bent(MemoryVideoQueries):
    """Compiles a part of the filter to something else."""

    def bend(self, condition: Condition) -> Condition:
        raise NotImplementedError

    def _bent(self, condition: Condition) -> Condition:
        match condition:
            case AllOf(parts):
                return AllOf(tuple(self._bent(part) for part in parts))
            case AnyOf(parts):
                return AnyOf(tuple(self._bent(part) for part in parts))
            case _:
                return self.bend(condition)

    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        return await super().newest(which, self._bent(visible), after=after, limit=limit)

    async def view(self, video_id: VideoId, visible: Condition, actor: Actor) -> VideoView:
        return await super().view(video_id, self._bent(visible), actor)


class FilterIgnoresHolds(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AllOf(()) if condition == FlagIs("held", False) else condition


class FilterIgnoresBans(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AllOf(()) if condition == FlagIs("owner_banned", False) else condition


class FilterIgnoresAdult(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AllOf(()) if condition == FlagIs("adult", False) else condition


class FilterIgnoresTheSchedule(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AllOf(()) if isinstance(condition, PublishedBy) else condition


class FilterIsLateByAMoment(_Bent):
    """Strictly before now, instead of up to now."""

    def bend(self, condition: Condition) -> Condition:
        if isinstance(condition, PublishedBy):
            return PublishedBy(condition.now - timedelta(microseconds=1))
        return condition


class FilterIgnoresGrants(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AnyOf(()) if isinstance(condition, GrantedTo) else condition


class FilterIgnoresDeletion(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AllOf(()) if condition == FlagIs("deleted", False) else condition


class FollowersSeePrivate(MemoryVideoQueries):
    def _facts(self, video: Video, viewer: UserId | None) -> VideoFacts:
        facts = super()._facts(video, viewer)
        if facts.visibility is Visibility.PRIVATE:
            return replace(facts, viewer_granted=facts.viewer_granted or facts.viewer_follows)
        return facts


class DueInAnyOrder(MemoryVideoCare):
    async def due_to_publish(self, now: datetime, *, limit: int) -> Sequence[VideoId]:
        return sorted(await super().due_to_publish(now, limit=9999))[:limit]


class DueTooEarly(MemoryVideoCare):
    async def due_to_publish(self, now: datetime, *, limit: int) -> Sequence[VideoId]:
        return await super().due_to_publish(now + timedelta(minutes=1), limit=limit)


class AbandonsTheLiving(MemoryVideoCare):
    async def abandoned(self, before: datetime, *, limit: int) -> Sequence[VideoId]:
        return await super().abandoned(before + timedelta(minutes=9), limit=limit)


class SweepsWhatIsBeingMade(MemoryVideoCare):
    def _kept(self, video: Video) -> KeptFiles:
        return replace(super()._kept(video), generations=frozenset({video.generation} if video.generation else ()))


class SweepsUploads(MemoryVideoCare):
    def _kept(self, video: Video) -> KeptFiles:
        return replace(super()._kept(video), upload_key=None)


class SweepsTheDeletedAtOnce(MemoryVideoCare):
    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        return await super().kept_files(video_ids, now + timedelta(days=30))


class KeepsTheDeletedForEver(MemoryVideoCare):
    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        return await super().kept_files(video_ids, now - timedelta(days=30))


REPOSITORY_FAULTS = [
    Parts(unit_of_work=uow)
    for uow in (
        FailuresAreForgotten,
        FrameRatesAreRounded,
        VideosWithoutVersion,
        AddOverwrites,
        ShortsCountAsVideos,
        GrantsAreAlwaysNew,
    )
]

QUERY_FAULTS = [
    Parts(video_queries=queries)
    for queries in (
        PageSkipsTies,
        PageRepeatsItsLast,
        PageByOffset,
        PagePromisesAnother,
        OldestFirst,
        FiltersAfterPaging,
        ListsOfEveryType,
        ListsOfEveryChannel,
        OwnersSeePublishedOnly,
        NoProgress,
        ViewsAreNotFollowing,
        ViewsOfDeadCounters,
        FactsForgetTheViewer,
        FactsForgetTheBan,
    )
]

VISIBILITY_FAULTS = [
    Parts(video_queries=queries)
    for queries in (
        FilterIgnoresHolds,
        FilterIgnoresBans,
        FilterIgnoresAdult,
        FilterIgnoresTheSchedule,
        FilterIsLateByAMoment,
        FilterIgnoresGrants,
        FilterIgnoresDeletion,
        FollowersSeePrivate,
    )
]

CARE_FAULTS = [
    Parts(video_care=care)
    for care in (
        DueInAnyOrder,
        DueTooEarly,
        AbandonsTheLiving,
        SweepsWhatIsBeingMade,
        SweepsUploads,
        SweepsTheDeletedAtOnce,
        KeepsTheDeletedForEver,
    )
]
