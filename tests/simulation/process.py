"""A process of payproof, and the machine that starts another one when it dies."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from application.approve_payment import ApprovePayment
from application.approve_refund import ApproveRefund
from application.auto_refund import AutoRefund
from application.carry_out_refund import CarryOutRefund
from application.confirm_payment import ConfirmPayment
from application.keep_stray import KeepStray
from application.name_order import NameOrder
from application.notify import AlertOperator, TellBuyerAccount
from application.question_budget import STRANGE_NAMES_PER_WINDOW, QuestionBudget
from application.receive_webhook import ReceiveWebhook
from application.recheck_payment import RecheckPayment
from application.reconcile import Reconcile
from application.register_order import RegisterOrder
from application.request_refund import RequestRefund
from application.review_tasks import ReviewTasks
from application.run_tasks import RunTasks, TaskHandler
from application.settle_difference import SettleDifference
from application.sweep import Sweep
from application.take_webhook import TakeWebhook
from application.tell_shop import TellShop
from application.tend_strays import TendStrays
from application.verify_payment import VerifyPayment
from application.watch_deposit import WatchDeposit
from domain.tasks import TaskKind
from ports.notifier import Notifier
from ports.order_repository import OrderRepository
from ports.payment_approval import PaymentApproval
from ports.payment_gateway import PaymentGateway
from ports.payment_record import PaymentRecord
from ports.payment_search import PaymentSearch
from ports.refund_allowance import RefundAllowance
from ports.refund_desk import RefundDesk
from ports.seen_webhooks import SeenWebhooks
from ports.shop_channel import ShopChannel
from ports.stray_payments import StrayPayments
from ports.sweep_log import SweepLog
from ports.task_desk import TaskDesk
from ports.task_queue import TaskQueue
from tests.simulation.gateway_model import Envelope, GatewayModel, MovingListing
from tests.simulation.port_calls import NumberedPort, ProcessDied
from tests.simulation.watches import watch_of
from tests.simulation.world import World

SWEEP_EVERY_S = 60
Answer = TypeVar("Answer")


class Unreachable(Exception):
    """No process listens, or it died before it answered: nobody knows what it did."""


class MachineClock:
    """A `Clock` that is wrong by `skew`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.skew = timedelta()

    def now(self) -> datetime:
        now = self._world.now()
        return now + self.skew if self.skew else now

    def monotonic_s(self) -> float:
        return self._world.loop.time()


class _Left(dict[TaskKind, TaskHandler]):
    """The handlers of those kinds of which any task is left for now.

    A look that finds nothing shows nothing, and costs as much as one that does.
    """

    def __init__(
        self, handlers: dict[TaskKind, TaskHandler], world: World, clock: MachineClock
    ) -> None:
        super().__init__(handlers)
        self._world = world
        self._clock = clock

    def __iter__(self) -> Iterator[TaskKind]:
        left = self._world.kinds_left(self._clock.now())
        return (kind for kind in self.keys() if kind in left)


class Process:
    """The use cases over numbered ports. All it keeps in memory is gone when it dies."""

    def __init__(self, world: World, name: str, clock: MachineClock, died: Callable[[], None]):
        self.name = name
        self.is_dead = False
        self.number_call = world.number_call
        self._died = died
        self._gateway = world.gateway
        watch = watch_of(world, name)

        def numbered(port: str, target: object) -> Any:
            return NumberedPort(self, world.fates, port, target, watch)

        orders = cast(OrderRepository, numbered("orders", world.orders))
        tasks = cast(TaskQueue, numbered("tasks", world.queue))
        notifier = cast(Notifier, numbered("notifier", world.provider))
        shop = cast(ShopChannel, numbered("shop", world.shop))
        gateway = cast(PaymentGateway, numbered("gateway", world.gateway))
        character = world.gateway.character
        gateways = {character.name: gateway}
        approve = None
        if character.approval is not None:
            desk_of_words = cast(PaymentApproval, numbered("approvals", world.gateway.approvals))
            approve = ApprovePayment(
                orders, {character.name: desk_of_words}, gateways, clock, world.policy
            )
        search = None if character.searches is None else cast(PaymentSearch, gateway)
        desk = cast(TaskDesk, numbered("desk", world.desk))
        self.orders = orders
        self.tasks = tasks
        budget = QuestionBudget(clock)
        strange = QuestionBudget(clock, questions_per_window=STRANGE_NAMES_PER_WINDOW)
        self.verify_payment = VerifyPayment(
            orders, tasks, gateways, clock, world.policy, budget, approve
        )
        self.name_order = NameOrder(orders, gateways, budget, strange)
        self.take_webhook = TakeWebhook(
            ReceiveWebhook(self.verify_payment, tasks, clock),
            self.name_order,
            orders,
            {} if search is None else {character.name: search},
            cast(SeenWebhooks, numbered("seen", world.seen)),
            clock,
            budget,
            strange,
        )
        strays = cast(StrayPayments, numbered("strays", world.strays))
        self.register_order = RegisterOrder(orders, tasks, strays, world.tokens, clock)
        self.review_tasks = ReviewTasks(desk, clock)
        self.confirm_payment = ConfirmPayment(orders, clock)
        keep_stray = KeepStray(strays, notifier, clock, world.policy)
        recheck = RecheckPayment(self.verify_payment, gateways, strays, keep_stray)
        record = cast(PaymentRecord, numbered("record", world.record))
        sweeps = cast(SweepLog, numbered("sweeps", world.sweeps))
        self.sweep: Sweep | None = None
        settle = SettleDifference(orders, self.verify_payment, keep_stray, clock, world.policy)
        if character.lists is not None:
            listing = MovingListing(cast(GatewayModel, gateway))
            reconcile = Reconcile(gateway, listing, search, record, settle, clock, world.policy)
            tend_strays = TendStrays(strays, record, settle, keep_stray)
            self.sweep = Sweep(reconcile, tend_strays, record, sweeps, clock, every_s=SWEEP_EVERY_S)
        handlers: dict[TaskKind, TaskHandler] = {
            TaskKind.RECHECK: recheck,
            TaskKind.TELL_BUYER_ACCOUNT: TellBuyerAccount(orders, notifier),
            TaskKind.ALERT_OPERATOR: AlertOperator(orders, notifier),
            TaskKind.DEPOSIT_DEADLINE: WatchDeposit(orders, recheck),
            TaskKind.TELL_SHOP: TellShop(orders, shop),
        }
        if world.giving is not None:
            self.request_refund = RequestRefund(orders, gateways, gateways, clock)
            self.approve_refund = ApproveRefund(orders, clock)
            desks = {character.name: cast(RefundDesk, numbered("refunds", world.gateway))}
            handlers[TaskKind.REFUND] = CarryOutRefund(
                orders, tasks, gateways, desks, clock, world.policy
            )
            handlers[TaskKind.AUTO_REFUND] = AutoRefund(
                orders,
                tasks,
                gateways,
                self.request_refund,
                cast(RefundAllowance, numbered("allowance", world.allowance)),
                clock,
                world.policy,
                world.giving.ceilings,
            )
        self.run_tasks = RunTasks(tasks, _Left(handlers, world, clock), clock)

    async def take(self, envelope: Envelope) -> None:
        """What the address for webhooks does."""
        claim = self._gateway.read(envelope)
        await self.take_webhook(self._gateway.name, claim)

    def die(self) -> None:
        if not self.is_dead:
            self.is_dead = True
            self._died()


class Machine:
    """Runs a process, and another one some time after it died; its clock goes on meanwhile."""

    def __init__(
        self, world: World, name: str, restart_after_s: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._world = world
        self._name = name
        self._restart_after_s = restart_after_s
        self._starts = 0
        self.clock = MachineClock(world)
        self.process: Process | None = None
        self.start()

    def start(self) -> None:
        """Starts a process, if none runs."""
        if self.process is None:
            self._starts += 1
            name = f"{self._name}.{self._starts}"
            self.process = Process(self._world, name, self.clock, self._died)

    def restart(self) -> None:
        """With other settings, and nothing under way."""
        self.process = None
        self.start()

    async def ask(self, call: Callable[[Process], Awaitable[Answer]]) -> Answer:
        """What the process that runs now answers; `Unreachable` if it does not live to answer."""
        process = self.process
        if process is None:
            raise Unreachable
        try:
            return await call(process)
        except ProcessDied:
            raise Unreachable from None

    def kill(self) -> None:
        if self.process is not None:
            self.process.die()

    def set_clock(self, skew: timedelta) -> None:
        """What an operator does, or a time server: leases seem longer or shorter than they are."""
        self.clock.skew = skew
        self._world.ledger.were_clocks_wrong = True

    def _died(self) -> None:
        assert self.process is not None
        if self._world.trace.wanted:
            self._world.note(f"{self.process.name} dies")
        self._world.ledger.excuse_all_of(self.process.name)
        self._world.ledger.deaths += 1
        self.process = None
        self._world.loop.call_later(self._restart_after_s(), self.start)
