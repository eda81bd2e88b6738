"""Commands at a terminal, against the sandbox and a database that the shop's orders are in."""

import asyncio
import re
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from sandbox.portone_v1 import RunningSandbox, SandboxControl
from tests.support.commands import Ended, RunCommand, payproof
from tests.support.factories import an_entry, an_order
from tests.support.storefront import open_sandbox

__all__ = ["payproof"]

ORDER = an_order(order_id="order-1")


@pytest.fixture(scope="module")
async def portone() -> AsyncIterator[tuple[RunningSandbox, SandboxControl]]:
    async with open_sandbox() as portone:
        yield portone


class Terminal:
    """Runs commands against that PortOne, beside the loop it is served in."""

    def __init__(self, payproof: RunCommand, place: RunningSandbox) -> None:
        self._payproof = payproof
        self._settings = {
            "PORTONE_V1_BASE_URL": place.base_url,
            "PORTONE_V1_API_KEY": place.api_key,
            "PORTONE_V1_API_SECRET": place.api_secret,
        }

    async def run(self, *arguments: str, **settings: str | None) -> Ended:
        command = partial(self._payproof, *arguments, **{**self._settings, **settings})
        return await asyncio.to_thread(command)

    async def verify(self, payment_id: str, order_id: str, **settings: str) -> Ended:
        return await self.run("verify", payment_id, "--order", order_id, **settings)


@pytest.fixture
async def terminal(
    payproof: RunCommand, portone: tuple[RunningSandbox, SandboxControl], tmp_path: Path
) -> Terminal:
    database = SqliteDatabase(tmp_path / "payproof.db")
    await database.open()
    await SqliteOrderRepository(database).add(ORDER, [])
    await database.close()
    return Terminal(payproof, portone[0])


@pytest.fixture
def control(portone: tuple[RunningSandbox, SandboxControl]) -> SandboxControl:
    return portone[1]


@pytest.mark.parametrize(
    ("payment", "exit_code", "words"),
    [
        ({"status": "paid"}, 0, "paid, and every field agrees"),
        ({"status": "ready", "pay_method": "vbank"}, 0, "virtual account issued"),
        ({"status": "ready"}, 75, "not known yet"),
        ({"status": "paid", "amount": 1}, 1, "forged"),
        ({"status": "failed"}, 1, "failed"),
        ({"status": "paid", "merchant_uid": "order-2"}, 1, "forged"),
        ({"status": "paid", "sandbox": True}, 1, "does not know this payment"),
    ],
    ids=["paid", "account", "open", "amount", "failed", "other-order", "test-channel"],
)
async def test_verify_ends_with_the_verdict(
    terminal: Terminal,
    control: SandboxControl,
    payment: dict[str, Any],
    exit_code: int,
    words: str,
) -> None:
    usual: dict[str, Any] = {"merchant_uid": "order-1", "amount": 1000}
    opened = await control.create_payment(**usual | payment)

    ended = await terminal.verify(opened["imp_uid"], "order-1")

    assert (ended.exit_code, ended.err) == (exit_code, "")
    assert words in ended.out


async def test_verify_says_cancelled_and_surplus(
    terminal: Terminal, control: SandboxControl
) -> None:
    first = await control.create_payment("order-1", 1000, status="paid")
    second = await control.create_payment("order-1", 1000, status="paid")
    await terminal.verify(first["imp_uid"], "order-1")

    surplus = await terminal.verify(second["imp_uid"], "order-1")
    await control.cancel(second["imp_uid"], amount=400)
    cancelled = await terminal.verify(second["imp_uid"], "order-1")

    assert (surplus.exit_code, cancelled.exit_code) == (1, 1)
    assert "one of them is too much" in surplus.out
    assert "cancelled: 400 KRW given back" in cancelled.out


async def test_verify_names_what_it_cannot_find(terminal: Terminal) -> None:
    no_payment = await terminal.verify("imp_000000000404", "order-1")
    no_order = await terminal.verify("imp_000000000404", "order-404")

    assert (no_payment.exit_code, no_order.exit_code) == (1, 1)
    assert "does not know this payment" in no_payment.out
    assert "no such order" in no_order.out


async def test_verify_does_not_know_in_an_outage(
    terminal: Terminal, control: SandboxControl
) -> None:
    away = await terminal.verify(
        "imp_123456789012", "order-1", PORTONE_V1_BASE_URL="http://127.0.0.1:1"
    )
    await control.fault("broken_json", path="/payments/imp_123456789013")
    await control.create_payment("order-1", 1000, status="paid", imp_uid="imp_123456789013")
    nonsense = await terminal.verify("imp_123456789013", "order-1")

    assert (away.exit_code, nonsense.exit_code) == (75, 75)
    assert away.err == "payproof: the gateway is out of reach: try again (connection)\n"
    assert nonsense.err.startswith("payproof: the gateway's answer makes no sense: try again (")


async def test_refused_credentials_are_wrong_settings(terminal: Terminal) -> None:
    ended = await terminal.verify("imp_123456789012", "order-1", PORTONE_V1_API_SECRET="wrong")

    assert ended.exit_code == 2
    assert ended.err.startswith("payproof: the gateway refuses our credentials: ")


async def test_explain_shows_every_payment_and_verdict(
    terminal: Terminal, control: SandboxControl
) -> None:
    forged = await control.create_payment("order-1", 7, status="paid")
    paid = await control.create_payment("order-1", 1000, status="paid")
    before = await terminal.run("explain", "order-1")
    await terminal.verify(forged["imp_uid"], "order-1")
    await terminal.verify(paid["imp_uid"], "order-1")

    ended = await terminal.run("explain", "order-1")

    assert before.exit_code == 0
    assert "nobody has shown us a payment yet" in before.out
    assert ended.exit_code == 0
    assert f"order order-1: paid, 1000 KRW, settled by portone-v1/{paid['imp_uid']}" in ended.out
    assert "amount: expected 1000, got 7" in ended.out
    shown = " ".join(ended.out.split())
    assert f"cli → forged portone-v1/{forged['imp_uid']} (paid)" in shown
    assert f"cli → paid portone-v1/{paid['imp_uid']} (paid)" in shown
    assert len(re.findall(r"answer sha256 [0-9a-f]{64}", ended.out)) == 2
    assert ended.out.count("rules 1") == 2
    assert ended.out.count("chain: holds, after ") == 2


async def test_explain_says_that_a_deposit_came_late(
    terminal: Terminal, control: SandboxControl
) -> None:
    an_hour_ago = int(time.time()) - 3600
    late = await control.create_payment(
        "order-1", 1000, pay_method="vbank", status="paid", overrides={"vbank_date": an_hour_ago}
    )
    await terminal.verify(late["imp_uid"], "order-1")

    ended = await terminal.run("explain", "order-1")

    shown = " ".join(re.sub("[│┃]", " ", ended.out).split())
    assert "order order-1: paid" in shown
    assert "settles the order; deposited after its deadline" in shown


async def test_explain_and_audit_name_an_entry_that_was_changed(
    terminal: Terminal, control: SandboxControl, tmp_path: Path
) -> None:
    for amount in (7, 8, 9):
        forged = await control.create_payment("order-1", amount, status="paid")
        await terminal.verify(forged["imp_uid"], "order-1")
    untouched = await terminal.run("audit")
    with closing(sqlite3.connect(tmp_path / "payproof.db", isolation_level=None)) as connection:
        connection.execute("UPDATE history SET outcome = 'paid' WHERE version = 2")

    explained = await terminal.run("explain", "order-1")
    audited = await terminal.run("audit")

    where = "entry 2: does not fit the hash that what follows it holds: it was changed"
    assert untouched.exit_code == 0
    assert audited.exit_code == 1
    assert audited.out.splitlines()[:2] == [
        f"order order-1: {where}",
        "1 order, 3 entries: 1 broken",
    ]
    assert explained.exit_code == 0
    assert f"the chain is broken: {where}" in explained.out
    states = [line.partition("── chain: ")[2] for line in explained.out.splitlines()]
    assert [state.partition(",")[0] for state in states if state] == [
        "holds",
        "BROKEN here",
        "after the break",
    ]


async def test_explain_tells_entries_of_an_older_release(
    terminal: Terminal, tmp_path: Path
) -> None:
    database = SqliteDatabase(tmp_path / "payproof.db")
    await database.open()
    await SqliteOrderRepository(database).save(replace(ORDER, version=1, history=(an_entry(),)), [])
    await database.close()

    ended = await terminal.run("explain", "order-1")

    assert "rules not recorded" in ended.out
    assert "chain: from before there was one" in ended.out


async def test_explain_says_which_refund_would_cure_a_second_payment(
    terminal: Terminal, control: SandboxControl
) -> None:
    first = await control.create_payment("order-1", 1000, status="paid")
    second = await control.create_payment("order-1", 1000, status="paid")
    await terminal.verify(first["imp_uid"], "order-1")
    verified = await terminal.verify(second["imp_uid"], "order-1")

    ended = await terminal.run("explain", "order-1")

    cure = f"giving 1000 KRW back to portone-v1/{second['imp_uid']} would cure it"
    assert verified.exit_code == 1
    assert cure in verified.out
    assert "settles the order" in ended.out
    assert "a refund of 1000 KRW would cure it" in " ".join(ended.out.replace("│", " ").split())


async def test_explain_says_no_such_order(terminal: Terminal) -> None:
    ended = await terminal.run("explain", "order-404")

    assert (ended.exit_code, ended.out) == (1, "no such order: order-404\n")


async def test_doctor_finds_everything_well(terminal: Terminal) -> None:
    ended = await terminal.run("doctor", API_KEY="key-of-the-shop")

    assert (ended.exit_code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert [line[:4].strip() for line in lines] == ["ok", "ok", "ok"]
    assert [line[6:15].strip() for line in lines] == ["settings", "database", "gateway"]


@pytest.mark.parametrize(
    ("settings", "exit_code", "line"),
    [
        ({"PORT": "x"}, 2, "FAIL  settings  wrong: PAYPROOF_PORT must be"),
        ({"DATABASE_URL": "sqlite:////"}, 2, "FAIL  database  PAYPROOF_DATABASE_URL cannot be"),
        ({"PORTONE_V1_API_KEY": "wrong"}, 2, "refuses our credentials"),
        ({"PORTONE_V1_BASE_URL": "http://127.0.0.1:1"}, 75, "127.0.0.1:1: the gateway is out of"),
        ({"API_KEY": None}, 0, "note  api key   PAYPROOF_API_KEY is not set"),
    ],
    ids=["settings", "database", "credentials", "gateway", "no-api-key"],
)
async def test_doctor_names_what_is_wrong(
    terminal: Terminal, settings: dict[str, str | None], exit_code: int, line: str
) -> None:
    ended = await terminal.run("doctor", **settings)

    assert ended.exit_code == exit_code
    assert line in ended.out


async def test_doctor_looks_at_the_gateway_though_the_database_is_wrong(
    terminal: Terminal,
) -> None:
    ended = await terminal.run("doctor", DATABASE_URL="sqlite:////")

    assert "FAIL  database" in ended.out
    assert "ok    gateway" in ended.out


async def test_no_command_shows_the_buyers_phone(
    terminal: Terminal, control: SandboxControl
) -> None:
    assert ORDER.customer is not None
    opened = await control.create_payment("order-1", 1000, status="ready", pay_method="vbank")

    verified = await terminal.verify(opened["imp_uid"], "order-1")
    explained = await terminal.run("explain", "order-1")

    assert ORDER.customer.phone is not None
    assert ORDER.customer.phone not in f"{verified}{explained}"
