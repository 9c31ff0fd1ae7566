"""What every command shares: the terminal, reading the settings, running with the platform open, clear errors."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from streamcore.shared.errors import StreamcoreError

if TYPE_CHECKING:
    from entrypoints.container.system import System
    from entrypoints.settings import Settings

T = TypeVar("T")

out = Console()
err = Console(stderr=True)


def read_settings(**overrides: Any) -> "Settings":
    """The settings with what the command line says on top; a readable message and exit code 2 where they are wrong."""
    from entrypoints.settings import Settings

    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"]).upper()
            where = f"STREAMCORE_{name}: " if name else ""
            err.print(f"[red]settings[/red] {where}{problem['msg']}", highlight=False)
        raise typer.Exit(2) from None


def with_system(work: Callable[["System"], Awaitable[T]], settings: "Settings | None" = None) -> T:
    """Run ``work`` with every adapter open."""
    from entrypoints.container.system import open_system
    from entrypoints.logs import configure_logs

    settings = settings or read_settings()
    configure_logs(settings, quiet=True)

    async def run() -> T:
        async with open_system(settings) as system:
            return await work(system)

    return asyncio.run(run())


def explain(error: BaseException) -> int:
    """Say what went wrong in a sentence; the exit code. Errors nobody foresaw keep their trace."""
    if isinstance(error, StreamcoreError):
        err.print(f"[red]{error.code}[/red] {error.message}", highlight=False)
        for detail in error.details:
            err.print(f"  {detail.field}: {detail.message}", highlight=False)
        return 1
    raise error
