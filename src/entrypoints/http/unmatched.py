"""What no operation serves: the client, leave for pages of other origins, the wrong method, the unknown address."""

from aiohttp import web

from entrypoints.http.call import Scope
from entrypoints.http.client import Client
from entrypoints.http.cors import Cors, is_preflight
from streamcore.shared.errors import NotFound


class Unmatched:
    """The last of all routes."""

    def __init__(self, router: web.UrlDispatcher, cors: Cors, client: Client | None) -> None:
        self._router = router
        self._cors = cors
        self._client = client

    async def __call__(self, request: web.Request, scope: Scope) -> web.StreamResponse:
        allowed = await self._allowed(request)
        if not allowed and self._client and (answer := self._client.answer(request, scope)):
            return answer
        if not allowed:
            raise NotFound("There is nothing at this address.")
        if is_preflight(request):
            return self._cors.preflight(request)
        raise web.HTTPMethodNotAllowed(request.method, allowed)

    async def _allowed(self, request: web.Request) -> set[str]:
        """The methods that some operation offers at this path."""
        allowed: set[str] = set()
        for resource in list(self._router.resources())[:-1]:
            _, methods = await resource.resolve(request)
            allowed |= methods
        return allowed
