from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamcore.shared.errors import Invalid
from streamcore.shared.pages import Position


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)), st.text(max_size=40))  # noqa: DTZ001
def test_a_cursor_says_its_position(at: datetime, id: str) -> None:
    position = Position(at, id)
    assert Position.decode(position.encode()) == position


@given(st.text(max_size=60))
def test_no_text_crashes_the_decoder(text: str) -> None:
    try:
        position = Position.decode(text)
    except Invalid:
        return
    assert Position.decode(position.encode()) == position


@pytest.mark.parametrize("cursor", ["", "e30", "WzEsMl0", "W10", "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAsICJhIl0", "é"])
def test_a_made_up_cursor_is_invalid(cursor: str) -> None:
    with pytest.raises(Invalid):
        Position.decode(cursor)
