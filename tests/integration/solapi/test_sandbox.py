"""Solapi's stand-in does what the vendor documents; the vendor's own client believes it."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from solapi import SolapiMessageService  # type: ignore[import-untyped]
from solapi.error.MessageNotReceiveError import (  # type: ignore[import-untyped]
    MessageNotReceivedError,
)
from solapi.model import RequestMessage  # type: ignore[import-untyped]
from solapi.model.response.messages.get_messages import (  # type: ignore[import-untyped]
    GetMessagesResponse,
)

from sandbox.solapi import Fault, RunningSolapi, SolapiSandbox
from sandbox.solapi.outbox import euc_kr_bytes

SEND = "/messages/v4/send-many/detail"
LIST = "/messages/v4/list"
HELLO = {"to": "01012345678", "from": "0212345678", "text": "안녕하세요"}


class Caller:
    """Signs and sends requests as the vendor documents them."""

    def __init__(self, session: ClientSession, running: RunningSolapi) -> None:
        self._session = session
        self.running = running
        self._salt = 0

    def header(self, *, date: str | None = None, salt: str | None = None, **other: str) -> str:
        self._salt += 1
        date = date or f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        salt = salt or f"salt-{self._salt:012d}"
        secret = other.get("secret", self.running.api_secret)
        signature = hmac.new(secret.encode(), (date + salt).encode(), hashlib.sha256).hexdigest()
        key = other.get("key", self.running.api_key)
        return f"HMAC-SHA256 apiKey={key}, date={date}, salt={salt}, signature={signature}"

    async def call(
        self, method: str, target: str, body: Any = None, *, header: str | None = None
    ) -> tuple[int, Any]:
        headers = {"Authorization": self.header() if header is None else header}
        url = f"{self.running.base_url}{target}"
        async with self._session.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def send(self, **changes: Any) -> tuple[int, Any]:
        return await self.call("POST", SEND, {"messages": [HELLO | changes]})


@pytest.fixture
def sandbox() -> SolapiSandbox:
    return SolapiSandbox()


@pytest.fixture
async def caller(sandbox: SolapiSandbox) -> AsyncIterator[Caller]:
    async with sandbox.serve() as running, ClientSession() as session:
        yield Caller(session, running)


def official(running: RunningSolapi) -> SolapiMessageService:
    service = SolapiMessageService(api_key=running.api_key, api_secret=running.api_secret)
    service.base_url = running.base_url
    return service


async def test_the_vendors_client_sends_and_reads_the_answer(
    sandbox: SolapiSandbox, caller: Caller
) -> None:
    message = RequestMessage(
        to="010-1234-5678", from_="02-1234-5678", text="안녕", custom_fields={"mine": "1"}
    )

    answer = await asyncio.to_thread(official(caller.running).send, message)

    assert answer.group_info.count.registered_success == 1
    (taken,) = sandbox.messages
    assert (taken.to, taken.text, taken.custom_fields) == ("01012345678", "안녕", {"mine": "1"})


async def test_the_vendors_client_understands_a_failure(
    sandbox: SolapiSandbox, caller: Caller
) -> None:
    sandbox.outbox.verdicts["01012345678"] = "1060"
    message = RequestMessage(to="01012345678", from_="0212345678", text="안녕")

    with pytest.raises(MessageNotReceivedError):
        await asyncio.to_thread(official(caller.running).send, message)

    assert sandbox.messages == []


async def test_the_vendors_client_understands_a_refusal(caller: Caller) -> None:
    service = official(caller.running)
    service.auth_info["api_secret"] = "another"
    message = RequestMessage(to="01012345678", from_="0212345678", text="안녕")

    with pytest.raises(Exception, match="SignatureDoesNotMatch"):
        await asyncio.to_thread(service.send, message)


async def test_the_vendors_client_understands_the_list(caller: Caller) -> None:
    await caller.send(customFields={"mine": "1"})

    status, answer = await caller.call("GET", LIST)

    listed = GetMessagesResponse.model_validate(answer)
    (message,) = listed.message_list.values()
    assert status == 200
    assert (message.to, message.status_code) == ("01012345678", "2000")
    assert message.custom_fields == {"mine": "1"}


async def test_a_signature_is_good_once(caller: Caller) -> None:
    header = caller.header()

    first, _ = await caller.call("GET", LIST, header=header)
    second, refusal = await caller.call("GET", LIST, header=header)

    assert (first, second) == (200, 403)
    assert refusal["errorCode"] == "DuplicatedSignature"


@pytest.mark.parametrize(("minutes", "status"), [(-14, 200), (14, 200), (-16, 403), (16, 403)])
async def test_a_date_is_good_for_fifteen_minutes(
    caller: Caller, minutes: int, status: int
) -> None:
    date = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()

    answered, _ = await caller.call("GET", LIST, header=caller.header(date=date))

    assert answered == status


async def test_a_used_signature_is_forgotten_when_its_date_is_too_old(
    caller: Caller, sandbox: SolapiSandbox
) -> None:
    header = caller.header(date=(datetime.now(UTC) + timedelta(minutes=14)).isoformat())
    await caller.call("GET", LIST, header=header)
    sandbox.clock.advance(16 * 60)

    status, _ = await caller.call("GET", LIST, header=header)

    assert status == 200


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"key": "another"}, 403, "InvalidAPIKey"),
        ({"secret": "another"}, 403, "SignatureDoesNotMatch"),
        ({"salt": "short"}, 400, "InvalidSalt"),
        ({"salt": "s" * 65}, 400, "InvalidSalt"),
        ({"date": "today"}, 400, "InvalidDate"),
        ({"date": "2026-03-02T12:00:00"}, 400, "InvalidDate"),
    ],
)
async def test_a_wrong_header_is_refused(
    caller: Caller, change: dict[str, str], status: int, code: str
) -> None:
    answered, refusal = await caller.call("GET", LIST, header=caller.header(**change))

    assert (answered, refusal["errorCode"]) == (status, code)


@pytest.mark.parametrize(
    "header", ["", "Bearer x", "HMAC-SHA256", "HMAC-SHA256 apiKey=a, date=b, salt=c, salt=d"]
)
async def test_no_header_at_all_is_refused(caller: Caller, header: str) -> None:
    status, refusal = await caller.call("POST", SEND, {"messages": [HELLO]}, header=header)

    assert (status, refusal["errorCode"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("change", "status_code"),
    [
        ({}, "2000"),
        ({"to": "call me"}, "1011"),
        ({"from": "0299999999"}, "1062"),
        ({"customFields": {"n" * 31: ""}}, "1032"),
        ({"customFields": {"n": "v" * 101}}, "1032"),
        ({"customFields": {"n": 5}}, "1032"),
        ({"customFields": ["n"]}, "1032"),
        ({"text": "a\x00b"}, "1028"),
        ({"text": "😀"}, "1029"),
        ({"text": "똠"}, "1029"),
        ({"text": "가" * 46, "type": "SMS"}, "1031"),
        ({"text": "가" * 1001, "type": "LMS"}, "1031"),
    ],
)
async def test_each_message_is_judged(
    sandbox: SolapiSandbox, caller: Caller, change: dict[str, Any], status_code: str
) -> None:
    status, answer = await caller.send(**change)

    failed = [each["statusCode"] for each in answer["failedMessageList"]]
    assert status == 200
    assert failed == ([] if status_code == "2000" else [status_code])
    assert [each.status_code for each in sandbox.outbox.messages] == [status_code]


@pytest.mark.parametrize(("text", "kind"), [("가" * 45, "SMS"), ("가" * 46, "LMS"), ("😀", "LMS")])
async def test_the_type_follows_from_the_length(
    sandbox: SolapiSandbox, caller: Caller, text: str, kind: str
) -> None:
    await caller.send(text=text)

    assert [each.type for each in sandbox.outbox.messages] == [kind]


async def test_messages_cost_money_while_there_is_some() -> None:
    poor = SolapiSandbox(balance_won=40)
    async with poor.serve() as running, ClientSession() as session:
        caller = Caller(session, running)
        answers = [(await caller.send(text=str(n)))[1] for n in range(3)]

    failed = [[each["statusCode"] for each in one["failedMessageList"]] for one in answers]
    assert failed == [[], [], ["1030"]]
    assert poor.outbox.balance_won == 4


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"messages": []},
        {"messages": ["x"]},
        {"messages": [{}]},
        {"messages": [HELLO | {"text": ""}]},
        {"messages": [HELLO | {"type": "FAX"}]},
    ],
)
async def test_a_body_that_is_none_is_refused(
    sandbox: SolapiSandbox, caller: Caller, body: Any
) -> None:
    status, refusal = await caller.call("POST", SEND, body)

    assert (status, refusal["errorCode"]) == (400, "ValidationError")
    assert sandbox.outbox.messages == []


async def test_the_list_is_newest_first_by_number_in_pages(caller: Caller) -> None:
    for n in range(5):
        await caller.send(text=f"{n}")
    await caller.send(to="01099999999")

    _, first = await caller.call("GET", f"{LIST}?to=01012345678&limit=3")
    _, second = await caller.call(
        "GET", f"{LIST}?to=01012345678&limit=3&startKey={first['nextKey']}"
    )

    texts = [[each["text"] for each in page["messageList"].values()] for page in (first, second)]
    assert texts == [["4", "3", "2"], ["1", "0"]]
    assert second["nextKey"] is None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "startKey=x", "customFields=x", "startDate=x"]
)
async def test_a_question_it_cannot_answer_is_refused(caller: Caller, query: str) -> None:
    status, refusal = await caller.call("GET", f"{LIST}?{query}")

    assert (status, refusal["errorCode"]) == (400, "ValidationError")


async def test_another_path_is_unknown(caller: Caller) -> None:
    status, refusal = await caller.call("GET", "/messages/v4/groups")

    assert (status, refusal["errorCode"]) == (404, "ResourceNotFound")


async def test_another_process_reads_the_messages_and_plans_faults(
    sandbox: SolapiSandbox, caller: Caller
) -> None:
    fault = {"kind": "status", "taken": True, "path": SEND, "status": 500}
    assert (await caller.call("POST", "/_sandbox/faults", fault))[0] == 201
    header = {"Authorization": caller.header()}
    async with (
        ClientSession() as session,
        session.post(
            caller.running.base_url + SEND, json={"messages": [HELLO]}, headers=header
        ) as broken,
    ):
        assert broken.status == 500

    _, shown = await caller.call("GET", "/_sandbox/messages")
    _, mended = await caller.call("DELETE", "/_sandbox/faults")
    await caller.call("DELETE", "/_sandbox/messages")

    assert [each["text"] for each in shown["messages"]] == ["안녕하세요"]
    assert mended == {"faults": [], "fired": {"status": 1}}
    assert sandbox.messages == []


@pytest.mark.parametrize("fault", [None, {}, {"kind": "fire"}, {"kind": "drop", "whom": "me"}])
async def test_a_fault_that_is_none_is_refused(caller: Caller, fault: Any) -> None:
    status, _ = await caller.call("POST", "/_sandbox/faults", fault)

    assert status == 400


async def test_a_fault_fires_on_its_path_as_often_as_it_was_asked_for(
    sandbox: SolapiSandbox, caller: Caller
) -> None:
    sandbox.faults.add(Fault(kind="delay", seconds=0, path=LIST, times=2))

    for _ in range(3):
        await caller.call("GET", LIST)
    await caller.send()

    assert sandbox.faults.fired == {"delay": 2}


async def test_it_serves_this_machine_alone() -> None:
    with pytest.raises(ValueError, match="loopback"):
        async with SolapiSandbox().serve("0.0.0.0"):
            pass


async def test_it_serves_ipv6() -> None:
    async with SolapiSandbox().serve("::1") as running:
        assert running.base_url.startswith("http://[::1]:")


def test_bytes_are_counted_as_carriers_do() -> None:
    assert [euc_kr_bytes(text) for text in ("a1\n", "가나", "똠", "😀")] == [3, 4, None, None]
