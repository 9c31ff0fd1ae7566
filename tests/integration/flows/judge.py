"""An independent judge of adaptive streams: ffprobe and ffmpeg look at what a player would fetch."""

import json
import subprocess
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urljoin
from urllib.request import urlopen


@dataclass(frozen=True)
class Variant:
    """One line pair of a master playlist."""

    uri: str
    attributes: dict[str, str]


def fetch(url: str) -> bytes:
    with urlopen(url, timeout=30) as response:
        body: bytes = response.read()
    return body


def variants(master: str) -> list[Variant]:
    lines = fetch(master).decode().splitlines()
    found = []
    for line, following in pairwise(lines):
        if line.startswith("#EXT-X-STREAM-INF:"):
            found.append(Variant(urljoin(master, following), attributes(line.split(":", 1)[1])))
    return found


def attributes(text: str) -> dict[str, str]:
    """An attribute list of RFC 8216, section 4.2."""
    result, name, value, quoted = {}, "", "", False
    target = "name"
    for letter in text + ",":
        if letter == '"':
            quoted = not quoted
        elif letter == "=" and target == "name":
            target = "value"
        elif letter == "," and not quoted:
            result[name], name, value, target = value, "", "", "name"
        elif target == "name":
            name += letter
        else:
            value += letter
    return result


def segments(playlist: str) -> tuple[str, list[tuple[str, float]]]:
    """The init segment's URL, and each segment's URL with its declared duration."""
    init, found, duration = "", [], 0.0
    for line in fetch(playlist).decode().splitlines():
        if line.startswith("#EXT-X-MAP:"):
            init = urljoin(playlist, attributes(line.split(":", 1)[1])["URI"])
        elif line.startswith("#EXTINF:"):
            duration = float(line.split(":", 1)[1].split(",")[0])
        elif line and not line.startswith("#"):
            found.append((urljoin(playlist, line), duration))
    return init, found


def probe(url: str, *arguments: str) -> dict[str, object]:
    command = ["ffprobe", "-v", "error", "-of", "json", *arguments, url]
    output = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
    result: dict[str, object] = json.loads(output)
    return result


def first_video_frames(data: bytes) -> tuple[float, bool]:
    """Presentation time of the first video packet of init + segment, and whether it is a keyframe."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-select_streams", "v", "-show_packets", "-"]
    output = subprocess.run(command, check=True, input=data, capture_output=True, timeout=60).stdout
    packets = json.loads(output)["packets"]
    first = min(packets, key=lambda packet: float(packet["pts_time"]))
    return float(first["pts_time"]), "K" in packets[0]["flags"]


def decode_errors(url: str) -> str:
    """What ffmpeg complains of when it decodes the whole stream; empty when all is well."""
    command = ["ffmpeg", "-v", "error", "-xerror", "-i", url, "-map", "0", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    return done.stderr.decode() + (f"exit {done.returncode}" if done.returncode else "")


@dataclass(frozen=True)
class Rates:
    """Bits per second of a playlist's segments: the highest, and the mean."""

    peak: float
    average: float


def rates(playlist: str) -> Rates:
    """The peak is that of RFC 8216, section 4.1: the highest of any run of segments that lasts 0.5 to 1.5 times
    the target duration (of all of them, where no run is so long)."""
    _, parts = segments(playlist)
    target = next(int(line.split(":")[1]) for line in fetch(playlist).decode().splitlines() if "TARGETDURATION" in line)
    measured = [(len(fetch(url)) * 8, duration) for url, duration in parts]
    runs = []
    for first in range(len(measured)):
        for last in range(first + 1, len(measured) + 1):
            bits = sum(size for size, _ in measured[first:last])
            seconds = sum(duration for _, duration in measured[first:last])
            if 0.5 * target <= seconds <= 1.5 * target:
                runs.append(bits / seconds)
    average = sum(bits for bits, _ in measured) / sum(duration for _, duration in measured)
    return Rates(max(runs, default=average), average)


def sound_of(master: str) -> str | None:
    """The playlist of the audio group, if the master has one."""
    for line in fetch(master).decode().splitlines():
        if line.startswith("#EXT-X-MEDIA:"):
            said = attributes(line.split(":", 1)[1])
            assert said["TYPE"] == "AUDIO"
            return urljoin(master, said["URI"])
    return None


def check_stream(master: str, *, portrait: bool, sound: bool) -> list[str]:
    """Hold an adaptive stream to its promises; the RESOLUTION of each rendition."""
    rungs, audio = variants(master), sound_of(master)
    assert rungs
    assert (audio is not None) is sound
    heard = rates(audio) if audio else Rates(0.0, 0.0)
    starts = [check_rung(rung, heard) for rung in rungs]
    assert all(times == starts[0] for times in starts), starts
    assert decode_errors(master) == ""
    if audio:
        assert decode_errors(audio) == ""
        check_lengths(rungs[0].uri, audio)
    sizes = [rung.attributes["RESOLUTION"] for rung in rungs]
    for size in sizes:
        width, height = map(int, size.split("x"))
        assert (height > width) is portrait
    return sizes


def check_rung(rung: Variant, heard: Rates) -> list[float]:
    """One rendition against its line in the master; the times at which its segments start."""
    init, parts = segments(rung.uri)
    head = fetch(init)
    times = []
    for url, _ in parts:
        start, keyframe = first_video_frames(head + fetch(url))
        assert keyframe, f"{url} does not begin with a keyframe"
        times.append(round(start, 4))
    seen = rates(rung.uri)
    check_figures(rung, seen.peak + heard.peak, seen.average + heard.average, sound=heard.peak > 0)
    assert decode_errors(rung.uri) == ""
    return times


def check_lengths(video: str, audio: str) -> None:
    """Picture and sound are of about the same length."""
    seconds = [sum(duration for _, duration in segments(playlist)[1]) for playlist in (video, audio)]
    assert abs(seconds[0] - seconds[1]) < 0.2, seconds


def check_figures(rung: Variant, peak: float, average: float, *, sound: bool) -> None:
    """The master's figures against those of the files."""
    said = rung.attributes
    streams = probe(rung.uri, "-show_streams")["streams"]
    assert isinstance(streams, list)
    video = next(stream for stream in streams if stream["codec_type"] == "video")
    assert said["RESOLUTION"] == f"{video['width']}x{video['height']}"
    numerator, denominator = map(int, video["avg_frame_rate"].split("/"))
    assert abs(float(said["FRAME-RATE"]) - numerator / denominator) < 0.05
    profile = {"Constrained Baseline": "42", "Baseline": "42", "Main": "4D", "High": "64"}[video["profile"]]
    codecs = said["CODECS"].split(",")
    assert codecs[0][:7].upper() == f"AVC1.{profile}"
    assert int(codecs[0][-2:], 16) == video["level"]
    assert ("mp4a.40.2" in codecs) is sound
    assert 0.99 * peak <= float(said["BANDWIDTH"]) <= 1.05 * peak + 8000
    assert abs(float(said["AVERAGE-BANDWIDTH"]) - average) <= 0.02 * average + 8000
