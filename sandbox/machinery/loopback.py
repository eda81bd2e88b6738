"""Keeps the sandbox on this machine, unless it is told otherwise."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def why_not_callable(url: str, *, allow_remote: bool) -> str | None:
    """Say why the sandbox must not call a URL; None if it may."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port  # reading it is what checks it
    except ValueError:
        return "is not a URL"
    if parts.scheme not in {"http", "https"} or not host:
        return "must be an http or https URL"
    if not allow_remote and not is_loopback(host):
        return "must be on a loopback host"
    return None
