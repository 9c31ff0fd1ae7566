"""What an operation of the API declares; dispatch and the OpenAPI document both come from nothing else."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from aiohttp import web
from pydantic import BaseModel

from entrypoints.http.rates import RateClass
from streamcore.shared.access import Permission

if TYPE_CHECKING:
    from entrypoints.http.call import Call
    from entrypoints.http.door import Door


FORM = "multipart/form-data"


class Access(Enum):
    """Who may call; a `Permission` in its place means: whoever is logged in and has it.

    ADDRESS: the address itself says what is allowed; who sends it is not even looked at.
    """

    ADDRESS = "address"
    ANYBODY = "anybody"
    USER = "user"


class Idempotency(StrEnum):
    """What an X-Idempotency-Key does.

    REQUIRED and HONOURED: a repeat gets the first answer (REQUIRED: 400 without a key). EFFECT: the answer carries
    something that is not to be kept (tokens), so a repeat gets a new one about the same effect. NATURAL: repeating has
    no further effect by itself, the key changes nothing.
    """

    REQUIRED = "required"
    HONOURED = "honoured"
    EFFECT = "effect"
    NATURAL = "natural"

    @property
    def required(self) -> bool:
        return self is Idempotency.REQUIRED

    @property
    def keeps_answer(self) -> bool:
        return self in (Idempotency.REQUIRED, Idempotency.HONOURED)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers: the envelope's ``data`` and ``meta``; ``status`` where it is not the declared one."""

    data: Any = None
    meta: Mapping[str, Any] | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[["Door", Any], Awaitable[Reply | web.StreamResponse]]
Guard = Callable[["Door", "Call[Any, Any]"], Awaitable[None]]
Subject = Callable[["Call[Any, Any]"], str]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A second way to call an operation: multipart/form-data with a file. ``fields`` are the other parts."""

    fields: type[BaseModel]
    status: int
    handler: Handler
    rate: RateClass = RateClass.GENERAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path. ``answer`` is the type of ``data`` in the envelope (None: 204, no body).

    ``errors`` are the statuses beside those that follow from the rest. ``guard`` raises what the caller must be told
    before their input is judged (403, 404); it runs only where the input is wrong. ``secret`` bodies hold passwords.
    ``raw`` names the content type of an answer that has no envelope. ``receives`` names that of a body that the handler
    reads by itself, ``request_headers`` says what the headers mean that it looks at; ``tus``: it speaks that protocol.
    """

    id: str
    method: str
    path: str
    summary: str
    tag: str
    handler: Handler
    answer: Any = None
    status: int = 200
    access: Access | Permission = Access.ANYBODY
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    form: Form | None = None
    rate: RateClass = RateClass.GENERAL
    subject: Subject | None = None
    idempotency: Idempotency | None = None
    errors: Sequence[int] = ()
    guard: Guard | None = None
    secret: bool = False
    paged: bool = False
    conditional: bool = False
    description: str = ""
    raw: str = ""
    receives: str = ""
    request_headers: Mapping[str, str] = field(default_factory=dict)
    tus: bool = False
    examples: Mapping[str, Any] = field(default_factory=dict)

    @property
    def public(self) -> bool:
        return self.access in (Access.ANYBODY, Access.ADDRESS)


@dataclass(slots=True)
class Table:
    """The operations of one room, under one prefix."""

    tag: str
    prefix: str
    about: str
    operations: list[Operation] = field(default_factory=list)

    def operation(self, method: str, path: str, *, id: str, summary: str, **declared: Any) -> Callable[[H], H]:
        """Declare the decorated function as the handler of ``method`` on ``prefix + path``."""

        def declare(handler: H) -> H:
            operation = Operation(
                id=id,
                method=method,
                path=self.prefix + path,
                summary=summary,
                tag=self.tag,
                handler=handler,
                **declared,
            )
            if method == "POST" and operation.idempotency is None:
                operation = replace(operation, idempotency=Idempotency.HONOURED)
            self.operations.append(operation)
            return handler

        return declare
