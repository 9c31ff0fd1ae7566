"""The clips that the media tests need, made by FFmpeg when they are first asked for."""

import struct
import subprocess
from pathlib import Path

REAL = Path(__file__).parents[2] / "media" / "bigbuckbunny.mp4"

_FAST = "-c:v libx264 -preset ultrafast"
_PICTURE = "-f lavfi -i testsrc2=s={size}:r={rate}:d={seconds}"
_SOUND = "-f lavfi -i sine=f=330:d={seconds}"


def _picture(size: str, rate: int = 25, seconds: float = 2) -> str:
    return _PICTURE.format(size=size, rate=rate, seconds=seconds)


def _sound(seconds: float = 2) -> str:
    return _SOUND.format(seconds=seconds)


# Name → FFmpeg's arguments without the output; @ stands before the name of another clip.
_RECIPES = {
    "small.mp4": f"{_picture('640x360', 10, 5)} {_sound(5)} {_FAST} -c:a aac",
    "film.mp4": f"{_picture('480x270', 25, 24)} {_sound(24)} {_FAST} -c:a aac",
    "two_rungs.mp4": f"{_picture('854x480', 10, 4)} {_sound(4)} {_FAST} -g 13 -c:a aac",
    "full_hd.mp4": f"{_picture('1920x1080', 30)} {_sound()} {_FAST} -c:a aac",
    "portrait.mp4": f"{_picture('540x960', 30)} {_sound()} {_FAST} -c:a aac",
    "upright.mp4": f"{_picture('640x360')} {_FAST}",
    "odd.mkv": f"{_picture('640x480')} -vf format=yuv444p,pad=641:481 -c:v ffv1",
    "anamorphic.mp4": f"{_picture('720x576')} -vf setsar=64/45 {_FAST}",
    "no_audio.mp4": f"{_picture('640x360')} {_FAST}",
    "mono.mp4": f"{_picture('640x360')} {_sound()} -ac 1 {_FAST} -c:a aac",
    "surround.mp4": f"{_picture('640x360')} {_sound()} -ac 6 {_FAST} -c:a aac",
    "ntsc.mp4": f"{_picture('640x360')} -vf fps=30000/1001 {_FAST}",
    "slow.mp4": f"{_picture('640x360', 10)} {_FAST}",
    "fast.mp4": f"{_picture('640x360', 120)} {_FAST}",
    "variable.mp4": f"{_picture('640x360', 60)} -vf select='gte(t,1)+not(mod(n,4))' -vsync vfr {_FAST}",
    "tiny.mp4": f"{_picture('64x36', seconds=1)} {_FAST}",
    "one_frame.mp4": f"{_picture('640x360')} -frames:v 1 {_FAST}",
    "hevc_10.mp4": f"{_picture('640x360')} -pix_fmt yuv420p10le -c:v libx265 -preset ultrafast "
    "-x265-params log-level=0",
    "hdr.mp4": f"{_picture('640x360')} -pix_fmt yuv420p10le -color_primaries bt2020 -color_trc smpte2084 "
    "-colorspace bt2020nc -c:v libx265 -preset ultrafast -x265-params "
    "log-level=0:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
    "rgb.mp4": f"{_picture('640x360')} -c:v libx264rgb -preset ultrafast",
    "vp9.webm": f"{_picture('640x360')} {_sound()} -c:v libvpx-vp9 -cpu-used 8 -deadline realtime -c:a libopus",
    "mpeg4.avi": f"{_picture('640x360')} {_sound()} -c:v mpeg4 -bf 2 -c:a mp2",
    "stream.ts": f"{_picture('640x360')} {_sound()} {_FAST} -c:a aac -muxdelay 5",
    "interlaced.ts": f"{_picture('720x576')} -vf setfield=tff -c:v mpeg2video -flags +ilme+ildct",
    "smallest.mkv": f"{_picture('8x8')} -c:v ffv1",
    "sound_only.m4a": f"{_sound()} -c:a aac",
    "live.webm": "-i @vp9.webm -c copy -live 1",
    "late_picture.mp4": f"-itsoffset 0.7 -i @upright.mp4 {_sound()} -map 0:v -map 1:a -c:v copy -c:a aac",
    "moov_first.mp4": "-i @small.mp4 -c copy -movflags +faststart",
}
_QUARTER_TURN = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 360 << 16, 0, 1 << 30)
_MATRIX_AT = 44  # bytes after the type of a version 0 track header (ISO/IEC 14496-12, section 8.3.2)


class Clips:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> Path:
        """The clip of this name, made if it is not there yet."""
        if name == REAL.name:
            return REAL
        path = self._folder / name
        if not path.exists() and name == "rotated.mp4":
            path.write_bytes(_turned(self.get("upright.mp4").read_bytes()))
        elif not path.exists():
            words = [str(self.get(word[1:])) if word.startswith("@") else word for word in _RECIPES[name].split()]
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *words, str(path)], check=True)
        return path


def _turned(clip: bytes) -> bytes:
    """The same clip with the matrix of a phone that was held upright."""
    at = clip.index(b"tkhd") + _MATRIX_AT
    return clip[:at] + _QUARTER_TURN + clip[at + len(_QUARTER_TURN) :]
