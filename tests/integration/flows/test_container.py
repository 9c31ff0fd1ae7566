"""Every provider of the container can be resolved, and gives an adapter that is what its port says."""

import contextlib
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from dependency_injector import providers

from adapters.ffmpeg.sandbox import confinement
from entrypoints.container.providers import Container
from entrypoints.container.system import open_system
from entrypoints.embed import build
from entrypoints.settings import Settings
from entrypoints.wiring.ports import Ports
from streamcore.shared.errors import Invalid, UnprocessableMedia
from streamcore.shared.mail import Mail
from tests.integration.stacks import ServedStack


def settings_of(stack: ServedStack) -> Settings:
    named = {
        name.removeprefix("STREAMCORE_").lower(): value
        for name, value in stack.server.environment.items()
        if name.startswith("STREAMCORE_")
    }
    return Settings.model_validate(named)


async def test_every_provider_resolves_on_both_stacks(stack: ServedStack) -> None:
    async with open_system(settings_of(stack)) as system:
        for field in dataclasses.fields(Ports):
            assert getattr(system.platform.ports, field.name) is not None
        for check in system.checks.values():
            await check()


def test_the_container_has_a_provider_for_each_port() -> None:
    assert {field.name for field in dataclasses.fields(Ports)} <= set(Container.providers)


@pytest.mark.parametrize("setting", ["queue_url", "storage_url", "cache_url", "mail_url"])
async def test_an_engine_that_nobody_serves_is_refused_by_name(setting: str, tmp_path: Path) -> None:
    settings = Settings.model_validate({"data": tmp_path, setting: "gopher://somewhere"})
    with pytest.raises(Invalid) as refused:
        async with open_system(settings):
            pass
    assert refused.value.details[0].field == setting


class CountingMailer:
    """Counts what is sent."""

    def __init__(self) -> None:
        self.sent = 0

    async def send(self, mail: Mail) -> None:
        self.sent += 1

    async def ping(self) -> None:
        """Always there."""

    async def close(self) -> None:
        """Nothing is open."""


async def test_an_embedder_replaces_one_adapter(tmp_path: Path) -> None:
    mailer = CountingMailer()
    async with build(Settings(data=tmp_path), mailer=mailer) as app:
        await app.ports.mailer.send(Mail("1", "ada@example.org", "Hello", "Hello"))
        assert app.ports.mailer is mailer
    assert mailer.sent == 1


async def test_an_override_does_not_leak_into_the_next_container(tmp_path: Path) -> None:
    async with build(Settings(data=tmp_path), mailer=CountingMailer()):
        pass
    container = Container(settings=providers.Object(Settings(data=tmp_path)))
    assert not isinstance(container.mailer(), CountingMailer)


MP4 = b"\0\0\0\x18ftypmp42"
JPEG = b"\xff\xd8\xff\xda\0\x02\xff\xd9"


async def unheard(_percent: float, _stage: str) -> None:
    """Nobody waits for it."""


@pytest.mark.parametrize("mode", ["auto", "off"])
async def test_the_sandbox_of_the_settings_holds_for_everything_that_runs_ffmpeg(
    mode: Literal["auto", "off"], tmp_path: Path
) -> None:
    """By a program that would rather write elsewhere than decode."""
    program, mark = tmp_path / "ffmpeg", tmp_path / "mark"
    program.write_text(f"#!/bin/sh\n{{ echo free >> {mark}; }} 2>/dev/null\nexit 1\n")
    program.chmod(0o755)
    settings = Settings(data=tmp_path / "data", ffmpeg=program, ffmpeg_sandbox=mode)
    container = Container(settings=providers.Object(settings))

    async def source() -> AsyncIterator[bytes]:
        yield MP4

    await container.store().put("uploads/a/source", source(), content_type="video/mp4")
    written = ""
    for begin in (
        lambda: container.processor().process("uploads/a/source", "videos/a/1/", progress=unheard),
        lambda: container.media_care().decode(["uploads/a/source"], progress=unheard),
        lambda: container.images().make(JPEG, "videos/a/image-1/"),
    ):
        with contextlib.suppress(UnprocessableMedia):
            await begin()
        before, written = written, mark.read_text() if mark.exists() else ""
        assert (written != before) is (mode == "off" or not confinement().landlock)
    for runner in (container.processor(), container.media_care(), container.images()):
        await runner.close()
