"""Keep a stray: a payment that only one side has stays in sight, and a person hears of it once."""

import logging

from domain.payment import Payment
from domain.policy import Policy
from domain.reconciliation import may_be_money
from domain.snapshot import without_question
from domain.tasks import AlertReason
from ports.clock import Clock
from ports.errors import NotifierRefused, NotifierUnavailable
from ports.notifier import Notifier, OperatorAlert
from ports.stray_payments import StrayPayment, StrayPayments

_log = logging.getLogger("payproof.strays")


class KeepStray:
    """Keeps, then alerts if it is money. No task: such a payment's order id may be any text."""

    def __init__(
        self, strays: StrayPayments, notifier: Notifier, clock: Clock, policy: Policy
    ) -> None:
        self._strays = strays
        self._notifier = notifier
        self._clock = clock
        self._policy = policy

    async def __call__(self, payment: Payment, reason: AlertReason, /) -> bool:
        """False if a person should have been told, and could not be. Kept it is in any case."""
        stray = await self._strays.keep(without_question(payment), reason, self._clock.now())
        return await self.tell(stray)

    async def tell(self, stray: StrayPayment, /) -> bool:
        """Alerts a person, once; False if the message could not be sent: then it is tried later."""
        key = stray.payment.key
        is_there = stray.reason is AlertReason.WITHOUT_ORDER
        if stray.told or (is_there and not may_be_money(stray.payment, self._policy)):
            return True
        try:
            await self._notifier.send(
                OperatorAlert(
                    # The same on every try, so that two are one.
                    message_id=f"stray/{key}/{stray.reason}",
                    order_id=stray.payment.order_id,
                    key=key,
                    reason=stray.reason,
                )
            )
        except (NotifierUnavailable, NotifierRefused) as error:
            _log.warning("stray %s not told: %s", key, error.code)
            return False
        await self._strays.mark_told(key)
        return True
