"""What the console may call: handed over by the composition root, nothing looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from application.approve_refund import ApproveRefund
from application.read_board import ReadBoard
from application.read_order import ReadOrder
from application.request_refund import RequestRefund
from application.resend_events import ResendEvents
from application.review_tasks import ReviewTasks
from application.run_tasks import RunTasks
from application.verify_payment import VerifyPayment
from ports.clock import Clock
from ports.operator_log import OperatorLog
from ports.order_board import OrderBoard
from ports.order_repository import OrderRepository
from ports.payment_gateway import PaymentGateway
from ports.seen_webhooks import SeenWebhooks
from ports.sweep_log import SweepLog
from ports.task_desk import TaskDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleParts:
    """The use cases and ports behind the pages. `password` lets an operator in.

    `tells_shop`: events have somewhere to go. `worker` is the inline one, or None.
    `nobodys_payments` holds for each gateway an id that no payment there has.
    """

    password: str = field(repr=False)
    clock: Clock
    read_order: ReadOrder
    read_board: ReadBoard
    verify_payment: VerifyPayment
    request_refund: RequestRefund
    approve_refund: ApproveRefund
    review_tasks: ReviewTasks
    resend_events: ResendEvents
    tells_shop: bool
    board: OrderBoard
    orders: OrderRepository
    desk: TaskDesk
    sweeps: SweepLog
    seen_webhooks: SeenWebhooks
    actions: OperatorLog
    gateways: Mapping[str, PaymentGateway]
    nobodys_payments: Mapping[str, str]
    worker: RunTasks | None
