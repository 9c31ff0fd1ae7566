from pathlib import Path

from adapters.ffmpeg.jpeg import is_whole, orientation_of
from adapters.ffmpeg.pictures import card_size, poster_size
from adapters.ffmpeg.prints import Cut, read_frames, step_seconds, without_bars


def frames(path: Path, *pictures: bytes) -> Path:
    path.write_bytes(b"".join(pictures))
    return path


def picture(left: int = 0, right: int = 0, top: int = 0, bottom: int = 0) -> bytes:
    """32 × 32 cells, grey but for black bars of so many."""
    rows = [
        bytes(16 if not (top <= y < 32 - bottom and left <= x < 32 - right) else 90 for x in range(32))
        for y in range(32)
    ]
    return b"".join(rows)


def test_bars_are_what_is_black_all_through(tmp_path: Path) -> None:
    grey = tmp_path / "frames.gray"
    assert without_bars(frames(grey, picture(), picture(top=4))) == Cut()
    assert without_bars(frames(grey, picture(top=4, bottom=3), bytes(1024))) == Cut(0, 4, 32, 25)
    assert without_bars(frames(grey, picture(left=10, right=10))) == Cut(10, 0, 12, 32)
    assert without_bars(frames(grey, bytes(1024))) == Cut()
    assert without_bars(frames(grey)) == Cut()


def test_a_word_tells_which_cells_are_brighter_than_their_neighbours(tmp_path: Path) -> None:
    falling = bytes(200 - 20 * x for _ in range(8) for x in range(9))
    rising = falling[::-1]
    flat = bytes(100 + x % 2 for _ in range(8) for x in range(9))
    first = bytes([99, *([50] * 71)])
    cells = frames(tmp_path / "cells.gray", falling, rising, flat, first, b"the beginning of another")
    assert read_frames(cells, 0.25).words == (2**64 - 1, 0, 0, 1)


def test_long_videos_are_sampled_less_often() -> None:
    assert [step_seconds(duration) for duration in (1.0, 600.0, 601.0, 3600.0, 12 * 3600.0)] == [
        0.25,
        0.25,
        0.5,
        0.5,
        1.0,
    ]


def test_posters_and_cards_fit() -> None:
    assert poster_size(3840, 2160) == (1280, 720)
    assert poster_size(1080, 1920) == (720, 1280)
    assert poster_size(101, 51) == (100, 50)
    assert card_size(1920, 1080) == card_size(500, 500) == (640, 360)
    assert card_size(1080, 1920) == (360, 640)


def exif(value: int, order: str = "MM") -> bytes:
    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "big" if order == "MM" else "little")

    entry = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(value, 2) + bytes(2)
    tiff = order.encode() + number(42, 2) + number(8, 4) + number(1, 2) + entry
    body = b"Exif\0\0" + tiff
    return b"\xff\xd8\xff\xe0\0\4ab\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + b"\xff\xda\0\2"


def test_the_orientation_is_read_where_it_is_sound() -> None:
    assert [orientation_of(exif(value, order)) for value in (3, 6, 8) for order in ("MM", "II")] == [3, 3, 6, 6, 8, 8]
    whole = exif(6)
    assert orientation_of(exif(9)) == orientation_of(b"") == orientation_of(b"\x89PNG") == 1
    assert {orientation_of(whole[:end]) for end in range(len(whole))} <= {1, 6}


def test_a_jpeg_is_whole_where_its_end_comes_after_the_first_scan() -> None:
    preview = b"\xff\xe1\0\x06\xff\xd8\xff\xd9"
    whole = b"\xff\xd8" + preview + b"\xff\xff\xda\0\x02coded\xff\0data\xff\xd9"
    assert is_whole(whole)
    assert is_whole(whole + b"of the camera's own")
    assert not any(is_whole(whole[:end]) for end in range(len(whole)))
    assert not is_whole(b"\x89PNG")
