from datetime import timedelta
from typing import Annotated

import typer

from entrypoints.cli.console import out, with_system


def command(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be removed.")] = False,
    grace: Annotated[float | None, typer.Option(help="Spare what is younger, in seconds.")] = None,
) -> None:
    """Remove stored objects and working files that belong to nothing."""
    from entrypoints.container.system import System

    async def run(system: System) -> None:
        spare = system.settings.sweep_grace_seconds if grace is None else grace
        with out.status("looking through the store"):
            swept = await system.platform.videos.sweep_storage(grace=timedelta(seconds=spare), dry_run=dry_run)
            folders = 0 if dry_run else await system.sweep_work_folder()
        verb = "would be removed" if dry_run else "removed"
        out.print(
            f"{swept.objects} objects ({swept.bytes} bytes), {swept.unfinished} unfinished uploads, "
            f"{folders} working folders {verb}"
        )

    with_system(run)
