"""Receive a webhook: settle what it points at, or store the look for later. Never lose it."""

from application.verify_payment import (
    NOT_SETTLED_NOW,
    RECHECK_AFTER,
    Knock,
    Settled,
    VerifyPayment,
)
from domain.tasks import recheck
from ports.clock import Clock
from ports.errors import RepositoryUnavailable
from ports.task_queue import TaskQueue


class ReceiveWebhook:
    """Returns once the webhook may be acknowledged: its payment is settled or stored for later."""

    def __init__(self, verify_payment: VerifyPayment, tasks: TaskQueue, clock: Clock) -> None:
        self._verify_payment = verify_payment
        self._tasks = tasks
        self._clock = clock

    async def __call__(self, knock: Knock, /) -> None:
        """Raises `RepositoryUnavailable` if it could be neither settled nor stored."""
        try:
            verdict = await self._verify_payment(knock)
        except NOT_SETTLED_NOW:
            return  # verify_payment has stored a recheck
        except RepositoryUnavailable:
            verdict = None  # perhaps for one call only: the webhook comes once, so try to store it
        if not isinstance(verdict, Settled):
            # The order or the payment may be on its way here: a webhook can be the first to come.
            due_at = self._clock.now() + RECHECK_AFTER
            await self._tasks.put(recheck(knock.order_id, knock.key, due_at))
