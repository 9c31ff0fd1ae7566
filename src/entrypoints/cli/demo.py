from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from entrypoints.cli.console import err, out, read_settings, with_system


def command(
    data: Annotated[Path | None, typer.Option(help="Folder of the embedded default.")] = None,
    clips: Annotated[int | None, typer.Option(min=1, help="At most so many; default: all.")] = None,
) -> None:
    """Fill the instance with channels and computed clips, so that there is something to look at.

    It works beside a running server or without one. What is there already stays; interrupted, the same command goes on.
    """
    from rich.progress import BarColumn, Progress, TaskID, TextColumn

    from entrypoints.container.system import System
    from entrypoints.demo.fill import Demo, Filled

    columns = (TextColumn("{task.fields[title]:<46}"), BarColumn(), TextColumn("{task.description}"))
    bars: dict[str, TaskID] = {}

    async def run(system: System) -> Filled:
        with Progress(*columns, console=err) as progress, TemporaryDirectory(prefix="streamcore-demo-") as folder:

            def tell(title: str, percent: float, doing: str) -> None:
                if title not in bars:
                    bars[title] = progress.add_task("", total=100, title=title)
                progress.update(bars[title], completed=percent, description=doing)

            return await Demo(system, Path(folder), tell).fill(clips)

    filled = with_system(run, read_settings(data=data))
    for account in filled.accounts:
        out.print(f"account {account.username}, password {account.password}", highlight=False)
    for title, reason in filled.failed:
        err.print(f"[red]failed[/red] {title}: {reason}", highlight=False)
    out.print(f"clips published: {filled.published}, there already: {filled.there_already}", highlight=False)
    if filled.failed:
        raise typer.Exit(1)
