"""Looking up several payments at PortOne V2, or the one of an order that its id names."""

import asyncio
from collections.abc import Sequence
from typing import Final

from adapters.outbound.total_time import total_time
from adapters.portone_v2 import wire
from adapters.portone_v2.gateway import read_found
from adapters.portone_v2.session import Session
from adapters.portone_v2.wire import Reading
from domain.identifiers import check_order_id
from domain.payment import Payment
from ports.errors import GatewayProtocolError
from ports.payment_listing import FoundPayments

# The vendor has no question for several: so many are asked at once, and no more.
_AT_ONCE: Final = 8


class PortOneV2Search:
    """For shops whose payments are named by their order's id.

    An order then has one payment, with however many attempts; `timeout_s` is the time for each
    question, tries and pauses included.
    """

    def __init__(self, session: Session, reading: Reading, *, timeout_s: float = 5.0) -> None:
        self._session = session
        self._reading = reading
        self._timeout_s = timeout_s

    async def find_payments(self, payment_ids: Sequence[str], /) -> FoundPayments:
        """Those that the vendor knows; see the port."""
        for payment_id in payment_ids:
            wire.check_id(payment_id)
        turns = asyncio.Semaphore(_AT_ONCE)

        async def find(payment_id: str) -> Payment | str | None:
            async with turns:
                return await self._find(payment_id)

        looks = [asyncio.create_task(find(each)) for each in dict.fromkeys(payment_ids)]
        try:
            found = await asyncio.gather(*looks)
        finally:
            for look in looks:
                look.cancel()
        return FoundPayments(
            payments=[each for each in found if isinstance(each, Payment)],
            unreadable=[each for each in found if isinstance(each, str)],
        )

    async def find_payments_of_order(self, order_id: str, /) -> FoundPayments:
        """The payment that has the order's id; see the port."""
        check_order_id(order_id)
        return await self.find_payments([order_id])

    async def _find(self, payment_id: str) -> Payment | str | None:
        """The payment, its id if it cannot be read, or None."""
        async with total_time(self._timeout_s) as until:
            answer = await self._session.find(payment_id, until=until)
        try:
            return read_found(answer, payment_id, self._reading)
        except GatewayProtocolError:
            # Nonsense from whoever answered is another thing than one odd payment.
            if answer.status == 200 and wire.readable_payment_id(answer.body) == payment_id:
                return payment_id
            raise
