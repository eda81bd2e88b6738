"""A payment gateway in memory, for tests and simulations: answers what it was told, or fails."""

from collections import Counter
from collections.abc import Awaitable, Callable

from adapters.memory.faults import Faults
from domain.errors import InvalidValue
from domain.identifiers import check_payment_id
from domain.payment import Payment


async def _at_once(payment_id: str) -> None:
    """Waits for nothing."""


class MemoryPaymentGateway:
    """Answers from payments put into it; `questions` counts how often each id was asked for.

    `before_answer` is awaited with the payment id after a question is counted and before the
    payment is looked up: set it to delay an answer, or to let other things happen meanwhile.
    """

    def __init__(self, name: str = "memory") -> None:
        self._name = name
        self._payments: dict[str, Payment] = {}
        self.faults = Faults()
        self.questions: Counter[str] = Counter()
        self.before_answer: Callable[[str], Awaitable[None]] = _at_once

    def put(self, payment: Payment) -> None:
        """Makes the payment known, or replaces what was known of it."""
        if payment.key.gateway != self._name:
            raise InvalidValue("gateway", "is not this gateway's name")
        self._payments[payment.key.payment_id] = payment

    def forget(self, payment_id: str) -> None:
        """Makes the payment unknown."""
        self._payments.pop(payment_id, None)

    @property
    def name(self) -> str:
        """The name it was given."""
        return self._name

    def is_payment_id(self, text: str, /) -> bool:
        """Whether text could name a payment anywhere."""
        try:
            check_payment_id(text)
        except InvalidValue:
            return False
        return True

    async def find_payment(self, payment_id: str, /) -> Payment | None:
        """The payment last put in, or None; see the port."""
        check_payment_id(payment_id)
        self.questions[payment_id] += 1
        with self.faults.around("find_payment"):
            await self.before_answer(payment_id)
            return self._payments.get(payment_id)
