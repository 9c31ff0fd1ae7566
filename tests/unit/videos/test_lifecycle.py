"""Every transition of a video, allowed and refused."""

from datetime import UTC, datetime, timedelta

import pytest

from streamcore.shared.access import Actor, Role
from streamcore.shared.errors import Conflict, Forbidden, NotFound
from streamcore.shared.ids import ChannelId, JobId, UserId, VideoId
from streamcore.shared.visibility import Visibility
from streamcore.videos.events import UploadAccepted, VideoDeleted, VideoFailed, VideoProcessed, VideoPublished
from streamcore.videos.models import (
    Failure,
    Media,
    PendingUpload,
    Source,
    Video,
    VideoChanges,
    VideoDetails,
    VideoStatus,
)

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


def test_publishing_a_scheduled_video_does_not_wait() -> None:
    video, _ = finished(publish_at=NOW + timedelta(hours=1)).publish(by=OWNER, at=NOW)
    assert video.status is VideoStatus.PUBLISHED


def test_asking_to_publish_while_processing_is_remembered() -> None:
    video, events = processing(publish=False).publish(by=OWNER, at=NOW)
    assert (video.status, events) == (VideoStatus.PROCESSING, ())
    assert video.finish_processing(MEDIA, "j-1", at=NOW)[0].status is VideoStatus.PUBLISHED


def test_a_failure_is_kept_and_can_be_retried() -> None:
    video, events = processing().fail(FAILURE, at=NOW)
    assert (video.status, video.failure) == (VideoStatus.FAILED, FAILURE)
    assert [type(event) for event in events] == [VideoFailed]
    video, _ = video.retry(by=OWNER, job_id=JobId("j2"), at=NOW)
    assert (video.status, video.failure, video.job_id) == (VideoStatus.PROCESSING, None, "j2")


def test_a_failure_never_touches_a_video_in_service() -> None:
    video = finished()
    assert video.fail(FAILURE, at=NOW) == (video, ())


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


@pytest.mark.parametrize("visibility", Visibility)
def test_strangers_may_not_change_and_may_not_know(visibility: Visibility) -> None:
    video = finished(visibility=visibility)
    known = visibility in (Visibility.PUBLIC, Visibility.UNLISTED)
    expected = Forbidden if known else NotFound
    with pytest.raises(expected):
        video.change(VideoChanges(title="Mine now"), by=OTHER, at=NOW)
    with pytest.raises(expected):
        video.publish(by=OTHER, at=NOW)
    with pytest.raises(expected):
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
