"""The one address that questions go to: read once, and strictly, for the token goes there too."""

import re
from ipaddress import ip_address
from typing import Final

import httpx

from domain.errors import InvalidValue

_BASE_URL: Final = re.compile(
    r"(https?)://([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::([0-9]{1,5}))?/?",
    re.ASCII | re.IGNORECASE,
)


def read_origin(base_url: str) -> str:
    """The scheme, host and port of a base URL, which has nothing else; http is for loopback."""
    parts = _BASE_URL.fullmatch(base_url)
    if parts is None:
        raise InvalidValue("base_url", "must be https://host, perhaps with a port, nothing else")
    scheme, host, port = parts.groups()
    if scheme.lower() != "https" and not _is_loopback(host.strip("[]")):
        raise InvalidValue("base_url", "must be https, or http on a loopback host")
    if port is not None and not 0 < int(port) < 65536:
        raise InvalidValue("base_url", "has a port that cannot be")
    try:
        return origin_of(httpx.URL(base_url))
    except httpx.InvalidURL:
        raise InvalidValue("base_url", "has a host that cannot be") from None


def origin_of(url: httpx.URL) -> str:
    """The scheme, host and port of a URL, written in one way only."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
