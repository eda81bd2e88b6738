"""The secrets that the vendor's webhooks carry, as far as its answers told them to us."""

from collections import OrderedDict
from hashlib import sha256
from hmac import compare_digest
from typing import Final

# Whoever is forgotten is only not recognised.
_ORDERS_KEPT: Final = 10_000
_SECRETS_AN_ORDER: Final = 4


class DepositSecrets:
    """Recognises a webhook that can only be the vendor's own.

    One that is not recognised is not forged for that: another process may have read its secret, or
    the order have a payment that nobody has looked at. It is a reason to look, as any stranger's.
    Digests are kept, not the secrets; and comparing them takes the same time for any text.
    """

    def __init__(self) -> None:
        self._digests: OrderedDict[str, tuple[bytes, ...]] = OrderedDict()

    def learn(self, order_id: str, secret: str | None) -> None:
        """Remembers the secret of one of the order's payments."""
        if not secret:
            return
        digest = _digest(secret)
        others = [each for each in self._digests.get(order_id, ()) if each != digest]
        self._digests[order_id] = (*others, digest)[-_SECRETS_AN_ORDER:]
        self._digests.move_to_end(order_id)
        if len(self._digests) > _ORDERS_KEPT:
            self._digests.popitem(last=False)

    def knows(self, order_id: str, secret: str) -> bool:
        """Whether this is the secret of one of the order's payments."""
        given = _digest(secret)
        return any(compare_digest(given, each) for each in self._digests.get(order_id, ()))


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
