"""Who is at the other end of the line, seen through proxies that the operator trusts."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from multidict import MultiMapping

IPV6_SITE = 64
"""An IPv6 customer gets at least this prefix (RFC 6177), so limits count the prefix, not the address."""


class ClientAddress:
    """Reads the client's address; ``trusted_proxies`` are addresses or networks whose X-Forwarded-For is believed."""

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        self._trusted = [ip_network(text, strict=False) for text in trusted_proxies]
        self.behind_proxies = bool(self._trusted)

    def of(self, remote: str | None, headers: MultiMapping[str]) -> str:
        """The address of the nearest hop that is no trusted proxy; "unknown" where there is none (a UNIX socket)."""
        remote = remote or "unknown"
        if self._trusted and self._is_trusted(remote):
            for hop in reversed(",".join(headers.getall("X-Forwarded-For", [])).split(",")):
                hop = hop.strip()
                if not _parses(hop):
                    break
                remote = hop
                if not self._is_trusted(hop):
                    break
        return _site(remote) if ":" in remote else remote

    def is_https(self, remote: str | None, headers: Mapping[str, str]) -> bool:
        """Whether the client speaks HTTPS to a trusted proxy; we ourselves never do."""
        if headers.get("X-Forwarded-Proto") == "https":
            return self._is_trusted(remote or "")
        return False

    def _is_trusted(self, text: str) -> bool:
        if not _parses(text):
            return False
        address = ip_address(text)
        return any(_contains(network, text) for network in self._trusted if network.version == address.version)


def _contains(network: IPv4Network | IPv6Network, text: str) -> bool:
    return ip_address(text) in network


def _parses(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def _site(address: str) -> str:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or ip_network(f"{parsed}/{IPV6_SITE}", strict=False))
