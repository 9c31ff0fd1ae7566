"""``streamcore jobs``: the job table."""

from typing import Annotated

import typer
from rich.table import Table

from entrypoints.cli.console import out, with_system
from streamcore.shared.ids import JobId
from streamcore.shared.jobs import JobState

app = typer.Typer(help="Jobs: look, and replay dead ones.", no_args_is_help=True)


@app.command("list")
def list_(
    state: Annotated[JobState | None, typer.Option(help="Only this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
) -> None:
    """Show the newest jobs."""
    from entrypoints.container.system import System

    async def run(system: System) -> None:
        table = Table("id", "kind", "state", "progress", "stage", "attempts", "crashes", "reason")
        for row in await system.platform.ports.jobs.list(state=state, limit=limit):
            progress = f"{row.progress:.0f} %"
            counts = (str(row.attempts), str(row.crashes))
            table.add_row(row.id, row.kind, row.state, progress, row.stage, *counts, row.reason or "")
        out.print(table if table.row_count else "no jobs")

    with_system(run)


@app.command()
def replay(job_id: Annotated[str, typer.Argument(help="A dead job.")]) -> None:
    """Queue a dead job again."""
    from entrypoints.container.system import System

    async def run(system: System) -> None:
        await system.platform.ports.jobs.replay(JobId(job_id), now=system.platform.ports.clock.now())
        out.print(f"{job_id} is queued again")

    with_system(run)
