"""``streamcore config``: the settings in force."""

import typer
from rich.table import Table

from entrypoints.cli.console import out, read_settings

app = typer.Typer(help="The settings in force.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """A group, although it has one command so far."""


@app.command()
def show() -> None:
    """Print every setting, its variable, and where it differs from the default; secrets stay hidden."""
    from pydantic import SecretStr

    from entrypoints.settings import Settings, without_password

    settings = read_settings()
    table = Table("variable", "value", "")
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = ("(set)" if value.get_secret_value() else "") if isinstance(value, SecretStr) else str(value)
        changed = "" if value == field.default else "changed"
        table.add_row(f"STREAMCORE_{name.upper()}", without_password(shown), changed)
    out.print(table)
