import pytest
from pydantic import ValidationError

from streamcore.channels.models import NewChannel
from streamcore.identity.models import Registration
from streamcore.videos.models.details import VideoDetails

UNPLAIN = [
    "a\x00bc",
    "\x1b[31mred",
    "one\ntwo",
    "abc\u2028def",
    "\u202eevil",
    "\u200b\u200b\u200b",
    "\ud800abc",
    "a\x7fbc",
]


@pytest.mark.parametrize("text", UNPLAIN)
def test_a_line_is_plain_and_can_be_seen(text: str) -> None:
    with pytest.raises(ValidationError):
        VideoDetails(title=text)
    with pytest.raises(ValidationError):
        VideoDetails(title="A title", category=text)
    with pytest.raises(ValidationError):
        VideoDetails(title="A title", tags=[text])
    with pytest.raises(ValidationError):
        NewChannel(handle="handle", name=text)
    with pytest.raises(ValidationError):
        Registration(email="a@example.org", username="ada", password="long enough", display_name=text)


@pytest.mark.parametrize("text", ["naïve café", "日本語のタイトル", "שלום", "at 1.23\u202fPM", "a\u00a0b c"])
def test_every_script_is_welcome(text: str) -> None:
    assert VideoDetails(title=text).title == text


def test_prose_may_have_lines() -> None:
    assert VideoDetails(title="A title", description="one\n\ttwo\r\nthree").description == "one\n\ttwo\r\nthree"
    with pytest.raises(ValidationError):
        VideoDetails(title="A title", description="one\x00two")


@pytest.mark.parametrize("when", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", "1969-12-31T23:59:59Z"])
def test_a_time_out_of_range_is_refused(when: str) -> None:
    with pytest.raises(ValidationError):
        VideoDetails.model_validate({"title": "A title", "publish_at": when})


def test_a_time_is_kept_in_utc() -> None:
    details = VideoDetails.model_validate({"title": "A title", "publish_at": "2030-01-01T01:00:00+02:00"})
    assert details.publish_at is not None
    assert details.publish_at.isoformat() == "2029-12-31T23:00:00+00:00"
