"""Looking up many payments at PortOne V1 at once, or all that were attempted for one order."""

from collections.abc import Sequence
from typing import Final

from adapters.outbound.total_time import total_time
from adapters.portone_v1 import page_wire, wire
from adapters.portone_v1.gateway import check_payment_id
from adapters.portone_v1.paged_list import PagedList
from adapters.portone_v1.session import Session, error_of
from domain.identifiers import check_order_id
from domain.payment import Payment
from ports.errors import GatewayProtocolError
from ports.payment_listing import FoundPayments

# Anybody can open windows for an order id; nobody shall fill our memory with them.
_MOST_ATTEMPTS: Final = 10_000


class PortOneV1Search:
    """Finds payments of test channels too: their mode tells.

    `page_timeout_s` is the time for one question, tries and pauses included.
    """

    def __init__(self, session: Session, *, page_timeout_s: float = 30.0) -> None:
        self._session = session
        self._page_timeout_s = page_timeout_s

    async def find_payments(self, payment_ids: Sequence[str], /) -> FoundPayments:
        """Those that the vendor knows, asked for by hundreds; see the port."""
        for payment_id in payment_ids:
            check_payment_id(payment_id)
        ids = list(dict.fromkeys(payment_ids))
        return _together(
            [
                await self._find_several(ids[start : start + page_wire.IDS_AT_ONCE])
                for start in range(0, len(ids), page_wire.IDS_AT_ONCE)
            ]
        )

    async def find_payments_of_order(self, order_id: str, /) -> FoundPayments:
        """Every attempt to pay the order; see the port."""
        check_order_id(order_id)
        attempts = PagedList(
            session=self._session,
            path=page_wire.order_path(order_id),
            timeout_s=self._page_timeout_s,
            none_is_404=True,
        )
        pages: list[FoundPayments] = []
        async for page in attempts.pages():
            if any(payment.order_id != order_id for payment in page.payments):
                raise GatewayProtocolError("another-order")
            pages.append(page)
            if sum(map(len, pages)) > _MOST_ATTEMPTS:
                raise GatewayProtocolError("too-many-attempts")
        return _together(pages)

    async def _find_several(self, payment_ids: Sequence[str]) -> FoundPayments:
        async with total_time(self._page_timeout_s) as until:
            answer = await self._session.get(
                page_wire.SEVERAL_PATH,
                page_wire.ids_query(payment_ids),
                until=until,
                max_bytes=page_wire.MAX_PAGE_BYTES,
            )
        # 207 says that some are missing.
        if answer.status in (200, 207):
            return page_wire.read_several(answer.body, payment_ids)
        if answer.status == 404 and wire.is_refusal(answer.body):
            return FoundPayments(payments=())
        raise error_of(answer)


def _together(parts: Sequence[FoundPayments]) -> FoundPayments:
    """All of them, each payment once: as it was read last."""
    payments: dict[str, Payment] = {}
    for part in parts:
        payments |= {payment.key.payment_id: payment for payment in part.payments}
    return FoundPayments(
        payments=tuple(payments.values()),
        unreadable=tuple(each for part in parts for each in part.unreadable),
    )
