import errno
import os
import signal

import pytest

from adapters.ffmpeg.errors import SENTENCES, failure, from_os_error, last_errors, refusal
from adapters.ffmpeg.launch import NOT_STARTED, ORPHANED
from streamcore.shared.errors import Unavailable, UnprocessableMedia

MACHINE_SIGNALS = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}

REASONS_OF_SIGNALS: dict[int, str] = {
    **dict.fromkeys((signal.SIGXCPU, signal.SIGXFSZ), "TOO_COSTLY"),
    **dict.fromkeys((signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE), "DECODER_CRASHED"),
    **dict.fromkeys((signal.SIGABRT, signal.SIGTRAP, signal.SIGSYS), "DECODER_CRASHED"),
}


@pytest.mark.parametrize("number", sorted(signal.valid_signals() - {0}))
def test_every_signal_is_translated(number: int) -> None:
    error = failure(-number, "")
    if number in MACHINE_SIGNALS:
        assert isinstance(error, Unavailable)
    else:
        assert isinstance(error, UnprocessableMedia)
        assert error.reason == REASONS_OF_SIGNALS.get(number, "DECODE_FAILED")


@pytest.mark.parametrize("returncode", range(1, 256))
def test_every_exit_status_is_translated(returncode: int) -> None:
    error = failure(returncode, "Conversion failed!")
    if returncode in (ORPHANED, NOT_STARTED):
        assert isinstance(error, Unavailable)
    else:
        assert isinstance(error, UnprocessableMedia)
        assert error.reason == "DECODE_FAILED"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENOENT])
def test_what_the_machine_lacks_is_unavailable(code: int) -> None:
    assert isinstance(failure(1, f"av_interleaved_write_frame(): {os.strerror(code)}"), Unavailable)
    assert isinstance(from_os_error(OSError(code, os.strerror(code))), Unavailable)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("[h264 @ 0x1] get_buffer() failed\nError while decoding: Cannot allocate memory", "TOO_COSTLY"),
        ("[h264 @ 0x1] Picture size 30000x30000 exceeds specified max pixel count 67108864", "TOO_LARGE_FRAME"),
        ("[mov @ 0x1] moov atom not found", "TRUNCATED"),
        ("Decoder (codec none) not found for input stream #0:0", "UNSUPPORTED_CODEC"),
        ("Decoding requested, but no decoder found for: abcd", "UNSUPPORTED_CODEC"),
    ],
)
def test_words_of_ffmpeg_tell_the_reason(words: str, reason: str) -> None:
    error = failure(1, words)
    assert isinstance(error, UnprocessableMedia)
    assert error.reason == reason


def test_the_files_own_words_decide_nothing() -> None:
    said = "Input #0, mov, from 'x':\n  Metadata:\n    title           : No space left on device\n[h264 @ 0x1] broken\n"
    error = failure(1, said)
    assert isinstance(error, UnprocessableMedia)
    assert error.reason == "DECODE_FAILED"


def test_every_reason_has_a_sentence() -> None:
    for reason, sentence in SENTENCES.items():
        assert refusal(reason).message == sentence
        assert sentence.endswith(".")


def test_what_is_logged_leaves_the_files_own_words_out() -> None:
    said = "Input #0, mov, from 'x':\n  Metadata:\n    title           : my secret\n[h264 @ 0x1] broken\n"
    assert last_errors(said) == "[h264 @ 0x1] broken"
