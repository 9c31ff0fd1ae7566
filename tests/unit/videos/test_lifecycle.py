"""Every transition of a video, allowed and refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from streamcore.shared.access import Actor, Role
from streamcore.shared.errors import Conflict, Forbidden, Invalid, NotFound
from streamcore.shared.ids import ChannelId, JobId, UserId, VideoId
from streamcore.videos.events import UploadAccepted, VideoDeleted, VideoFailed, VideoProcessed, VideoPublished
from streamcore.videos.models.details import VideoChanges, VideoDetails
from streamcore.videos.models.media import Media
from streamcore.videos.models.status import Failure, VideoStatus
from streamcore.videos.models.upload import PendingUpload, Source
from streamcore.videos.models.video import Video

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
OWNER = Actor(UserId("owner"), Role.CREATOR)
OTHER = Actor(UserId("other"), Role.CREATOR)
MODERATOR = Actor(UserId("mod"), Role.MODERATOR)
SOURCE = Source("uploads/v/1", 10, "video/mp4", "a.mp4", "00")
MEDIA = Media(1.0, 64, 36, 25.0, True, (), "master.m3u8", "poster.jpg")
FAILURE = Failure("NOT_MEDIA", "This is no video.")


def uploading() -> Video:
    upload = PendingUpload("a.mp4", "video/mp4", NOW + timedelta(hours=1))
    return Video.begin_upload(upload, id=VideoId("v"), channel_id=ChannelId("c"), owner_id=UserId("owner"), at=NOW)


def processing(**details: object) -> Video:
    said = VideoDetails.model_validate({"title": "A title"} | details)
    video, events = uploading().accept_source(SOURCE, said, job_id=JobId("j"), at=NOW)
    assert [type(event) for event in events] == [UploadAccepted]
    return video


def finished(**details: object) -> Video:
    return processing(**details).finish_processing(MEDIA, "j-1", at=NOW)[0]


def test_the_whole_way_to_published() -> None:
    video, events = processing().finish_processing(MEDIA, "j-1", at=NOW)
    assert video.status is VideoStatus.PUBLISHED
    assert video.published_at == NOW
    assert (video.media, video.generation) == (MEDIA, "j-1")
    assert [type(event) for event in events] == [VideoProcessed, VideoPublished]


def test_without_publish_it_stays_ready_until_asked() -> None:
    video = finished(publish=False)
    assert video.status is VideoStatus.READY
    video, events = video.publish(by=OWNER, at=NOW)
    assert video.status is VideoStatus.PUBLISHED
    assert [type(event) for event in events] == [VideoPublished]
    assert video.publish(by=OWNER, at=NOW) == (video, ())


def test_a_schedule_is_kept() -> None:
    video = finished(publish_at=NOW + timedelta(hours=1))
    assert video.status is VideoStatus.SCHEDULED
    assert video.publish_due(NOW) == (video, ())
    video, events = video.publish_due(NOW + timedelta(hours=1))
    assert video.status is VideoStatus.PUBLISHED
    assert len(events) == 1


LATER = NOW + timedelta(hours=2)


def moved(video: Video, at: datetime | None) -> Video:
    changed, events = video.change(VideoChanges(publish_at=at), by=OWNER, at=NOW)
    assert len(events) == (changed != video)
    return changed


def test_a_schedule_is_moved() -> None:
    video = moved(finished(publish_at=NOW + timedelta(hours=1)), LATER)
    assert video.status is VideoStatus.SCHEDULED
    assert video.publish_due(LATER - timedelta(seconds=1)) == (video, ())
    assert video.publish_due(LATER)[0].published_at == LATER
    assert moved(video, LATER) == video


def test_a_schedule_is_taken_back() -> None:
    video = moved(finished(publish_at=LATER), None)
    assert video.status is VideoStatus.READY
    assert video.publish_due(LATER) == (video, ())
    assert moved(video, None) == video
    assert moved(video, LATER).status is VideoStatus.SCHEDULED
    assert video.publish(by=OWNER, at=NOW)[0].status is VideoStatus.PUBLISHED


@pytest.mark.parametrize("at", [NOW, NOW - timedelta(days=1)])
def test_a_schedule_lies_ahead(at: datetime) -> None:
    for video in (finished(publish_at=LATER), finished(publish=False), finished(), processing()):
        with pytest.raises(Invalid) as refused:
            moved(video, at)
        assert [(detail.field, detail.type) for detail in refused.value.details] == [("publish_at", "datetime_future")]


def test_a_published_video_has_no_schedule_to_move() -> None:
    video = finished(publish_at=LATER).publish_due(LATER)[0]
    for at in (None, LATER + timedelta(hours=1)):
        with pytest.raises(Conflict) as refused:
            video.change(VideoChanges(publish_at=at), by=OWNER, at=LATER)
        assert [(detail.field, detail.type) for detail in refused.value.details] == [("publish_at", "video_published")]
    assert video.change(VideoChanges(publish_at=LATER), by=OWNER, at=LATER) == (video, ())
    assert moved(finished(), None) == finished(), "nothing to take back"


def test_a_schedule_set_while_it_is_processed_is_remembered() -> None:
    def done(video: Video) -> VideoStatus:
        return video.finish_processing(MEDIA, "j-1", at=NOW)[0].status

    assert done(moved(processing(), LATER)) is VideoStatus.SCHEDULED
    assert done(moved(processing(publish=False, publish_at=LATER), LATER)) is VideoStatus.SCHEDULED
    assert done(moved(processing(publish_at=LATER), None)) is VideoStatus.READY
    assert done(moved(processing(), None)) is VideoStatus.PUBLISHED, "there was no schedule to take back"


def test_only_the_owner_moves_a_schedule() -> None:
    video = finished(publish_at=LATER)
    for other in (OTHER, MODERATOR):
        with pytest.raises(Forbidden):
            video.change(VideoChanges(publish_at=None), by=other, at=NOW)
    with pytest.raises(Conflict):
        moved(uploading(), LATER)


def test_publishing_a_scheduled_video_does_not_wait() -> None:
    video, _ = finished(publish_at=NOW + timedelta(hours=1)).publish(by=OWNER, at=NOW)
    assert video.status is VideoStatus.PUBLISHED


def test_asking_to_publish_while_processing_is_remembered() -> None:
    video, events = processing(publish=False).publish(by=OWNER, at=NOW)
    assert (video.status, events) == (VideoStatus.PROCESSING, ())
    assert video.finish_processing(MEDIA, "j-1", at=NOW)[0].status is VideoStatus.PUBLISHED


def test_asking_to_publish_while_uploading_is_remembered() -> None:
    told = VideoDetails(title="A title", publish=False)
    video, events = replace(uploading(), details=told).publish(by=OWNER, at=NOW)
    assert (video.status, events) == (VideoStatus.UPLOADING, ())
    assert video.details is not None
    video, _ = video.accept_source(SOURCE, video.details, job_id=JobId("j"), at=NOW)
    assert video.finish_processing(MEDIA, "j-1", at=NOW)[0].status is VideoStatus.PUBLISHED
    with pytest.raises(Conflict):
        uploading().publish(by=OWNER, at=NOW)  # nothing has been said about it


def test_a_failure_is_kept_and_can_be_retried() -> None:
    video, events = processing().fail(FAILURE, at=NOW)
    assert (video.status, video.failure) == (VideoStatus.FAILED, FAILURE)
    assert [type(event) for event in events] == [VideoFailed]
    video, _ = video.retry(by=OWNER, job_id=JobId("j2"), at=NOW)
    assert (video.status, video.failure, video.job_id) == (VideoStatus.PROCESSING, None, "j2")


def test_a_failure_leaves_a_video_in_service_and_is_remembered() -> None:
    video = finished()
    assert video.fail(FAILURE, at=NOW) == (replace(video, failure=FAILURE), ())
    again = video.fail(FAILURE, at=NOW)[0].reprocess(job_id=JobId("j2"))
    assert again == replace(video, job_id=JobId("j2"))
    assert again.finish_processing(MEDIA, "j2-1", at=NOW)[0] == replace(again, generation="j2-1")


def test_only_what_is_in_service_is_made_anew() -> None:
    for video in (uploading(), processing(), processing().fail(FAILURE, at=NOW)[0], replace(finished(), source=None)):
        with pytest.raises(Conflict):
            video.reprocess(job_id=JobId("j2"))


def test_more_is_said_of_the_generation_in_service_alone() -> None:
    video, more = finished(), replace(MEDIA, card="card.webp")
    amended, events = video.amend(more, "j-1", at=NOW)
    assert amended == replace(video, media=more)
    assert [type(event) for event in events] == [VideoProcessed]
    assert video.amend(more, "j-0", at=NOW) == (video, ())
    assert video.amend(MEDIA, "j-1", at=NOW) == (video, ())
    assert processing().amend(more, "j-1", at=NOW)[1] == ()


FIRST = replace(MEDIA, master="first.m3u8", complete=False)


def test_a_first_quality_goes_into_service_and_is_replaced() -> None:
    video, events = processing().finish_processing(FIRST, "j-1", at=NOW)
    assert (video.status, video.media, video.generation) == (VideoStatus.PUBLISHED, FIRST, "j-1")
    assert [type(event) for event in events] == [VideoProcessed, VideoPublished]
    video, events = video.finish_processing(MEDIA, "j-2", at=NOW)
    assert (video.media, video.generation) == (MEDIA, "j-2")
    assert [type(event) for event in events] == [VideoProcessed]


def test_a_first_quality_never_takes_the_place_of_anything() -> None:
    first = processing().finish_processing(FIRST, "j-1", at=NOW)[0]
    for video in (first, finished()):
        assert video.finish_processing(FIRST, "j-2", at=NOW) == (video, ())


def test_a_video_whose_better_qualities_fail_stays_in_service_and_can_be_retried() -> None:
    video = processing().finish_processing(FIRST, "j-1", at=NOW)[0]
    video, events = video.fail(FAILURE, at=NOW)
    assert (video.status, video.media, video.failure) == (VideoStatus.PUBLISHED, FIRST, FAILURE)
    assert [type(event) for event in events] == [VideoFailed]
    video, _ = video.retry(by=OWNER, job_id=JobId("j2"), at=NOW)
    assert (video.status, video.media, video.failure, video.job_id) == (VideoStatus.PUBLISHED, FIRST, None, "j2")
    assert video.finish_processing(MEDIA, "j2-1", at=NOW)[0].media == MEDIA
    with pytest.raises(Conflict):
        video.retry(by=OWNER, job_id=JobId("j3"), at=NOW)


def test_a_deleted_video_takes_no_generation() -> None:
    video, events = processing().delete(by=OWNER, at=NOW)
    assert video.status is VideoStatus.DELETED
    assert [type(event) for event in events] == [VideoDeleted]
    assert video.finish_processing(MEDIA, "j-1", at=NOW) == (video, ())
    assert not video.purge_due(NOW + timedelta(days=29))
    assert video.purge_due(NOW + timedelta(days=30))


def test_a_source_is_accepted_once() -> None:
    with pytest.raises(Conflict):
        processing().accept_source(SOURCE, VideoDetails(title="Again"), job_id=JobId("k"), at=NOW)


def test_strangers_may_not_change_it() -> None:
    video = finished()
    with pytest.raises(Forbidden):
        video.change(VideoChanges(title="Mine now"), by=OTHER, at=NOW)
    with pytest.raises(Forbidden):
        video.publish(by=OTHER, at=NOW)
    with pytest.raises(Forbidden):
        video.retry(by=OTHER, job_id=JobId("k"), at=NOW)
    with pytest.raises(Forbidden):
        video.delete(by=OTHER, at=NOW)


def test_moderators_delete_any_video_but_do_not_edit() -> None:
    video = finished()
    assert video.delete(by=MODERATOR, at=NOW)[0].status is VideoStatus.DELETED
    with pytest.raises(Forbidden):
        video.change(VideoChanges(title="Better"), by=MODERATOR, at=NOW)


def test_a_deleted_video_is_gone_for_everybody() -> None:
    video, _ = finished().delete(by=OWNER, at=NOW)
    with pytest.raises(NotFound):
        video.delete(by=OWNER, at=NOW)
    with pytest.raises(NotFound):
        video.publish(by=OWNER, at=NOW)


def test_a_change_keeps_what_is_not_given() -> None:
    video, events = finished(tags=["a"], category="film").change(VideoChanges(title="New title"), by=OWNER, at=NOW)
    assert video.details is not None
    assert (video.details.title, video.details.tags, video.details.category) == ("New title", ["a"], "film")
    assert len(events) == 1
    video, events = video.change(VideoChanges(category=None), by=OWNER, at=NOW)
    assert video.details is not None
    assert video.details.category is None
