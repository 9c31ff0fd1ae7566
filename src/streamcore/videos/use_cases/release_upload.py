from dataclasses import dataclass, replace

from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.ports import VideosUnitOfWork


@dataclass(frozen=True, slots=True)
class ReleaseUpload:
    """Free what a form has reserved that was refused or broke off.

    The video waits on: a repeat with the same key reserves anew, and one that is under way meanwhile has to fit into
    the quota when it is accepted.
    """

    begin: Begin[VideosUnitOfWork]

    async def __call__(self, video_id: VideoId) -> None:
        async with self.begin() as uow:
            video = await uow.videos.get(video_id)
            if video.upload is not None and video.upload.reserved:
                await uow.videos.save(replace(video, upload=replace(video.upload, reserved=0)))
