"""The suite for what a user's uploads take."""

from dataclasses import replace
from datetime import timedelta

from adapters.testing.interleaving import overlap
from adapters.testing.samples import add_channel, add_user, add_video, new_video
from adapters.testing.stack import RoomsUnitOfWork, Stack
from streamcore.shared.ids import UserId
from streamcore.videos.models.status import Failure, VideoStatus
from streamcore.videos.models.upload import PendingUpload, Source
from streamcore.videos.models.video import LEGAL_HOLD

QUOTA = 100


async def used(stack: Stack, owner_id: UserId) -> int:
    async with stack.begin() as uow:
        return await uow.upload_quotas.used(owner_id, stack.clock.now())


def announced(stack: Stack, size: int) -> PendingUpload:
    return PendingUpload("a.mp4", "video/mp4", stack.clock.now() + timedelta(hours=1), "uploads/k", reserved=size)


class UploadQuotasContract:
    """For every adapter of `UploadQuotas`."""

    async def test_sources_and_announced_uploads_count(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        assert await used(stack, channel.owner_id) == 0
        await add_video(stack, channel, VideoStatus.UPLOADING, upload=announced(stack, 5 * 1024**4))
        await add_video(stack, channel, source=Source("k", 7, "video/mp4", "a.mp4"))
        await add_video(stack, channel, VideoStatus.FAILED, source=Source("k", 20, "video/mp4", "a.mp4"))
        await add_video(stack, channel, VideoStatus.FAILED, source=None, failure=Failure("UPLOAD_ABANDONED", "gone"))
        await add_video(stack, await add_channel(stack))
        assert await used(stack, channel.owner_id) == 5 * 1024**4 + 27
        for nobody in (stack.ids.new(), "no id at all"):
            assert await used(stack, UserId(nobody)) == 0

    async def test_what_is_added_in_the_same_unit_counts(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        async with stack.begin() as uow:
            await uow.upload_quotas.lock(channel.owner_id)
            await uow.videos.add(new_video(stack, channel, VideoStatus.UPLOADING, upload=announced(stack, 30)))
            assert await uow.upload_quotas.used(channel.owner_id, stack.clock.now()) == 30

    async def test_it_follows_every_change(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        video = await add_video(stack, channel, VideoStatus.UPLOADING, upload=announced(stack, 30))
        arrived = replace(video, upload=None, source=Source("k", 20, "video/mp4", "a.mp4"))
        async with stack.begin() as uow:
            await uow.videos.save(arrived)
        assert await used(stack, channel.owner_id) == 20
        async with stack.begin() as uow:
            await uow.videos.save(replace(arrived, source=None, version=1))
        assert await used(stack, channel.owner_id) == 0

    async def test_a_deleted_video_counts_until_it_is_purged(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        deleted = await add_video(stack, channel, VideoStatus.DELETED)
        assert deleted.source is not None
        stack.clock.advance(LEGAL_HOLD - timedelta(microseconds=1))
        assert await used(stack, channel.owner_id) == deleted.source.size
        stack.clock.advance(timedelta(microseconds=1))
        assert await used(stack, channel.owner_id) == 0

    async def test_two_at_once_cannot_pass_the_quota_together(self, stack: Stack) -> None:
        channel, upload = await add_channel(stack), announced(stack, 60)

        async def reserve(uow: RoomsUnitOfWork) -> bool:
            await uow.upload_quotas.lock(channel.owner_id)
            fits = await uow.upload_quotas.used(channel.owner_id, stack.clock.now()) + upload.reserved <= QUOTA
            if fits:
                await uow.videos.add(new_video(stack, channel, VideoStatus.UPLOADING, upload=upload))
            return fits

        outcome = await overlap(stack, reserve, reserve)
        assert (outcome.error, outcome.answer, outcome.waited) == (None, False, True)
        assert await used(stack, channel.owner_id) == upload.reserved

    async def test_a_lock_ends_with_a_rollback_too(self, stack: Stack) -> None:
        owner = await add_user(stack)
        outcome = await overlap(
            stack,
            lambda uow: uow.upload_quotas.lock(owner.id),
            lambda uow: uow.upload_quotas.lock(owner.id),
            commit=False,
        )
        assert (outcome.error, outcome.waited) == (None, True)
