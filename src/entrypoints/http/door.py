"""What all handlers share: the platform behind the door, and the door's own instruments."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web

from entrypoints.http.call import AnyCall, Scope
from entrypoints.http.client_address import ClientAddress
from entrypoints.http.media_gate import MediaGate
from entrypoints.http.metrics import HttpMetrics
from entrypoints.http.operations import FORM, Operation
from entrypoints.http.presenters import VideoPresenter
from entrypoints.http.public_answers import PublicAnswers
from entrypoints.http.rates import GENERAL, OWN_RATES, RateClass
from entrypoints.settings import Settings
from entrypoints.wiring.platform import Platform
from streamcore.shared.errors import RateLimited, Unavailable
from streamcore.shared.rate_limits import Rate, RateLimiter

Checks = Mapping[str, Callable[[], Awaitable[None]]]


@dataclass(frozen=True, slots=True)
class Door:
    """``rate_limiter`` is None where limits are off."""

    platform: Platform
    settings: Settings
    checks: Checks
    rate_limiter: RateLimiter | None
    presenter: VideoPresenter
    media_gate: MediaGate
    metrics: HttpMetrics
    address: ClientAddress
    public: PublicAnswers
    document: Callable[[], bytes]

    async def limit(self, operation: Operation, call: AnyCall) -> None:
        """Count the request; `RateLimited` where its user or address has asked too often."""
        limiter, rate = self.rate_limiter, operation.rate
        if limiter is None or rate is RateClass.UNLIMITED:
            return
        caller = call.actor.user_id or self.address.of(call.request.remote, call.request.headers)
        if operation.form is not None and call.request.content_type == FORM:
            rate = operation.form.rate
        takes = [(GENERAL, caller)]
        if rate is not RateClass.GENERAL:
            subject = f"{caller} {operation.subject(call)}" if operation.subject else caller
            takes += ((own, subject) for own in OWN_RATES[rate])
        await self._take(limiter, operation, call.scope, takes)

    async def limit_anybody(self, operation: Operation, request: web.Request, scope: Scope) -> None:
        """The same for whoever is not logged in, where the general rate is all there is."""
        if self.rate_limiter is not None:
            caller = self.address.of(request.remote, request.headers)
            await self._take(self.rate_limiter, operation, scope, ((GENERAL, caller),))

    async def _take(
        self, limiter: RateLimiter, operation: Operation, scope: Scope, takes: Iterable[tuple[Rate, str]]
    ) -> None:
        try:
            verdict = await limiter.take(*takes)
        except Unavailable:
            return  # counting must never be what makes the platform stop
        scope.rate_headers = (
            ("RateLimit-Limit", str(verdict.limit)),
            ("RateLimit-Remaining", str(verdict.remaining)),
            ("RateLimit-Reset", str(int(verdict.reset_after) + 1)),
        )
        if not verdict.allowed:
            self.metrics.rate_limit_hit(operation.path, scope.actor.role or "anonymous")
            raise RateLimited(verdict.retry_after)
