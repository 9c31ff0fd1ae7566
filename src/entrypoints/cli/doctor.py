import asyncio
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.table import Table

from entrypoints.cli.console import out, read_settings
from entrypoints.settings import Settings, without_password


@dataclass(frozen=True, slots=True)
class Finding:
    """``mend`` is what to do about it; empty where all is well. ``works``: it is advice, and no fault."""

    what: str
    seen: str
    mend: str = ""
    works: bool = False


def command() -> None:
    """Check everything that a server needs, and say how to mend what is missing."""
    findings = asyncio.run(_collect(read_settings()))
    table = Table("", "what", "seen", "how to mend it")
    for finding in findings:
        mark = "[green]✓[/green]" if not finding.mend else "[yellow]![/yellow]" if finding.works else "[red]✗[/red]"
        table.add_row(mark, finding.what, finding.seen, finding.mend)
    out.print(table)
    if any(finding.mend and not finding.works for finding in findings):
        raise typer.Exit(1)


async def _collect(settings: Settings) -> list[Finding]:
    here = [_python(), _data_folder(settings.data), _space(settings.data)]
    return [*here, *await _ffmpeg(settings), _sandbox(settings), *await _engines(settings)]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    supported = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding("Python", version, "" if supported else "Use Python 3.11, 3.12 or 3.13.")


def _data_folder(data: Path) -> Finding:
    place = data.absolute()
    while not place.exists():
        place = place.parent
    writable = os.access(place, os.W_OK)
    return Finding("data folder", str(data), "" if writable else f"Make {place} writable, or set STREAMCORE_DATA.")


def _space(data: Path) -> Finding:
    place = data.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    return Finding("free space", f"{free:.1f} GB", "" if free > 2 else "Free some space: below 2 GB uploads will fail.")


async def _ffmpeg(settings: Settings) -> list[Finding]:
    from entrypoints.container.operations import describe, find_ffmpeg
    from streamcore.shared.errors import Unavailable

    mend = "apt-get install ffmpeg, or pip install 'streamcore[ffmpeg]', or set STREAMCORE_FFMPEG."
    try:
        binary = find_ffmpeg(settings.ffmpeg)
        facts = await describe(binary)
    except Unavailable as error:
        return [Finding("FFmpeg", error.message, mend)]
    missing = [name for name in ("libx264", "aac") if name not in facts.encoders]
    return [
        Finding("FFmpeg", f"{facts.version} at {binary}"),
        Finding("encoders", ", ".join(sorted(facts.encoders)), mend if missing else ""),
    ]


def _sandbox(settings: Settings) -> Finding:
    from entrypoints.container.operations import confinement

    if settings.ffmpeg_sandbox == "off":
        return Finding(
            "FFmpeg's sandbox", "off", "Unset STREAMCORE_FFMPEG_SANDBOX: uploads are strangers'.", works=True
        )
    found = confinement()
    works = settings.ffmpeg_sandbox == "auto"
    return Finding("FFmpeg's sandbox", str(found), " ".join(found.missing), works=works)


async def _engines(settings: Settings) -> list[Finding]:
    from entrypoints.container.system import engine_checks

    findings = []
    async with engine_checks(settings) as checks:
        for name, (address, check) in checks.items():
            try:
                async with asyncio.timeout(5):
                    await check()
                findings.append(Finding(name, without_password(address)))
            except Exception as error:
                reason = str(error) or type(error).__name__
                mend = f"Start it, or correct STREAMCORE_{name.upper()}_URL. ({reason})"
                findings.append(Finding(name, without_password(address), mend))
    return findings
