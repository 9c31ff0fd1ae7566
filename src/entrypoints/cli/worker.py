from pathlib import Path
from typing import Annotated

import typer


def command(
    data: Annotated[Path | None, typer.Option(help="Folder of the embedded default.")] = None,
    jobs: Annotated[int | None, typer.Option(help="Jobs at a time for each class; 0: events only.")] = None,
) -> None:
    """Process videos and events, apart from the API; any number of them share the work."""
    import uvloop

    from entrypoints.cli.console import read_settings
    from entrypoints.serve import work

    uvloop.run(work(read_settings(data=data, worker_jobs=jobs)))
