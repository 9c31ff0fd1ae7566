"""Idempotency keys at the door: reading them, and keeping first answers (the effects are the use cases' own)."""

from typing import Any

import structlog
from aiohttp import web
from multidict import CIMultiDict

from entrypoints.http.call import Call
from entrypoints.wiring.platform import Platform
from streamcore.shared.errors import Invalid, Unavailable
from streamcore.shared.idempotency import Answer, IdempotencyAnswers, IdempotencyKey

log = structlog.get_logger()

HEADER = "X-Idempotency-Key"
MAX_KEY = 255


def key_of(call: Call[Any, Any], fingerprint: str | None, *, required: bool) -> IdempotencyKey | None:
    """The caller's key, in the scope of the caller and the operation; `Invalid` where it is missing or unusable."""
    text = call.request.headers.get(HEADER)
    if text is None:
        if required:
            raise Invalid.field(HEADER, "Send a key that is new for each upload.", "missing")
        return None
    if not 1 <= len(text) <= MAX_KEY or not all("!" <= letter <= "~" for letter in text):
        raise Invalid.field(HEADER, f"A key has 1 to {MAX_KEY} visible ASCII characters.", "idempotency_key")
    scope = f"{call.actor.user_id or 'anonymous'} {call.request.method} {call.request.path}"
    return IdempotencyKey(scope, text, fingerprint)


async def kept_answer(answers: IdempotencyAnswers, key: IdempotencyKey | None) -> web.Response | None:
    """The first answer to this key; `Conflict` where it was sent with another body."""
    if key is None:
        return None
    answer = await answers.find(key)
    return None if answer is None else _response(answer)


async def remembered(platform: Platform, key: IdempotencyKey | None, response: web.Response) -> web.Response:
    """Keep a successful answer; the one that was first where two requests met. A failure had no effect, so its key
    may be used again."""
    body = response.body
    if key is None or not 200 <= response.status < 300 or not isinstance(body, bytes | None):
        return response
    answer = Answer(response.status, response.headers.get("Content-Type", ""), body or b"")
    answers = platform.ports.idempotency_answers
    try:
        await answers.keep(key, answer, now=platform.ports.clock.now())
        return await kept_answer(answers, key) or response
    except Unavailable:
        log.warning("idempotency.answer_not_kept")  # a repeat is answered from the effect
        return response


def _response(answer: Answer) -> web.Response:
    headers: CIMultiDict[str] = CIMultiDict({"Cache-Control": "no-store"})
    if answer.content_type:
        headers["Content-Type"] = answer.content_type
    return web.Response(status=answer.status, body=answer.body or None, headers=headers)
