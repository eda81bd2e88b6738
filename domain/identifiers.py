"""Which texts may name an order, a payment or a customer. Matched whole, before any other use."""

import re

from domain.errors import InvalidValue

_ORDER_ID = re.compile(r"[A-Za-z0-9._:-]{1,40}", re.ASCII)
# At some gateways the shop chooses it: then it may be an order's id.
_PAYMENT_ID = re.compile(r"[A-Za-z0-9._:=-]{1,200}", re.ASCII)
_GATEWAY = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)
_DELIVERY_ID = re.compile(r"[!-~]{1,200}", re.ASCII)


def check_order_id(text: str) -> None:
    """Refuses text that is not 1 to 40 characters of `A-Z a-z 0-9 . _ : -`, or is only dots."""
    if not _ORDER_ID.fullmatch(text) or _only_dots(text):
        raise InvalidValue("order_id", "must be 1 to 40 characters of A-Z a-z 0-9 . _ : -")


def is_order_id(text: str) -> bool:
    """Whether text could name an order: `check_order_id` lets it pass."""
    try:
        check_order_id(text)
    except InvalidValue:
        return False
    return True


def check_payment_id(text: str) -> None:
    """Refuses text that no gateway uses for a payment; a gateway's own rule may be narrower."""
    if not _PAYMENT_ID.fullmatch(text) or _only_dots(text):
        raise InvalidValue("payment_id", "must be 1 to 200 characters of A-Z a-z 0-9 . _ : = -")


def check_gateway(text: str) -> None:
    """Refuses text that cannot be a gateway's name, like `portone-v1`."""
    if not _GATEWAY.fullmatch(text):
        raise InvalidValue("gateway", "must be 1 to 40 characters of a-z 0-9 -")


def check_delivery_id(text: str) -> None:
    """Refuses text that no sender of webhooks names a message by."""
    if not _DELIVERY_ID.fullmatch(text):
        raise InvalidValue("delivery_id", "must be 1 to 200 visible characters")


def check_text(field: str, text: str, max_length: int) -> None:
    """Refuses empty or overlong text and text with control characters."""
    if not 1 <= len(text) <= max_length:
        raise InvalidValue(field, f"must be 1 to {max_length} characters")
    if not text.isprintable():
        raise InvalidValue(field, "must not contain control characters")


def _only_dots(text: str) -> bool:
    # As a path segment "." and ".." mean another folder, so no URL is ever built from them.
    return text.strip(".") == ""
