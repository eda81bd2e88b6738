"""PortOne V2's webhooks: signed, so nobody else can knock; and still only a reason to look."""

from collections.abc import Mapping

from adapters.inbound.hook_body import check_size, read_hook
from adapters.portone_v2.event_wire import read_event
from adapters.portone_v2.naming import Naming
from adapters.portone_v2.signature import Signatures
from ports.webhook_authenticator import WebhookClaim


class PortOneV2Webhook:
    """Reads webhooks of both versions, for one store."""

    def __init__(self, signatures: Signatures, naming: Naming, *, store_id: str) -> None:
        self._signatures = signatures
        self._naming = naming
        self._store_id = store_id

    def read(self, headers: Mapping[str, str], body: bytes, /) -> WebhookClaim | None:
        """The claim; see the port."""
        check_size(body)
        delivery_id = self._signatures.check(headers, body)
        event = read_event(read_hook(headers, body), self._store_id)
        if event is None:
            return None
        return WebhookClaim(
            payment_id=event.payment_id,
            order_id=self._naming.order_id_in_claim(event.payment_id),
            claimed=event.claimed,
            delivery_id=delivery_id,
        )
