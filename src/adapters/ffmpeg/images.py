"""`ImageMaker` by FFmpeg: an image that somebody has sent is decoded by a limited process and drawn anew."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg
import structlog

from adapters.ffmpeg import pictures
from adapters.ffmpeg.binary import find_ffmpeg
from adapters.ffmpeg.errors import failure, last_errors
from adapters.ffmpeg.jpeg import is_whole, orientation_of
from adapters.ffmpeg.probe import FrameTable
from adapters.ffmpeg.process import Limits, OnLine, run
from adapters.ffmpeg.sandbox import Mode
from adapters.ffmpeg.work_folder import WorkFolder
from streamcore.shared.errors import UnprocessableMedia
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.images import OWN_CARD, OWN_POSTER

_log = structlog.get_logger()

_MIB = 2**20
_MOST_PIXELS = 64 * 10**6
_LEAST_SIDE = 90
_SILENCE_SECONDS = 20.0
_POSTER_BOX = 1280
_QUIET = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error")
_SENTENCES = {
    "NOT_AN_IMAGE": "Send a JPEG, PNG or WebP image.",
    "IMAGE_UNREADABLE": "The image is damaged or incomplete, or it moves; send another one.",
    "IMAGE_TOO_LARGE": f"An image may have up to {_MOST_PIXELS // 10**6} million pixels.",
    "IMAGE_TOO_SMALL": f"An image has {_LEAST_SIDE} pixels on each side at least.",
}
# Orientation of EXIF 2.32, table 4.6.4 A, → how to stand the picture up.
_TURNS: dict[int, tuple[str, ...]] = {
    2: ("hflip",),
    3: ("hflip", "vflip"),
    4: ("vflip",),
    5: ("transpose=0",),
    6: ("transpose=1",),
    7: ("transpose=3",),
    8: ("transpose=2",),
}


def _limits(sandbox: Mode) -> Limits:
    return Limits(
        memory_bytes=2048 * _MIB, cpu_seconds=30, file_bytes=64 * _MIB, folder_bytes=128 * _MIB, sandbox=sandbox
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """One image at work in its folder."""

    binary: Path
    folder: Path
    limits: Limits

    async def must(self, command: Sequence[str], on_line: OnLine) -> None:
        ended = await run(
            command, folder=self.folder, limits=self.limits, silence_seconds=_SILENCE_SECONDS, on_line=on_line
        )
        if ended.returncode:
            _log.info("image_refused", returncode=ended.returncode, errors=last_errors(ended.stderr))
            raise failure(ended.returncode, ended.stderr)


class FFmpegImageMaker:
    """Works in ``work_folder`` with ``ffmpeg`` (None: the system's, else the packaged one), a few images at a time."""

    def __init__(
        self,
        store: ObjectStore,
        *,
        work_folder: Path,
        ffmpeg: Path | None = None,
        sandbox: Mode = "auto",
        parallel: int = 2,
    ) -> None:
        self._store = store
        self._work = WorkFolder(work_folder.absolute())
        self._ffmpeg = ffmpeg
        self._limits = _limits(sandbox)
        self._places = asyncio.Semaphore(parallel)

    async def make(self, image: bytes, target: str) -> None:
        demuxer = _demuxer_of(image)
        async with self._places:
            with self._work.run() as folder:
                await self._make(image, demuxer, folder)
                await self._keep(folder, target)

    async def close(self) -> None:
        self._work.close()

    async def _make(self, image: bytes, demuxer: str, folder: Path) -> None:
        source = folder / "source"
        await asyncio.to_thread(source.write_bytes, image)
        at_work = _Run(find_ffmpeg(self._ffmpeg), folder, self._limits)
        drawn = FrameTable()
        try:
            await at_work.must(_poster(at_work.binary, source, demuxer, orientation_of(image), folder), drawn.read)
        except UnprocessableMedia as error:
            raise _refusal("IMAGE_TOO_LARGE" if error.reason == "TOO_LARGE_FRAME" else "IMAGE_UNREADABLE") from error
        if drawn.size is None or not drawn.frames:
            raise _refusal("IMAGE_UNREADABLE")
        if min(drawn.size) < _LEAST_SIDE:
            raise _refusal("IMAGE_TOO_SMALL")
        await at_work.must(_card(at_work.binary, folder, drawn.size), drawn.read)

    async def _keep(self, folder: Path, target: str) -> None:
        for name, content_type in ((OWN_CARD, "image/webp"), (OWN_POSTER, "image/jpeg")):
            await self._store.put_file(f"{target}{name}", folder / name, content_type=content_type)


def _refusal(reason: str) -> UnprocessableMedia:
    return UnprocessableMedia(reason, _SENTENCES[reason])


def _demuxer_of(image: bytes) -> str:
    """FFmpeg's name of the format; nothing else is ever tried on it."""
    if image.startswith(b"\xff\xd8\xff"):
        if not is_whole(image):
            raise _refusal("IMAGE_UNREADABLE")
        return "jpeg_pipe"
    if image.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png_pipe"
    if image[:4] == b"RIFF" and image[8:12] == b"WEBP":
        return "webp_pipe"
    raise _refusal("NOT_AN_IMAGE")


def _input(path: Path, demuxer: str) -> Any:
    pinned: dict[str, Any] = {"format": demuxer, "format_whitelist": demuxer, "protocol_whitelist": "file"}
    return ffmpeg.input(f"file:{path}", **pinned, max_pixels=_MOST_PIXELS, noautorotate=None)


def _poster(binary: Path, source: Path, demuxer: str, orientation: int, folder: Path) -> list[str]:
    """Draw the poster, upright, opaque and in square pixels; its size on stdout."""
    image = _input(source, demuxer)["v:0"]
    if demuxer != "jpeg_pipe":  # what is clear becomes black
        image = image.filter("format", "gbrap").filter("premultiply", inplace=1)
    for turn in _TURNS.get(orientation, ()):
        name, _, argument = turn.partition("=")
        image = image.filter(name, argument) if argument else image.filter(name)
    image = image.filter(
        "scale",
        f"min({_POSTER_BOX},iw)",
        f"min({_POSTER_BOX},ih)",
        force_original_aspect_ratio="decrease",
        force_divisible_by=2,
        out_color_matrix="smpte170m",
        out_range="pc",
    )
    branches = image.filter("setsar", "1").filter("format", "yuvj420p").filter_multi_output("split", 2)
    poster = branches.stream(0).output(
        str(folder / OWN_POSTER), format="image2", update=1, qscale=3, map_metadata=-1, **{"frames:v": 1}
    )
    told = branches.stream(1).output("pipe:1", format="framecrc", **{"frames:v": 1})
    return _compiled(binary, ffmpeg.merge_outputs(poster, told))


def _card(binary: Path, folder: Path, size: tuple[int, int]) -> list[str]:
    poster = _input(folder / OWN_POSTER, "jpeg_pipe")["v:0"]
    drawn = pictures.card(poster, *size).filter("format", "yuv420p")
    return _compiled(binary, drawn.output(str(folder / OWN_CARD), **pictures.webp(), update=1, **{"frames:v": 1}))


def _compiled(binary: Path, output: Any) -> list[str]:
    command: list[str] = output.global_args(*_QUIET).compile(cmd=str(binary), overwrite_output=True)
    return command
