"""The cache in Redis: the contract, and what happens to it when Redis dies, hangs or loses our connections."""

import asyncio
import inspect
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from redis import exceptions
from redis.asyncio import Redis

from adapters.memory.lru import TaggedLru
from adapters.redis.cache import RedisCache
from adapters.redis.errors import ENGINE_ERRORS, translate, translated
from adapters.testing.cache import CacheContract, Caches, Source, eventually
from streamcore.shared.cache import Cache, Peek
from streamcore.shared.errors import DeadlineExceeded, Unavailable

URL = os.environ.get("STREAMCORE_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
NOWHERE = "redis://127.0.0.1:9/0"  # the discard port: nobody listens


def make(namespace: str, url: str = URL, *, near: bool = True, **options: float) -> RedisCache:
    """A patient cache: on a busy machine a test must not take a late answer for a failure."""
    return RedisCache(url, namespace, TaggedLru() if near else None, **({"timeout": 3.0} | options))


@pytest.fixture
def namespace() -> Iterator[str]:
    """A namespace of the test's own, empty again afterwards."""
    name = f"test-{uuid4().hex}"
    yield name
    with redis.Redis.from_url(URL) as client:
        for key in client.scan_iter(f"{name}*", count=1000):
            client.delete(key)


@pytest.fixture
async def client() -> AsyncIterator[Redis]:
    async with Redis.from_url(URL) as client:
        yield client


async def trust(cache: RedisCache) -> None:
    """Return when the near cache is in use."""
    await cache.get_or_load("trust", Source().load, ttl=0.001)

    async def trusted() -> bool:
        return cache._subscription.trusted

    await eventually(trusted)


class _Redis(CacheContract):
    near: bool

    @pytest.fixture
    async def caches(self, namespace: str) -> AsyncIterator[Caches]:
        cache, other = make(namespace, near=self.near), make(namespace, near=self.near)
        broken = make(namespace, NOWHERE, near=self.near)
        if self.near:
            await asyncio.gather(trust(cache), trust(other))
        yield Caches(cache, other, broken, asyncio.sleep)
        for each in (cache, other, broken):
            await each.close()


class TestRedisCache(_Redis):
    near = True


class TestRedisWithoutNearCache(_Redis):
    near = False
    adapter = "Redis"


def ports_are_met(cache: RedisCache) -> tuple[Cache, Peek]:
    return cache, cache


async def test_the_near_cache_answers_without_redis(namespace: str) -> None:
    cache = make(namespace)
    await trust(cache)
    assert cache.peek("k") is None
    await cache.get_or_load("k", Source().load, ttl=60, tags=("t",))
    assert cache.peek("k") == b"answer 1"
    await cache.invalidate("t")
    assert cache.peek("k") is None
    await cache.close()


async def test_an_invalidation_reaches_another_near_cache_by_itself(namespace: str) -> None:
    one, two = make(namespace), make(namespace)
    await asyncio.gather(trust(one), trust(two))
    await two.get_or_load("k", Source().load, ttl=60, tags=("t",))
    assert two.peek("k") == b"answer 1"
    await one.invalidate("t")

    async def gone() -> bool:
        return two.peek("k") is None

    await eventually(gone, within=1.0)
    await one.close()
    await two.close()


async def test_what_a_near_cache_got_from_redis_expires_with_it(namespace: str) -> None:
    one, two = make(namespace), make(namespace)
    await asyncio.gather(trust(one), trust(two))
    await one.get_or_load("k", Source().load, ttl=0.6)
    await asyncio.sleep(0.3)
    await two.get_or_load("k", Source("again").load, ttl=0.6)
    assert two.peek("k") == b"answer 1"
    await asyncio.sleep(0.35)
    assert two.peek("k") is None
    await one.close()
    await two.close()


async def _kill(client: Redis, name: str) -> int:
    """Kill the connections of this name; how many there were."""
    mine = [each for each in await client.client_list() if each["name"] == name]
    for each in mine:
        await client.client_kill_filter(_id=each["id"])
    return len(mine)


async def test_a_lost_subscription_is_not_trusted_until_it_is_back(namespace: str, client: Redis) -> None:
    one, two = make(namespace), make(namespace)
    await asyncio.gather(trust(one), trust(two))
    source = Source()
    await two.get_or_load("k", source.load, ttl=60, tags=("t",))
    assert await _kill(client, f"{namespace}-cache-near") == 2
    await one.invalidate("t")  # nobody hears it
    await asyncio.sleep(1.0)
    assert await two.get_or_load("k", source.load, ttl=60, tags=("t",)) == b"answer 2"
    await trust(two)
    await two.get_or_load("k", source.load, ttl=60, tags=("t",))
    assert two.peek("k") == b"answer 2"
    await one.close()
    await two.close()


async def test_killed_connections_are_replaced_unnoticed(namespace: str, client: Redis) -> None:
    cache = make(namespace, near=False)
    source = Source()
    for _ in range(5):
        await cache.get_or_load("k", source.load, ttl=60, tags=("t",))
        assert await _kill(client, f"{namespace}-cache") >= 1
    assert source.begun == 1
    await cache.invalidate("t")
    assert await cache.get_or_load("k", source.load, ttl=60, tags=("t",)) == b"answer 2"
    await cache.close()


async def test_a_connection_killed_during_the_load_costs_nothing(namespace: str, client: Redis) -> None:
    cache = make(namespace, near=False)
    source = Source(gate=asyncio.Event())
    call = asyncio.create_task(cache.get_or_load("k", source.load, ttl=60))
    await source.started.wait()
    await _kill(client, f"{namespace}-cache")
    assert source.gate is not None
    source.gate.set()
    assert await call == b"answer 1"
    assert await cache.get_or_load("k", source.load, ttl=60) == b"answer 1"
    await cache.close()


async def test_nothing_of_an_installation_is_left_without_a_time_to_live(namespace: str, client: Redis) -> None:
    cache, neighbour = make(namespace), make(namespace + "x")
    for number in range(20):
        await cache.get_or_load(f"k{number}", Source().load, ttl=60, tags=("t", f"t{number}"))
    await cache.invalidate("t", "u")
    names = [name async for name in client.scan_iter(f"{namespace}:*")]
    assert len(names) == 20 + 22
    for name in names:
        assert await client.pttl(name) > 0
    assert await neighbour.get_or_load("k1", Source("mine").load, ttl=60) == b"mine 1"
    await cache.close()
    await neighbour.close()


async def test_a_version_that_redis_has_evicted_does_not_bring_back_old_values(namespace: str, client: Redis) -> None:
    cache = make(namespace, near=False)
    await cache.get_or_load("k", Source("old").load, ttl=60, tags=("t",))
    await cache.invalidate("t")
    async for name in client.scan_iter(f"{namespace}:t:*"):
        await client.delete(name)
    assert await cache.get_or_load("k", Source("new").load, ttl=60, tags=("t",)) == b"new 1"
    await cache.close()


async def test_what_another_has_written_there_is_no_value(namespace: str, client: Redis) -> None:
    cache = make(namespace, near=False)
    await cache.get_or_load("k", Source("old").load, ttl=60)
    async for name in client.scan_iter(f"{namespace}:*:v"):
        for rubbish in (b"", b"rubbish", b"{}\nrubbish", b"[]\n", b'{"versions": {}}\nx', b"\xff\n"):
            await client.set(name, rubbish, px=60_000)
            assert await cache.get_or_load("k", Source("new").load, ttl=0) == b"new 1"
    await cache.close()


async def test_a_slow_load_keeps_its_lock(namespace: str) -> None:
    one, two = make(namespace, lease=0.6, near=False), make(namespace, lease=0.6, near=False)
    source = Source(gate=asyncio.Event())
    calls = [asyncio.create_task(each.get_or_load("k", source.load, ttl=60)) for each in (one, two)]
    await asyncio.sleep(2.0)
    assert source.gate is not None
    source.gate.set()
    assert await asyncio.gather(*calls) == [b"answer 1"] * 2
    assert source.begun == 1
    await one.close()
    await two.close()


async def test_patience_with_another_loader_ends(namespace: str) -> None:
    one, two = make(namespace, near=False), make(namespace, near=False, patience=0.3)
    hangs = asyncio.create_task(one.get_or_load("k", Source(gate=asyncio.Event()).load, ttl=60))
    await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        assert await two.get_or_load("k", Source("own").load, ttl=60) == b"own 1"
    hangs.cancel()
    await asyncio.wait([hangs])
    await one.close()
    await two.close()


_RACER = """
import asyncio, sys
from adapters.memory.lru import TaggedLru
from adapters.redis.cache import RedisCache

async def main(url, namespace, log, seconds):
    cache = RedisCache(url, namespace, TaggedLru(), timeout=3.0, lease=1.0)

    async def load():
        with open(log, "a") as file:
            file.write("load\\n")
        await asyncio.sleep(float(seconds))
        return b"from " + namespace.encode()

    await cache.ping()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    answers = await asyncio.gather(*(cache.get_or_load("k", load, ttl=60, tags=("t",)) for _ in range(20)))
    print(len(set(answers)), answers[0].decode(), flush=True)
    await cache.close()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def racers(namespace: str, tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    command = [sys.executable, "-c", _RACER, URL, namespace, str(tmp_path / "log"), "1.5"]
    try:
        while len(processes) < 2:
            processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_two_processes_load_once(racers: list[subprocess.Popen[str]], namespace: str, tmp_path: Path) -> None:
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        out, _ = racer.communicate(timeout=60)
        assert out == f"1 from {namespace}\n"
    assert (tmp_path / "log").read_text() == "load\n"


async def test_the_lock_of_a_killed_loader_expires(
    racers: list[subprocess.Popen[str]], namespace: str, tmp_path: Path
) -> None:
    assert racers[0].stdin is not None
    racers[0].stdin.write("go\n")
    racers[0].stdin.flush()

    async def begun() -> bool:
        return (tmp_path / "log").exists()

    await eventually(begun, within=30)
    racers[0].kill()
    cache = make(namespace)
    began = time.monotonic()
    assert await cache.get_or_load("k", Source("heir").load, ttl=60, tags=("t",)) == b"heir 1"
    assert time.monotonic() - began < 5
    await cache.close()


class PrivateRedis:
    """A redis-server of the test's own, to be stopped, hung and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)

        async def up() -> bool:
            try:
                async with Redis.from_url(self.url) as client:
                    return bool(await client.ping())
            except exceptions.RedisError:
                return False

        await eventually(up, within=30)

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
async def private(tmp_path: Path) -> AsyncIterator[PrivateRedis]:
    server = PrivateRedis(tmp_path)
    try:
        await server.start()
        yield server
    finally:
        server.kill()


async def test_a_hanging_redis_costs_a_time_out_now_and_then(private: PrivateRedis) -> None:
    cache = make("hang", private.url, timeout=0.3, cool_down=2.0)
    await trust(cache)
    await cache.get_or_load("k", Source("old").load, ttl=60)
    private.send(signal.SIGSTOP)
    await asyncio.sleep(1.0)
    assert cache.peek("k") is None
    source = Source()
    began = time.monotonic()
    for number in range(200):
        assert await cache.get_or_load("k", source.load, ttl=60, tags=("t",)) == f"answer {number + 1}".encode()
    assert time.monotonic() - began < 1.5
    with pytest.raises(DeadlineExceeded):
        await cache.ping()
    private.send(signal.SIGCONT)

    async def back() -> bool:
        return await cache.get_or_load("k", source.load, ttl=60) == b"old 1"

    await eventually(back, within=10)
    await cache.close()


async def test_an_invalidation_while_redis_hangs_is_not_lost(private: PrivateRedis) -> None:
    one, two = make("owed", private.url, timeout=0.3), make("owed", private.url, timeout=0.3)
    await asyncio.gather(trust(one), trust(two))
    await one.get_or_load("k", Source("old").load, ttl=60, tags=("t",))
    private.send(signal.SIGSTOP)
    await one.invalidate("t")
    await one.invalidate("t", "u")
    assert await one.get_or_load("k", Source("direct").load, ttl=60, tags=("t",)) == b"direct 1"
    private.send(signal.SIGCONT)
    assert await one.get_or_load("k", Source("direct").load, ttl=60, tags=("t",)) == b"direct 1"

    async def settled() -> bool:
        return not one._announcements.owed

    await eventually(settled, within=10)
    assert await two.get_or_load("k", Source("new").load, ttl=60, tags=("t",)) == b"new 1"
    await one.close()
    await two.close()


async def test_a_redis_that_dies_and_comes_back(private: PrivateRedis) -> None:
    cache = make("die", private.url, timeout=1.0, cool_down=0.2)
    await trust(cache)
    source = Source()
    await cache.get_or_load("k", source.load, ttl=60, tags=("t",))
    slow = Source("slow", asyncio.Event())
    caught = asyncio.create_task(cache.get_or_load("slow", slow.load, ttl=60))
    await slow.started.wait()
    private.kill()
    assert slow.gate is not None
    slow.gate.set()
    assert await caught == b"slow 1"
    await asyncio.sleep(1.0)
    assert await cache.get_or_load("k", source.load, ttl=60, tags=("t",)) == b"answer 2"
    await cache.invalidate("t")
    with pytest.raises(Unavailable):
        await cache.ping()
    await private.start()
    await trust(cache)

    async def kept() -> bool:
        before = source.begun
        await cache.get_or_load("k", source.load, ttl=60, tags=("t",))
        await cache.get_or_load("k", source.load, ttl=60, tags=("t",))
        return source.begun == before

    await eventually(kept, within=10)
    await cache.ping()
    await cache.close()


async def test_callers_cancelled_while_redis_hangs_leave_a_usable_cache(private: PrivateRedis) -> None:
    cache = make("cancel", private.url, timeout=2.0, cool_down=0.0, near=False)
    await cache.get_or_load("k", Source("kept").load, ttl=60)
    private.send(signal.SIGSTOP)
    calls: list[asyncio.Task[Any]] = [asyncio.create_task(cache.invalidate("t"))]
    calls += [asyncio.create_task(cache.get_or_load(f"k{n % 7}", Source().load, ttl=60)) for n in range(50)]
    await asyncio.sleep(0.1)
    for call in calls:
        call.cancel()
    await asyncio.sleep(0.1)
    private.send(signal.SIGCONT)
    await asyncio.wait(calls)

    async def settled() -> bool:
        return not cache._announcements.owed

    await eventually(settled)
    assert await cache.get_or_load("k", Source("lost").load, ttl=60) == b"kept 1"
    async with asyncio.timeout(2):
        assert await cache.get_or_load("k3", Source("free").load, ttl=60) == b"free 1"
    await cache.close()


async def test_closing_ends_at_once_whatever_runs(namespace: str) -> None:
    async def open_and_close(number: int) -> None:
        cache = make(namespace)
        await cache.get_or_load(f"k{number}", Source().load, ttl=0.001, stale_for=60)
        await asyncio.sleep(0.25 * (1 + number / 100))  # about when the subscription pings
        await cache.get_or_load(f"k{number}", Source(gate=asyncio.Event()).load, ttl=0.001, stale_for=60)
        async with asyncio.timeout(10):
            await cache.close()

    await asyncio.gather(*(open_and_close(number) for number in range(100)))
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_every_error_of_the_client_is_translated() -> None:
    own = [each for _, each in inspect.getmembers(exceptions, inspect.isclass) if issubclass(each, Exception)]
    assert len(own) > 20
    for each in own:
        assert issubclass(each, ENGINE_ERRORS), each
        assert isinstance(translate(each.__new__(each)), Unavailable)
    assert isinstance(translate(exceptions.TimeoutError()), DeadlineExceeded)
    assert isinstance(translate(TimeoutError()), DeadlineExceeded)
    assert not isinstance(translate(ConnectionResetError()), DeadlineExceeded)
    with pytest.raises(Unavailable), translated():
        raise exceptions.ReadOnlyError


def test_a_namespace_cannot_break_the_hash_tags() -> None:
    with pytest.raises(ValueError, match="namespace"):
        RedisCache(URL, "a{b}")
