"""Name the order of a payment, where whoever knocks names the payment alone."""

from collections.abc import Mapping

from application.question_budget import QuestionBudget
from application.verify_payment import OrderNotFound, PaymentNotFound, TooManyQuestions
from domain.errors import InvalidValue
from domain.identifiers import is_order_id
from domain.payment import PaymentKey
from ports.order_repository import OrderRepository
from ports.payment_gateway import PaymentGateway

Nameless = PaymentNotFound | OrderNotFound | TooManyQuestions


class NameOrder:
    """Our record knows, or the gateway does. What it says is then verified like any other claim."""

    def __init__(
        self,
        orders: OrderRepository,
        gateways: Mapping[str, PaymentGateway],
        budget: QuestionBudget,
        strange_names: QuestionBudget,
    ) -> None:
        self._orders = orders
        self._gateways = gateways
        self._budget = budget
        self._strange_names = strange_names

    async def __call__(self, key: PaymentKey, /) -> str | Nameless:
        """The order's id, or why there is none. Raises as `VerifyPayment` does; stores nothing."""
        gateway = self._gateways.get(key.gateway)
        if gateway is None:
            raise InvalidValue("gateway", "is not one of the configured gateways")
        if not gateway.is_payment_id(key.payment_id):
            raise InvalidValue("payment_id", f"is not a payment id of {gateway.name}")
        known = await self._orders.find_order_id_by_payment(key)
        if known is not None:
            return known
        wait_s = self._budget.take(key) or self._strange_names.take(key.gateway)
        if wait_s > 0:
            return TooManyQuestions(retry_after_s=wait_s)
        payment = await gateway.find_payment(key.payment_id)
        if payment is None:
            return PaymentNotFound()
        # The buyer's page may have written any text there.
        return payment.order_id if is_order_id(payment.order_id) else OrderNotFound()
