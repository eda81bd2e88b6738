import re
from base64 import b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from domain.payment import Payment, PaymentStatus
from ports.errors import GatewayRefused, GatewayUnavailable, RepositoryUnavailable
from tests.support.api import ENGLISH, IDS, a_shop_with, asking
from tests.support.factories import ORDER_ID, PAYMENT_ID, a_payment, won
from tests.support.shop import Shop

SHOP_PAGES = {
    "success_url": "https://shop.example/thanks?lang=ko&empty=#top",
    "failure_url": "https://shop.example/sorry",
}
TOLD: list[Any] = [
    pytest.param(a_payment(), 200, "일반 결제 성공", id="paid"),
    pytest.param(
        a_payment(status=PaymentStatus.AWAITING_DEPOSIT), 200, "가상계좌 발급 성공", id="issued"
    ),
    pytest.param(a_payment(status=PaymentStatus.OPENED), 202, "결제가 아직", id="open"),
    pytest.param(a_payment(total=won(1)), 400, "위조된 결제시도", id="forged"),
    pytest.param(a_payment(status=PaymentStatus.FAILED), 402, "결제에 실패", id="failed"),
    pytest.param(a_payment(status=PaymentStatus.CANCELLED), 409, "취소되었거나", id="cancelled"),
    pytest.param(None, 404, "결제 정보를", id="no such payment"),
]


def a_shop_at(payment: Payment | None) -> Shop:
    shop = a_shop_with()
    if payment is not None:
        shop.gateway.put(payment)
    return shop


async def arrive(
    shop: Shop,
    query: str | dict[str, str] = IDS,
    pages: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    async with asking(shop, **(pages or {})) as client:
        return await client.get("/payments/redirect", params=query, headers=headers)


@pytest.mark.parametrize(("payment", "code", "korean"), TOLD)
async def test_the_buyer_is_told_on_a_page(payment: Payment | None, code: int, korean: str) -> None:
    answer = await arrive(a_shop_at(payment))

    assert answer.status_code == code
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{korean}" in answer.text
    assert '<html lang="ko">' in answer.text
    assert ORDER_ID in answer.text


@pytest.mark.parametrize(("payment", "code", "korean"), TOLD)
async def test_the_page_is_in_english_on_request(
    payment: Payment | None, code: int, korean: str
) -> None:
    answer = await arrive(a_shop_at(payment), headers=ENGLISH)

    assert answer.status_code == code
    assert '<html lang="en">' in answer.text
    assert not re.search("[가-힣]", answer.text)


@pytest.mark.parametrize(
    ("payment", "page", "status"),
    [
        (a_payment(), "success_url", "success"),
        (a_payment(status=PaymentStatus.AWAITING_DEPOSIT), "success_url", "vbankIssued"),
        (a_payment(status=PaymentStatus.OPENED), "success_url", "pending"),
        (a_payment(total=won(1)), "failure_url", "forgery"),
        (a_payment(status=PaymentStatus.FAILED), "failure_url", "failed"),
        (a_payment(status=PaymentStatus.CANCELLED), "failure_url", "cancelled"),
        (None, "failure_url", "paymentNotFound"),
    ],
)
async def test_the_buyer_is_sent_to_the_shop_s_page(
    payment: Payment | None, page: str, status: str
) -> None:
    answer = await arrive(a_shop_at(payment), pages=SHOP_PAGES)

    wanted, location = urlsplit(SHOP_PAGES[page]), urlsplit(answer.headers["location"])
    own_query = parse_qsl(wanted.query, keep_blank_values=True)
    assert answer.status_code == 303
    assert answer.content == b""
    assert location._replace(query="") == wanted._replace(query="")
    assert parse_qsl(location.query, keep_blank_values=True) == [
        *own_query,
        ("order_id", ORDER_ID),
        ("status", status),
    ]


@pytest.mark.parametrize("payment", [a_payment(), a_payment(total=won(1))], ids=["paid", "forged"])
@pytest.mark.parametrize("missing", SHOP_PAGES)
async def test_one_page_of_the_shop_alone_is_not_used(missing: str, payment: Payment) -> None:
    pages = {name: url for name, url in SHOP_PAGES.items() if name != missing}

    answer = await arrive(a_shop_at(payment), pages=pages)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("pages", [None, SHOP_PAGES])
@pytest.mark.parametrize(
    ("error", "code"), [(GatewayUnavailable("timeout"), 503), (GatewayRefused("key"), 502)]
)
async def test_an_outage_is_told_on_our_page_and_looks_like_no_failure(
    error: GatewayUnavailable, code: int, pages: dict[str, str] | None
) -> None:
    shop = a_shop_with()
    shop.gateway_fails(error)

    answer = await arrive(shop, pages=pages)

    assert answer.status_code == code
    assert '<a href="">다시 확인</a>' in answer.text
    assert 'class="mark wait"' in answer.text


async def test_too_many_questions_are_told_on_our_page() -> None:
    shop = a_shop_with(questions_per_window=0)

    answer = await arrive(shop, pages=SHOP_PAGES)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")
    assert '<a href="">' in answer.text


async def test_the_record_out_of_reach_is_told_on_a_page() -> None:
    shop = a_shop_with()
    shop.faults.fail_always("find_by_id", RepositoryUnavailable("locked"))

    answer = await arrive(shop)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "<h1>일시적으로" in answer.text


@pytest.mark.parametrize(
    "claim",
    [
        "imp_success=false&success=false&error_code=F1&error_msg=%C1%BE%B7%E1",
        "imp_success=true",
        "error_msg=a&error_msg=b",
        "status=failed&amount=1",
        "&&=&%&%ZZ",
    ],
)
async def test_what_else_the_address_says_decides_nothing(claim: str) -> None:
    shop = a_shop_at(a_payment())

    answer = await arrive(shop, f"imp_uid={PAYMENT_ID}&merchant_uid={ORDER_ID}&{claim}")

    assert answer.status_code == 200
    assert shop.order().status == "paid"


@pytest.mark.parametrize(
    "query",
    [
        "",
        f"imp_uid={PAYMENT_ID}",
        f"merchant_uid={ORDER_ID}",
        f"imp_uid=&merchant_uid={ORDER_ID}",
        f"imp_uid={PAYMENT_ID}&merchant_uid=",
        f"imp_uid={PAYMENT_ID}&imp_uid={PAYMENT_ID}&merchant_uid={ORDER_ID}",
        f"imp_uid={PAYMENT_ID}&merchant_uid={ORDER_ID}&merchant_uid=other",
        f"imp_uid=../../users/getToken&merchant_uid={ORDER_ID}",
        f"imp_uid={PAYMENT_ID}%00&merchant_uid={ORDER_ID}",
        f"imp_uid={PAYMENT_ID}&merchant_uid=%FF",
        f"imp_uid={PAYMENT_ID}&merchant_uid=<script>alert(1)</script>",
        f"imp_uid={PAYMENT_ID}&merchant_uid=%0D%0ASet-Cookie:a=b",
    ],
)
async def test_an_address_without_one_good_id_of_each_is_refused(query: str) -> None:
    shop = a_shop_with()

    page = await arrive(shop, query)
    sent_on = await arrive(shop, query, SHOP_PAGES)

    assert page.status_code == 400
    assert "<h1>요청 내용이" in page.text
    assert "script" not in page.text
    location = urlsplit(sent_on.headers["location"])
    assert sent_on.status_code == 303
    assert location.path == "/sorry"
    assert dict(parse_qsl(location.query))["status"] == "invalidRequest"
    assert shop.gateway.questions.total() == 0


async def test_the_buyer_who_gave_up_before_paying_is_sent_to_the_shop_with_the_order() -> None:
    query = f"imp_success=false&error_msg=cancelled&merchant_uid={ORDER_ID}"

    answer = await arrive(a_shop_with(), query, SHOP_PAGES)

    assert dict(parse_qsl(urlsplit(answer.headers["location"]).query)) == {
        "order_id": ORDER_ID,
        "status": "invalidRequest",
    }


@pytest.mark.parametrize("path", ["/payments/redirect", "/payments/portone-v1/redirect"])
async def test_a_look_without_a_body_changes_nothing_and_asks_nobody(path: str) -> None:
    shop = a_shop_at(a_payment())

    async with asking(shop) as client:
        answer = await client.head(path, params=IDS)

    assert answer.status_code == 405
    assert shop.order().history == ()
    assert shop.gateway.questions.total() == 0


async def test_an_unknown_order_is_told() -> None:
    answer = await arrive(Shop())

    assert answer.status_code == 404
    assert "<h1>주문을 찾을 수 없습니다." in answer.text


async def test_the_page_runs_no_script_and_fetches_nothing() -> None:
    answer = await arrive(a_shop_at(a_payment()))

    style = re.search("<style>(.*)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert "<script" not in answer.text
    assert not re.search(r"(src|href)=\"[^\"]", answer.text)
    assert "url(" not in style[1]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_page_suits_light_and_dark() -> None:
    answer = await arrive(a_shop_at(a_payment()))

    assert "color-scheme: light dark" in answer.text
    assert "prefers-color-scheme: dark" in answer.text
