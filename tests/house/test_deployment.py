"""The compose file and the image say only what the program and the compose format understand."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from entrypoints.cli.main import COMMANDS, GROUPS
from entrypoints.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ["schema", "api", "worker"]

TOP_KEYS = {"name", "services", "volumes"}
SERVICE_KEYS = {
    "build", "cap_drop", "command", "depends_on", "entrypoint", "environment", "healthcheck", "hostname", "image",
    "init", "ports", "read_only", "restart", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "volumes",
}  # fmt: skip
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def is_setting(variable: str) -> bool:
    return variable.removeprefix("STREAMCORE_").lower() in Settings.model_fields


def test_compose_holds_known_keys_only() -> None:
    assert {key for key in COMPOSE if not key.startswith("x-")} <= TOP_KEYS
    for name, service in SERVICES.items():
        assert service.keys() <= SERVICE_KEYS, name
        assert service.get("healthcheck", {}).keys() <= {"test", "interval", "timeout", "retries"}, name


def test_compose_starts_the_whole_stack() -> None:
    assert {"postgres", "redis", "rabbitmq", "s3", "api", "worker"} <= SERVICES.keys()


def test_what_is_waited_for_exists_and_can_become_true() -> None:
    for service in SERVICES.values():
        for name, needed in service.get("depends_on", {}).items():
            assert needed["condition"] in CONDITIONS
            assert needed["condition"] != "service_healthy" or "healthcheck" in SERVICES[name]


def test_named_volumes_are_declared() -> None:
    mounted = {str(volume).partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {name for name in mounted if not name.startswith("/")} == COMPOSE["volumes"].keys()


def test_images_carry_a_version_and_no_host() -> None:
    images = {service["image"] for service in SERVICES.values() if "build" not in service}
    assert all(re.fullmatch(r"([a-z]+/)?[a-z]+:[\w.-]+", image) for image in images)


def test_ports_are_open_on_loopback_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_commands_with_settings_that_exist(name: str) -> None:
    service = SERVICES[name]
    assert service["command"][0] in {*COMMANDS, *GROUPS}
    assert all(is_setting(variable) for variable in service["environment"])
    assert service["read_only"]


def test_image_is_not_root_and_its_settings_exist() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text()
    runtime = text.rpartition("\nFROM ")[2]
    assert all(is_setting(variable) for variable in re.findall(r"STREAMCORE_\w+", text))
    assert re.search(r"^USER 10001:10001$", runtime, re.MULTILINE)
    assert json.loads(runtime.partition("\nCMD ")[2])[0] in COMMANDS


def test_image_is_built_from_files_that_its_context_lets_through() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    text = (ROOT / "deploy" / "Dockerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for word in line.split()]
    assert copied
    assert all(path.split("/")[0] in allowed and (ROOT / path).exists() for path in copied)
