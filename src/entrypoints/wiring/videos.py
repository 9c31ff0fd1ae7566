"""The videos room, built on its ports."""

from entrypoints.wiring.ports import Ports
from entrypoints.wiring.rerun import rerun
from streamcore.videos.use_cases.abandon_upload import AbandonUpload
from streamcore.videos.use_cases.accept_source import AcceptSource
from streamcore.videos.use_cases.append_to_upload import AppendToUpload
from streamcore.videos.use_cases.change_video import ChangeVideo
from streamcore.videos.use_cases.check_media_access import CheckMediaAccess
from streamcore.videos.use_cases.check_owner import CheckOwner
from streamcore.videos.use_cases.check_source import CheckSource
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.confirm_upload import ConfirmUpload
from streamcore.videos.use_cases.create_upload import CreateUpload
from streamcore.videos.use_cases.delete_captions import DeleteCaptions
from streamcore.videos.use_cases.delete_video import DeleteVideo
from streamcore.videos.use_cases.fail_dead_video import FailDeadVideo
from streamcore.videos.use_cases.fail_upload import FailUpload
from streamcore.videos.use_cases.find_duplicates import (
    FindDuplicates,
    ForgetFingerprints,
    QueueComparison,
    RecordDuplicates,
)
from streamcore.videos.use_cases.find_missing import FindMissing
from streamcore.videos.use_cases.finish_chunk import FinishChunk
from streamcore.videos.use_cases.finish_first_quality import FinishFirstQuality
from streamcore.videos.use_cases.finish_join import FinishJoin
from streamcore.videos.use_cases.finish_processing import FinishProcessing
from streamcore.videos.use_cases.get_status import GetStatus
from streamcore.videos.use_cases.get_stream_captions import GetStreamCaptions
from streamcore.videos.use_cases.get_upload import GetUpload
from streamcore.videos.use_cases.get_upload_limits import GetUploadLimits
from streamcore.videos.use_cases.get_video import GetVideo
from streamcore.videos.use_cases.join_chunks import JoinChunks
from streamcore.videos.use_cases.join_parts import JoinParts
from streamcore.videos.use_cases.keep_transfer import TakeTransfer, WriteTransfer
from streamcore.videos.use_cases.list_backfills import ListBackfills
from streamcore.videos.use_cases.list_duplicates import ListDuplicates
from streamcore.videos.use_cases.list_own_videos import ListOwnVideos
from streamcore.videos.use_cases.list_thumbnails import ListThumbnails
from streamcore.videos.use_cases.list_videos import ListVideos
from streamcore.videos.use_cases.open_multipart import KeepMultipart, OpenMultipart
from streamcore.videos.use_cases.plan_chunks import PlanChunks
from streamcore.videos.use_cases.presign_upload import PresignUpload
from streamcore.videos.use_cases.process_chunk import ProcessChunk
from streamcore.videos.use_cases.process_video import ProcessVideo
from streamcore.videos.use_cases.publish_due import PublishDue
from streamcore.videos.use_cases.publish_video import PublishVideo
from streamcore.videos.use_cases.put_captions import PutCaptions, SaveCaption
from streamcore.videos.use_cases.receive_upload import ReceiveUpload
from streamcore.videos.use_cases.refresh_lists import RefreshLists
from streamcore.videos.use_cases.release_upload import ReleaseUpload
from streamcore.videos.use_cases.repair_video import RepairVideo
from streamcore.videos.use_cases.reprocess_video import ReprocessVideo
from streamcore.videos.use_cases.reserve_upload import ReserveUpload
from streamcore.videos.use_cases.retry_video import RetryVideo
from streamcore.videos.use_cases.run_backfill import RunBackfill
from streamcore.videos.use_cases.set_thumbnail import ChooseThumbnail, UploadThumbnail
from streamcore.videos.use_cases.show_first_quality import ShowFirstQuality
from streamcore.videos.use_cases.sign_parts import SignParts
from streamcore.videos.use_cases.start_backfill import StartBackfill
from streamcore.videos.use_cases.steer_backfill import SteerBackfill
from streamcore.videos.use_cases.stop_backfill import StopBackfill
from streamcore.videos.use_cases.sweep_storage import SweepStorage
from streamcore.videos.use_cases.terminate_upload import TerminateUpload
from streamcore.videos.use_cases.verify_media import VerifyMedia
from streamcore.videos.use_cases.verify_stream import VerifyStream


class VideosRoom:
    """What can be done with videos."""

    def __init__(self, ports: Ports) -> None:
        begin, clock, ids, limits = ports.begin, ports.clock, ports.ids, ports.upload_limits
        conceal = Conceal(ports.video_queries, clock)
        reserve = ReserveUpload(begin, clock, ids, limits)
        accept = AcceptSource(begin, clock, ids, conceal, limits)
        self._wire_uploads(ports, conceal, reserve, accept)
        self._wire_sides(ports, conceal)
        # lifecycle
        self.publish = rerun(PublishVideo(begin, clock, conceal))
        self.change = rerun(ChangeVideo(begin, clock, conceal))
        self.delete = rerun(DeleteVideo(begin, ports.store, clock, conceal))
        self.retry = rerun(RetryVideo(begin, clock, ids, conceal))
        self.reprocess = rerun(ReprocessVideo(begin, ports.jobs, ids, conceal, self.retry))
        self.check_owner = CheckOwner(begin, conceal)
        # reads
        self.get = GetVideo(ports.video_queries, clock)
        self.list = ListVideos(ports.video_queries, clock)
        self.list_own = ListOwnVideos(ports.video_queries)
        self.status = GetStatus(ports.video_queries, clock, self.get_upload)
        self.media_access = CheckMediaAccess(ports.video_queries, ports.actors, clock)
        # work behind the scenes
        self.process = ProcessVideo(
            begin,
            ports.processor,
            clock,
            show=rerun(ShowFirstQuality(begin, clock)),
            plan=rerun(PlanChunks(begin, ids)),
            finish=rerun(FinishProcessing(begin, clock)),
            finish_first=rerun(FinishFirstQuality(begin, clock, ids)),
            check=CheckSource(ports.store),
        )
        self.process_chunk = ProcessChunk(begin, ports.processor, clock, rerun(FinishChunk(begin, clock, ids)))
        self.join_chunks = JoinChunks(begin, ports.processor, clock, rerun(FinishJoin(begin, clock, ids)))
        self.fail_dead = rerun(FailDeadVideo(begin, clock))
        self.refresh_lists = RefreshLists(ports.cache)
        self.publish_due = rerun(PublishDue(begin, clock))
        self.abandon_upload = rerun(AbandonUpload(begin, ports.store, clock))
        self.sweep_storage = SweepStorage(ports.store, ports.video_care, clock)
        self._wire_care(ports)

    def _wire_care(self, ports: Ports) -> None:
        begin, care, media_care, clock, ids = ports.begin, ports.video_care, ports.media_care, ports.clock, ports.ids
        self.verify_media = VerifyMedia(begin, care, VerifyStream(ports.store, media_care))
        self.repair = rerun(RepairVideo(begin, ports.jobs, ids))
        self.find_missing = FindMissing(begin, care, media_care)
        self.start_backfill = rerun(StartBackfill(begin, care, clock, ids))
        self.steer_backfill = rerun(SteerBackfill(begin, ids))
        self.backfills = ListBackfills(begin)
        self.run_backfill = RunBackfill(begin, ports.jobs, ports.queue, care, media_care, self.find_missing, clock, ids)
        self.stop_backfill = rerun(StopBackfill(begin))

    def _wire_sides(self, ports: Ports, conceal: Conceal) -> None:
        """Captions, thumbnails, copies of other videos."""
        begin, store, clock, ids, queries = ports.begin, ports.store, ports.clock, ports.ids, ports.video_queries
        check_owner = CheckOwner(begin, conceal)
        self.put_captions = PutCaptions(check_owner, rerun(SaveCaption(begin, clock, conceal)), store, clock, ids)
        self.delete_captions = rerun(DeleteCaptions(begin, clock, conceal))
        self.stream_captions = GetStreamCaptions(queries)
        self.choose_thumbnail = rerun(ChooseThumbnail(begin, clock, conceal))
        self.upload_thumbnail = UploadThumbnail(check_owner, self.choose_thumbnail, ports.images, ids)
        self.thumbnails = ListThumbnails(begin, conceal)
        self.queue_comparison = rerun(QueueComparison(begin, ids))
        self.find_duplicates = FindDuplicates(
            begin, store, ports.fingerprints, record=rerun(RecordDuplicates(begin, clock))
        )
        self.forget_fingerprints = rerun(ForgetFingerprints(begin, ports.fingerprints))
        self.duplicates = ListDuplicates(begin, queries, clock, conceal)

    def _wire_uploads(self, ports: Ports, conceal: Conceal, reserve: ReserveUpload, accept: AcceptSource) -> None:
        begin, store, clock, ids, signatures = ports.begin, ports.store, ports.clock, ports.ids, ports.signatures
        open_multipart = OpenMultipart(store, rerun(KeepMultipart(begin)))
        fail = rerun(FailUpload(begin, store, clock))
        self.reserve_upload = rerun(reserve)
        self.release_upload = rerun(ReleaseUpload(begin))
        self.accept_source = rerun(accept)
        self.receive_upload = ReceiveUpload(store, ids, ports.upload_limits, signatures)
        self.presign_upload = rerun(PresignUpload(reserve, open_multipart, store, clock))
        self.sign_parts = SignParts(begin, open_multipart, store, clock, conceal)
        join = JoinParts(store)
        self.confirm_upload = rerun(ConfirmUpload(begin, store, ids, signatures, join, accept, fail, conceal))
        self.upload_limits = GetUploadLimits(begin, clock, ports.upload_limits)
        self.get_upload = GetUpload(begin, store, clock, conceal)
        self.create_upload = rerun(CreateUpload(reserve, open_multipart, self.get_upload))
        take, keep = rerun(TakeTransfer(begin, clock, conceal)), rerun(WriteTransfer(begin, clock))
        self.append_to_upload = AppendToUpload(take, keep, self.accept_source, fail, store, signatures, clock)
        self.terminate_upload = rerun(TerminateUpload(begin, store, clock, conceal))
