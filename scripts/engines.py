"""Runs a command with real engines at hand: ``python scripts/engines.py pytest -n 2``.

An engine whose address variable is set is used as it is. One that answers at its usual loopback address is used too.
Any other is started privately, on a free port and in a temporary folder, and stopped when the command has ended; the
system's own services and their data are never touched. The command finds every address in its environment, and under
``STREAMCORE_TEST_MISSING`` a JSON object of the engines that cannot be had, with the reason. With ``CI=true`` a missing
engine is an error.
"""

import asyncio
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

START_TIMEOUT_SECONDS = 90
SYSTEM_FOLDERS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/lib/rabbitmq/bin"])


class CannotStartError(Exception):
    """The engine cannot be had here; the message says why."""


def program(name: str, *folders: Path) -> str:
    """The path of an installed program; `CannotStartError` if there is none."""
    path = os.pathsep.join([*map(str, folders), SYSTEM_FOLDERS])
    found = shutil.which(name, path=path)
    if not found:
        raise CannotStartError(f"{name} is not installed")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Engine(ABC):
    """``name`` is also the pytest marker of the tests that need it."""

    name: str
    variable: str
    usual_url: str

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []

    @abstractmethod
    async def log_in(self, url: str) -> None:
        """Raises unless the engine at this address lets the tests in."""

    @abstractmethod
    def start(self, folder: Path) -> str:
        """Start it with its data in an empty folder; its URL, at once, before it answers."""

    def stop(self, folder: Path) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def spawn(self, folder: Path, *command: str, user: str | None = None, **variables: str) -> None:
        with (folder / "log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=folder,
                    env={**os.environ, **variables},
                    user=user,
                    group=user,
                    extra_groups=[] if user else None,
                    start_new_session=True,
                )
            )

    def answers(self, url: str) -> bool:
        try:
            asyncio.run(asyncio.wait_for(self.log_in(url), 5))
        except Exception:
            return False
        return True

    def ensure(self, folder: Path) -> str:
        """Its URL, once it answers; `CannotStartError` otherwise."""
        given = os.environ.get(self.variable)
        if given:
            if not self.answers(given):
                raise CannotStartError(f"nothing answers at {self.variable}")
            return given
        if self.answers(self.usual_url):
            return self.usual_url
        folder.mkdir(mode=0o755)
        url = self.start(folder)
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self.answers(url):
            if time.monotonic() > deadline or any(process.poll() is not None for process in self.processes):
                raise CannotStartError("it was started and does not answer:\n" + tail(folder / "log"))
            time.sleep(0.2)
        return url


def tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "(no log)"


class Postgres(Engine):
    name = "postgres"
    variable = "STREAMCORE_TEST_POSTGRES_URL"
    usual_url = "postgresql://postgres@127.0.0.1:5432/postgres"

    async def log_in(self, url: str) -> None:
        import asyncpg

        connection = await asyncpg.connect(url)
        try:
            if not await connection.fetchval("SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user"):
                raise CannotStartError("its user may not create databases")
        finally:
            await connection.close()

    def start(self, folder: Path) -> str:
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
        initdb, postgres = (program(name, *reversed(versions)) for name in ("initdb", "postgres"))
        user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        if user:
            shutil.chown(folder, user)
        options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = subprocess.run(
            [initdb, *options, "-D", str(folder / "data")],
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd=folder,
            capture_output=True,
            check=False,
        )
        if made.returncode:
            raise CannotStartError(made.stderr.decode(errors="replace"))
        port = free_port()
        settings = [f"port={port}", "listen_addresses=127.0.0.1", "fsync=off", "max_connections=300"]
        arguments = [word for setting in settings for word in ("-c", setting)]
        self.spawn(folder, postgres, "-D", str(folder / "data"), "-k", str(folder), *arguments, user=user)
        return f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def stop(self, folder: Path) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGINT)  # SIGTERM would wait for clients that linger
        super().stop(folder)


class Redis(Engine):
    name = "redis"
    variable = "STREAMCORE_TEST_REDIS_URL"
    usual_url = "redis://127.0.0.1:6379/15"

    async def log_in(self, url: str) -> None:
        from redis.asyncio import Redis as Client

        async with Client.from_url(url) as client:
            await client.ping()

    def start(self, folder: Path) -> str:
        port = free_port()
        server = program("redis-server")
        self.spawn(folder, server, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder))
        return f"redis://127.0.0.1:{port}/15"


class RabbitMQ(Engine):
    name = "rabbitmq"
    variable = "STREAMCORE_TEST_AMQP_URL"
    usual_url = "amqp://guest:guest@127.0.0.1:5672/"

    async def log_in(self, url: str) -> None:
        import aiormq

        await (await aiormq.connect(url)).close()

    def start(self, folder: Path) -> str:
        # Debian's wrapper in /usr/sbin insists on the account `rabbitmq`; the script behind it runs as anybody.
        server = program("rabbitmq-server", Path("/usr/lib/rabbitmq/bin"))
        port = free_port()
        self.name_server_port = str(free_port())
        self.spawn(
            folder,
            server,
            HOME=str(folder),
            ERL_EPMD_PORT=self.name_server_port,
            ERL_EPMD_ADDRESS="127.0.0.1",
            RABBITMQ_NODENAME=f"streamcore-{port}@localhost",
            RABBITMQ_NODE_IP_ADDRESS="127.0.0.1",
            RABBITMQ_NODE_PORT=str(port),
            RABBITMQ_DIST_PORT=str(free_port()),
            RABBITMQ_CONFIG_FILE=str(folder / "none"),
            RABBITMQ_CONF_ENV_FILE=str(folder / "none-env"),
            RABBITMQ_ENABLED_PLUGINS_FILE=str(folder / "plugins"),
            RABBITMQ_MNESIA_BASE=str(folder / "mnesia"),
            RABBITMQ_LOG_BASE=str(folder / "logs"),
            RABBITMQ_PID_FILE=str(folder / "pid"),
        )
        return f"amqp://guest:guest@127.0.0.1:{port}/"

    def stop(self, folder: Path) -> None:
        super().stop(folder)
        if self.processes:
            with suppress(CannotStartError):
                environment = {**os.environ, "ERL_EPMD_PORT": self.name_server_port}
                subprocess.run([program("epmd"), "-kill"], env=environment, capture_output=True, check=False)


class S3(Engine):
    """Ceph's gateway, with the keys that the tests use."""

    name = "s3"
    variable = "STREAMCORE_TEST_S3_URL"
    usual_url = "http://127.0.0.1:19105"
    access_key, secret_key = "streamcore", "streamcore-secret"
    tries = 3
    """Its monitor's port is chosen some time before it is bound, and somebody else may be faster."""

    async def log_in(self, url: str) -> None:
        await asyncio.to_thread(self._list_buckets, url)

    def _list_buckets(self, url: str) -> None:
        import boto3
        from botocore.config import Config

        client = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 1}),
        )
        client.list_buckets()
        client.close()

    def start(self, folder: Path) -> str:
        for name in ("radosgw", "ceph-mon", "ceph-osd"):
            program(name)
        for tries_left in reversed(range(self.tries)):
            port = free_port()
            script = Path(__file__).parent.parent / "tests" / "engines" / "start_s3.sh"
            command = ["bash", str(script), str(folder / "data"), str(port), self.access_key, self.secret_key]
            made = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300)
            if made.returncode == 0:
                return f"http://127.0.0.1:{port}"
            self.stop(folder)
            if not tries_left:
                raise CannotStartError(made.stderr.decode(errors="replace"))
        raise AssertionError("it is tried at least once")

    def stop(self, folder: Path) -> None:
        for pid_file in (folder / "data" / "run").glob("*.pid"):
            with suppress(ProcessLookupError, ValueError):
                os.kill(int(pid_file.read_text()), signal.SIGKILL)  # it keeps nothing but memory


class Browser(Engine):
    """Chromium, and Node.js with the packages of `tests/e2e`. The tests start what they need; its URL is a path."""

    name = "browser"
    variable = "STREAMCORE_TEST_CHROMIUM"
    usual_url = "/usr/bin/chromium"
    packages = Path(__file__).parent.parent / "tests" / "e2e" / "node_modules" / ".package-lock.json"

    async def log_in(self, url: str) -> None:
        program("node")
        if not os.access(url, os.X_OK) or not self.packages.is_file():
            raise CannotStartError("it is not complete")

    def start(self, folder: Path) -> str:
        program("node")
        if not self.packages.is_file():
            raise CannotStartError("the packages of tests/e2e are not installed (npm ci)")
        return program("chromium")


class Nginx(Engine):
    """A caching proxy before the server. The tests start what they need; its URL is a path."""

    name = "nginx"
    variable = "STREAMCORE_TEST_NGINX"
    usual_url = "/usr/sbin/nginx"

    async def log_in(self, url: str) -> None:
        if not os.access(url, os.X_OK):
            raise CannotStartError("it is not there")

    def start(self, folder: Path) -> str:
        return program("nginx")


ENGINES: list[type[Engine]] = [Postgres, Redis, RabbitMQ, S3, Browser, Nginx]


@contextmanager
def running() -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """(variable → address, engine → why it is missing) while the private engines run."""
    engines = [make() for make in ENGINES]
    addresses: dict[str, str] = {}
    missing: dict[str, str] = {}
    root = Path(tempfile.mkdtemp(prefix="streamcore-engines-"))
    root.chmod(0o755)  # PostgreSQL runs under its own account
    try:
        with ThreadPoolExecutor(len(engines)) as pool:
            for engine, attempt in [(engine, pool.submit(engine.ensure, root / engine.name)) for engine in engines]:
                try:
                    addresses[engine.variable] = attempt.result()
                except CannotStartError as error:
                    missing[engine.name] = str(error)
        yield addresses, missing
    finally:
        for engine in engines:
            engine.stop(root / engine.name)
        shutil.rmtree(root, ignore_errors=True)


def main(command: list[str]) -> int:
    logging.disable()  # the clients tell of each vain attempt
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with running() as (addresses, missing):
        for name, reason in missing.items():
            sys.stderr.write(f"engines: {name} is missing: {reason}\n")
        if missing and os.environ.get("CI") == "true":
            return 1
        variables = {**os.environ, **addresses, "STREAMCORE_TEST_MISSING": json.dumps(missing)}
        child = subprocess.Popen(command, env=variables)
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue  # the child got it too, and ends by itself


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
