"""Which requests are limited how: the classes of the contract."""

from enum import StrEnum

from streamcore.shared.rate_limits import Rate

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0

GENERAL = Rate("general", 1000, MINUTE)
"""All other requests of one user or address."""


class RateClass(StrEnum):
    """How the requests of an operation are counted, always beside the general rate.

    UNLIMITED is for probes and for media, which are fetched in many small pieces by whole households.
    """

    UNLIMITED = "unlimited"
    GENERAL = "general"
    LOGIN = "login"
    REGISTER = "register"
    UPLOAD = "upload"
    ADMIN = "admin"


OWN_RATES: dict[RateClass, tuple[Rate, ...]] = {
    RateClass.LOGIN: (Rate("login", 5, 15 * MINUTE),),
    RateClass.REGISTER: (Rate("register", 3, HOUR),),
    RateClass.UPLOAD: (Rate("upload-hour", 10, HOUR), Rate("upload-day", 50, DAY)),
    RateClass.ADMIN: (Rate("admin", 100, MINUTE),),
}
