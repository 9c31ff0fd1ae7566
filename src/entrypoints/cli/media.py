"""``streamcore media``: check what is stored, and make what is missing."""

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from entrypoints.cli.console import err, out, with_system
from entrypoints.cli.reports import bytes_as_text, counting, print_json
from streamcore.shared.errors import Conflict
from streamcore.shared.ids import VideoId
from streamcore.videos.models.backfill import Backfill, BackfillId, BackfillPlan, BackfillState, Steering
from streamcore.videos.models.missing import MediaPart
from streamcore.videos.models.verification import StreamReport

if TYPE_CHECKING:
    from entrypoints.container.system import System

app = typer.Typer(help="Stored media: check it, and make what is missing.", no_args_is_help=True)

ALL = "all"
BackfillArgument = Annotated[str, typer.Argument(help="A backfill, by its id.")]
_LOOK_EVERY = 1.0


@app.command()
def verify(
    video: Annotated[list[str] | None, typer.Option(help="Only this video; may be repeated.")] = None,
    deep: Annotated[bool, typer.Option("--deep", help="Also decode every rendition: slow.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Have broken streams made anew from their sources.")] = False,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="So many videos at a time.")] = 8,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each video, then the sum.")] = False,
) -> None:
    """Check the stream of every video in service; ends with 1 where anything is wrong."""

    async def run(system: "System") -> bool:
        check = _Verification(system, repair=repair, as_json=as_json)
        if video:
            for video_id in video:
                if report := await system.platform.videos.verify_media.one(VideoId(video_id), deep=deep):
                    await check.take(report)
                else:
                    err.print(f"{video_id} is not in service", highlight=False)
        else:
            total = await system.platform.videos.verify_media.count()
            with counting() as bar:
                task = bar.add_task("checking", total=total)
                async for report in system.platform.videos.verify_media.all(deep=deep, at_once=at_once):
                    await check.take(report)
                    bar.advance(task)
        check.sum_up()
        return check.wrong == 0

    if not with_system(run):
        raise typer.Exit(1)


class _Verification:
    """Shows one report after the other, and counts."""

    def __init__(self, system: "System", *, repair: bool, as_json: bool) -> None:
        self._system = system
        self._repair = repair
        self._as_json = as_json
        self.checked = self.wrong = self.repairing = self.objects = self.bytes = 0
        self.codes: Counter[str] = Counter()

    async def take(self, report: StreamReport) -> None:
        self.checked += 1
        self.objects += report.objects
        self.bytes += report.bytes
        self.codes.update({problem.code for problem in report.problems})
        if not report.sound:
            self.wrong += 1
            self.repairing += await self._repaired(report)
        if self._as_json:
            print_json(_report_as_json(report))
        for problem in report.problems if not self._as_json else ():
            where = escape(f"{problem.file} {problem.detail}")
            out.print(f"{report.video_id} [red]{problem.code}[/red] {where}", soft_wrap=True, highlight=False)

    async def _repaired(self, report: StreamReport) -> bool:
        if not self._repair or not report.can_be_repaired:
            return False
        try:
            return await self._system.platform.videos.repair(report.video_id)
        except Conflict as error:
            err.print(f"{report.video_id}: {error.message}", highlight=False)
            return False

    def sum_up(self) -> None:
        if self._as_json:
            counts = {"checked": self.checked, "wrong": self.wrong, "repairing": self.repairing}
            print_json(counts | {"objects": self.objects, "bytes": self.bytes, "codes": dict(self.codes)})
            return
        size = bytes_as_text(self.bytes)
        out.print(f"{self.checked} videos checked ({self.objects} objects, {size}), {self.wrong} with problems")
        if self._repair:
            out.print(f"{self.repairing} of them are being made anew")


def _report_as_json(report: StreamReport) -> dict[str, object]:
    problems = [{"code": problem.code, "file": problem.file, "detail": problem.detail} for problem in report.problems]
    stored = {"objects": report.objects, "bytes": report.bytes}
    return {"video_id": report.video_id, "generation": report.generation, **stored, "problems": problems}


@app.command()
def backfill(
    missing: Annotated[list[str], typer.Option(help=f"{', '.join(MediaPart)} or all; may be repeated.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what is missing.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Of so many videos at most.")] = None,
    rate: Annotated[float | None, typer.Option(help="Of so many videos a minute at most.")] = None,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="So many new generations at a time.")] = 1,
    watch: Annotated[bool, typer.Option("--watch", help="Stay and show how far it is.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Tell it in JSON.")] = False,
) -> None:
    """Have workers make what older videos lack: images and fingerprints alone where that is enough."""
    parts = _parts(missing)

    async def run(system: "System") -> None:
        if dry_run:
            await _show_missing(system, parts, limit, as_json=as_json)
            return
        plan = BackfillPlan(parts, limit, rate, at_once)
        started = await system.platform.videos.start_backfill(plan)
        if as_json:
            print_json(_backfill_as_json(started))
        else:
            out.print(f"backfill {started.id}: {started.total} videos to look at", highlight=False)
        if watch:
            await _watch(system, started.id)

    with_system(run)


def _parts(names: list[str]) -> tuple[MediaPart, ...]:
    wrong = [name for name in names if name != ALL and name not in set(MediaPart)]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]} is none of {', '.join(MediaPart)}, all", param_hint="--missing")
    return tuple(MediaPart) if ALL in names else tuple(MediaPart(name) for name in dict.fromkeys(names))


async def _show_missing(system: "System", parts: tuple[MediaPart, ...], limit: int | None, *, as_json: bool) -> None:
    counts: Counter[str] = Counter()
    anew = found = 0
    async for missing in system.platform.videos.find_missing(parts, limit=limit):
        found += 1
        anew += missing.anew
        counts.update(missing.parts)
        if as_json:
            print_json({"video_id": missing.video.id, "missing": sorted(missing.parts), "anew": missing.anew})
    if as_json:
        print_json({"videos": found, "anew": anew, "missing": dict(counts)})
        return
    table = Table("missing", "videos")
    for part in parts:
        table.add_row(part, str(counts[part]))
    out.print(table)
    out.print(f"{found} videos lack something; {anew} of them have to be transcoded again")


@app.command()
def backfills(
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each.")] = False,
) -> None:
    """Show the newest backfills and how far they are."""

    async def run(system: "System") -> None:
        found = await system.platform.videos.backfills()
        if as_json:
            for one in found:
                print_json(_backfill_as_json(one))
            return
        table = Table("id", "state", "missing", "looked at", "made", "being made", "failed", "reason")
        for one in found:
            looked = f"{one.looked_at} of {one.total}"
            numbers = (str(one.made), str(len(one.remaking)), str(one.failed))
            table.add_row(one.id, one.state, ", ".join(one.plan.parts), looked, *numbers, escape(one.reason or ""))
        out.print(table if table.row_count else "no backfills")

    with_system(run)


def _backfill_as_json(backfill: Backfill) -> dict[str, object]:
    numbers = ("total", "looked_at", "begun", "made", "failed", "percent", "reason")
    told = {name: getattr(backfill, name) for name in numbers}
    return {"id": backfill.id, "state": backfill.state, "missing": list(backfill.plan.parts), **told}


@app.command()
def watch(backfill_id: BackfillArgument) -> None:
    """Show how far a backfill is, until it is over or paused."""

    async def run(system: "System") -> None:
        await _watch(system, BackfillId(backfill_id))

    with_system(run)


async def _watch(system: "System", backfill_id: BackfillId) -> None:
    with counting() as bar:
        task = bar.add_task("backfill", total=None)
        while True:
            backfill = await system.platform.videos.backfills.one(backfill_id)
            told = f"{backfill.made} made, {backfill.failed} failed"
            bar.update(task, completed=backfill.looked_at, total=max(backfill.total, 1), description=told)
            if backfill.state is not BackfillState.RUNNING:
                break
            await asyncio.sleep(_LOOK_EVERY)
    reason = escape(backfill.reason or "")
    out.print(f"{backfill.state}: {backfill.made} made, {backfill.failed} failed. {reason}")
    if backfill.state is BackfillState.FAILED or backfill.failed:
        raise typer.Exit(1)


@app.command()
def pause(backfill_id: BackfillArgument) -> None:
    """Let a backfill rest; what it has begun is finished."""
    _steer(backfill_id, Steering.PAUSE)


@app.command()
def resume(backfill_id: BackfillArgument) -> None:
    """Go on with a backfill that was paused, or broke down, where it was."""
    _steer(backfill_id, Steering.RESUME)


@app.command()
def cancel(backfill_id: BackfillArgument) -> None:
    """End a backfill for good; what it has made stays."""
    _steer(backfill_id, Steering.CANCEL)


def _steer(backfill_id: str, steering: Steering) -> None:
    async def run(system: "System") -> None:
        steered = await system.platform.videos.steer_backfill(BackfillId(backfill_id), steering)
        out.print(f"{steered.id} is {steered.state}", highlight=False)

    with_system(run)
