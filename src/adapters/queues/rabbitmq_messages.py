"""Messages as RabbitMQ carries them, and what it tells of their past.

The sender's headers travel in a table of their own (``headers``), since the broker writes its own beside them:
``x-delivery-count`` on a redelivery, ``x-death`` on what it has dead-lettered itself (RabbitMQ manual, "Quorum Queues"
and "Dead Letter Exchanges"). A dead letter that was rejected here carries ``reason``, ``attempts`` and ``died-at``.
"""

from datetime import UTC, datetime
from typing import Any

from aiormq.abc import DeliveredMessage
from pamqp.commands import Basic

from streamcore.shared.queues import DELIVERY_LIMIT_REACHED, DeadLetter, Message

_PERSISTENT = 2


def properties_of(message: Message, **more: Any) -> Basic.Properties:
    return Basic.Properties(
        message_id=message.id,
        delivery_mode=_PERSISTENT,
        headers={"headers": dict(message.headers), **more},
    )


def buried(message: Message, *, reason: str, attempts: int) -> Basic.Properties:
    now = datetime.now(UTC).isoformat()
    return properties_of(message, reason=reason, attempts=attempts, **{"died-at": now})


def message_of(delivered: DeliveredMessage) -> Message:
    headers = _headers(delivered).get("headers")
    own = {key: str(value) for key, value in headers.items()} if isinstance(headers, dict) else {}
    return Message(delivered.header.properties.message_id or "", delivered.body, own)


def attempt_of(delivered: DeliveredMessage) -> int:
    count = _headers(delivered).get("x-delivery-count", 0)
    return int(count) + 1 if isinstance(count, int) else 1


def dead_letter_of(delivered: DeliveredMessage, queue: str, delivery_limit: int) -> DeadLetter:
    headers = _headers(delivered)
    message = message_of(delivered)
    if "reason" in headers:
        died_at = datetime.fromisoformat(headers["died-at"])
        return DeadLetter(message, queue, headers["reason"], headers["attempts"], died_at)
    deaths = headers.get("x-death") or [{}]
    reason = deaths[0].get("reason", DELIVERY_LIMIT_REACHED)
    # The broker does not keep the count of what it buries; but it buries at the limit, and only there counts.
    attempts = delivery_limit if reason == DELIVERY_LIMIT_REACHED else 1
    return DeadLetter(message, queue, reason, attempts, deaths[0].get("time"))


def _headers(delivered: DeliveredMessage) -> dict[str, Any]:
    return delivered.header.properties.headers or {}
