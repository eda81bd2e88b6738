"""Every button does its work once, by the use cases, and the record says who pressed it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from application.tell_shop import event_id
from domain.events import Event, EventType
from domain.order import Order, Trigger
from domain.outcome import OutcomeKind
from domain.payment import PaymentStatus
from domain.refund import RefundStatus, Requester
from domain.tasks import Task, TaskKind
from ports.errors import GatewayRefused, GatewayUnavailable, PortError, RepositoryUnavailable
from ports.operator_log import OperatorAct
from tests.support.api import ENGLISH, a_shop_with
from tests.support.console import (
    OPERATOR,
    operating,
    press,
    said_after,
    text_of,
    token_in,
)
from tests.support.factories import (
    ORDER_ID,
    a_key,
    a_payment,
    a_refund,
    a_task,
    an_account,
    an_entry,
    an_order,
    won,
)
from tests.support.shop import Shop

ORDER = f"/console/orders/{ORDER_ID}"
KEY = str(a_key())
PAID = an_order(payments=(a_payment(),), settled_by=a_key())
WAITS = a_refund(status=RefundStatus.AWAITING_APPROVAL, requested_by=Requester.POLICY)
DECIDE = f"/console/refunds/{WAITS.refund_id}"


def paid_shop(order: Order = PAID) -> Shop:
    shop = a_shop_with(order)
    for payment in order.payments:
        shop.gateway.put(payment)
    return shop


def acts(shop: Shop) -> list[tuple[str, OperatorAct, str]]:
    return [(each.operator, each.act, each.reason) for each in shop.store.actions.values()]


async def refund(client: httpx.AsyncClient, version: int = 0, **typed: str) -> httpx.Response:
    fields = {"payment": KEY, "version": str(version), "reason": "단순 변심", **typed}
    return await press(client, f"{ORDER}/refund", **fields)


# --- look again


async def test_looking_again_asks_the_gateway_and_writes_down_who_wanted_it() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment())
    async with operating(shop) as client:
        answer = await press(client, f"{ORDER}/look", payment=KEY)
        said = await said_after(client, answer)

    assert "다시 확인했습니다: 결제 확인" in said
    assert f"{OPERATOR} 님" in said
    assert [entry.trigger for entry in shop.order().history] == [Trigger.CONSOLE]
    assert acts(shop) == [(OPERATOR, OperatorAct.LOOKED_AGAIN, "")]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (GatewayUnavailable("timeout"), "결제사에 연결할 수 없습니다."),
        (GatewayRefused("unauthorized"), "결제사가 우리의 인증 정보를 거부했습니다."),
    ],
)
async def test_a_gateway_that_does_not_answer_is_said_and_looked_at_again_later(
    error: PortError, sentence: str
) -> None:
    shop = a_shop_with()
    shop.gateway_fails(error)
    async with operating(shop) as client:
        said = await said_after(client, await press(client, f"{ORDER}/look", payment=KEY))

    assert sentence in said
    assert len(shop.tasks(TaskKind.RECHECK)) == 1


async def test_a_payment_that_the_gateway_does_not_know_is_said() -> None:
    async with operating(a_shop_with()) as client:
        said = await said_after(client, await press(client, f"{ORDER}/look", payment=KEY))

    assert "결제사가 이 결제를 알지 못합니다." in said


@pytest.mark.parametrize("payment", ["", "imp_1", "portone-v1/", "x y/imp_1", "other/imp_1"])
async def test_a_payment_that_cannot_be_is_refused(payment: str) -> None:
    async with operating(a_shop_with()) as client:
        answer = await press(client, f"{ORDER}/look", payment=payment)

    assert answer.status_code == 400


# --- refunds


async def test_a_refund_is_typed_checked_and_only_then_made() -> None:
    shop = paid_shop()
    async with operating(shop) as client:
        form = await client.get(f"{ORDER}/refund", params={"payment": KEY})
        checked = await press(
            client, f"{ORDER}/refund/check", payment=KEY, version="0", amount="300", reason="파손"
        )
        before = shop.order()
        answer = await refund(client, amount="300", reason="파손")
        said = await said_after(client, answer)

    assert "환불할 수 있는 금액: 1,000 KRW" in text_of(form)
    assert checked.status_code == 200
    assert "300 KRW" in text_of(checked)
    assert before.refunds == ()
    assert "환불을 기록했습니다." in said
    (made,) = shop.order().refunds
    assert (made.amount, made.reason, made.operator) == (won(300), "파손", OPERATOR)
    assert made.requested_by is Requester.CONSOLE
    assert shop.order().history[-1].trigger is Trigger.CONSOLE
    assert acts(shop) == [(OPERATOR, OperatorAct.REQUESTED_REFUND, "파손")]
    await shop.work_to_rest()
    assert shop.order().refunds[0].status is RefundStatus.DONE
    assert len(shop.gateway.refunds) == 1


async def test_the_same_button_pressed_by_two_gives_back_once() -> None:
    shop = paid_shop()
    async with operating(shop, "kim") as kim, operating(shop, "lee") as lee:
        first = await said_after(kim, await refund(kim))
        second = await said_after(lee, await refund(lee))
        another = await said_after(lee, await refund(lee, amount="100", reason="다른 사유"))

    assert "환불을 기록했습니다." in first
    assert "두 번 환불되지 않습니다." in second
    assert "두 번 환불되지 않습니다." in another
    assert [each.operator for each in shop.order().refunds] == ["kim"]


async def test_whoever_saw_an_older_order_decides_nothing() -> None:
    shop = paid_shop(replace(PAID, version=3))
    async with operating(shop) as client:
        said = await said_after(client, await refund(client, version=2))
        checked = await press(client, f"{ORDER}/refund/check", payment=KEY, version="2", reason="x")

    assert "그사이 주문이 바뀌었습니다." in said
    assert checked.status_code == 303
    assert shop.order().refunds == ()
    assert acts(shop) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "0"}, "금액은 0보다 큰 숫자로"),
        ({"amount": "-5"}, "금액은 0보다 큰 숫자로"),
        ({"amount": "abc"}, "금액은 0보다 큰 숫자로"),
        ({"amount": "0.5"}, "금액은 0보다 큰 숫자로"),
        ({"reason": ""}, "사유를 한 줄"),
        ({"reason": "x" * 201}, "사유를 한 줄"),
        ({"bank": "088"}, "은행 코드, 계좌번호, 예금주를 모두"),
        ({"payment": "none"}, "사용할 수 없는 값입니다(payment: is missing)."),
    ],
)
async def test_what_cannot_be_given_back_is_said_beside_what_was_typed(
    typed: dict[str, str], said: str
) -> None:
    shop = paid_shop()
    fields = {"payment": KEY, "version": "0", "amount": "300", "reason": "파손", **typed}
    async with operating(shop) as client:
        checked = await press(client, f"{ORDER}/refund/check", **fields)
        sent = await press(client, f"{ORDER}/refund", **fields)

    assert checked.status_code == 400
    assert said in text_of(checked)
    assert sent.status_code in (303, 400)
    assert shop.order().refunds == ()


async def test_more_than_is_left_is_not_given_back() -> None:
    shop = paid_shop()
    async with operating(shop) as client:
        said = await said_after(client, await refund(client, amount="1,001"))

    assert "환불할 수 없습니다: 남은 금액보다 많습니다" in said
    assert shop.order().refunds == ()


async def test_an_unpaid_payment_has_no_form_to_give_it_back() -> None:
    open_ = a_payment(status=PaymentStatus.OPENED)
    async with operating(paid_shop(an_order(payments=(open_,)))) as client:
        answer = await client.get(f"{ORDER}/refund", params={"payment": KEY})

        assert "돌려줄 돈이 남아 있지 않습니다" in await said_after(client, answer)


async def test_a_payment_that_the_order_does_not_know_is_not_given_back() -> None:
    shop = paid_shop()
    async with operating(shop) as client:
        answer = await refund(client, payment=str(a_key("imp_other")))

        assert "환불할 수 없습니다: 그런 결제가 없습니다" in await said_after(client, answer)


async def test_a_deposit_goes_back_to_an_account_that_no_page_shows_later() -> None:
    deposit = a_payment(method="vbank", virtual_account=an_account())
    shop = paid_shop(replace(PAID, payments=(deposit,)))
    account = {"bank": "088", "number": "110-222-333333", "holder": "김구매", "phone": "02-1"}
    async with operating(shop) as client:
        form = await client.get(f"{ORDER}/refund", params={"payment": KEY})
        answer = await refund(client, 0, **account)
        said = await said_after(client, answer)

    assert 'name="holder"' in form.text
    assert "110-222-333333" not in said
    (made,) = shop.order().refunds
    assert made.account is not None
    assert made.account.number == "110-222-333333"


async def test_a_forged_payment_can_be_looked_at_and_given_back() -> None:
    wrong = a_payment(total=won(900), cancelled=won(0))
    entry = an_entry(outcome=OutcomeKind.FORGED, payment_status=PaymentStatus.PAID)
    shop = a_shop_with(an_order(version=1, history=(entry,)))
    shop.gateway.put(wrong)
    async with operating(shop) as client:
        page = await client.get(ORDER)
        checked = await press(
            client, f"{ORDER}/refund/check", payment=KEY, version="1", reason="위조"
        )
        said = await said_after(client, await refund(client, version=1, reason="위조"))

    assert "위조로 거절됨" in text_of(page)
    assert checked.status_code == 200
    assert "환불을 기록했습니다." in said
    assert shop.order().refunds[0].amount == won(900)


async def test_a_forged_payment_whose_gateway_is_down_is_not_given_back() -> None:
    entry = an_entry(outcome=OutcomeKind.FORGED)
    for error in (GatewayUnavailable("timeout"), GatewayRefused("unauthorized")):
        shop = a_shop_with(an_order(version=1, history=(entry,)))
        shop.gateway_fails(error)
        async with operating(shop) as client:
            answer = await refund(client, version=1)
            said = await said_after(client, answer)

        assert "결제사" in said
        assert shop.order().refunds == ()


# --- approving


@pytest.mark.parametrize(
    ("word", "act", "sentence", "status"),
    [
        ("approve", OperatorAct.APPROVED_REFUND, "환불을 승인했습니다.", RefundStatus.REQUESTED),
        ("decline", OperatorAct.DECLINED_REFUND, "환불을 거절했습니다.", RefundStatus.REFUSED),
    ],
)
async def test_a_person_decides_with_a_reason(
    word: str, act: OperatorAct, sentence: str, status: RefundStatus
) -> None:
    shop = paid_shop(replace(PAID, refunds=(WAITS,)))
    async with operating(shop) as client:
        page = await client.get(DECIDE)
        said = await said_after(client, await press(client, DECIDE, word=word, reason="확인함"))

    assert "300 KRW" in text_of(page)
    assert sentence in said
    assert "확인함" in said
    (refund_,) = shop.order().refunds
    assert (refund_.status, refund_.operator) == (status, OPERATOR)
    assert shop.order().history[-1].trigger is Trigger.CONSOLE
    assert acts(shop) == [(OPERATOR, act, "확인함")]


async def test_the_second_to_decide_changes_nothing_and_is_told() -> None:
    shop = paid_shop(replace(PAID, refunds=(WAITS,)))
    async with operating(shop, "kim") as kim, operating(shop, "lee") as lee:
        await press(kim, DECIDE, word="approve", reason="ok")
        page = await lee.get(DECIDE)
        said = await said_after(lee, await press(lee, DECIDE, word="decline", reason="no"))

    assert "이미 다른 사람이 결정했습니다(요청됨)." in text_of(page)
    assert "이미 다른 사람이 결정했습니다(요청됨)." in said
    assert shop.order().refunds[0].operator == "kim"
    assert acts(shop) == [("kim", OperatorAct.APPROVED_REFUND, "ok")]


async def let_others_in(_call: str) -> None:
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (DECIDE, {"word": "approve", "reason": "ok"}),
        (DECIDE, {"word": "decline", "reason": "no"}),
        (f"{ORDER}/refund", {"payment": KEY, "version": "0", "reason": "x", "amount": "300"}),
    ],
)
async def test_two_who_press_at_the_same_moment_do_it_once(
    path: str, fields: dict[str, str]
) -> None:
    waits = (WAITS,) if path == DECIDE else ()
    shop = Shop(around=let_others_in)
    shop.keep(replace(PAID, refunds=waits))
    shop.gateway.put(a_payment())
    async with operating(shop, "kim") as kim, operating(shop, "lee") as lee:
        tokens = [token_in(await each.get("/console/search")) for each in (kim, lee)]
        answers = await asyncio.gather(
            *(
                each.post(path, data={"token": token, **fields})
                for each, token in zip((kim, lee), tokens, strict=True)
            )
        )
        said = [
            await said_after(each, answer) for each, answer in zip((kim, lee), answers, strict=True)
        ]

    # Neither was done when the other began.
    assert sorted(operator for operator, _, _ in acts(shop)) == ["kim", "lee"]
    assert len(shop.order().refunds) == 1
    assert len(shop.order().history) == 1
    is_second = ["이미 다른 사람이" in each or "두 번 환불되지 않습니다" in each for each in said]
    assert sorted(is_second) == [False, True]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"word": "approve"}, "사유를 한 줄, 200자 이내로 입력해 주세요."),
        ({"word": "approve", "reason": "길" * 201}, "사유를 한 줄, 200자 이내로 입력해 주세요."),
        ({"word": "perhaps", "reason": "x"}, "사용할 수 없는 값입니다"),
    ],
)
async def test_a_decision_needs_a_reason_and_a_word(fields: dict[str, str], said: str) -> None:
    shop = paid_shop(replace(PAID, refunds=(WAITS,)))
    async with operating(shop) as client:
        answer = await press(client, DECIDE, **fields)

    assert answer.status_code == 400
    assert said in text_of(answer)
    assert f'value="{fields.get("reason", "")}"' in answer.text
    assert acts(shop) == []


@pytest.mark.parametrize("refund_id", ["rf-1", WAITS.refund_id, "x" * 300])
async def test_a_refund_that_does_not_exist_is_said_in_words(refund_id: str) -> None:
    async with operating(paid_shop()) as client:
        shown = await client.get(f"/console/refunds/{refund_id}")
        pressed = await press(client, f"/console/refunds/{refund_id}", word="approve", reason="x")

    assert (shown.status_code, pressed.status_code) == (404, 404)
    assert "그런 환불은 없습니다." in text_of(shown)


# --- events and tasks


def news(order_id: str = ORDER_ID) -> Task:
    detail = str(Event(version=1, type=EventType.ORDER_PAID))
    return a_task(kind=TaskKind.TELL_SHOP, order_id=order_id, detail=detail, lane="shop")


async def parked(shop: Shop, task: Task) -> None:
    await shop.queue.put(task)
    (claimed,) = await shop.queue.claim(task.kind, shop.clock.now(), shop.clock.now(), 1)
    await shop.queue.park(claimed, "shopUnavailable", shop.clock.now())


async def test_an_event_is_resent_by_hand() -> None:
    shop = paid_shop()
    await parked(shop, news())
    async with operating(shop) as client:
        page = await client.get(ORDER)
        answer = await press(client, f"{ORDER}/resend", event=event_id(news()))
        said = await said_after(client, answer)

    assert "shopUnavailable" in text_of(page)
    assert "소식을 다시 보냅니다." in said
    assert shop.states() == ["waiting"]
    assert acts(shop) == [(OPERATOR, OperatorAct.RESENT_EVENT, "")]


@pytest.mark.parametrize(("languages", "why"), [({}, "이유"), (ENGLISH, "Why")], ids=["ko", "en"])
async def test_why_a_task_is_tried_again_is_in_its_order_and_in_the_list(
    languages: dict[str, str], why: str
) -> None:
    shop = paid_shop()
    now = shop.clock.now()
    await shop.queue.put(news())
    (claimed,) = await shop.queue.claim(TaskKind.TELL_SHOP, now, now, 1)
    await shop.queue.retry(claimed, now + timedelta(minutes=5), "http-500")
    async with operating(shop) as client:
        client.headers.update(languages)
        order = await client.get(ORDER)
        tasks = await client.get("/console/tasks?state=waiting")

    assert "http-500" in text_of(order)
    assert f'<td data-name="{why}" class="text">http-500</td>' in tasks.text


async def test_an_event_of_another_order_is_not_resent() -> None:
    shop = paid_shop()
    await parked(shop, news("order-other"))
    async with operating(shop) as client:
        answer = await press(client, f"{ORDER}/resend", event=event_id(news("order-other")))

        assert "그런 소식이 없습니다." in await said_after(client, answer)
    assert shop.states() == ["parked"]


async def test_nobody_offers_to_resend_what_has_nowhere_to_go() -> None:
    shop = paid_shop()
    await parked(shop, news())
    async with operating(shop, tells_shop=False) as client:
        page = await client.get(ORDER)

    assert "다시 보내기" not in page.text


async def test_a_parked_task_is_retried_once_whoever_presses() -> None:
    shop = paid_shop()
    await parked(shop, news())
    async with operating(shop, "kim") as kim, operating(shop, "lee") as lee:
        page = await kim.get("/console/tasks")
        first = await press(kim, "/console/tasks/retry", task=news().task_id)
        second = await press(lee, "/console/tasks/retry", task=news().task_id)
        said = [await said_after(kim, first), await said_after(lee, second)]

    assert news().task_id in page.text
    assert "작업을 지금 다시 시도합니다." in said[0]
    assert "이미 멈춤 상태가 아닙니다." in said[1]
    assert shop.states() == ["waiting"]
    assert acts(shop) == [("kim", OperatorAct.RETRIED_TASK, "")]


async def test_a_task_that_does_not_exist_is_said_in_words() -> None:
    async with operating(paid_shop()) as client:
        answer = await press(client, "/console/tasks/retry", task="none")

    assert answer.status_code == 404


# --- what is not there, and what is away


@pytest.mark.parametrize("path", ["look", "resend", "refund", "refund/check"])
async def test_a_button_of_an_order_that_does_not_exist_is_said_in_words(path: str) -> None:
    async with operating(paid_shop()) as client:
        answer = await press(
            client, f"/console/orders/none/{path}", payment=KEY, reason="x", version="0"
        )

    assert answer.status_code == 404
    assert "“none” 주문은 없습니다." in text_of(answer)


async def test_nothing_is_done_that_cannot_be_written_down_first() -> None:
    shop = paid_shop()
    shop.faults.fail("add_action", RepositoryUnavailable("databaseTimeout"))
    async with operating(shop) as client:
        answer = await refund(client)

    assert answer.status_code == 503
    assert "데이터베이스에 연결할 수 없습니다" in text_of(answer)
    assert shop.order().refunds == ()


async def test_the_notices_are_in_english_too() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment(total=won(5), cancelled=won(0)))
    async with operating(shop) as client:
        client.headers.update(ENGLISH)
        said = await said_after(client, await press(client, f"{ORDER}/look", payment=KEY))

    assert "Looked again: forged" in said
    assert "refused as a forgery" in said
