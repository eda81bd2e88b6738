import asyncio
from dataclasses import fields
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from application.confirm_payment import Veto
from domain.outcome import OutcomeKind
from entrypoints.api import messages
from entrypoints.api.errors import VETO_WORDS, reply_to_error
from entrypoints.api.messages import OUTCOME_WORDS, StatusWord
from ports import errors as port_errors
from tests.support.api import BY_SHOP, ENGLISH, IDS, a_shop_with, an_app, asking
from tests.support.factories import ORDER_ID

WORDS = [word for word in vars(messages).values() if isinstance(word, StatusWord)]
# The rows of the interface that fix a word's HTTP status.
FIXED = {
    "success": 200,
    "vbankIssued": 200,
    "pending": 202,
    "forgery": 400,
    "failed": 402,
    "cancelled": 409,
    "duplicatePayment": 409,
    "invalidRequest": 400,
    "orderNotFound": 404,
    "paymentNotFound": 404,
    "tooManyRequests": 429,
    "gatewayUnavailable": 503,
    "gatewayRefused": 502,
    "databaseUnavailable": 503,
    "orderConflict": 409,
    "accepted": 200,
}


def test_the_words_of_the_interface_are_as_it_says() -> None:
    statuses = {word.word: word.http_status for word in WORDS}

    assert {word: statuses[word] for word in FIXED} == FIXED
    assert messages.SUCCESS.korean == "일반 결제 성공"
    assert messages.ACCOUNT_ISSUED.korean == "가상계좌 발급 성공"
    assert messages.FORGERY.korean == "위조된 결제시도"


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.word)
def test_every_word_has_a_sentence_in_both_languages(word: StatusWord) -> None:
    assert all(getattr(word, field.name) for field in fields(word))
    assert word.english.isascii()
    assert not word.korean.isascii()


def test_no_word_is_given_twice() -> None:
    assert len({word.word for word in WORDS}) == len(WORDS)


def test_every_outcome_and_veto_has_its_word() -> None:
    assert set(OUTCOME_WORDS) == set(OutcomeKind)
    assert {veto: word.word for veto, word in VETO_WORDS.items()} == {
        veto: veto.value for veto in Veto
    }


# Not asked for by any use case that HTTP reaches.
NEVER_REACHES_HTTP = {
    "NotifierUnavailable",
    "NotifierRefused",
    "PaymentBoundElsewhere",
    "ShopUnavailable",
}


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for name, kind in vars(port_errors).items()
        if isinstance(kind, type)
        and issubclass(kind, port_errors.PortError)
        and not kind.__subclasses__()
        and name not in NEVER_REACHES_HTTP
    ],
)
def test_every_error_of_a_port_has_a_reply(kind: type[port_errors.PortError]) -> None:
    reply = reply_to_error(kind("code"))

    assert reply.word is not messages.INTERNAL_ERROR


@pytest.mark.parametrize("path", ["/", "/nothing", "/orders/a/b/c", "/payments", "/schema/redoc"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_an_unknown_address_is_not_found(method: str, path: str) -> None:
    async with asking(a_shop_with()) as client:
        answer = await client.request(method, path)

    assert answer.status_code == 404
    assert answer.json() == {"status": "notFound", "message": "없는 주소입니다."}


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/payments/complete", {"POST", "OPTIONS"}),
        ("PUT", "/orders", {"POST", "OPTIONS"}),
        ("DELETE", f"/orders/{ORDER_ID}", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/health/live", {"GET", "HEAD", "OPTIONS"}),
        ("HEAD", "/webhooks/portone-v1", {"POST", "OPTIONS"}),
        ("HEAD", "/payments/redirect", {"GET", "OPTIONS"}),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(
    method: str, path: str, allow: set[str]
) -> None:
    async with asking(a_shop_with()) as client:
        answer = await client.request(method, path, headers=ENGLISH)

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == allow
    if method != "HEAD":
        assert answer.json()["status"] == "methodNotAllowed"


async def exchange(method: str, path: str, *requests: dict[str, Any]) -> list[Any]:
    """What the application sends by itself, without a client library's own corrections."""
    inbox, sent = iter(requests), list[Any]()

    async def receive() -> Any:
        await asyncio.sleep(0)
        return next(inbox)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"payproof.test")]
    scope: Any = {"type": "http", "method": method, "path": path, "query_string": b""}
    await an_app(a_shop_with())(scope | {"headers": headers}, receive, send)
    return sent


@pytest.mark.parametrize(
    "path", ["/health/live", "/health/ready", "/metrics", "/schema", "/nothing"]
)
async def test_head_is_get_without_its_body(path: str) -> None:
    start, body = await exchange("HEAD", path)

    assert start["status"] == (404 if path == "/nothing" else 200)
    assert int(dict(start["headers"])[b"content-length"]) > 0
    assert body["body"] == b""


async def test_options_tells_the_methods_and_lets_no_other_site_in() -> None:
    async with asking(a_shop_with()) as client:
        answer = await client.options(
            "/payments/complete",
            headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
        )

    assert answer.status_code == 204
    assert set(answer.headers["allow"].split(", ")) == {"POST", "OPTIONS"}
    assert "access-control-allow-origin" not in answer.headers


async def unexpected(path: str, method: str = "POST", **options: Any) -> httpx.Response:
    shop = a_shop_with()
    shop.faults.fail_always("find_by_id", ZeroDivisionError("the phone is 010-1234-5678"))
    async with asking(shop) as client:
        return await client.request(method, path, **options)


async def test_the_unexpected_has_the_shape_of_every_error() -> None:
    answer = await unexpected("/payments/complete", json=IDS)

    assert answer.status_code == 500
    assert answer.json() == {
        "status": "internalError",
        "message": "예상하지 못한 오류가 발생했습니다.",
    }


async def test_the_unexpected_is_a_page_for_a_buyer() -> None:
    answer = await unexpected("/payments/redirect", method="GET", params=IDS)

    assert answer.status_code == 500
    assert "<h1>예상하지 못한 오류가" in answer.text


async def test_the_unexpected_is_logged_by_type_and_place_alone() -> None:
    with capture_logs() as lines:
        await unexpected(f"/orders/{ORDER_ID}", method="GET", headers=BY_SHOP)

    logged = next(line for line in lines if line["event"] == "unexpected")
    assert logged["log_level"] == "error"
    assert logged["error"] == "ZeroDivisionError"
    assert "in by_id" in logged["traceback"]
    assert "010-1234" not in str(logged)


async def test_a_debugging_variable_of_the_framework_is_ignored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LITESTAR_DEBUG", "1")
    monkeypatch.setenv("LITESTAR_PDB", "1")

    answer = await unexpected("/payments/complete", json=IDS)

    assert set(answer.json()) == {"status", "message"}


@pytest.mark.parametrize("path", ["/payments/complete", "/nothing", "/health/ready"])
async def test_answers_are_not_kept_sniffed_or_framed(path: str) -> None:
    async with asking(a_shop_with()) as client:
        answer = await client.post(path, json=IDS)

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_a_strange_host_is_refused_clearly() -> None:
    async with asking(a_shop_with()) as client:
        answer = await client.get("/health/live", headers={"Host": "a b"})

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")


async def test_a_client_that_goes_away_while_it_sends_is_no_error_of_ours() -> None:
    with capture_logs() as lines:
        start, _ = await exchange(
            "POST",
            "/payments/complete",
            {"type": "http.request", "body": b"{", "more_body": True},
            {"type": "http.disconnect"},
        )

    assert start["status"] == 400
    assert [line["event"] for line in lines] == ["request"]
