"""Every error that leaves the core, in one tree.

StreamcoreError
├── Invalid                  the input breaks a rule that its sender can read
├── Unauthenticated          nobody is there, or the credentials are wrong
├── Forbidden                somebody is there, but may not
├── NotFound                 it is not there, or the caller may not know of it
├── Conflict                 it contradicts what is stored (unique, state)
├── Gone                     it was there and will not come back
├── PreconditionFailed       a condition sent with the request does not hold
├── PayloadTooLarge · UnsupportedMediaType · UnprocessableMedia
│   └── QuotaExceeded        (of PayloadTooLarge) there is no room left for what the caller wants to store
├── Locked                   somebody else is writing it at this moment
├── ChecksumMismatch         the bytes that came are not those that were announced
├── RateLimited
├── LeaseLost                a worker's lease on a job is no longer the current one
├── Retryable                run the whole use case again: nothing was changed
│   ├── StaleVersion         somebody saved the aggregate first
│   └── TransactionAborted   serialization failure or deadlock
└── Unavailable              an engine cannot be reached now
    └── DeadlineExceeded     it did not answer in time

``code`` is stable and belongs to the HTTP contract; ``details[].type`` is stable too and finer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Detail:
    """What exactly is wrong: a field's dotted path, a sentence, a stable lower_snake type."""

    field: str
    message: str
    type: str


class StreamcoreError(Exception):
    """The root. ``message`` is a sentence that may be shown to the caller."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    default_message: ClassVar[str] = "Something went wrong on our side."

    def __init__(self, message: str | None = None, *, details: Sequence[Detail] = ()) -> None:
        self.message = message or self.default_message
        self.details = tuple(details)
        super().__init__(self.message)


class Invalid(StreamcoreError):
    code = "VALIDATION_ERROR"
    default_message = "The input is not valid."

    @classmethod
    def field(cls, field: str, message: str, type: str) -> "Invalid":
        return cls(message, details=[Detail(field, message, type)])


class Unauthenticated(StreamcoreError):
    code = "UNAUTHENTICATED"
    default_message = "Log in first."


class Forbidden(StreamcoreError):
    code = "FORBIDDEN"
    default_message = "You may not do this."


class NotFound(StreamcoreError):
    code = "NOT_FOUND"
    default_message = "There is no such thing."


class Conflict(StreamcoreError):
    code = "CONFLICT"
    default_message = "This contradicts what is already stored."


class Gone(StreamcoreError):
    code = "GONE"
    default_message = "This is gone for good."


class PreconditionFailed(StreamcoreError):
    code = "PRECONDITION_FAILED"
    default_message = "A condition of the request does not hold."


class PayloadTooLarge(StreamcoreError):
    code = "PAYLOAD_TOO_LARGE"
    default_message = "The body is larger than allowed."


class QuotaExceeded(PayloadTooLarge):
    """Bytes: ``used`` of ``quota`` are taken or reserved."""

    code = "QUOTA_EXCEEDED"
    default_message = "There is no room left for this file."

    def __init__(self, *, used: int = 0, quota: int = 0) -> None:
        said = f"{used} of your {quota} bytes are taken or reserved."
        super().__init__(f"{self.default_message} {said}", details=[Detail("size_bytes", said, "quota_exceeded")])


class Locked(StreamcoreError):
    code = "LOCKED"
    default_message = "Another request is writing this at the moment; try again soon."


class ChecksumMismatch(StreamcoreError):
    code = "CHECKSUM_MISMATCH"
    default_message = "The bytes that arrived are not those that were announced; send them again."


class UnsupportedMediaType(StreamcoreError):
    code = "UNSUPPORTED_MEDIA_TYPE"
    default_message = "The body is of a type that is not accepted here."


class UnprocessableMedia(StreamcoreError):
    """A file that is no usable video. ``reason`` is the stable code that its owner sees on the failed video."""

    code = "UNPROCESSABLE_MEDIA"
    default_message = "The file is no video that can be processed."

    def __init__(self, reason: str, message: str | None = None) -> None:
        super().__init__(message, details=[Detail("file", message or self.default_message, reason.lower())])
        self.reason = reason


class RateLimited(StreamcoreError):
    code = "RATE_LIMITED"
    default_message = "Too many requests; wait a little."

    def __init__(self, retry_after_seconds: float, message: str | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class LeaseLost(StreamcoreError):
    code = "CONFLICT"
    default_message = "The lease on this job has passed to another worker."


class Retryable(StreamcoreError):
    """Nothing was changed; running the whole use case again may succeed."""

    code = "CONFLICT"
    default_message = "Somebody else changed this at the same moment; try again."


class StaleVersion(Retryable):
    pass


class TransactionAborted(Retryable):
    pass


class Unavailable(StreamcoreError):
    code = "UNAVAILABLE"
    default_message = "A part of the service cannot be reached now; try again soon."


class DeadlineExceeded(Unavailable):
    default_message = "A part of the service did not answer in time; try again soon."
