"""From botocore's errors to the core's."""

import boto3.exceptions
import urllib3.exceptions
from botocore import exceptions as boto

from streamcore.shared.errors import (
    DeadlineExceeded,
    Invalid,
    NotFound,
    PayloadTooLarge,
    PreconditionFailed,
    StreamcoreError,
    Unavailable,
)

_MISSING = {"NoSuchKey", "NoSuchUpload", "NoSuchVersion", "NotFound", "404"}
_CONDITION = {"PreconditionFailed", "ConditionalRequestConflict", "412"}
_LATE = {"RequestTimeout", "RequestTimeoutException", "504"}
_TOO_LARGE = {"EntityTooLarge", "MaxMessageLengthExceeded", "413"}
_WRONG = {
    "BadDigest",
    "EntityTooSmall",
    "IncompleteBody",
    "InvalidArgument",
    "InvalidDigest",
    "InvalidPart",
    "InvalidPartOrder",
    "InvalidRange",
    "InvalidRequest",
    "KeyTooLongError",
    "MalformedXML",
    "XAmzContentSHA256Mismatch",
    "400",
    "416",
}
_SILENT = (boto.ConnectTimeoutError, boto.ReadTimeoutError, urllib3.exceptions.TimeoutError, TimeoutError)
_BROKEN = (
    boto.BotoCoreError,
    boto.UndefinedModelAttributeError,
    boto3.exceptions.Boto3Error,
    boto3.exceptions.ResourceNotExistsError,
    urllib3.exceptions.HTTPError,
    urllib3.exceptions.ProxySchemeUnsupported,
    OSError,  # a socket's
)


def code_of(error: boto.ClientError) -> str:
    """The service's own word for the error, or the HTTP status where it gave none."""
    said = error.response.get("Error", {}).get("Code")
    return str(said or error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))


def translate(error: Exception) -> Exception:
    """The core's error for one of boto3's or of what it is made of; anything else is itself.

    What the service refuses for reasons of its own (credentials, a missing bucket, throttling) is `Unavailable`: it can
    work later, when an operator has mended it.
    """
    if isinstance(error, boto.ClientError):
        return _of_service(error)
    if isinstance(error, _SILENT):
        return DeadlineExceeded("The object store did not answer in time.")
    if isinstance(error, boto.ParamValidationError):
        return Invalid(str(error))
    if isinstance(error, _BROKEN):
        return Unavailable(f"The object store cannot be reached ({type(error).__name__}).")
    return error


def _of_service(error: boto.ClientError) -> StreamcoreError:
    code = code_of(error)
    if code in _MISSING:
        return NotFound("There is no such object.")
    if code in _CONDITION:
        return PreconditionFailed("The object is not, or no longer, as the request expects it.")
    if code in _LATE:
        return DeadlineExceeded("The object store did not answer in time.")
    if code in _TOO_LARGE:
        return PayloadTooLarge("The object store takes no object as large as this.")
    if code in _WRONG:
        return Invalid(f"The object store refuses this ({code}).")
    return Unavailable(f"The object store refuses to work ({code}).")
