# ruff: noqa: E501  a recipe is one line
"""Every kind of real file, made by FFmpeg with known content, and what a player must show of it.

The picture has four quadrants, red and green above blue and yellow, and a black field in the middle that is white for
0.2 s from `FLASH` on. The sound is a soft 300 Hz tone, with a loud 1 kHz beep from `BEEP` on for as long.
`CORPUS` is the list; a case makes its file when it is asked for.
"""

import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

SECONDS, FLASH, BEEP, LIT = 2.5, 1.0, 1.0, 0.2
Recipe = Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """``seconds`` is what a player shows as the length, ``width`` × ``height`` the picture as shown in square pixels;
    ``flash`` and ``beep`` are the seconds at which they begin, None where the clip has none. ``quadrants``: the
    colours of the corners can be told, and ``white`` is as bright as white is shown."""

    name: str
    recipe: Recipe
    seconds: float = SECONDS
    width: int = 320
    height: int = 180
    has_audio: bool = True
    quadrants: bool = True
    flash: float | None = FLASH
    beep: float | None = BEEP
    white: int = 255

    def make(self, folder: Path) -> Path:
        """The file, made in ``folder`` unless it is there."""
        path = folder / self.name
        if not path.exists():
            unfinished = folder / f"unfinished-{self.name}"
            self.recipe(unfinished)
            unfinished.rename(path)
        return path


def picture(
    size: str = "320x180", rate: str = "25", seconds: float = SECONDS, form: str = "yuv420p", full: bool = False
) -> str:
    """FFmpeg's arguments for the picture as an input; ``form`` its pixel format in BT.709."""
    half, field = "w=iw/2+1:h=ih/2+1:t=fill", "x=iw*3/8:y=ih*3/8:w=iw/4:h=ih/4:t=fill"
    lit = f"between(t,{FLASH - 0.001},{FLASH + LIT - 0.001})"
    quadrants = (
        f"drawbox=x=iw/2:y=0:c=lime:{half},drawbox=x=0:y=ih/2:c=blue:{half},drawbox=x=iw/2:y=ih/2:c=yellow:{half}"
    )
    middle = f"drawbox=c=black:{field},drawbox=c=white:{field}:enable='{lit}'"
    colours = f"scale=out_color_matrix=bt709:out_range={'pc' if full else 'tv'},format={form}"
    return f"-f lavfi -i color=c=red:s={size}:r={rate}:d={seconds},format=gbrp,{quadrants},{middle},{colours}"


def sound(seconds: float = SECONDS, rate: int = 48_000) -> str:
    """FFmpeg's arguments for the sound as an input, in one channel."""
    beep = f"0.3*sin(2*PI*1000*t)*between(t,{BEEP},{BEEP + LIT})"
    return f"-f lavfi -i aevalsrc='0.01*sin(2*PI*300*t)+{beep}':s={rate}:d={seconds}"


TAGS = "-colorspace bt709 -color_primaries bt709 -color_trc bt709"
FAST = f"-c:v libx264 -preset ultrafast {TAGS}"
X265 = "-c:v libx265 -preset ultrafast -x265-params log-level=0"
AAC = "-c:a aac"
BOTH = f"{picture()} {sound()}"
VP9 = "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime"


def run(words: str, path: Path) -> None:
    """Run FFmpeg with these arguments, none of which has a space in it, to make ``path``.

    A file that does not say which colours it has is made in those of BT.601, as small pictures are when they do not.
    """
    if "-colorspace" not in words:
        words = words.replace("out_color_matrix=bt709", "out_color_matrix=bt601")
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *words.split(), str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def by(words: str) -> Recipe:
    return partial(run, words)


def beside(path: Path, name: str, words: str) -> Path:
    """A file that is needed to make ``path``."""
    other = path.with_name(f"{path.name}.{name}")
    run(words, other)
    return other


def remuxed(name: str, first: str, words: str) -> Recipe:
    """Encode by ``first`` to a file that ``{}`` stands for in ``words``."""

    def recipe(path: Path) -> None:
        other = beside(path, name, first)
        run(words.format(other), path)
        other.unlink()

    return recipe


def joined(*parts: str) -> Recipe:
    """MPEG-TS parts put one behind another, byte by byte, as some recorders do."""

    def recipe(path: Path) -> None:
        files = [beside(path, f"{number}.ts", part) for number, part in enumerate(parts)]
        path.write_bytes(b"".join(file.read_bytes() for file in files))
        for file in files:
            file.unlink()

    return recipe


# ISO/IEC 14496-12, section 8.3.2: the matrix stands 44 bytes behind the type of a version 0 track header.
_MATRIX_AT = 44
_ONE = 1 << 16
_TURNS = {90: (0, _ONE, -_ONE, 0), 180: (-_ONE, 0, 0, -_ONE), 270: (0, -_ONE, _ONE, 0)}


def turned(degrees: int, width: int, height: int) -> Recipe:
    """The picture laid down by the camera, and the matrix that sets it upright again (clockwise by ``degrees``)."""
    lay_down = {90: "transpose=2", 180: "hflip,vflip", 270: "transpose=1"}[degrees]
    a, b, c, d = _TURNS[degrees]
    shift = {90: (height, 0), 180: (width, height), 270: (0, width)}[degrees]
    matrix = struct.pack(">9i", a, b, 0, c, d, 0, shift[0] << 16, shift[1] << 16, 1 << 30)

    def recipe(path: Path) -> None:
        shown = f"{height}x{width}" if degrees != 180 else f"{width}x{height}"
        run(f"{picture(shown)} {sound()} -vf {lay_down} {FAST} {AAC}", path)
        clip = path.read_bytes()
        at = clip.index(b"tkhd") + _MATRIX_AT
        path.write_bytes(clip[:at] + matrix + clip[at + len(matrix) :])

    return recipe


def case(name: str, words: str, **expected: float | bool | None) -> Case:
    return Case(name=name, recipe=by(words), **expected)  # type: ignore[arg-type]


SILENT = {"has_audio": False, "beep": None}


GEOMETRY = [
    Case(name="turned_90.mp4", recipe=turned(90, 320, 180), width=180, height=320),
    Case(name="turned_180.mp4", recipe=turned(180, 320, 180)),
    Case(name="turned_270.mov", recipe=turned(270, 320, 180), width=180, height=320),
    case(
        "odd_vp8.webm",
        f"{picture('161x91')} {sound()} -c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M -c:a libvorbis",
        width=161,
        height=91,
    ),
    case("tiny_odd.mkv", f"{picture('17x33')} -c:v ffv1 {TAGS}", width=17, height=33, **SILENT),
    case("odd_444.mp4", f"{picture('321x181', form='yuv444p')} {sound()} {FAST} {AAC}", width=321, height=181),
    case("anamorphic.mp4", f"{picture('240x180')} {sound()} -vf setsar=4/3 {FAST} {AAC}"),
    case("tall_pixels.mkv", f"{picture('320x240')} {sound()} -vf setsar=3/4 {FAST} {AAC}", width=240, height=240),
    case("portrait.mp4", f"{picture('180x320')} {sound()} {FAST} {AAC}", width=180, height=320),
    case("very_wide.mp4", f"{picture('1280x64')} {sound()} {FAST} {AAC}", width=1280, height=64),
    case("very_tall.mp4", f"{picture('64x1280')} {sound()} {FAST} {AAC}", width=64, height=1280),
]
SOUNDS = [
    case("no_audio.mp4", f"{picture()} {FAST}", **SILENT),
    case("mono.mp4", f"{BOTH} -ac 1 {FAST} {AAC}"),
    case("surround.mp4", f"{BOTH} -ac 6 {FAST} {AAC}"),
    case("surround_ac3.mkv", f"{BOTH} -ac 6 {FAST} -c:a ac3"),
    case("telephone.mp4", f"{picture()} {sound(rate=8000)} {FAST} {AAC} -ar 8000"),
    case("studio.mov", f"{picture()} {sound(rate=96000)} {FAST} -c:a pcm_s24le -ar 96000"),
    case("flac.mkv", f"{picture()} {sound(rate=44100)} {FAST} -c:a flac"),
    case("sound_longer.mp4", f"{picture()} {sound(4.5)} {FAST} {AAC}", seconds=4.5),
    case("sound_shorter.mp4", f"{picture(seconds=4.5)} {sound(1.5)} {FAST} {AAC}", seconds=4.5),
    case("still.mp4", f"{picture(seconds=0.04)} {sound(3)} {FAST} {AAC}", seconds=3.0, flash=None),
    case("still.mkv", f"{picture(seconds=0.04)} {sound(3)} {FAST} -c:a libopus", seconds=3.0, flash=None),
]
TIMES = [
    case("one_frame.mp4", f"{picture()} -frames:v 1 {FAST}", seconds=0.04, flash=None, **SILENT),
    case("variable.mp4", f"{picture(rate='60')} {sound()} -vf select='gte(t,1)+not(mod(n,4))' -vsync vfr {FAST} {AAC}"),
    case("phone.mp4", f"{picture(rate='30')} {sound()} -vf settb=1/90000,setpts=PTS+round(400*sin(N*7)) -vsync passthrough -enc_time_base 1:90000 {FAST} {AAC}"),
    case("slow_1fps.mp4", f"{picture(rate='1', seconds=4)} {sound(4)} {FAST} {AAC}", seconds=4.0, flash=1.0),
    case("fast_60.mp4", f"{picture(rate='60')} {sound()} {FAST} {AAC}"),
    case("fast_120.mp4", f"{picture(rate='120')} {sound()} {FAST} {AAC}"),
    case("ntsc.mp4", f"{picture(rate='30000/1001')} {sound()} {FAST} {AAC}"),
    Case(name="picture_late.mp4", recipe=remuxed("mp4", f"{picture()} {FAST}", f"-itsoffset 0.7 -i {{}} {sound(3.2)} -map 0:v -map 1:a -c:v copy {AAC}"), seconds=3.2, flash=1.7),
    Case(name="picture_late.mkv", recipe=remuxed("mp4", f"{picture()} {FAST}", f"-itsoffset 0.7 -i {{}} {sound(3.2)} -map 0:v -map 1:a -c:v copy {AAC}"), seconds=3.2, flash=1.7),
    Case(name="sound_late.mp4", recipe=remuxed("m4a", f"{sound()} {AAC}", f"{picture(seconds=3.1)} -itsoffset 0.6 -i {{}} {FAST} -c:a copy"), seconds=3.1, beep=1.6),
    Case(name="sound_late.mkv", recipe=remuxed("m4a", f"{sound()} {AAC}", f"{picture(seconds=3.1)} -itsoffset 0.6 -i {{}} {FAST} -c:a copy"), seconds=3.1, beep=1.6),
    Case(name="edit_list.mp4", recipe=remuxed("mp4", f"{BOTH} {FAST} {AAC} -g 100", "-ss 0.5 -i {} -c copy"), seconds=2.0, flash=0.5, beep=0.5),
    Case(name="begins_at_100.mkv", recipe=by(f"{BOTH} {FAST} {AAC} -output_ts_offset 100")),
    case("begins_late.ts", f"{BOTH} {FAST} {AAC} -muxdelay 5"),
    case("wraps.ts", f"{BOTH} {FAST} {AAC} -output_ts_offset 95442.3"),
    Case(name="jumps_back.ts", recipe=joined(f"{BOTH} {FAST} {AAC} -f mpegts", f"{BOTH} {FAST} {AAC} -f mpegts"), seconds=5.0),
    Case(name="jumps_ahead.ts", recipe=joined(f"{BOTH} {FAST} {AAC} -f mpegts", f"{BOTH} {FAST} {AAC} -output_ts_offset 1000 -f mpegts"), seconds=5.0),
    Case(name="gap.ts", recipe=joined(f"{BOTH} {FAST} {AAC} -f mpegts", f"{BOTH} {FAST} {AAC} -output_ts_offset 4.5 -f mpegts"), seconds=7.0),
    Case(name="disorder.mkv", recipe=remuxed("mkv", f"{BOTH} {FAST} -tune zerolatency {AAC}", "-i {} -c copy -bsf:v setts=pts='if(eq(mod(N,10),5),PTS-90,PTS)':dts=DTS")),
]  # fmt: skip
CONTAINERS = [
    case("moov_last.mp4", f"{BOTH} {FAST} {AAC}"),
    case("moov_first.mp4", f"{BOTH} {FAST} {AAC} -movflags +faststart"),
    case("fragmented.mp4", f"{BOTH} {FAST} {AAC} -g 10 -movflags frag_keyframe+empty_moov"),
    case("pcm.mov", f"{BOTH} {FAST} -c:a pcm_s16le"),
    case("matroska.mkv", f"{BOTH} {FAST} -c:a libmp3lame"),
    case("live.webm", f"{BOTH} {VP9} -c:a libopus -live 1 -f webm"),
    case("asp.avi", f"{BOTH} -c:v mpeg4 -bf 2 -q:v 3 -c:a libmp3lame"),
    case("mjpeg.avi", f"{picture(form='yuvj420p', full=True)} {sound()} -c:v mjpeg -c:a pcm_s16le"),
    case("mpeg2.ts", f"{BOTH} -c:v mpeg2video -q:v 3 -c:a mp2"),
    case("h264.m2ts", f"{BOTH} {FAST} -c:a ac3"),
    case("program.mpg", f"{BOTH} -c:v mpeg2video -q:v 3 -c:a mp2 -f vob"),
    case("mpeg1.mpg", f"{BOTH} -c:v mpeg1video -q:v 3 -c:a mp2 -f mpeg"),
    case("theora.ogv", f"{BOTH} -c:v libtheora -q:v 8 -c:a libvorbis"),
    case("sorenson.flv", f"{BOTH} -c:v flv -q:v 3 -c:a libmp3lame -ar 44100"),
    case("h264.flv", f"{BOTH} {FAST} {AAC}"),
    case("h263.3gp", f"{picture('352x288')} {sound()} -c:v h263 -q:v 3 {AAC} -ar 16000", width=352, height=288),
    case("asp.3gp", f"{BOTH} -c:v mpeg4 -q:v 3 {AAC}"),
]
CODECS = [
    case("hevc.mp4", f"{BOTH} {X265} {TAGS} -tag:v hvc1 {AAC}"),
    case("hevc.mkv", f"{BOTH} {X265} {TAGS} {AAC}"),
    case("vp8.webm", f"{BOTH} -c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M -c:a libvorbis"),
    case("vp9.webm", f"{BOTH} {VP9} {TAGS} -c:a libopus"),
    case("vp9_alpha.webm", f"{picture(form='yuva420p')} {sound()} {VP9} -auto-alt-ref 0 {TAGS} -c:a libopus"),
    case("av1.mp4", f"{BOTH} -c:v libsvtav1 -preset 12 {TAGS} {AAC}"),
    case("av1.webm", f"{BOTH} -c:v libsvtav1 -preset 12 {TAGS} -c:a libopus"),
    case("prores.mov", f"{picture(form='yuv422p10le')} {sound()} -c:v prores_ks {TAGS} -c:a pcm_s16le"),
    case("prores_4444.mov", f"{picture(form='yuva444p10le')} {sound()} -c:v prores_ks -profile:v 4 {TAGS} -c:a pcm_s16le"),
    case("mjpeg.mov", f"{picture(form='yuvj422p', full=True)} {sound()} -c:v mjpeg -q:v 3 -c:a pcm_s16be"),
    case("dv.mov", f"{picture('720x576', form='yuv420p')} {sound()} -aspect 4:3 -c:v dvvideo -c:a pcm_s16le", width=768, height=576),
    case("hevc_10.mp4", f"{picture(form='yuv420p10le')} {sound()} {X265} {TAGS} {AAC}"),
    case("h264_10.mkv", f"{picture(form='yuv420p10le')} {sound()} {FAST} {AAC}"),
    case("vp9_10.webm", f"{picture(form='yuv420p10le')} {sound()} {VP9} {TAGS} -c:a libopus"),
    case("full_range.mp4", f"{picture(form='yuvj420p', full=True)} {sound()} {FAST} -color_range pc {AAC}"),
    case("rgb.mp4", f"{picture(form='gbrp', full=True)} {sound()} -c:v libx264rgb -preset ultrafast {AAC}"),
    case("qtrle_alpha.mov", f"{picture(form='argb', full=True)} {sound()} -c:v qtrle -c:a pcm_s16le"),
    case("grey.mkv", f"{picture(form='gray', full=True)} {sound()} -c:v ffv1 -c:a flac", quadrants=False),
    case("top_first.ts", f"{picture('720x576', rate='50')} {sound()} -vf interlace=scan=tff,setsar=16/15 -c:v mpeg2video -q:v 3 -flags +ilme+ildct -c:a mp2", width=768, height=576),
    case("bottom_first.mkv", f"{picture('720x576', rate='50')} {sound()} -vf interlace=scan=bff,setsar=16/15 {FAST} -x264-params bff=1 {AAC}", width=768, height=576),
]  # fmt: skip

# PQ and HLG in BT.2020, with diffuse white at 203 cd/m² (ITU-R BT.2408)
HDR_TAGS = "-color_primaries bt2020 -colorspace bt2020nc -color_trc {0}"
HDR_X265 = X265 + ":crf=8:colorprim=bt2020:colormatrix=bt2020nc:transfer={0}"  # else its own errors would be measured


def hdr(transfer: str, form: str = "gbrp") -> str:
    """The picture in high dynamic range: an input and a filter."""
    change = f"zscale=tin=bt709:pin=bt709:min=gbr:rin=pc:t={transfer}:p=bt2020:m=bt2020nc:r=tv:npl=203"
    return f"{picture(form=form, full=True)} {sound()} -vf {change},format=yuv420p10le"


HIGH_DYNAMIC_RANGE = [  # white leaves room for what is brighter
    case("hdr_pq.mp4", f"{hdr('smpte2084')} {HDR_X265.format('smpte2084')} {HDR_TAGS.format('smpte2084')} -tag:v hvc1 {AAC}", white=235),
    case("hdr_hlg.mov", f"{hdr('arib-std-b67')} {HDR_X265.format('arib-std-b67')} {HDR_TAGS.format('arib-std-b67')} -tag:v hvc1 {AAC}", white=235),
    case("hdr_pq_vp9.webm", f"{hdr('smpte2084')} {VP9} -b:v 3M {HDR_TAGS.format('smpte2084')} -c:a libopus", white=235),
]  # fmt: skip

DISPOSITIONS = "-disposition:v:0 0 -disposition:v:1 default -disposition:a:0 0 -disposition:a:1 default"
WHITE = "-f lavfi -i color=white:s=320x180:r=25:d=2.5"
QUIET = "-f lavfi -i sine=f=200:d=2.5"
SUBTITLES = "1\n00:00:00,500 --> 00:00:02,000\nA line\n"


def covered(path: Path) -> None:
    cover = beside(path, "cover.png", "-f lavfi -i color=white:s=600x600 -frames:v 1")
    run(f"{BOTH} -i {cover} -map 0 -map 1 -map 2 {FAST} -c:v:1 png -disposition:v:1 attached_pic {AAC}", path)
    cover.unlink()


def subtitled(path: Path) -> None:
    lines = path.with_name(f"{path.name}.srt")
    lines.write_text(SUBTITLES)
    run(f"{BOTH} -i {lines} -map 0 -map 1 -map 2 {FAST} {AAC} -c:s mov_text -timecode 01:00:00:00", path)
    lines.unlink()


def chaptered(path: Path) -> None:
    """A lecture's worth of chapters, which FFmpeg tells of before it tells of the streams."""
    marks = path.with_name(f"{path.name}.txt")
    each = "[CHAPTER]\nTIMEBASE=1/1000\nSTART={0}\nEND={1}\ntitle=Chapter {0} of a lecture that has very many of them\n"
    marks.write_text(";FFMETADATA1\n" + "".join(each.format(start, start + 16) for start in range(0, 2400, 16)))
    run(f"{BOTH} -i {marks} -map 0 -map 1 -map_chapters 2 {FAST} {AAC}", path)
    marks.unlink()


TRACKS = [
    case("two_of_each.mkv", f"{WHITE} {picture()} {QUIET} {sound()} -map 0 -map 1 -map 2 -map 3 {FAST} {AAC} {DISPOSITIONS}"),
    case("two_of_each.mp4", f"{WHITE} {picture()} {QUIET} {sound()} -map 0 -map 1 -map 2 -map 3 {FAST} {AAC} {DISPOSITIONS}"),
    case("damaged_sound_first.mkv", f"{BOTH} -map 0 -map 1 -map 1 {FAST} {AAC} -bsf:a:0 noise=amount=1"),
    case("damaged_sound_first.mp4", f"{BOTH} -map 0 -map 1 -map 1 {FAST} {AAC} -bsf:a:0 noise=amount=1"),
    Case(name="cover.mp4", recipe=covered),
    Case(name="cover.mkv", recipe=covered),
    Case(name="subtitles_timecode.mov", recipe=subtitled),
    Case(name="chapters.mkv", recipe=chaptered),
    case("sound_first.mkv", f"{BOTH} -map 1 -map 0 {FAST} {AAC}"),
    Case(name="size_changes.ts", recipe=joined(f"{BOTH} {FAST} {AAC} -f mpegts", f"{picture('160x90')} {sound()} {FAST} {AAC} -output_ts_offset 2.5 -f mpegts"), seconds=5.0),
    Case(name="channels_change.ts", recipe=joined(f"{BOTH} {FAST} {AAC} -f mpegts", f"{BOTH} -ac 2 {FAST} {AAC} -output_ts_offset 2.5 -f mpegts"), seconds=5.0),
]  # fmt: skip

CORPUS: list[Case] = [*GEOMETRY, *SOUNDS, *TIMES, *CONTAINERS, *CODECS, *HIGH_DYNAMIC_RANGE, *TRACKS]
HOURS = case("two_hours.mp4", f"-f lavfi -i testsrc2=s=64x36:r=1:d=7200 {FAST}", seconds=7200.0, width=64, height=36,
             quadrants=False, flash=None, **SILENT)  # fmt: skip
"""Apart from the others for the time it takes."""
