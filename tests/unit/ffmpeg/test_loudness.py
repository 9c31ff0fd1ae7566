import pytest

from adapters.ffmpeg.loudness import Loudness, MeasuredSound, read_measurement

PART = """[Parsed_ebur128_1 @ 0x55] Summary:

  Integrated loudness:
    I:         {level} LUFS
    Threshold: -33.8 LUFS

  True peak:
    Peak:      {peak} dBFS
"""
END = "video:0kB audio:375kB subtitle:0kB\n"


@pytest.mark.parametrize(
    ("level", "peak", "gain", "limiter"),
    [
        (-26.0, -13.0, 10.0, False),
        (-16.05, -1.0, 0.0, True),
        (-6.0, 1.0, -10.0, False),
        (-60.0, -50.0, 20.0, False),
        (-30.0, -6.0, 10.5, True),
        (-20.0, 6.0, 0.0, True),
        (-70.0, -90.0, 0.0, False),
    ],
    ids=["quiet", "right", "loud", "hardly anything", "peaks", "clipped", "silence"],
)
def test_one_gain_brings_it_to_the_target_as_far_as_the_peaks_allow(
    level: float, peak: float, gain: float, limiter: bool
) -> None:
    loudness = Loudness(level, peak)
    assert loudness.gain_db == pytest.approx(gain)
    assert loudness.needs_limiter is limiter


def test_a_summary_is_read() -> None:
    read = read_measurement(PART.format(level=-18.2, peak=-13.0) + END, 192_000)
    assert read == MeasuredSound(2.0, Loudness(-18.2, -13.0))


def test_the_loudest_of_several_parts_counts() -> None:
    parts = PART.format(level=-18.2, peak=-13.0) + PART.format(level=-23.0, peak=-3.0)
    assert read_measurement(parts + END, 192_000) == MeasuredSound(2.0, Loudness(-18.2, -3.0), changes=True)


def test_silence_has_no_loudness() -> None:
    assert read_measurement(PART.format(level=-70.0, peak="-inf") + END, 192_000) == MeasuredSound(2.0, None)
    assert read_measurement("Invalid data found\n", 192_000) == MeasuredSound(0.0, None)
