"""``streamcore``: every command by its name."""

import sys
from importlib import import_module
from typing import Any

import typer

# name → (module, help); a module is imported only when its command runs, so that `--help` is quick
COMMANDS = ("serve", "worker", "upload", "login", "doctor", "sweep", "openapi")
GROUPS = ("db", "admin", "dead_letters", "jobs", "config")


def make_app() -> typer.Typer:
    app = typer.Typer(
        name="streamcore",
        help="A video platform: API, workers and care, on an embedded default or on real engines.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name in COMMANDS:
        module: Any = import_module(f"entrypoints.cli.{name}")
        app.command(name)(module.command)
    for name in GROUPS:
        module = import_module(f"entrypoints.cli.{name}")
        app.add_typer(module.app, name=name.replace("_", "-"))
    return app


def main() -> None:
    from entrypoints.cli.console import explain

    try:
        make_app()()
    except Exception as error:
        sys.exit(explain(error))
