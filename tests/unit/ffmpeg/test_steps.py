from adapters.ffmpeg.steps import EncodingProgress, Steps


class Told:
    def __init__(self) -> None:
        self.words: list[tuple[float, str]] = []

    async def __call__(self, percent: float, stage: str) -> None:
        self.words.append((round(percent, 1), stage))


async def test_progress_never_goes_back_and_small_steps_are_kept_back() -> None:
    told = Told()
    steps = Steps(told)
    for stage, part in (("fetching", 0.0), ("fetching", 0.01), ("fetching", 0.5), ("fetching", 0.2), ("probing", 0.0)):
        await steps.at(stage, part)
    await steps.at("transcoding", 2.0)
    await steps.at("storing", 1.0)
    assert told.words == [
        (0.0, "fetching"),
        (2.0, "fetching"),
        (4.0, "probing"),
        (95.0, "transcoding"),
        (100.0, "storing"),
    ]


async def test_encoding_moves_on_by_its_figures_and_not_by_its_lines() -> None:
    told = Told()
    progress = EncodingProgress(Steps(told), frames=100)
    moved = [await progress.read(line) for line in ("frame=50", "fps=3", "out_time_us=9", "progress=continue")]
    assert moved == [True, False, True, False]
    assert told.words == [(50.0, "transcoding")]
    still = [await progress.read(line) for line in ("frame=50", "fps=4", "out_time_us=9", "progress=continue")]
    assert still == [False] * 4
    assert told.words == [(50.0, "transcoding")]


async def test_slow_work_is_heard_of_now_and_then() -> None:
    told, seconds = Told(), [0.0]
    steps = Steps(told, clock=lambda: seconds[0])
    await steps.alive()
    assert told.words == []
    await steps.at("probing")
    for seconds[0] in (1.0, 2.5, 3.0, 4.4, 4.6):
        await steps.alive()
    for seconds[0] in (5.0, 6.7):
        await steps.at("probing", 0.1)
    assert told.words == [(4.0, "probing")] * 4
