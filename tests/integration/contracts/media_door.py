"""A tiny HTTP server in front of a `FileObjectStore`, which honours its presigned requests and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.filesystem.objects import FileObjectStore
from streamcore.shared.errors import Forbidden, NotFound, StreamcoreError


@dataclass
class MediaDoor:
    """``address()`` is known once it is open."""

    port: int = 0

    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def serving(self, store: FileObjectStore) -> AsyncIterator[None]:
        app = web.Application(client_max_size=0, middlewares=[_errors])
        doors = _Doors(store)
        app.add_routes([web.put("/media/{key:.*}", doors.put), web.get("/media/{key:.*}", doors.get)])
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()


@dataclass(frozen=True)
class _Doors:
    store: FileObjectStore

    async def put(self, request: web.Request) -> web.StreamResponse:
        grant = self.store.verify_put(request.match_info["key"], request.query, request.headers)
        etag = await self.store.receive(grant, request.content.iter_any())
        return web.Response(headers={"ETag": f'"{etag}"'})

    async def get(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        self.store.verify_get(key, request.query)
        info = await self.store.head(key)
        path = await self.store.local_path(key)
        return web.FileResponse(path, headers={"Content-Type": info.content_type})


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Forbidden:
        raise web.HTTPForbidden from None
    except NotFound:
        raise web.HTTPNotFound from None
    except StreamcoreError:
        raise web.HTTPBadRequest from None
