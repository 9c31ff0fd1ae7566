"""How FFmpeg's ways to end badly become errors of the core."""

import errno
import re
import signal

from adapters.ffmpeg.launch import NOT_STARTED, ORPHANED
from streamcore.shared.errors import StreamcoreError, Unavailable, UnprocessableMedia

# Words of FFmpeg's and of the C library's → the machine's fault, so that another try may succeed.
_MACHINE = (
    "No space left on device",
    "Disk quota exceeded",
    "Too many open files",
    "No such file",
)
# Memory runs out by the limit of the process: a machine without any kills (SIGKILL) instead of refusing.
_TOO_MUCH_MEMORY = ("Cannot allocate memory", "std::bad_alloc", "malloc failed")
_STOPPED = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
_TOO_COSTLY = {signal.SIGXCPU, signal.SIGXFSZ}
_CRASHED = {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT, signal.SIGTRAP, signal.SIGSYS}
_CANNOT_START = {ORPHANED, NOT_STARTED}

# The second of what FFmpeg could not even count the bytes of.
_TOO_LARGE = re.compile(r"exceeds specified max pixel count|Picture size [1-9]\d*x[1-9]\d* is invalid")
_INCOMPLETE = ("moov atom not found",)
_ENDS_EARLY = ("partial file", "File ended prematurely")  # of the demuxers of mov and matroska
_UNKNOWN_CODEC = ("Decoder (codec", "Decoder not found", "Unknown decoder", "no decoder")

SENTENCES = {
    "EMPTY_FILE": "The file is empty.",
    "NOT_MEDIA": "The file is not a video in a format that we know.",
    "NO_VIDEO_STREAM": "The file holds no video picture.",
    "TRUNCATED": "The file is incomplete; please upload it again.",
    "DESCRIPTION_TOO_LONG": "The file tells too much about itself (tags, chapters); please remove some of it.",
    "UNSUPPORTED_CODEC": "The video is coded in a way that we cannot read.",
    "DECODE_FAILED": "The video is damaged and cannot be read.",
    "DECODER_CRASHED": "The decoder broke down on this video; please convert it and upload it again.",
    "TOO_LONG": "The video is longer than allowed.",
    "TOO_LARGE_FRAME": "The picture of the video is larger than allowed.",
    "TOO_SMALL_FRAME": "The picture of the video is too small.",
    "TOO_COSTLY": "The video takes more work to process than allowed.",
}


def refusal(reason: str) -> UnprocessableMedia:
    """A refused source, with the sentence for its uploader."""
    return UnprocessableMedia(reason, SENTENCES[reason])


def failure(returncode: int, stderr: str) -> StreamcoreError:
    """The error for a process that has ended with other than 0; negative is a signal's number."""
    said = last_errors(stderr)  # never the file's own words, which its author chose
    if any(words in said for words in _MACHINE) or returncode in _CANNOT_START or -returncode in _STOPPED:
        return Unavailable("The video could not be processed now; it is tried again.")
    if -returncode in _TOO_COSTLY or any(words in said for words in _TOO_MUCH_MEMORY):
        return refusal("TOO_COSTLY")
    if -returncode in _CRASHED:
        return refusal("DECODER_CRASHED")
    if _TOO_LARGE.search(said):
        return refusal("TOO_LARGE_FRAME")
    if any(words in said for words in _INCOMPLETE):
        return refusal("TRUNCATED")
    if any(words in said for words in _UNKNOWN_CODEC):
        return refusal("UNSUPPORTED_CODEC")
    return refusal("DECODE_FAILED")


def ends_early(stderr: str) -> bool:
    """Whether FFmpeg, told to say errors alone, met the end of the file where the container goes on."""
    return any(words in stderr for words in _ENDS_EARLY)


def from_os_error(error: OSError) -> Unavailable:
    """A full or broken work folder, or no FFmpeg to start: never the uploader's fault."""
    return Unavailable(f"The work folder cannot be used: {errno.errorcode.get(error.errno or 0, 'unknown')}.")


def last_errors(stderr: str) -> str:
    """The end of what FFmpeg said for the log, without the file's own descriptions (indented lines)."""
    lines = [line for line in stderr.splitlines() if line and not line.startswith((" ", "Input #"))]
    return "\n".join(lines)[-2000:]
