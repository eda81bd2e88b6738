"""What an operator reads: whether money is right, in words that anybody understands."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import httpx
import pytest

from domain.customer import Customer
from domain.events import EventType
from domain.money import Currency, Money, UnreadableAmount
from domain.order import OrderStatus, Trigger
from domain.outcome import Discrepancy, OutcomeKind
from domain.payment import PaymentStatus
from domain.reconciliation import DifferenceKind
from domain.refund import RefundStatus, RefundStep, Requester
from domain.refund_rules import Unrefundable
from domain.tasks import TaskKind
from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.app import create_app
from entrypoints.console.console import console_of
from entrypoints.console.order_words import ORDER_WORDS
from entrypoints.console.page_words import PAGE_WORDS
from entrypoints.console.pages import CONTENT_SECURITY_POLICY
from entrypoints.console.record_words import RECORD_WORDS
from ports.errors import GatewayRefused, GatewayUnavailable, RecordCorrupt, RepositoryUnavailable
from ports.operator_log import OperatorAct
from ports.sweep_log import SweepReport
from ports.task_desk import TaskState
from tests.support.api import ENGLISH, a_shop_with, client_of, use_cases
from tests.support.console import console_parts, log_in, operating, text_of
from tests.support.factories import (
    GATEWAY,
    NOON,
    ORDER_ID,
    a_key,
    a_payment,
    a_refund,
    a_task,
    an_account,
    an_entry,
    an_order,
)
from tests.support.shop import Shop

MARKUP = '<img src=x onerror="alert(1)">'
TOO_MUCH = Discrepancy(field="amount", expected="1000 KRW", actual=MARKUP)
REPORT = SweepReport(
    gateway=GATEWAY,
    by="worker",
    since=NOON - timedelta(hours=1),
    until=NOON,
    began_at=NOON,
    ended_at=NOON,
    pages=1,
    payments=2345,
    questions=7,
    found={"missingHere": 2},
)


def a_busy_shop() -> Shop:
    """One order of each kind that needs a look."""
    first, second = a_key("imp_1"), a_key("imp_2")
    surplus = an_order(
        order_id="surplus-1",
        payments=(
            a_payment(key=first, order_id="surplus-1"),
            a_payment(key=second, order_id="surplus-1"),
        ),
        settled_by=first,
        status=OrderStatus.PAID,
    )
    waiting = an_order(
        order_id="waiting-1",
        payments=(
            a_payment(
                key=a_key("imp_3"), order_id="waiting-1", status=PaymentStatus.AWAITING_DEPOSIT
            ),
        ),
        status=OrderStatus.AWAITING_DEPOSIT,
    )
    entry = an_entry(
        outcome=OutcomeKind.FORGED, key=a_key("imp_4"), discrepancies=(TOO_MUCH,), at=NOON
    )
    forged = an_order(order_id="forged-1", version=1, history=(entry,), name=MARKUP)
    asked = an_order(
        order_id="asked-1",
        payments=(a_payment(key=a_key("imp_5"), order_id="asked-1"),),
        settled_by=a_key("imp_5"),
        refunds=(
            a_refund(
                refund_id="rf-0123456789abcdef0123-asked-1",
                key=a_key("imp_5"),
                status=RefundStatus.AWAITING_APPROVAL,
            ),
        ),
    )
    return a_shop_with(surplus, waiting, forged, asked)


async def shown(client: httpx.AsyncClient, path: str, status: int = 200) -> str:
    page = await client.get(path)
    assert page.status_code == status, page.text
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert page.headers["cache-control"] == "no-store"
    assert MARKUP not in page.text
    assert an_order().client_token not in page.text
    return text_of(page)


async def test_the_overview_shows_what_needs_a_look() -> None:
    shop = a_busy_shop()
    await shop.sweeps.add_report(REPORT, NOON - timedelta(days=1))
    task = a_task(kind=TaskKind.TELL_SHOP)
    await shop.queue.put(task)
    (claimed,) = await shop.queue.claim(task.kind, NOON, NOON, 1)
    await shop.queue.park(claimed, "shopUnavailable", NOON)
    async with operating(shop) as client:
        said = await shown(client, "/console")

    assert "결제 3,000 KRW 3건" in said
    assert "그중 초과 결제 1,000 KRW 1건" in said
    assert "위조 시도 1,000 KRW 1건" in said
    for each in ("waiting-1", "forged-1", "surplus-1", "asked-1", "우리 기록에 없음 2"):
        assert each in said
    assert "멈춘 작업 1" in said


async def test_an_empty_shop_is_said_to_be_empty() -> None:
    async with operating(Shop()) as client:
        overview = await shown(client, "/console")
        for path in ("/console/orders", "/console/tasks", "/console/sweeps"):
            await shown(client, path)

    for sentence in (
        "오늘은 아직 들어온 결제가 없습니다.",
        "이 기간에는 결제가 없습니다.",
        "입금을 기다리는 주문이 없습니다.",
        "위조 시도가 없습니다.",
        "초과 결제가 없습니다.",
        "승인을 기다리는 환불이 없습니다.",
        "멈춘 작업이 없습니다.",
        "아직 대사 기록이 없습니다.",
    ):
        assert sentence in overview


async def test_currencies_are_never_added_up() -> None:
    dollars = Money(amount_minor=1420, currency=Currency("USD"))
    payment = a_payment(key=a_key("imp_9"), order_id="usd", total=dollars)
    shop = a_busy_shop()
    shop.keep(an_order(order_id="usd", amount=dollars, payments=(payment,)))
    async with operating(shop) as client:
        said = await shown(client, "/console")

    assert "3,000 KRW" in said
    assert "14.20 USD" in said


def waits_for_approval(shop: Shop, order_id: str, number: int) -> None:
    payment = a_payment(key=a_key(f"imp_{number}"), order_id=order_id)
    refund = a_refund(
        refund_id=f"rf-{number:020}-{order_id}",
        key=payment.key,
        status=RefundStatus.AWAITING_APPROVAL,
        requested_by=Requester.POLICY,
    )
    shop.keep(an_order(order_id=order_id, payments=(payment,), refunds=(refund,)))


async def test_an_order_that_cannot_be_read_is_said_among_those_that_wait() -> None:
    shop = Shop()
    waits_for_approval(shop, "waits-2", 2)
    broken = RecordCorrupt("recordCorrupt", order_id="waits-1", field="amount")
    async with operating(shop) as client:
        shop.faults.fail("list_awaiting_approval", broken)
        overview = await shown(client, "/console")
        shop.faults.fail("list_awaiting_approval", broken)
        page = await shown(client, "/console/refunds")

    for said in (overview, page):
        assert "waits-1 이 주문의 기록을 읽을 수 없습니다(amount)." in said
        assert "waits-2" in said
        assert "승인을 기다리는 환불이 없습니다." not in said


async def test_refunds_that_wait_are_counted_no_further_and_all_can_be_turned_to() -> None:
    shop = Shop()
    for number in range(60):
        waits_for_approval(shop, f"waits-{number:02}", number)
    async with operating(shop) as client:
        overview = await client.get("/console")
        page = await client.get("/console/refunds")
        following = re.search(r'href="(/console/refunds\?after=[^"]+)"', page.text)
        assert following is not None
        rest = await client.get(following[1])

    assert "승인 대기 환불 5+" in text_of(overview)
    assert 'href="/console/refunds"' in overview.text
    found = [set(re.findall(r">(waits-\d\d)<", each.text)) for each in (page, rest)]
    assert [len(each) for each in found] == [50, 10]
    assert not found[0] & found[1]
    assert "더 보기" not in rest.text


async def test_an_order_shows_its_payments_its_history_and_the_evidence() -> None:
    payment = a_payment(virtual_account=an_account(), method="vbank")
    entry = an_entry(payment_status=PaymentStatus.PAID, rule_version=3, previous_hash="ab12")
    order = an_order(
        version=1,
        payments=(payment,),
        settled_by=payment.key,
        status=OrderStatus.PAID,
        history=(entry,),
        expires_at=NOON + timedelta(days=1),
    )
    async with operating(a_shop_with(order)) as client:
        said = await shown(client, f"/console/orders/{ORDER_ID}")

    for each in ("1,000 KRW", "이 주문을 결제함", entry.evidence, "ab12", "신한은행", "브라우저"):
        assert each in said
    assert "010" not in said
    assert "기록의 해시 사슬이" in said  # this history was made up


@pytest.mark.parametrize(
    ("receipt_url", "is_shown"),
    [("https://example.com/r?a=1&b=2", True), ("javascript:alert(1)", False), (None, False)],
)
async def test_a_receipt_can_be_looked_at_where_it_is_a_web_address(
    receipt_url: str | None, is_shown: bool
) -> None:
    payment = a_payment(receipt_url=receipt_url)
    async with operating(a_shop_with(an_order(payments=(payment,)))) as client:
        page = await client.get(f"/console/orders/{ORDER_ID}")

    assert ('href="https://example.com/r?a=1&amp;b=2"' in page.text) is is_shown
    assert "javascript:" not in page.text


async def test_an_account_whose_time_is_over_says_so() -> None:
    lapsed = a_payment(
        status=PaymentStatus.AWAITING_DEPOSIT, virtual_account=an_account(), lapsed=True
    )
    order = an_order(payments=(lapsed,), status=OrderStatus.EXPIRED)
    async with operating(a_shop_with(order)) as client:
        said = await shown(client, f"/console/orders/{ORDER_ID}")

    assert "만료" in said
    assert "입금 기한 지남" in said


@pytest.mark.parametrize(("after_deadline", "is_said"), [(1, True), (-1, False)])
async def test_a_deposit_that_came_late_is_marked(after_deadline: int, is_said: bool) -> None:
    paid_at = NOON - timedelta(hours=1)
    account = an_account(due_at=paid_at - timedelta(seconds=after_deadline))
    payment = a_payment(paid_at=paid_at, virtual_account=account)
    order = an_order(payments=(payment,), settled_by=payment.key, status=OrderStatus.PAID)
    async with operating(a_shop_with(order)) as client:
        said = await shown(client, f"/console/orders/{ORDER_ID}")

    assert ("기한 뒤 입금" in said) is is_said


@pytest.mark.parametrize("order_id", ["nothing-here", "%3Cb%3E", "x" * 300, "한글"])
async def test_an_order_that_does_not_exist_is_said_in_words(order_id: str) -> None:
    async with operating(Shop()) as client:
        answer = await client.get(f"/console/orders/{order_id}")

    assert answer.status_code == 404
    assert "찾을 수 없습니다" in text_of(answer)
    assert "<b>" not in answer.text


async def test_an_unpaid_order_past_its_time_shows_as_expired() -> None:
    order = an_order(expires_at=NOON - timedelta(hours=1))
    async with operating(a_shop_with(order)) as client:
        assert f"주문 {ORDER_ID} 만료" in await shown(client, f"/console/orders/{ORDER_ID}")


async def test_every_list_says_of_such_an_order_what_its_page_says() -> None:
    entry = an_entry(outcome=OutcomeKind.FORGED, key=a_key("imp_4"), at=NOON)
    order = an_order(expires_at=NOON - timedelta(hours=1), version=1, history=(entry,))
    in_time = an_order(order_id="in-time", expires_at=NOON + timedelta(hours=1))
    htmx = {"HX-Request": "true"}
    async with operating(a_shop_with(order, in_time)) as client:
        pages = [
            await client.get(path, headers=htmx)
            for path in (
                "/console",
                "/console/orders",
                "/console/orders?list=forged",
                "/console/orders?customer=customer-1",
                f"/console/search?q={ORDER_ID}",
                "/console/search?q=imp_4",
            )
        ]

    said = [re.findall(r'class="chip order-(\w+)"', page.text) for page in pages]
    assert [set(each) - {"pending"} for each in said] == [{"expired"}] * len(pages)
    assert [sorted(set(each)) for each in (said[1], said[3])] == [["expired", "pending"]] * 2


async def test_lists_turn_by_pages_and_leave_nobody_out() -> None:
    orders = [
        an_order(order_id=f"order-{n:03}", created_at=NOON + timedelta(seconds=n // 3))
        for n in range(120)
    ]
    seen: list[str] = []
    async with operating(a_shop_with(*orders)) as client:
        path: str | None = "/console/orders"
        while path is not None:
            page = await client.get(path)
            seen += re.findall(r'<a href="/console/orders/(order-\d+)"', page.text)
            more = re.search(r'class="button" href="([^"]+before=[^"]+)"', page.text)
            path = unescape(more[1]) if more else None

    assert seen == [order.order_id for order in reversed(orders)]


@pytest.mark.parametrize("which", ["newest", "awaitingDeposit", "forged", "surplus"])
async def test_each_list_shows_its_own(which: str) -> None:
    async with operating(a_busy_shop()) as client:
        said = await shown(client, f"/console/orders?list={which}")

    own = {"awaitingDeposit": "waiting-1", "forged": "forged-1", "surplus": "surplus-1"}
    for name, order_id in own.items():
        assert (order_id in said) is (which in ("newest", name))


async def test_a_customers_orders_turn_by_pages_too() -> None:
    orders = [an_order(order_id=f"order-{n:03}") for n in range(60)]
    async with operating(a_shop_with(*orders)) as client:
        page = await client.get("/console/orders", params={"customer": "customer-1"})

    assert "customer=customer-1&amp;before=" in page.text
    assert "고객 customer-1의 주문" in text_of(page)


@pytest.mark.parametrize(
    "query",
    [
        "list=none",
        "before=x",
        "before=1.2.%20",
        "before=99999999999999999999999.0.a",
        "before=1..a",
        "before=1.0.",
    ],
)
async def test_a_list_or_a_place_that_cannot_be_is_refused(query: str) -> None:
    async with operating(Shop()) as client:
        await shown(client, f"/console/orders?{query}", 400)


async def test_a_word_that_means_one_order_leads_there_unless_one_is_still_typing() -> None:
    async with operating(a_shop_with()) as client:
        answer = await client.get("/console/search", params={"q": ORDER_ID})
        typing = await client.get(
            "/console/search", params={"q": ORDER_ID}, headers={"HX-Request": "true"}
        )

    assert answer.headers["location"] == f"/console/orders/{ORDER_ID}"
    assert typing.status_code == 200
    assert ORDER_ID in text_of(typing)


async def test_a_word_that_means_nothing_is_said_back_as_text() -> None:
    async with operating(Shop()) as client:
        page = await client.get("/console/search", params={"q": MARKUP})

    assert MARKUP not in page.text
    assert f"“{MARKUP}”에 해당하는" in unescape(page.text)


async def test_a_word_that_means_several_lists_them() -> None:
    async with operating(a_busy_shop()) as client:
        of_customer = await shown(client, "/console/search?q=customer-1")
        forged = await client.get("/console/search", params={"q": "imp_4"})

    assert "고객의 주문" in of_customer
    assert forged.headers["location"] == "/console/orders/forged-1"


async def test_tasks_are_shown_by_state_and_turn_by_pages() -> None:
    shop = Shop()
    for number in range(60):
        await shop.queue.put(a_task(detail=str(number), due_at=NOON + timedelta(seconds=number)))
    async with operating(shop) as client:
        first = await client.get("/console/tasks", params={"state": "waiting"})
        more = re.search(r'class="button" href="([^"]+)"', first.text)
        assert more is not None
        second = await client.get(unescape(more[1]))
        await shown(client, "/console/tasks?state=done", 400)

    rows = [page.text.count('<th scope="row">') for page in (first, second)]
    assert rows == [50, 10]
    assert ">60</span>" in first.text


async def test_tasks_are_counted_no_further_than_anybody_needs() -> None:
    shop = Shop()
    for number in range(251):
        await shop.queue.put(a_task(detail=str(number)))
    async with operating(shop) as client:
        page = await client.get("/console/tasks")

    assert ">250+</span>" in page.text


async def test_sweeps_show_their_differences_and_why_they_stopped() -> None:
    shop = Shop()
    await shop.sweeps.add_report(REPORT, NOON - timedelta(days=1))
    stopped = replace(REPORT, found={}, stopped="gatewayUnavailable", by="cli")
    await shop.sweeps.add_report(stopped, NOON - timedelta(days=1))
    async with operating(shop) as client:
        said = await shown(client, "/console/sweeps")

    assert "우리 기록에 없음 2" in said
    assert "중단: gatewayUnavailable" in said
    assert "2026-03-02 21:00" in said  # in Seoul


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (None, "정상"),
        (GatewayUnavailable("timeout"), "응답 없음"),
        (GatewayRefused("unauthorized"), "인증 정보를 거부함"),
    ],
)
async def test_health_says_what_answers(
    error: GatewayUnavailable | GatewayRefused | None, word: str
) -> None:
    shop = Shop()
    if error is not None:
        shop.gateway_fails(error)
    async with operating(shop) as client:
        said = await shown(client, "/console/health")

    assert f"결제사 {GATEWAY} {word}" in said
    assert "데이터베이스 정상" in said


async def test_a_silent_worker_and_a_database_that_is_away_are_seen() -> None:
    shop = Shop()
    await shop.run_tasks.run_due()
    shop.clock.advance(1_000)
    shop.faults.fail_always("ping", RepositoryUnavailable("databaseTimeout"))
    async with operating(shop) as client:
        said = await shown(client, "/console/health")

    assert "데이터베이스 응답 없음" in said
    assert "작업자 멈춤" in said


async def test_a_database_that_is_away_is_said_in_words() -> None:
    shop = Shop()
    shop.faults.fail_always("takings", RepositoryUnavailable("databaseTimeout"))
    shop.faults.fail_always("find_by_id", RecordCorrupt("recordCorrupt", field="amount"))
    async with operating(shop) as client:
        away = await shown(client, "/console", 503)
        corrupt = await shown(client, "/console/orders/order-1", 500)

    assert "데이터베이스에 연결할 수 없습니다" in away
    assert "기록을 읽을 수 없습니다(amount)" in corrupt


async def test_what_nobody_expected_shows_nothing_of_itself() -> None:
    shop = Shop()
    shop.faults.fail_always("takings", RuntimeError("secret inside"))
    async with operating(shop) as client:
        said = await shown(client, "/console", 500)

    assert "secret inside" not in said


async def test_an_address_that_means_nothing_is_said_in_words() -> None:
    async with operating(Shop()) as client:
        assert "그런 페이지는 없습니다." in await shown(client, "/console/nothing/here", 404)
        assert (await client.get("/console/static/none.js")).status_code == 404


async def test_assets_are_ours_and_kept_by_the_browser() -> None:
    async with operating(Shop()) as client:
        page = await client.get("/console")
        addresses = re.findall(r'(?:href|src)="(/console/static/[^"]+)"', page.text)
        answers = [await client.get(address) for address in addresses]

    assert len(addresses) == 3
    assert {answer.status_code for answer in answers} == {200}
    assert all("immutable" in answer.headers["cache-control"] for answer in answers)
    assert not re.search(r'(?:href|src|action)="(?:https?:)?//', page.text)


async def test_pages_are_in_english_for_who_reads_english() -> None:
    async with operating(a_busy_shop()) as client:
        client.headers.update(ENGLISH)
        paths = ["", "/orders", "/tasks", "/sweeps", "/search", "/orders/forged-1"]
        texts = [await shown(client, f"/console{path}") for path in paths]

    korean = re.compile("[가-힣]")
    record = ("김운영", "커피 원두", "단순 변심", "신한은행", "홍길동")
    for text in texts:
        for name in record:
            text = text.replace(name, "")  # noqa: PLW2901 - what the record holds
        assert not korean.search(text), korean.search(text)


def test_every_sentence_is_in_both_languages_with_the_same_values() -> None:
    for key, (korean, english) in {**PAGE_WORDS, **ORDER_WORDS}.items():
        assert korean, key
        values = [sorted(set(re.findall(r"{(\w+)}", text))) for text in (korean, english)]
        assert values[0] == values[1], key


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("order", OrderStatus),
        ("payment", PaymentStatus),
        ("outcome", [*OutcomeKind, *RefundStep]),
        ("trigger", Trigger),
        ("refund", RefundStatus),
        ("unrefundable", [*Unrefundable, "paymentNotFound"]),
        ("event", EventType),
        ("task", TaskKind),
        ("state", TaskState),
        ("act", OperatorAct),
        ("difference", DifferenceKind),
    ],
)
def test_every_word_of_the_record_is_in_both_languages(group: str, words: list[str]) -> None:
    assert set(RECORD_WORDS[group]) == {str(word) for word in words}


async def test_a_word_that_nobody_knows_is_shown_as_it_is() -> None:
    shop = Shop()
    report = replace(REPORT, found={"somethingNew": 1})
    await shop.sweeps.add_report(report, NOON - timedelta(days=1))
    async with operating(shop) as client:
        assert "somethingNew 1" in await shown(client, "/console/sweeps")


async def test_long_names_and_odd_customers_are_text() -> None:
    order = an_order(name="긴" * 200, customer=Customer(customer_id=MARKUP))
    async with operating(a_shop_with(order, replace(order, order_id="x", customer=None))) as client:
        said = await shown(client, "/console/orders")
        await shown(client, f"/console/orders/{ORDER_ID}")

    assert MARKUP in said


@pytest.mark.parametrize(
    "path",
    [
        "/console/search?q=%FF%FE",
        "/console/search?q=a&q=b",
        "/console/search?q[]=1&q=%00",
        "/console/orders?list=newest&list=forged",
        "/console/orders?customer=%ED%A0%80",
        "/console/orders?before=1.0.a&before=",
        "/console/refunds?after=%00",
        "/console/refunds?after=%ED%A0%80",
        "/console/tasks?after=%00",
        "/console/tasks?after=" + "x" * 5000,
        f"/console/orders/{ORDER_ID}/refund?payment=%FF",
        f"/console/orders/{ORDER_ID}/refund",
        "/console/login?next=%FF",
        "/console/static/%2e%2e",
    ],
)
async def test_odd_addresses_break_nothing(path: str) -> None:
    async with operating(a_busy_shop()) as client:
        answer = await client.get(path)

    assert answer.status_code < 500
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"content-type": "application/json"}, b"{}"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"\xff=1"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"a=1&a=2"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"token=" + b"x" * 70_000),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--"),
        ({}, b""),
    ],
)
async def test_odd_forms_break_nothing(headers: dict[str, str], content: bytes) -> None:
    async with operating(Shop()) as client:
        for path in ("/console/login", "/console/tasks/retry"):
            answer = await client.post(path, content=content, headers=headers)
            assert 400 <= answer.status_code < 500, path


async def test_an_amount_that_nobody_can_read_is_shown_as_the_gateway_gave_it() -> None:
    odd = UnreadableAmount(number="1000.5", currency_code="KRW")
    payment = a_payment(total=odd, cancelled=odd, status=PaymentStatus.UNKNOWN)
    async with operating(a_shop_with(an_order(payments=(payment,)))) as client:
        assert "1000.5 KRW" in await shown(client, f"/console/orders/{ORDER_ID}")


async def test_a_worker_that_runs_elsewhere_is_no_fault() -> None:
    shop = Shop()
    parts = replace(console_parts(shop), worker=None)
    app = create_app(use_cases(shop), ApiSettings(), console=console_of(parts))
    async with client_of(app, "https://payproof.test") as client:
        await log_in(client)
        assert "작업자 다른 프로세스에서 실행" in await shown(client, "/console/health")
