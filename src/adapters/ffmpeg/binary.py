"""Which FFmpeg to run."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from streamcore.shared.errors import Unavailable


def find_ffmpeg(given: Path | None = None) -> Path:
    """``given``, else the system's ``ffmpeg``, else the one that imageio-ffmpeg brings; `Unavailable` without any."""
    if given is not None:
        if not given.is_file():
            raise Unavailable(f"There is no FFmpeg at {given}.")
        return given.absolute()
    if found := shutil.which("ffmpeg"):
        return Path(found)
    if packaged := packaged_ffmpeg():
        return packaged
    raise Unavailable("FFmpeg is not installed.")


def packaged_ffmpeg() -> Path | None:
    """The binary inside the imageio-ffmpeg package, if that is installed and has one for this machine."""
    if find_spec("imageio_ffmpeg") is None:
        return None
    import imageio_ffmpeg  # optional: the extra "ffmpeg" installs it

    try:
        path = Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:  # a wheel without a binary
        return None
    return path if path.is_absolute() and path.is_file() else None
