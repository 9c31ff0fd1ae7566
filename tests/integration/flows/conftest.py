import subprocess
from pathlib import Path

import pytest

from tests.integration.stacks import stack

__all__ = ["stack"]

BUNNY = Path(__file__).parents[2] / "media" / "bigbuckbunny.mp4"


def make_clip(path: Path, size: str, seconds: int, *, rate: int = 30) -> Path:
    """A moving picture with sound."""
    command = [
        *("ffmpeg", "-v", "error", "-y"),
        *("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"),
        *("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-g", "250", "-pix_fmt", "yuv420p"),
        *("-c:a", "aac", "-ac", "2", str(path)),
    ]
    subprocess.run(command, check=True, timeout=300)
    return path


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        "bigbuckbunny": BUNNY,
        "minute": make_clip(folder / "minute.mp4", "1920x1080", 60),
        "portrait": make_clip(folder / "portrait.mp4", "720x1280", 6),
    }
