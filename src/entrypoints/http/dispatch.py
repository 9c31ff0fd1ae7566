"""From an operation's declaration to the handler that serves it.

The order is the contract's: rate, authentication (401), permission (403, 404), validation (400), state (409).
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web

from entrypoints.http.call import UNREAD, AnyCall, Call, Scope
from entrypoints.http.door import Door
from entrypoints.http.idempotent import kept_answer, key_of, remembered
from entrypoints.http.operations import FORM, Access, Form, Operation, Reply
from entrypoints.http.parsing import fingerprint, read_json, read_query, slow_fingerprint, validate
from entrypoints.http.rates import RateClass
from entrypoints.http.rendering import rendered
from streamcore.shared.access import Permission
from streamcore.shared.errors import Conflict, Invalid, StreamcoreError, Unauthenticated

log = structlog.get_logger()


class Dispatch:
    """Serves one operation."""

    def __init__(self, door: Door, operation: Operation) -> None:
        self._door = door
        self._operation = operation
        self._authenticate = door.platform.identity.authenticate
        self._limited = door.rate_limiter is not None and operation.rate is not RateClass.UNLIMITED
        self._recall = door.public.recall
        self._reads = operation.method == "GET"
        self._short = self._reads and operation.rate is RateClass.GENERAL and operation.subject is None

    async def __call__(self, request: web.Request, scope: Scope) -> web.StreamResponse:
        if self._short and "Authorization" not in request.headers:
            kept = self._recall(request.raw_path)
            if kept is not None:
                if self._limited:
                    await self._door.limit_anybody(self._operation, request, scope)
                return kept.hot(request, scope)
        return await self._serve(request, scope)

    async def _serve(self, request: web.Request, scope: Scope) -> web.StreamResponse:
        operation = self._operation
        call: AnyCall = Call(request, scope, None, None, request.match_info)
        authorization = None if operation.access is Access.ADDRESS else request.headers.get("Authorization")
        refused = None if authorization is None else await self._recognise(call, authorization)
        if operation.subject is not None:
            call.draft = await self._draft(request)
        if self._limited:
            await self._door.limit(operation, call)
        if refused is not None:
            raise refused
        if self._reads:
            await self._prepare(call)
            reply = await operation.handler(self._door, call)
            return self._answer(call, reply)
        await self._prepare(call)
        return await self._write(call)

    async def _prepare(self, call: AnyCall) -> None:
        """Judge who calls, then what they ask for."""
        self._permit(call)
        if self._operation.query is not None:
            call.query = await self._judged(call, self._query)

    async def _recognise(self, call: AnyCall, header: str) -> StreamcoreError | None:
        """Fill in who calls; what is wrong with their token is told only after the rate was counted."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            return Unauthenticated("Send an access token as `Authorization: Bearer …`.")
        try:
            call.actor, call.claims = await self._authenticate(token.strip())
        except Unauthenticated as error:
            return error
        call.scope.actor = call.actor
        return None

    async def _draft(self, request: web.Request) -> Any:
        """The body as far as it can be read, or what is wrong with it."""
        try:
            return await read_json(request)
        except StreamcoreError as error:
            return error

    def _permit(self, call: AnyCall) -> None:
        access = self._operation.access
        if isinstance(access, Permission):
            call.actor.require(access)
        elif access is Access.USER:
            call.actor.require_user()

    async def _judged(self, call: AnyCall, judge: Callable[[AnyCall], Awaitable[Any]]) -> Any:
        """What ``judge`` makes of the input. Who may not even know of the thing is not told that it was wrong."""
        try:
            return await judge(call)
        except Invalid:
            if self._operation.guard is not None:
                await self._operation.guard(self._door, call)
            raise

    async def _query(self, call: AnyCall) -> Any:
        return read_query(self._operation.query, call.request.query) if self._operation.query else None

    async def _write(self, call: AnyCall) -> web.StreamResponse:
        operation = self._operation
        handler = operation.handler
        if operation.form is not None and call.request.content_type == FORM:
            return await self._form(call, operation.form)
        if operation.body is not None:
            call.body = await self._judged(call, self._body)
        call.key = await self._judged(call, self._key)
        if call.key is None or operation.idempotency is None:
            return self._answer(call, await handler(self._door, call))
        return await self._once(call)

    async def _form(self, call: AnyCall, form: Form) -> web.StreamResponse:
        call.key = await self._judged(call, self._key)
        reply = await form.handler(self._door, call)
        response = self._answer(call, reply, form.status)
        if isinstance(reply, Reply) and isinstance(response, web.Response):
            return await remembered(self._door.platform, call.key, response)
        return response

    async def _body(self, call: AnyCall) -> Any:
        draft = call.draft = await read_json(call.request) if call.draft is UNREAD else call.draft
        if isinstance(draft, StreamcoreError):
            raise draft
        return validate(self._operation.body, draft) if self._operation.body else None

    async def _key(self, call: AnyCall) -> Any:
        if self._operation.idempotency is None:
            return None
        print_of: str | None = None
        if "X-Idempotency-Key" in call.request.headers and not call.request.content_type.startswith("multipart/"):
            value = None if call.draft is UNREAD else call.draft
            if self._operation.secret:
                salt = call.request.headers["X-Idempotency-Key"]
                print_of = await asyncio.to_thread(slow_fingerprint, value, salt)
            else:
                print_of = fingerprint(value)
        return key_of(call, print_of, required=self._operation.idempotency.required)

    async def _once(self, call: AnyCall) -> web.StreamResponse:
        """Answer a repeat with the first answer; run the handler otherwise."""
        answers = self._door.platform.ports.idempotency_answers
        keeps = self._operation.idempotency is not None and self._operation.idempotency.keeps_answer
        if keeps and (kept := await kept_answer(answers, call.key)):
            return kept
        try:
            reply = await self._operation.handler(self._door, call)
        except Conflict:
            # The same request may have been under way a moment ago and be done now.
            if keeps and (kept := await kept_answer(answers, call.key)):
                return kept
            reply = await self._operation.handler(self._door, call)
        response = self._answer(call, reply)
        if keeps and isinstance(response, web.Response):
            return await remembered(self._door.platform, call.key, response)
        return response

    def _answer(
        self, call: AnyCall, reply: Reply | web.StreamResponse, status: int | None = None
    ) -> web.StreamResponse:
        if isinstance(reply, Reply):
            if status is not None and reply.status is None:
                reply = Reply(reply.data, reply.meta, status, reply.headers)
            return rendered(call.request, call.scope, self._operation, reply)
        return reply
