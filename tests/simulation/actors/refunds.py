"""Whoever wants money back: the shop's backend, once or again, and the person who approves."""

import asyncio
from dataclasses import replace
from functools import partial

from application.approve_refund import WaitingRefund
from application.request_refund import NotRefundable, RefundConflict, RefundRecorded
from domain.errors import InvalidValue
from domain.payment import PaymentKey
from domain.refund import Refund, Requester
from domain.refund_request import RefundRequest
from domain.refund_rules import Unrefundable
from ports.errors import PortError
from tests.simulation.actors.worker import run_due
from tests.simulation.invariants.refunds import check_answer
from tests.simulation.loop import comes_true
from tests.simulation.process import Machine, Process, Unreachable
from tests.simulation.purchase import REFUND_ACCOUNT, Purchase
from tests.simulation.scene import Scene
from tests.simulation.world import World

ACTION = "shop wants a payment given back"
AGAIN = "shop asks for the same refund again"
AT_ONCE = "shop asks for the same refund twice at once"
OTHERWISE = "shop uses one key for another refund"
RECORDED = "refund is recorded"
REFUSED = "refund cannot be: nothing is recorded"
CONFLICT = "refund's key was used before"
APPROVER = "operator looks at refunds that wait"
APPROVES = "operator approves a refund"
DECLINES = "operator declines a refund"
ACTIONS = (
    ACTION,
    AGAIN,
    AT_ONCE,
    OTHERWISE,
    RECORDED,
    REFUSED,
    CONFLICT,
    APPROVER,
    APPROVES,
    DECLINES,
)
# All that is left, a part, all at one time, more than there is; or all of another amount.
AMOUNTS = (None, 300, 500, 1000, 5000, 4)
# What a person has not seen waiting by then, they see at the end.
LOOKS = 4


async def want_back(scene: Scene, purchase: Purchase, number: int) -> None:
    """Asks until there is an answer, and then perhaps again, or for something else."""
    dice, counts = scene.dice, scene.world.counts
    request = RefundRequest(
        order_id=purchase.sale.order_id,
        key=scene.world.gateway.key_of(purchase.payment_id),
        number=dice.pick(AMOUNTS),
        reason="changed their mind",
        requested_by=Requester.SHOP,
        idempotency_key=f"key-{number}",
        account=REFUND_ACCOUNT if dice.chance(0.6) else None,
    )
    if not await _is_paid(scene, request.key):
        return
    if dice.chance(0.15):
        counts[AT_ONCE] += 1
        await asyncio.gather(_ask(scene, request), _ask(scene, request))
    else:
        await _ask(scene, request)
    for _ in range(3):
        await scene.passes(0, 12)
        await run_due(scene.machine())
    if dice.chance(0.2):
        counts[AGAIN] += 1
        await scene.passes(0, 60)
        await _ask(scene, request)
    if dice.chance(0.2):
        counts[OTHERWISE] += 1
        await scene.passes(0, 60)
        await _ask(scene, replace(request, number=200, reason="something else"))


async def _is_paid(scene: Scene, key: PaymentKey) -> bool:
    """Shops mostly wait until they know of the payment; some ask all the same."""
    orders = scene.world.store.orders

    def is_paid() -> bool:
        payments = (order.payment(key) for order in orders.values())
        return any(payment is not None and payment.holds_money for payment in payments)

    return await comes_true(is_paid, scene.spans(12, 1, 40)) or scene.dice.chance(0.15)


async def _ask(scene: Scene, request: RefundRequest) -> None:
    for _ in range(4):
        if await ask_once(scene.world, scene.machine(), request):
            return
        await scene.passes(1, 30)


async def ask_once(world: World, machine: Machine, request: RefundRequest) -> bool:
    """Whether there was an answer."""
    try:
        answer = await machine.ask(lambda process: process.request_refund(request))
    except InvalidValue:
        world.counts[REFUSED] += 1
        return True
    except (PortError, Unreachable):
        return False
    check_answer(world, request, answer)
    if isinstance(answer, RefundRecorded):
        world.counts[RECORDED] += 1
    elif isinstance(answer, RefundConflict):
        world.counts[CONFLICT] += 1
    elif isinstance(answer, NotRefundable):
        world.counts[REFUSED] += 1
    return not _may_come_yet(answer)


def _may_come_yet(answer: object) -> bool:
    """The order or the payment may only be late."""
    if isinstance(answer, NotRefundable):
        return answer.why is Unrefundable.HOLDS_NO_MONEY
    return not isinstance(answer, RefundRecorded | RefundConflict)


async def look(scene: Scene) -> None:
    for _ in range(LOOKS):
        await scene.passes(20, 200)
        await decide_on_waiting(scene.world, scene.machine(), approves=scene.dice.chance(0.5))


async def decide_on_waiting(world: World, machine: Machine, *, approves: bool) -> int:
    """How many refunds waited for a person; each is let go on, or declined."""
    try:
        waiting = await machine.ask(_waiting)
    except (PortError, Unreachable):
        return 0
    for refund in waiting:
        world.counts[APPROVES if approves else DECLINES] += 1
        try:
            await machine.ask(partial(_decide, refund.refund_id, approves))
        except (PortError, Unreachable):
            continue
    return len(waiting)


async def _waiting(process: Process) -> list[Refund]:
    found = [each async for each in process.approve_refund.waiting()]
    return [each.refund for each in found if isinstance(each, WaitingRefund)]


async def _decide(refund_id: str, approves: bool, process: Process) -> None:
    await process.approve_refund(refund_id, operator="kim", approves=approves)
