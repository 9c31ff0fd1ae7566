from typing import Annotated

import typer

from entrypoints.cli.console import out

DEFAULT_URL = "http://127.0.0.1:8080"


def command(
    login: Annotated[str, typer.Option(prompt=True, help="E-mail address or username.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, envvar="STREAMCORE_PASSWORD")],
    url: Annotated[str, typer.Option(help="Address of the server.", envvar="STREAMCORE_URL")] = DEFAULT_URL,
) -> None:
    """Log in to a server and remember the session for `streamcore upload`."""
    import asyncio

    from entrypoints.cli.client import Client

    async def run() -> None:
        async with Client(url) as client:
            await client.log_in(login, password)

    asyncio.run(run())
    out.print(f"logged in at {url}")
