"""The judge in the browser finds a sound stream sound, and notices each fault that it is there for."""

import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Error

from tests.e2e.browser import Browser
from tests.integration.media.corpus import CORPUS, Case
from tests.integration.media.playing import check_picture, check_played

pytestmark = pytest.mark.browser

CLIP = next(case for case in CORPUS if case.name == "moov_first.mp4")
FAULTS = {
    "it stands on its head": "-vf vflip",
    "it is mirrored": "-vf hflip",
    "it lies on its side": "-vf transpose=1,scale=320:180",
    "it is squeezed": "-vf scale=240:180,setsar=1",
    "its colours are of another matrix": "-vf scale=in_color_matrix=bt709:out_color_matrix=bt601",
    "the picture is late": "-vf tpad=start_duration=0.3",
    "the sound is missing": "-an",
    "the sound is silence": "-af volume=0",
    "the end is missing": "-t 2.2",
    "it goes on too long": "-vf tpad=stop_mode=clone:stop_duration=0.5 -af apad=pad_dur=0.5",
}


def segmented(clip: Path, words: str, folder: Path) -> Path:
    """An HLS stream of segments of half a second, made by FFmpeg alone."""
    encode = "-c:v libx264 -preset ultrafast -g 12 -colorspace bt709 -color_primaries bt709 -color_trc bt709 -c:a aac"
    hls = "-f hls -hls_time 0.5 -hls_playlist_type vod -hls_segment_type fmp4 -hls_list_size 0"
    command = f"ffmpeg -nostdin -v error -i {clip} {words} {encode} {hls} {folder}/stream.m3u8"
    subprocess.run(command.split(), check=True, stdin=subprocess.DEVNULL)
    return folder / "stream.m3u8"


def serve(browser: Browser, name: str, stream: Path) -> str:
    return browser.serve_folder(name, stream.parent) + stream.name


async def judge(case: Case, stream: str, browser: Browser) -> None:
    async with browser.player(stream) as player:
        check_played(case, await player.play_through())
        await check_picture(case, player)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return CLIP.make(tmp_path_factory.mktemp("clip"))


async def test_a_sound_stream_passes(clip: Path, browser: Browser, tmp_path: Path) -> None:
    await judge(CLIP, serve(browser, "sound", segmented(clip, "", tmp_path)), browser)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_noticed(fault: str, clip: Path, browser: Browser, tmp_path: Path) -> None:
    stream = segmented(clip, FAULTS[fault], tmp_path)
    with pytest.raises(AssertionError):
        await judge(CLIP, serve(browser, fault.replace(" ", "-"), stream), browser)


async def test_a_missing_segment_is_noticed(clip: Path, browser: Browser, tmp_path: Path) -> None:
    stream = segmented(clip, "", tmp_path)
    (tmp_path / "stream2.m4s").unlink()
    with pytest.raises((AssertionError, Error)):
        await judge(CLIP, serve(browser, "missing", stream), browser)
