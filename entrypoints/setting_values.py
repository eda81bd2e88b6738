"""What the text of a setting may be: each reads one, or says in a `ValueError` what it must be."""

import re
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from domain.errors import InvalidValue
from domain.money import Currency, Money

_SERVICE_URL = re.compile(
    r"(https?)://([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::([0-9]{1,5}))?/?",
    re.ASCII | re.IGNORECASE,
)


def line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("is empty or not one line of text")
    return text


def one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be {' or '.join(words)}")
        return text

    return parse


def names(text: str) -> tuple[str, ...]:
    """Names between commas, each once."""
    read = tuple(each.strip() for each in line(text).split(","))
    if not all(read) or len(set(read)) < len(read):
        raise ValueError("must be names between commas, each once")
    return read


def whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return parse


def seconds(least: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        plain = re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text, re.ASCII)
        if not plain or not least <= float(text) <= most:
            raise ValueError(f"must be a number of seconds from {least} to {most}")
        return float(text)

    return parse


def amounts(text: str) -> tuple[Money, ...]:
    """Amounts of several currencies, in major units, each currency once."""
    try:
        read = [_amount(*each.split()) for each in text.split(",")]
    except (InvalidValue, TypeError):
        raise ValueError('must be amounts with currencies, like "100000 KRW,100 USD"') from None
    if len({each.currency for each in read}) < len(read):
        raise ValueError("names a currency twice")
    return tuple(read)


def _amount(number: str, currency_code: str) -> Money:
    return Money.of(number, Currency(currency_code))


def sender(text: str) -> str:
    """A number that messages may come from, as digits."""
    digits = text.replace("-", "").replace(" ", "")
    if not re.fullmatch(r"0[0-9]{8,11}|1[0-9]{7}", digits, re.ASCII):
        raise ValueError("must be a Korean number, like 02-1234-5678")
    return digits


def page_url(text: str) -> str:
    """A page of the shop, to which the buyer's browser is sent."""
    try:
        url = urlsplit(line(text))
        is_web = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        # Its own words repeat what was set, which may hold a password.
        is_web = False
    if not is_web:
        raise ValueError("must be an http or https address")
    return text


def service_url(text: str) -> str:
    """A service that gets our secrets: https, or http to this very machine."""
    parts = _SERVICE_URL.fullmatch(text)
    if parts is None:
        raise ValueError("must be scheme, host and perhaps port, without user, path or query")
    scheme, host, port = parts.groups()
    if not (_is_host(host) and 0 < int(port or 443) < 65536):
        raise ValueError("has a host or port that cannot be")
    if scheme.lower() == "http" and not is_loopback(host.strip("[]")):
        raise ValueError("must be https: plain http is only for loopback hosts")
    return text.rstrip("/")


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return _is_address(host.strip("[]"))
    return all(0 < len(label) < 64 for label in host.removesuffix(".").split("."))


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
