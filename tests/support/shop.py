"""All use cases over the adapters in memory, as the container joins them, with every call noted."""

from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar, cast

from adapters.memory.clock import ManualClock
from adapters.memory.notifier import MemoryNotifier
from adapters.memory.order_repository import MemoryOrderRepository
from adapters.memory.payment_gateway import MemoryPaymentGateway
from adapters.memory.payment_record import MemoryPaymentRecord
from adapters.memory.refund_allowance import MemoryRefundAllowance
from adapters.memory.seen_webhooks import MemorySeenWebhooks
from adapters.memory.store import MemoryStore
from adapters.memory.stray_payments import MemoryStrayPayments
from adapters.memory.sweep_log import MemorySweepLog
from adapters.memory.task_desk import MemoryTaskDesk
from adapters.memory.task_queue import MemoryTaskQueue
from adapters.memory.token_source import MemoryTokenSource
from application.approve_payment import ApprovePayment
from application.auto_refund import AutoRefund
from application.carry_out_refund import CarryOutRefund
from application.confirm_payment import ConfirmPayment
from application.keep_stray import KeepStray
from application.name_order import NameOrder
from application.notify import AlertOperator, TellBuyerAccount
from application.question_budget import QuestionBudget
from application.read_order import ReadOrder
from application.receive_webhook import ReceiveWebhook
from application.recheck_payment import RecheckPayment
from application.reconcile import Reconcile
from application.register_order import RegisterOrder
from application.request_refund import RequestRefund
from application.resend_events import ResendEvents
from application.review_tasks import ReviewTasks
from application.run_tasks import RunTasks
from application.settle_difference import SettleDifference
from application.sweep import Sweep
from application.take_webhook import TakeWebhook
from application.tend_strays import TendStrays
from application.verify_payment import Knock, VerifyPayment
from application.watch_deposit import WatchDeposit
from domain.auto_refund import Ceilings
from domain.order import Order, Trigger
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.settlement import settle
from domain.tasks import TaskKind
from ports.errors import PortError
from ports.order_repository import OrderRepository
from ports.payment_gateway import PaymentGateway
from ports.payment_record import PaymentRecord
from ports.payment_search import PaymentSearch
from ports.seen_webhooks import SeenWebhooks
from ports.stored_task import StoredTask
from ports.stray_payments import StrayPayments
from ports.sweep_log import SweepLog
from ports.task_desk import TaskDesk
from ports.task_queue import TaskQueue
from tests.support.factories import GATEWAY, NOON, ORDER_ID, a_key, an_order, won

CEILINGS = Ceilings(per_payment=(won(10_000),), per_day=(won(25_000),))
Port = TypeVar("Port")
# Awaited before and after each call of a port; it gets the call's name, like "orders.save".
Around = Callable[[str], Awaitable[None]]


async def at_once(_call: str) -> None:
    """Lets nobody else run in between."""


class Shop:
    """A shop with an empty record. `asked` holds the names of the calls in their order."""

    def __init__(
        self,
        *,
        policy: Policy | None = None,
        questions_per_window: int = 1000,
        strange_names_per_window: int = 1000,
        around: Around = at_once,
        ceilings: Ceilings | None = None,
    ) -> None:
        self.policy = policy or Policy(mode=Mode.LIVE)
        self.asked: list[str] = []
        self.around = around
        self.clock = ManualClock(NOON)
        self.store = MemoryStore()
        self.faults = self.store.faults
        self.gateway = MemoryPaymentGateway(GATEWAY, clock=self.clock)
        self.notifier = MemoryNotifier()
        self.orders: OrderRepository = self._watched("orders", MemoryOrderRepository(self.store))
        self.queue: TaskQueue = self._watched("tasks", MemoryTaskQueue(self.store))
        self.gateways: dict[str, PaymentGateway] = {GATEWAY: self._watched("gateway", self.gateway)}
        self.budget = QuestionBudget(self.clock, questions_per_window=questions_per_window)
        self.strange_names = QuestionBudget(
            self.clock, questions_per_window=strange_names_per_window
        )
        self.verify_payment = VerifyPayment(
            self.orders,
            self.queue,
            self.gateways,
            self.clock,
            self.policy,
            self.budget,
            ApprovePayment(
                self.orders,
                {GATEWAY: self._watched("approval", self.gateway)},
                self.gateways,
                self.clock,
                self.policy,
            ),
        )
        self.receive_webhook = ReceiveWebhook(self.verify_payment, self.queue, self.clock)
        self.name_order = NameOrder(self.orders, self.gateways, self.budget, self.strange_names)
        self.seen: SeenWebhooks = self._watched("seen", MemorySeenWebhooks(self.store))
        self.searches: dict[str, PaymentSearch] = {GATEWAY: self._watched("search", self.gateway)}
        self.take_webhook = TakeWebhook(
            self.receive_webhook,
            self.name_order,
            self.orders,
            self.searches,
            self.seen,
            self.clock,
            self.budget,
            self.strange_names,
        )
        self.record: PaymentRecord = MemoryPaymentRecord(self.store)
        self.strays: StrayPayments = MemoryStrayPayments(self.store)
        self.sweeps: SweepLog = MemorySweepLog(self.store)
        self.keep_stray = KeepStray(self.strays, self.notifier, self.clock, self.policy)
        self.settle_difference = SettleDifference(
            self.orders, self.verify_payment, self.keep_stray, self.clock, self.policy
        )
        self.reconcile = Reconcile(
            self.gateways[GATEWAY],
            self.gateway,
            self.gateway,
            self.record,
            self.settle_difference,
            self.clock,
            self.policy,
        )
        self.sweep = Sweep(
            self.reconcile,
            TendStrays(self.strays, self.record, self.settle_difference, self.keep_stray),
            self.record,
            self.sweeps,
            self.clock,
            every_s=300,
        )
        self.recheck_payment = RecheckPayment(
            self.verify_payment, self.gateways, self.strays, self.keep_stray
        )
        self.register_order = RegisterOrder(
            self.orders, self.queue, self.strays, MemoryTokenSource(), self.clock
        )
        self.confirm_payment = ConfirmPayment(self.orders, self.clock)
        self.request_refund = RequestRefund(self.orders, self.gateways, [GATEWAY], self.clock)
        self.carry_out_refund = CarryOutRefund(
            self.orders,
            self.queue,
            self.gateways,
            {GATEWAY: self._watched("desk", self.gateway)},
            self.clock,
            self.policy,
        )
        self.allowance = self._watched("allowance", MemoryRefundAllowance(self.store))
        self.auto_refund = AutoRefund(
            self.orders,
            self.queue,
            self.gateways,
            self.request_refund,
            self.allowance,
            self.clock,
            self.policy,
            ceilings or CEILINGS,
        )
        self.read_order = ReadOrder(self.orders, self.clock)
        self.desk: TaskDesk = self._watched("task_desk", MemoryTaskDesk(self.store))
        self.review_tasks = ReviewTasks(self.desk, self.clock)
        self.resend_events = ResendEvents(self.desk, self.queue, self.clock)
        self.tell_buyer = TellBuyerAccount(self.orders, self.notifier)
        self.run_tasks = RunTasks(
            self.queue,
            {
                TaskKind.RECHECK: self.recheck_payment,
                TaskKind.TELL_BUYER_ACCOUNT: self.tell_buyer,
                TaskKind.ALERT_OPERATOR: AlertOperator(self.orders, self.notifier),
                TaskKind.REFUND: self.carry_out_refund,
                TaskKind.AUTO_REFUND: self.auto_refund,
                TaskKind.DEPOSIT_DEADLINE: WatchDeposit(self.orders, self.recheck_payment),
            },
            self.clock,
        )

    def keep(self, *orders: Order) -> None:
        """Puts orders into the record as they are."""
        for order in orders or (an_order(),):
            self.store.orders[order.order_id] = order
            self.store.bindings |= {payment.key: order.order_id for payment in order.payments}

    def gateway_fails(self, *errors: PortError) -> None:
        """Makes the next questions to the gateway fail, each with one of these."""
        for number, error in enumerate(errors, 1):
            self.gateway.faults.fail("find_payment", error, nth=number)

    def order(self, order_id: str = ORDER_ID) -> Order:
        return self.store.orders[order_id]

    def tasks(self, kind: TaskKind) -> list[StoredTask]:
        return [record for record in self.store.tasks.values() if record.task.kind is kind]

    def states(self) -> list[str]:
        """Where the tasks stand, in the order of their birth."""
        return [record.state for record in self.store.tasks.values()]

    async def work_to_rest(self, *, max_rounds: int = 400) -> None:
        """Lets time pass and the worker run until no task waits."""
        for _ in range(max_rounds):
            if await self.run_tasks.run_due() > 0:
                continue
            pending = [
                record.ready_at
                for record in self.store.tasks.values()
                if record.state not in ("done", "parked")
            ]
            if not pending:
                return
            # One that is overdue waits for another of its lane.
            later = [ready_at for ready_at in pending if ready_at > self.clock.now()]
            self.clock.advance((min(later) - self.clock.now()).total_seconds())
        raise AssertionError("the worker does not come to rest")

    def _watched(self, name: str, port: Port) -> Port:
        return cast(Port, _Watched(self, name, port))


class _Watched:
    """Stands before a port: notes each call, and lets others run before and after it."""

    def __init__(self, shop: Shop, name: str, port: object) -> None:
        self._shop = shop
        self._name = name
        self._port = port

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._port, attribute)
        if not iscoroutinefunction(value):
            return value
        call = f"{self._name}.{attribute}"

        @wraps(value)
        async def noted(*args: Any) -> Any:
            await self._shop.around(call)
            self._shop.asked.append(call)
            try:
                return await value(*args)
            finally:
                await self._shop.around(call)

        return noted


def a_knock(
    trigger: Trigger = Trigger.BROWSER,
    *,
    order_id: str = ORDER_ID,
    payment_id: str | None = None,
    claimed: PaymentStatus | None = None,
    client_token: str | None = None,
    approval_token: str | None = None,
) -> Knock:
    return Knock(
        order_id=order_id,
        key=a_key() if payment_id is None else a_key(payment_id),
        trigger=trigger,
        claimed=claimed,
        client_token=client_token,
        approval_token=approval_token,
    )


def settled_order(*payments: Payment, order_id: str = ORDER_ID) -> Order:
    """An order as the settle rule leaves it after these snapshots."""
    order = an_order(order_id=order_id)
    for payment in payments:
        decision = settle(order, payment, NOON, Policy(mode=Mode.LIVE), trigger=Trigger.BROWSER)
        order = decision.order
    return order
