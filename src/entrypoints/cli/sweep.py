from datetime import timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from entrypoints.cli.console import out, with_system
from entrypoints.cli.reports import bytes_as_text, print_json
from streamcore.videos.models.leftovers import Leftover

_SHOWN = 50  # lines of a table; all of them come as JSON


def command(
    delete: Annotated[bool, typer.Option("--delete", help="Remove what was found; else it is only shown.")] = False,
    grace: Annotated[float | None, typer.Option(min=0, help="Spare what is younger, in seconds.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each object, then the sum.")] = False,
) -> None:
    """Show stored objects and working files that belong to nothing, and with --delete remove them."""
    from entrypoints.container.system import System

    async def run(system: System) -> None:
        spare = timedelta(seconds=system.settings.sweep_grace_seconds if grace is None else grace)
        table = Table("object", "size", "kind", "reason", "last changed")

        def show(leftover: Leftover) -> None:
            if as_json:
                print_json(_as_json(leftover))
            elif table.row_count < _SHOWN:
                table.add_row(*_as_row(leftover))

        swept = await system.platform.videos.sweep_storage(grace=spare, dry_run=not delete, show=show)
        folders = await system.sweep_work_folder(dry_run=not delete)
        if as_json:
            counts = {"objects": swept.objects, "bytes": swept.bytes, "kinds": dict(swept.kinds)}
            print_json(counts | {"unfinished": swept.unfinished, "folders": folders, "deleted": delete})
            return
        if table.row_count:
            out.print(table)
        if swept.objects > table.row_count:
            out.print(f"… and {swept.objects - table.row_count} more objects (--json shows them all)")
        verb = "removed" if delete else "would be removed by --delete"
        out.print(
            f"{swept.objects} objects ({swept.bytes} bytes), {swept.unfinished} unfinished uploads, "
            f"{folders} working folders {verb}"
        )

    with_system(run)


def _as_row(leftover: Leftover) -> tuple[str, ...]:
    info = leftover.object
    changed = info.modified_at.isoformat(timespec="seconds")
    return escape(info.key), bytes_as_text(info.size), leftover.kind, leftover.reason, changed


def _as_json(leftover: Leftover) -> dict[str, object]:
    info = leftover.object
    said = {"kind": leftover.kind, "reason": leftover.reason, "modified_at": info.modified_at.isoformat()}
    return {"key": info.key, "size": info.size, **said}
