"""``streamcore dead-letters``: messages whose handlers kept failing."""

from typing import Annotated

import typer
from rich.table import Table

from entrypoints.cli.console import out, with_system
from streamcore.shared.queues import QueueName

app = typer.Typer(help="Messages whose handlers kept failing: look, replay, purge.", no_args_is_help=True)

QueueArgument = Annotated[QueueName, typer.Argument(help="Which queue.")]
Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]


@app.command("list")
def list_(
    queue: Annotated[QueueName | None, typer.Argument(help="Which queue; all.")] = None, limit: Limit = 50
) -> None:
    """Show dead letters with their reasons; nothing is changed."""
    from entrypoints.container.system import System

    async def run(system: System) -> None:
        table = Table("queue", "id", "attempts", "died", "reason", "body")
        for name in [queue] if queue else list(QueueName):
            for letter in await system.platform.ports.queue.dead_letters(name, limit=limit):
                body = letter.message.body.decode(errors="replace")
                died = letter.died_at.isoformat(timespec="seconds") if letter.died_at else "–"
                table.add_row(name, letter.message.id, str(letter.attempts), died, letter.reason, body[:120])
        out.print(table if table.row_count else "no dead letters")

    with_system(run)


@app.command()
def replay(queue: QueueArgument, limit: Limit = 1000) -> None:
    """Put dead letters back into their queue, with their attempts at zero."""
    from entrypoints.container.system import System

    async def run(system: System) -> None:
        moved = await system.platform.ports.queue.replay_dead_letters(queue, limit=limit)
        out.print(f"{moved} messages back in {queue}")

    with_system(run)


@app.command()
def purge(queue: QueueArgument, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Delete the dead letters of a queue for good."""
    from entrypoints.container.system import System

    if not yes:
        typer.confirm(f"Delete all dead letters of {queue.value}?", abort=True)

    async def run(system: System) -> None:
        out.print(f"{await system.platform.ports.queue.purge_dead_letters(queue)} dead letters deleted")

    with_system(run)
