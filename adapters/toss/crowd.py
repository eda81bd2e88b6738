"""Asks for many payments one by one, a few at a time: the vendor knows no other way."""

import asyncio
from collections.abc import Sequence
from typing import Final

from adapters.outbound.together import together
from adapters.outbound.total_time import total_time
from adapters.toss import wire
from adapters.toss.session import Session, error_of, is_none
from domain.payment import Payment
from ports.errors import GatewayProtocolError
from ports.payment_listing import FoundPayments

_AT_A_TIME: Final = 8


class Crowd:
    """`timeout_s` is the time for each payment, tries and pauses included."""

    def __init__(self, session: Session, *, timeout_s: float) -> None:
        self._session = session
        self._timeout_s = timeout_s

    async def find(self, payment_ids: Sequence[str]) -> FoundPayments:
        """Those that the vendor knows, in the order asked for; the first trouble ends it all."""
        turns = asyncio.Semaphore(_AT_A_TIME)
        payments: dict[str, Payment] = {}
        unreadable: list[str] = []

        async def find_one(payment_id: str) -> None:
            async with turns:
                payment, is_readable = await self._find_one(payment_id)
            if payment is not None:
                payments[payment_id] = payment
            elif not is_readable:
                unreadable.append(payment_id)

        await together(find_one(each) for each in payment_ids)
        found = [payments[each] for each in payment_ids if each in payments]
        return FoundPayments(payments=found, unreadable=unreadable)

    async def _find_one(self, payment_id: str) -> tuple[Payment | None, bool]:
        async with total_time(self._timeout_s) as until:
            answer = await self._session.get(wire.payment_path(payment_id), until=until)
        if is_none(answer):
            return None, True
        if answer.status != 200:
            raise error_of(answer)
        try:
            return wire.read_payment(answer.body, payment_id, self._session.mode), True
        except GatewayProtocolError:
            # An answer about this very payment spoils nothing but this payment.
            if wire.readable_payment_id(answer.body) != payment_id:
                raise
            return None, False
