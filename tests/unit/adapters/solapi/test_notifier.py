"""A buyer is told once, whatever breaks on the way, and nobody learns the number."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters.memory.clock import ManualClock
from adapters.outbound.client import build_client
from adapters.solapi.notifier import SolapiNotifier
from adapters.system.clock import SystemClock
from domain.errors import InvalidValue
from domain.tasks import AlertReason
from ports.errors import NotifierRefused, NotifierUnavailable
from ports.notifier import OperatorAlert
from sandbox.solapi import Fault
from tests.support.factories import ORDER_ID, a_key
from tests.support.no_network import answered_by
from tests.support.solapi import DIALLED, PHONE, Solapi, a_notice, solapi_running

SEND = "/messages/v4/send-many/detail"
LIST = "/messages/v4/list"
BROKEN: list[str] = ["drop", "hang", "status", "broken_json", "redirect", "huge"]


async def test_the_message_goes_to_the_orders_phone_as_it_is(solapi: Solapi) -> None:
    notice = a_notice()

    await solapi.notifier.send(notice)

    (message,) = solapi.sandbox.messages
    assert (message.to, message.sender) == (DIALLED, solapi.running.sender)
    assert (message.text, message.type) == (notice.text, "SMS")


async def test_a_long_message_goes_as_a_long_one(solapi: Solapi) -> None:
    await solapi.notifier.send(a_notice(text="가" * 300))

    (message,) = solapi.sandbox.messages
    assert message.type == "LMS"


async def test_two_sendings_of_one_id_are_one_message(solapi: Solapi) -> None:
    await solapi.notifier.send(a_notice())
    await solapi.a_notifier().send(a_notice(text="입금기한이 바뀌었습니다"))

    assert solapi.texts == [a_notice().text]


async def test_two_ids_are_two_messages_to_one_phone(solapi: Solapi) -> None:
    await solapi.notifier.send(a_notice(message_id="m" * 400))
    await solapi.notifier.send(a_notice(message_id="m" * 401))

    assert len(solapi.texts) == 2


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
async def test_a_lost_reply_to_the_sending_sends_once(
    solapi: Solapi, kind: str, taken: bool
) -> None:
    solapi.sandbox.faults.add(Fault(kind=kind, taken=taken, path=SEND))

    with pytest.raises(NotifierUnavailable):
        await solapi.notifier.send(a_notice())
    assert len(solapi.texts) == (1 if taken else 0)
    await solapi.a_notifier().send(a_notice())

    assert len(solapi.texts) == 1
    assert solapi.sandbox.faults.fired[kind] == 1


@pytest.mark.parametrize("kind", BROKEN)
async def test_nothing_is_sent_while_nobody_knows_whether_it_was(solapi: Solapi, kind: str) -> None:
    solapi.sandbox.faults.add(Fault(kind=kind, path=LIST, times=None))

    for _ in range(3):
        with pytest.raises(NotifierUnavailable):
            await solapi.notifier.send(a_notice())
    assert solapi.sandbox.calls[SEND] == 0
    solapi.sandbox.faults.clear()
    await solapi.notifier.send(a_notice())

    assert len(solapi.texts) == 1


@pytest.mark.parametrize("seed", range(8))
async def test_any_sequence_of_lost_replies_sends_once(solapi: Solapi, seed: int) -> None:
    kinds: list[str] = ["drop", "status", "broken_json"]
    for step in range(6):
        path, taken = (SEND, LIST)[seed >> (step % 3) & 1], bool((seed + step) % 2)
        solapi.sandbox.faults.add(Fault(kind=kinds[(seed + step) % 3], taken=taken, path=path))

    for attempt in range(10):
        try:
            await solapi.a_notifier().send(a_notice())
            break
        except NotifierUnavailable:
            assert attempt < 9

    assert len(solapi.texts) == 1


async def test_an_answer_that_is_slow_but_in_time_is_an_answer(solapi: Solapi) -> None:
    solapi.sandbox.faults.add(Fault(kind="delay", seconds=0.1, path=SEND))

    await solapi.notifier.send(a_notice())

    assert len(solapi.texts) == 1


async def test_one_time_limit_holds_for_all_questions(solapi: Solapi) -> None:
    solapi.sandbox.faults.add(Fault(kind="delay", seconds=0.2, times=None))
    loop = asyncio.get_running_loop()

    started_s = loop.time()
    with pytest.raises(NotifierUnavailable, match="timeout"):
        await solapi.a_notifier(timeout_s=0.3).send(a_notice())

    assert loop.time() - started_s < 1.0


async def test_what_failed_before_is_sent_again(solapi: Solapi) -> None:
    solapi.sandbox.outbox.balance_won = 0
    with pytest.raises(NotifierUnavailable, match="balance"):
        await solapi.notifier.send(a_notice())

    solapi.sandbox.outbox.balance_won = 1000
    await solapi.notifier.send(a_notice())

    assert len(solapi.texts) == 1


async def test_what_the_carrier_could_not_deliver_is_not_sent_again(solapi: Solapi) -> None:
    await solapi.notifier.send(a_notice())
    solapi.sandbox.outbox.messages[0].status_code = "3032"

    await solapi.notifier.send(a_notice())

    assert len(solapi.sandbox.outbox.messages) == 1


async def test_a_message_in_doubt_is_neither_sent_nor_thought_sent(solapi: Solapi) -> None:
    await solapi.notifier.send(a_notice())
    solapi.sandbox.outbox.messages[0].status_code = "TEST1000"

    with pytest.raises(NotifierUnavailable, match="in-doubt"):
        await solapi.notifier.send(a_notice())

    assert solapi.sandbox.calls[SEND] == 1


async def test_an_old_message_is_found_pages_back(solapi: Solapi) -> None:
    await solapi.notifier.send(a_notice())
    other = {"to": DIALLED, "from": solapi.running.sender, "text": "안녕"}
    solapi.sandbox.outbox.send([other] * 250)

    await solapi.notifier.send(a_notice())

    assert solapi.texts.count(a_notice().text) == 1
    assert solapi.sandbox.calls[LIST] == 1 + 3


async def test_no_page_is_turned_once_the_message_is_found(solapi: Solapi) -> None:
    other = {"to": DIALLED, "from": solapi.running.sender, "text": "안녕"}
    solapi.sandbox.outbox.send([other] * 150)
    await solapi.notifier.send(a_notice())
    before = solapi.sandbox.calls[LIST]

    await solapi.notifier.send(a_notice())

    assert solapi.texts.count(a_notice().text) == 1
    assert solapi.sandbox.calls[LIST] == before + 1


async def test_a_list_without_an_end_is_given_up(solapi: Solapi) -> None:
    other = {"to": DIALLED, "from": solapi.running.sender, "text": "안녕"}
    solapi.sandbox.outbox.send([other] * 2001)

    with pytest.raises(NotifierUnavailable, match="list-too-long"):
        await solapi.a_notifier(timeout_s=10).send(a_notice())

    assert solapi.sandbox.calls[SEND] == 0


@pytest.mark.parametrize(
    ("status_code", "code"), [("1060", "number-blocked"), ("1061", "number-opted-out")]
)
async def test_a_number_that_is_refused_is_refused(
    solapi: Solapi, status_code: str, code: str
) -> None:
    solapi.sandbox.outbox.verdicts[DIALLED] = status_code

    with pytest.raises(NotifierRefused, match=code):
        await solapi.notifier.send(a_notice())


@pytest.mark.parametrize("phone", ["1", "+1 212 555 0100", "000"])
async def test_what_is_no_korean_number_never_reaches_the_vendor(
    solapi: Solapi, phone: str
) -> None:
    with pytest.raises(NotifierRefused, match="not-a-korean-number"):
        await solapi.notifier.send(a_notice(phone=phone))

    assert solapi.sandbox.calls.total() == 0


async def test_an_overlong_message_never_reaches_the_vendor(solapi: Solapi) -> None:
    with pytest.raises(NotifierRefused, match="too-long"):
        await solapi.notifier.send(a_notice(text="가" * 1001))

    assert solapi.sandbox.calls.total() == 0


async def test_an_operator_has_no_phone_here(solapi: Solapi) -> None:
    alert = OperatorAlert(
        message_id="alert-1", order_id=ORDER_ID, key=a_key(), reason=AlertReason.FORGED
    )

    with pytest.raises(NotifierRefused, match="no-phone"):
        await solapi.notifier.send(alert)

    assert solapi.sandbox.calls.total() == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"api_key": "another"}, "credentials"),
        ({"api_secret": "another"}, "credentials"),
        ({"sender": "02-9999-9999"}, "sender-unregistered"),
    ],
)
async def test_the_shops_own_mistakes_are_tried_again(
    solapi: Solapi, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(NotifierUnavailable, match=code):
        await solapi.a_notifier(**changes).send(a_notice())

    assert solapi.texts == []


async def test_a_clock_that_is_wrong_is_named(solapi: Solapi) -> None:
    clock = ManualClock(SystemClock().now() - timedelta(minutes=16))

    with pytest.raises(NotifierUnavailable, match="clock"):
        await solapi.a_notifier(clock=clock).send(a_notice())


async def test_a_frozen_clock_signs_each_request_anew(solapi: Solapi) -> None:
    clock = ManualClock(SystemClock().now())

    for n in range(3):
        await solapi.a_notifier(clock=clock).send(a_notice(message_id=f"message-{n}"))

    assert len(solapi.texts) == 3


async def test_nobody_at_the_address_is_unavailable() -> None:
    async with solapi_running() as solapi:
        notifier = solapi.a_notifier()
        base_url = solapi.running.base_url
    async with build_client() as client:
        notifier = SolapiNotifier(
            client,
            api_key="key",
            api_secret="secret",
            sender="0212345678",
            clock=SystemClock(),
            base_url=base_url,
        )
        with pytest.raises(NotifierUnavailable, match="connection"):
            await notifier.send(a_notice())


@pytest.mark.parametrize("kind", BROKEN)
async def test_neither_number_nor_secret_is_in_an_error_or_a_log(
    solapi: Solapi, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    # The libraries log whole addresses at INFO, which every command turns off.
    caplog.set_level("DEBUG")
    for talkative in ("httpx", "httpcore", "aiohttp", "asyncio"):
        caplog.set_level("WARNING", talkative)
    solapi.sandbox.faults.add(Fault(kind=kind, taken=True))

    with pytest.raises(NotifierUnavailable) as raised:
        await solapi.notifier.send(a_notice())

    seen: list[BaseException] = [raised.value]
    while (cause := seen[-1].__cause__) is not None:
        seen.append(cause)
    told = caplog.text + "".join(f"{each!r} {each}" for each in seen)
    digits = re.sub(r"\D", "", told)
    assert DIALLED not in digits
    assert solapi.running.api_secret not in told
    assert raised.value.__cause__ is None


async def test_a_redirect_is_not_followed(solapi: Solapi) -> None:
    async with solapi_running() as elsewhere:
        location = f"{elsewhere.running.base_url}{LIST}"
        solapi.sandbox.faults.add(Fault(kind="redirect", taken=True, location=location))

        with pytest.raises(NotifierUnavailable, match="http-302"):
            await solapi.notifier.send(a_notice())

        assert elsewhere.sandbox.calls.total() == 0


async def test_an_answer_without_an_end_is_left(solapi: Solapi) -> None:
    solapi.sandbox.faults.add(Fault(kind="huge", taken=True, path=SEND))

    with pytest.raises(NotifierUnavailable, match="too-large"):
        await solapi.a_notifier(timeout_s=10).send(a_notice())


async def test_plain_answers_are_asked_for() -> None:
    asked = []

    def listed(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["Accept-Encoding"])
        return httpx.Response(503, stream=httpx.ByteStream(b""))

    with pytest.raises(NotifierUnavailable):
        await notifier_over(listed).send(a_notice())

    assert asked == ["identity"]


async def test_a_packed_answer_is_not_unpacked() -> None:
    def packed(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=b"")

    notifier = notifier_over(packed)

    with pytest.raises(NotifierUnavailable, match="encoding"):
        await notifier.send(a_notice())


async def test_a_list_that_points_elsewhere_is_not_followed() -> None:
    asked = []

    def listed(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        body = httpx.ByteStream(b'{"messageList": {"a": {}}, "nextKey": "x/../y?z"}')
        return httpx.Response(200, stream=body)

    with pytest.raises(NotifierUnavailable, match="answer"):
        await notifier_over(listed).send(a_notice())

    assert asked == [LIST]


def notifier_over(answer: Any) -> SolapiNotifier:
    return SolapiNotifier(
        answered_by(answer),
        api_key="key",
        api_secret="secret",
        sender="0212345678",
        clock=SystemClock(),
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"api_key": ""}, "api_key"),
        ({"api_key": "a, salt=b"}, "api_key"),
        ({"api_secret": ""}, "api_secret"),
        ({"sender": "shop"}, "sender"),
        ({"base_url": "http://api.solapi.com"}, "base_url"),
        ({"base_url": "https://api.solapi.com/v4"}, "base_url"),
        ({"base_url": "https://user@api.solapi.com"}, "base_url"),
        ({"base_url": "https://"}, "base_url"),
        ({"base_url": "https://[::1"}, "base_url"),
        ({"base_url": "http://localhost.example.com"}, "base_url"),
    ],
)
async def test_what_cannot_be_is_refused_at_birth(
    solapi: Solapi, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidValue, match=field):
        solapi.a_notifier(**changes)


@pytest.mark.parametrize(
    "base_url",
    ["https://api.solapi.com", "http://localhost:1", "http://[::1]:1", "http://127.1.1.1"],
)
async def test_the_address_may_be_https_or_this_very_machine(solapi: Solapi, base_url: str) -> None:
    solapi.a_notifier(base_url=base_url)


def test_the_number_is_not_shown() -> None:
    assert PHONE not in repr(a_notice())
