"""A Chromium for the tests of the web client, and clips. The tests run on the session's event loop: the browser's."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.e2e.browser import running_chromium
from tests.integration.client.furnished import Furnished, furnished
from tests.integration.stacks import stack

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium

__all__ = ["stack"]

QUICKLY = {"STREAMCORE_FFMPEG_PRESET": "ultrafast"}
PROCESSED_WITHIN = 90_000
"""Milliseconds, on a machine that has other work."""

_FAST = "-c:v libx264 -preset ultrafast -g 20 -pix_fmt yuv420p -c:a aac"
_SOUND = "-f lavfi -i sine=frequency=330:duration={seconds}"

_RECIPES = {
    # Noise needs bits: the renditions differ by what they ask of the network.
    "rapids.mp4": f"-f lavfi -i testsrc2=s=854x480:r=10:d=48,noise=alls=7:allf=t {_SOUND.format(seconds=48)}"
    f" {_FAST} -crf 28",
    # Red, then blue: what is shown tells the time.
    "colours.mp4": "-f lavfi -i color=red:s=1280x720:r=10:d=4 -f lavfi -i color=blue:s=1280x720:r=10:d=4"
    f" {_SOUND.format(seconds=8)} -filter_complex concat {_FAST}",
    "tall.mp4": f"-f lavfi -i testsrc2=s=360x640:r=10:d=3 {_SOUND.format(seconds=3)} {_FAST}",
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator["Chromium"]:
    async with running_chromium() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    for name, recipe in _RECIPES.items():
        command = ["ffmpeg", "-nostdin", "-v", "error", *recipe.split(), str(folder / name)]
        subprocess.run(command, check=True, timeout=60)
    bunny = Path(__file__).parents[2] / "media" / "bigbuckbunny.mp4"
    return {"bigbuckbunny.mp4": bunny, **{name: folder / name for name in _RECIPES}}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(
    chromium: "Chromium", clips: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Furnished]:
    """For tests that change nothing on it."""
    async with furnished(tmp_path_factory.mktemp("site"), QUICKLY, chromium, clips) as site:
        yield site
