"""What the HTTP interface may call: handed over by the composition root, nothing looked up."""

from collections.abc import Mapping
from dataclasses import dataclass

from application.confirm_payment import ConfirmPayment
from application.name_order import NameOrder
from application.read_order import ReadOrder
from application.register_order import RegisterOrder
from application.request_refund import RequestRefund
from application.review_tasks import ReviewTasks
from application.run_tasks import RunTasks
from application.take_webhook import TakeWebhook
from application.verify_payment import VerifyPayment
from entrypoints.api.gateway_face import GatewayFace
from ports.order_repository import OrderRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """The use cases, and the ports that health and metrics look at.

    `worker` is the inline worker, or None when tasks run in another process.
    `faces` holds what each gateway is here, by its name.
    """

    register_order: RegisterOrder
    read_order: ReadOrder
    verify_payment: VerifyPayment
    name_order: NameOrder
    take_webhook: TakeWebhook
    confirm_payment: ConfirmPayment
    request_refund: RequestRefund
    faces: Mapping[str, GatewayFace]
    orders: OrderRepository
    review_tasks: ReviewTasks
    worker: RunTasks | None
