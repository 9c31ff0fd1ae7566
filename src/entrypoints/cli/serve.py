from pathlib import Path
from typing import Annotated

import typer


def command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8080,
    data: Annotated[Path | None, typer.Option(help="Folder of the embedded default.")] = None,
    worker: Annotated[bool, typer.Option(help="Also process videos and events in this process.")] = True,
) -> None:
    """Run the API, with a worker in the same process unless --no-worker."""
    import uvloop

    from entrypoints.cli.console import read_settings
    from entrypoints.serve import serve

    settings = read_settings(data=data)
    uvloop.run(serve(settings, host, port, with_worker=worker))
