"""The acts: what a shop meets in its life, each knowing how it must end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from secrets import token_hex

from entrypoints.cli.demo.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What happened: the answer given, the order's status after it, the questions it cost."""

    title: str
    answer: str
    order: str
    lookups: int
    as_expected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that happens to a shop."""

    title: str
    script: Callable[[Stage, str], Awaitable[tuple[str, str]]]
    answer: str
    order: str
    lookups: int | None = None

    async def play(self, stage: Stage) -> Scene:
        """Plays it with an order of its own, and compares the end with what must be."""
        order_id = f"demo-{token_hex(4)}"
        before = await stage.lookups()
        answer, order = await self.script(stage, order_id)
        lookups = await stage.lookups() - before
        return Scene(
            title=self.title,
            answer=answer,
            order=order,
            lookups=lookups,
            as_expected=(
                answer.startswith(self.answer)
                and order == self.order
                and self.lookups in (None, lookups)
            ),
        )


async def _card(stage: Stage, order_id: str) -> tuple[str, str]:
    imp_uid = await _paid(stage, order_id, 12_000)
    http_status, sentence = await stage.complete(imp_uid, order_id)
    await stage.webhook(imp_uid)
    await stage.complete(imp_uid, order_id)
    return f"{http_status} {sentence}", await stage.status(order_id)


async def _virtual_account(stage: Stage, order_id: str) -> tuple[str, str]:
    await stage.order(order_id, 6_500, "꽃다발")
    payment = await stage.control.create_payment(order_id, 6_500, pay_method="vbank")
    http_status, sentence = await stage.complete(payment["imp_uid"], order_id)
    told = await stage.message_about(order_id)
    await stage.control.deposit(payment["imp_uid"])
    await stage.webhook(payment["imp_uid"])
    answer = f"{http_status} {sentence}" + ("; SMS sent" if told else "; no SMS")
    return answer, await stage.status_becomes(order_id, "paid")


async def _forged_amount(stage: Stage, order_id: str) -> tuple[str, str]:
    imp_uid = await _paid(stage, order_id, 50_000, pays=100)
    return await _knock(stage, imp_uid, order_id)


async def _replayed(stage: Stage, order_id: str) -> tuple[str, str]:
    first = f"{order_id}-a"
    imp_uid = await _paid(stage, first, 9_900)
    await stage.complete(imp_uid, first)
    await stage.order(order_id, 9_900, "같은 값의 다른 물건")
    return await _knock(stage, imp_uid, order_id)


async def _lying_webhook(stage: Stage, order_id: str) -> tuple[str, str]:
    await stage.order(order_id, 30_000, "의자")
    payment = await stage.control.create_payment(order_id, 30_000)
    http_status = await stage.webhook(payment["imp_uid"], status="paid")
    return f"{http_status} webhook", await stage.status(order_id)


async def _console_refund(stage: Stage, order_id: str) -> tuple[str, str]:
    imp_uid = await _paid(stage, order_id, 15_000)
    await stage.complete(imp_uid, order_id)
    await stage.control.cancel(imp_uid, reason="고객 변심")
    await stage.webhook(imp_uid)
    http_status, sentence = await stage.complete(imp_uid, order_id)
    return f"{http_status} {sentence}", await stage.status(order_id)


async def _lost_webhook(stage: Stage, order_id: str) -> tuple[str, str]:
    imp_uid = await _paid(stage, order_id, 7_000)
    await stage.control.webhook(imp_uid, never=True)
    http_status = await stage.return_by_redirect(imp_uid, order_id)
    return f"{http_status} page", await stage.status(order_id)


async def _paid_twice(stage: Stage, order_id: str) -> tuple[str, str]:
    first = await _paid(stage, order_id, 20_000)
    second = await stage.control.create_payment(order_id, 20_000, status="paid")
    await stage.complete(first, order_id)
    return await _knock(stage, second["imp_uid"], order_id)


async def _outage(stage: Stage, order_id: str) -> tuple[str, str]:
    imp_uid = await _paid(stage, order_id, 11_000)
    await stage.control.fault("status", status=502, times=None)
    http_status, sentence = await stage.complete(imp_uid, order_id)
    await stage.control.clear_faults()
    return f"{http_status} {sentence}", await stage.status_becomes(order_id, "paid")


async def _vetoed(stage: Stage, order_id: str) -> tuple[str, str]:
    await stage.order(order_id, 80_000, "자전거")
    payment = await stage.control.create_payment(order_id, 800)
    answer = await stage.control.approve(payment["imp_uid"])
    went_on = "approved" if answer["approved"] else "vetoed"
    return f"{went_on}: {answer['reason']}", await stage.status(order_id)


async def _paid(stage: Stage, order_id: str, amount: int, *, pays: int | None = None) -> str:
    await stage.order(order_id, amount, "꽃병")
    payment = await stage.control.create_payment(order_id, pays or amount, status="paid")
    return str(payment["imp_uid"])


async def _knock(stage: Stage, imp_uid: str, order_id: str) -> tuple[str, str]:
    http_status, sentence = await stage.complete(imp_uid, order_id)
    return f"{http_status} {sentence}", await stage.status(order_id)


ACTS = (
    Act(
        title="card paid; then the webhook, and the browser again",
        script=_card,
        answer="200 success",
        order="paid",
        lookups=1,
    ),
    Act(
        title="virtual account issued; deposit told by webhook alone",
        script=_virtual_account,
        answer="200 vbankIssued: 가상계좌 발급 성공; SMS sent",
        order="paid",
        lookups=2,
    ),
    Act(
        title="100 won paid for an order of 50,000",
        script=_forged_amount,
        answer="400 forgery",
        order="pending",
    ),
    Act(
        title="one payment shown again for a second order",
        script=_replayed,
        answer="400 forgery",
        order="pending",
    ),
    Act(
        title="webhook says paid, the gateway says open",
        script=_lying_webhook,
        answer="200",
        order="pending",
    ),
    Act(
        title="refunded in PortOne's console",
        script=_console_refund,
        answer="409 cancelled",
        order="refunded",
    ),
    Act(
        title="webhook lost; the phone returns by redirect",
        script=_lost_webhook,
        answer="200",
        order="paid",
    ),
    Act(
        title="two payments for one order",
        script=_paid_twice,
        answer="409 duplicatePayment",
        order="paid",
    ),
    Act(
        title="gateway down; back again, settled by itself",
        script=_outage,
        answer="503 gatewayUnavailable",
        order="paid",
    ),
    Act(
        title="800 won asked for an order of 80,000: confirm says no",
        script=_vetoed,
        answer="vetoed",
        order="pending",
    ),
)
