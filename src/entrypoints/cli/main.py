"""``streamcore``: every command by its name."""

import sys
from importlib import import_module
from typing import Any

import typer

COMMANDS = ("serve", "worker", "upload", "login", "demo", "doctor", "sweep", "openapi")
GROUPS = ("db", "admin", "dead-letters", "jobs", "config", "media")


def make_app(wanted: str | None = None) -> typer.Typer:
    """The application; with the name of a known command, it alone (the others need not be imported to run it)."""
    app = typer.Typer(
        name="streamcore",
        help="A video platform: API, workers and care, on an embedded default or on real engines.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_streamcore)
    known = wanted in (*COMMANDS, *GROUPS)
    for name in COMMANDS:
        if not known or name == wanted:
            app.command(name)(_module(name).command)
    for name in GROUPS:
        if not known or name == wanted:
            app.add_typer(_module(name).app, name=name)
    return app


def _streamcore() -> None:
    """A video platform: API, workers and care, on an embedded default or on real engines."""


def _module(command: str) -> Any:
    return import_module(f"entrypoints.cli.{command.replace('-', '_')}")


def main() -> None:
    from entrypoints.cli.console import explain

    try:
        make_app(sys.argv[1] if len(sys.argv) > 1 else None)()
    except Exception as error:
        sys.exit(explain(error))
