"""What aiosmtplib and the file system raise, in the words of the core."""

import aiosmtplib

from streamcore.shared.errors import DeadlineExceeded, Invalid, StreamcoreError, Unavailable

ENGINE_ERRORS: tuple[type[Exception], ...] = (aiosmtplib.SMTPException, OSError, EOFError)
"""Everything that sending raises; OSError includes ssl.SSLError and TimeoutError."""


def translate(error: Exception) -> StreamcoreError:
    """`Invalid` where the server has refused this address or message for good (5yz, RFC 5321, section 4.2.1).

    Refusing us (greeting, TLS, login, sender) is a matter of settings: `Unavailable`, so that nothing is dropped.
    """
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=recipients):
            if recipients and all(each.code >= 500 for each in recipients):
                return _refused()
            return Unavailable("The mail server does not take mail for this address now.")
        case aiosmtplib.SMTPRecipientRefused(code=code) if code >= 500:
            return _refused()
        case aiosmtplib.SMTPDataError(code=code) if code >= 500:
            return Invalid.field("mail", "The mail server has refused this message.", "mail_refused")
        case TimeoutError():
            return DeadlineExceeded("The mail server did not answer in time.")
    return Unavailable("Mail cannot be handed over now.")


def _refused() -> Invalid:
    return Invalid.field("to", "The mail server has refused this address.", "email_refused")
