"""PortOne V1's webhooks: unsigned, as JSON or as a form, so never more than a reason to look."""

from collections.abc import Mapping

from adapters.inbound.hook_body import read_hook
from adapters.portone_v1 import wire
from ports.webhook_authenticator import WebhookClaim


class PortOneV1Webhook:
    """Reads webhooks strictly in form, for anybody can send one."""

    def read(self, headers: Mapping[str, str], body: bytes, /) -> WebhookClaim:
        """The claim; see the port."""
        return wire.read_claim(read_hook(headers, body))
