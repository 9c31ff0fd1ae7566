"""``streamcore admin``: what only somebody at the machine may do."""

from typing import Annotated

import typer
from pydantic import ValidationError

from entrypoints.cli.console import err, out, with_system
from streamcore.identity.models import Registration

app = typer.Typer(help="What only somebody at the machine may do.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """A group, although it has one command so far."""


@app.command()
def create(
    email: Annotated[str, typer.Option(prompt=True)],
    username: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[
        str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True, envvar="STREAMCORE_ADMIN_PASSWORD")
    ],
) -> None:
    """Open an account with the role admin."""
    from entrypoints.container.system import System

    try:
        command = Registration(email=email, username=username, password=password)
    except ValidationError as error:
        for problem in error.errors():
            err.print(f"[red]{problem['loc'][0]}[/red] {problem['msg']}", highlight=False)
        raise typer.Exit(1) from None

    async def run(system: System) -> None:
        user = await system.platform.identity.create_admin(command)
        out.print(f"admin {user.username} created ({user.id})")

    with_system(run)
