import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from entrypoints.cli.console import err, out
from entrypoints.cli.login import DEFAULT_URL

ENDED = {"ready", "scheduled", "published", "failed", "deleted"}


def command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The video file.")],
    title: Annotated[str | None, typer.Option(help="Default: the file's name.")] = None,
    description: Annotated[str, typer.Option()] = "",
    kind: Annotated[str, typer.Option("--type", help="video or short")] = "video",
    visibility: Annotated[str, typer.Option(help="public, unlisted, followers or private")] = "public",
    tag: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    publish: Annotated[bool, typer.Option(help="Publish as soon as it is ready.")] = True,
    url: Annotated[str, typer.Option(help="Address of the server.", envvar="STREAMCORE_URL")] = DEFAULT_URL,
    token: Annotated[str | None, typer.Option(envvar="STREAMCORE_TOKEN", help="Access token.")] = None,
) -> None:
    """Upload a video and watch it being processed. Interrupted, the same command goes on where it was.

    Uses the session of `streamcore login`; on a server of this machine an account and a channel are opened by itself.
    """
    name = title or file.stem
    fields: dict[str, Any] = {
        "title": name if len(name) >= 3 else f"{name} video",
        "description": description,
        "type": kind,
        "visibility": visibility,
        "tags": tag or [],
        "publish": str(publish).lower(),
    }
    video = asyncio.run(_upload(url, token, file, file.stat().st_size, fields))
    if video["status"] == "failed":
        error = video.get("error") or {}
        err.print(f"[red]{error.get('code', 'FAILED')}[/red] {error.get('message', '')}", highlight=False)
        raise typer.Exit(1)
    out.print(f"{video['status']}: {video['stream_url']}", soft_wrap=True, highlight=False)


async def _upload(url: str, token: str | None, file: Path, size: int, fields: dict[str, Any]) -> dict[str, Any]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from entrypoints.cli.client import Client
    from entrypoints.cli.resumable import ResumableUpload

    percent, left = TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn()
    columns = (TextColumn("{task.description:<24}"), BarColumn(), percent, left)
    async with Client(url, token) as client:
        if opened := await client.ensure_session():
            err.print(f"opened the account {opened} on this machine's server")
        await client.ensure_channel()
        with Progress(*columns, console=err) as progress:
            sending = progress.add_task("sending", total=size)
            upload = ResumableUpload(
                client,
                file,
                fields,
                at=lambda sent: progress.update(sending, completed=sent),
                waiting=lambda seconds: err.print(f"too many uploads: the server asks to wait {seconds:.0f} s"),
            )
            video_id = await upload.run()
            processing = progress.add_task("waiting", total=100)
            while True:
                status = await client.request("GET", f"/videos/{video_id}/status")
                stage = status["stage"] or status["status"]
                progress.update(processing, completed=status["progress"], description=stage)
                if status["status"] in ENDED:
                    break
                await asyncio.sleep(0.5)
        if status["status"] == "failed":
            return dict(status)
        return dict(await client.request("GET", f"/videos/{video_id}"))
