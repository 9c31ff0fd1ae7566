"""What the demo's clips show: pictures and sounds that FFmpeg computes, so that nothing is shipped or fetched."""

from collections.abc import Sequence
from dataclasses import dataclass

RATE = 30


@dataclass(frozen=True, slots=True)
class Scene:
    """``picture`` is an FFmpeg filter graph without its size, ``chord`` the frequencies of its sound in Hz."""

    title: str
    description: str
    tags: Sequence[str]
    picture: str
    chord: Sequence[float]
    seconds: int = 20
    upright: bool = False
    width: int = 1280
    """Of the computed picture; it is enlarged where that is less than the film's."""
    sharp_edges: bool = False
    """Enlarge points to squares."""

    def graph(self) -> str:
        """For ``-filter_complex``: the outputs ``[v]`` and ``[a]``."""
        wide, high = (720, 1280) if self.upright else (1280, 720)
        width, height = self.width, self.width * high // wide // 2 * 2
        scale = f"scale={wide}:{high}:flags={'neighbor' if self.sharp_edges else 'bicubic'}"
        picture = self.picture.format(size=f"{width}x{height}", rate=RATE)
        return f"{picture},{scale},format=yuv420p,trim=duration={self.seconds}[v];{self._sound()}[a]"

    def _sound(self) -> str:
        """Each note swells and fades at a pace of its own, between the ears."""
        share = 0.5 / len(self.chord)
        sides = []
        for side in (0, 1):
            notes = (
                f"{share}*sin(2*PI*{note}*t)*(0.55+0.45*sin(2*PI*{0.07 + 0.03 * place}*t+{side * 1.5 + place}))"
                for place, note in enumerate(self.chord)
            )
            sides.append("+".join(notes))
        ends = f"afade=in:d=1.5,afade=out:st={self.seconds - 2}:d=2"
        return f"aevalsrc='{'|'.join(sides)}':sample_rate=48000:duration={self.seconds},{ends}"


@dataclass(frozen=True, slots=True)
class Show:
    """A channel and its clips, the oldest first."""

    handle: str
    name: str
    description: str
    scenes: Sequence[Scene]


def _colours(*colours: str) -> str:
    listed = ":".join(f"c{place}=0x{colour}" for place, colour in enumerate(colours))
    return f"gradients=size={{size}}:rate={{rate}}:nb_colors={len(colours)}:{listed}"


SHOWS: Sequence[Show] = (
    Show(
        "slow.light",
        "Slow Light",
        "Colour fields that take their time. Made for large walls and tired eyes.",
        (
            Scene(
                "Harbour at four in the morning",
                "Blues that turn around each other, before anybody is up.",
                ("colour", "calm", "loop"),
                _colours("0b1d3a", "12355b", "2a7f9e", "e0f2f1") + ":speed=0.012:seed=7",
                (110.0, 164.8, 220.0, 277.2),
                width=640,
            ),
            Scene(
                "Ember",
                "A fire without its noise.\n\nLeave it running on the second screen.",
                ("colour", "warm"),
                _colours("1a0500", "7a1f00", "ff6a00", "ffd166") + ":speed=0.02:seed=21:type=radial",
                (98.0, 146.8, 196.0, 246.9),
                width=640,
            ),
            Scene(
                "Northern lights, upright",
                "Hold the phone as you are holding it now.",
                ("colour", "short"),
                _colours("03071e", "0f4c3a", "39d98a", "7b2cbf") + ":speed=0.03:seed=3",
                (130.8, 196.0, 261.6),
                seconds=12,
                upright=True,
                width=360,
            ),
            Scene(
                "Turning shell",
                "One spiral and four colours.",
                ("colour", "spiral", "loop"),
                _colours("2d1e2f", "a26769", "ece2d0", "d5b9b2") + ":speed=0.025:seed=11:type=spiral",
                (123.5, 185.0, 246.9, 311.1),
                width=640,
            ),
        ),
    ),
    Show(
        "number.garden",
        "Number Garden",
        "Plants that grow from a line of arithmetic. No seeds, no soil, no water.",
        (
            Scene(
                "Into the valley of the sea horses",
                "A walk towards one point of the Mandelbrot set, twenty seconds long and some powers of ten deep.",
                ("fractal", "mathematics", "zoom"),
                "mandelbrot=size={size}:rate={rate}:maxiter=1200:end_scale=0.002:end_pts=600:inner=black,hue=h=210:s=0.8",
                (146.8, 220.0, 293.7, 370.0),
                width=480,
            ),
            Scene(
                "Life, left alone",
                "Conway's rules on a small plate, begun at random. What has just died leaves a trace of moss.",
                ("cellular-automaton", "mathematics"),
                "life=size={size}:rate={rate}:mold=12:ratio=0.28:seed=5:"
                "death_color=0x0b3d2e:life_color=0xd8f3dc:mold_color=0x1b4332",
                (164.8, 207.7, 246.9),
                width=256,
                sharp_edges=True,
            ),
            Scene(
                "Rule 30, line by line",
                "Each line follows from the one above it, and nobody has found a short cut.",
                ("cellular-automaton", "order", "chance"),
                "cellauto=size={size}:rate={rate}:rule=30:random_seed=12:ratio=0.5,"
                "colorchannelmixer=rr=0.96:gg=0.82:bb=0.55",
                (110.0, 138.6, 164.8, 220.0),
                width=320,
                sharp_edges=True,
            ),
            Scene(
                "A carpet with more holes than wool",
                "Sierpinski's, flown over at random.",
                ("fractal", "mathematics"),
                "sierpinski=size={size}:rate={rate}:seed=9:jump=60:type=carpet,"
                "colorchannelmixer=rr=0.35:gg=0.75:bb=0.98",
                (130.8, 164.8, 196.0),
                width=640,
            ),
        ),
    ),
    Show(
        "test.bench",
        "Test Bench",
        "Pictures that engineers look at when nobody else is looking.",
        (
            Scene(
                "Counting the seconds",
                "Is it smooth, is it sharp, is it in time? The oldest questions of television.",
                ("test-card", "timing"),
                "testsrc2=size={size}:rate={rate}",
                (220.0, 440.0),
            ),
            Scene(
                "Bars, as they should be",
                "If the first one is not white, it is not the clip.",
                ("test-card", "colour"),
                "smptehdbars=size={size}:rate={rate}",
                (261.6,),
                seconds=10,
            ),
            Scene(
                "Bars that lost their way",
                "The same bars after a long evening.",
                ("test-card", "colour", "short"),
                "smptehdbars=size={size}:rate={rate},hue=H=2*PI*t/6:s=1+0.5*sin(t)",
                (196.0, 233.1, 293.7),
                seconds=10,
                upright=True,
                width=720,
            ),
        ),
    ),
)
