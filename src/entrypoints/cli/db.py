"""``streamcore db``: the database's schema."""

import asyncio

import typer

from entrypoints.cli.console import out, read_settings

app = typer.Typer(help="The database's schema.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the schema up to date; safe to run from several places at once."""
    from entrypoints.container.operations import schema_version, upgrade_schema

    settings = read_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    url = settings.effective_database_url
    with out.status("upgrading the schema"):
        asyncio.run(upgrade_schema(url))
    out.print(f"schema is at {asyncio.run(schema_version(url))}")
