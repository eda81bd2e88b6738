"""PortOne V2's last question before it approves: signed like its webhooks, in both versions."""

from collections.abc import Mapping

from adapters.inbound.hook_body import check_size, read_hook
from adapters.portone_v2.event_wire import read_question
from adapters.portone_v2.naming import Naming
from adapters.portone_v2.signature import Signatures
from ports.confirm_hook import AmountUnit, ConfirmClaim


class PortOneV2ConfirmHook:
    """Reads questions that the vendor has signed just now, about one store."""

    def __init__(self, signatures: Signatures, naming: Naming, *, store_id: str) -> None:
        self._signatures = signatures
        self._naming = naming
        self._store_id = store_id

    @property
    def reason_field(self) -> str:
        """What the vendor shows to the buyer."""
        return "errorMessage"

    def read(self, headers: Mapping[str, str], body: bytes, /) -> ConfirmClaim:
        """The claim; see the port."""
        check_size(body)
        self._signatures.check(headers, body)
        question = read_question(
            read_hook(headers, body, usual_type="application/json"), self._store_id
        )
        return ConfirmClaim(
            payment_id=question.payment_id,
            order_id=self._naming.order_id_in_claim(question.payment_id),
            number=question.total_minor,
            unit=AmountUnit.MINOR,
        )
