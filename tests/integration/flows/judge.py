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


def check_stream(master: str, *, portrait: bool, sound: bool) -> list[str]:
    """Hold an adaptive stream to its promises; the RESOLUTION of each rendition."""
    rungs = variants(master)
    assert rungs
    starts = []
    for rung in rungs:
        init, parts = segments(rung.uri)
        head = fetch(init)
        times, total_bits, total_seconds, peak = [], 0, 0.0, 0.0
        for url, duration in parts:
            body = fetch(url)
            start, keyframe = first_video_frames(head + body)
            assert keyframe, f"{url} does not begin with a keyframe"
            times.append(round(start, 4))
            total_bits += len(body) * 8
            total_seconds += duration
            peak = max(peak, len(body) * 8 / duration)
        starts.append(times)
        check_figures(rung, peak, total_bits / total_seconds, sound=sound)
        assert decode_errors(rung.uri) == ""
    assert all(times == starts[0] for times in starts), starts
    assert decode_errors(master) == ""
    sizes = [rung.attributes["RESOLUTION"] for rung in rungs]
    for size in sizes:
        width, height = map(int, size.split("x"))
        assert (height > width) is portrait
    return sizes


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
    assert any(stream["codec_type"] == "audio" for stream in streams) is sound
    assert 0.99 * peak <= float(said["BANDWIDTH"]) <= 1.10 * peak + 8000
    assert abs(float(said["AVERAGE-BANDWIDTH"]) - average) <= 0.02 * average + 8000
