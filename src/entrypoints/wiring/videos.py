"""The videos room, built on its ports."""

from entrypoints.wiring.ports import Ports
from entrypoints.wiring.rerun import rerun
from streamcore.videos.use_cases.abandon_upload import AbandonUpload
from streamcore.videos.use_cases.accept_source import AcceptSource
from streamcore.videos.use_cases.change_video import ChangeVideo
from streamcore.videos.use_cases.check_media_access import CheckMediaAccess
from streamcore.videos.use_cases.confirm_upload import ConfirmUpload
from streamcore.videos.use_cases.delete_video import DeleteVideo
from streamcore.videos.use_cases.fail_dead_video import FailDeadVideo
from streamcore.videos.use_cases.finish_processing import FinishProcessing
from streamcore.videos.use_cases.get_status import GetStatus
from streamcore.videos.use_cases.get_video import GetVideo
from streamcore.videos.use_cases.list_own_videos import ListOwnVideos
from streamcore.videos.use_cases.list_videos import ListVideos
from streamcore.videos.use_cases.presign_upload import PresignUpload
from streamcore.videos.use_cases.process_video import ProcessVideo
from streamcore.videos.use_cases.publish_due import PublishDue
from streamcore.videos.use_cases.publish_video import PublishVideo
from streamcore.videos.use_cases.receive_upload import ReceiveUpload
from streamcore.videos.use_cases.refresh_lists import RefreshLists
from streamcore.videos.use_cases.reserve_upload import ReserveUpload
from streamcore.videos.use_cases.retry_video import RetryVideo
from streamcore.videos.use_cases.sweep_storage import SweepStorage


class VideosRoom:
    """What can be done with videos."""

    def __init__(self, ports: Ports) -> None:
        begin, clock, ids, limits = ports.begin, ports.clock, ports.ids, ports.upload_limits
        reserve = ReserveUpload(begin, clock, ids, limits)
        accept = AcceptSource(begin, clock, ids)
        # uploads
        self.reserve_upload = rerun(reserve)
        self.presign_upload = rerun(PresignUpload(reserve, ports.store, clock))
        self.receive_upload = ReceiveUpload(ports.store, ids, limits)
        self.accept_source = rerun(accept)
        self.confirm_upload = rerun(ConfirmUpload(begin, ports.store, accept))
        # lifecycle
        self.publish = rerun(PublishVideo(begin, clock))
        self.change = rerun(ChangeVideo(begin, clock))
        self.delete = rerun(DeleteVideo(begin, clock))
        self.retry = rerun(RetryVideo(begin, clock, ids))
        # reads
        self.get = GetVideo(ports.video_queries, clock)
        self.list = ListVideos(ports.video_queries, clock)
        self.list_own = ListOwnVideos(ports.video_queries)
        self.status = GetStatus(ports.video_queries, clock)
        self.media_access = CheckMediaAccess(ports.video_queries, clock)
        # work behind the scenes
        finish = rerun(FinishProcessing(begin, clock))
        self.process = ProcessVideo(begin, ports.processor, finish)
        self.fail_dead = rerun(FailDeadVideo(begin, clock))
        self.refresh_lists = RefreshLists(ports.cache)
        self.publish_due = rerun(PublishDue(begin, clock))
        self.abandon_upload = rerun(AbandonUpload(begin, clock))
        self.sweep_storage = SweepStorage(ports.store, ports.video_care, clock)
