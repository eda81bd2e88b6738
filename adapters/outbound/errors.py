"""Which of a port's errors say what went wrong on the way."""

from dataclasses import dataclass
from typing import Final

from ports.errors import (
    GatewayProtocolError,
    GatewayUnavailable,
    NotifierUnavailable,
    PortError,
    ShopUnavailable,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """`unknown`: no answer, so it may have been carried out. `nonsense`: one that cannot be."""

    unknown: type[PortError]
    nonsense: type[PortError]


GATEWAY: Final = Errors(unknown=GatewayUnavailable, nonsense=GatewayProtocolError)
# To them an answer that cannot be says no more than none: what was sent may have been taken.
NOTIFIER: Final = Errors(unknown=NotifierUnavailable, nonsense=NotifierUnavailable)
SHOP: Final = Errors(unknown=ShopUnavailable, nonsense=ShopUnavailable)
