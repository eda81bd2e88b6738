"""Refunds from the shell, against the sandbox: the money, the exit code and the words."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from domain.order import Order, Trigger
from domain.refund import RefundStatus
from domain.refund_steps import requested
from sandbox.portone_v1 import SandboxControl
from tests.support.commands import Ended, RunCommand, payproof
from tests.support.factories import NOON, a_key, a_refund, an_order
from tests.support.storefront import open_sandbox

__all__ = ["payproof"]

ORDER = an_order(order_id="order-1")


class Terminal:
    """Runs commands on a database of its own, beside the loop that PortOne is served in."""

    def __init__(
        self, payproof: RunCommand, settings: dict[str, str], control: SandboxControl, path: Path
    ) -> None:
        self._payproof = payproof
        self._settings = settings
        self.control = control
        self._path = path

    async def run(self, *arguments: str) -> Ended:
        return await asyncio.to_thread(partial(self._payproof, *arguments, **self._settings))

    async def paid(self, **more: Any) -> str:
        """A payment of the order that is paid and verified; gives its id."""
        opened = await self.control.create_payment(ORDER.order_id, 1000, status="paid", **more)
        payment_id = str(opened["imp_uid"])
        assert (await self.run("verify", payment_id, "--order", ORDER.order_id)).exit_code == 0
        return payment_id

    async def given_back(self, payment_id: str) -> int:
        return int((await self.control.payment(payment_id))["cancel_amount"])

    async def save(self, order: Order) -> None:
        database = SqliteDatabase(self._path)
        await database.open()
        await SqliteOrderRepository(database).save(order, [])
        await database.close()


@pytest.fixture
async def terminal(payproof: RunCommand, tmp_path: Path) -> AsyncIterator[Terminal]:
    database = SqliteDatabase(tmp_path / "payproof.db")
    await database.open()
    await SqliteOrderRepository(database).add(ORDER, [])
    await database.close()
    async with open_sandbox() as (place, control):
        settings = {
            "PORTONE_V1_BASE_URL": place.base_url,
            "PORTONE_V1_API_KEY": place.api_key,
            "PORTONE_V1_API_SECRET": place.api_secret,
        }
        yield Terminal(payproof, settings, control, tmp_path / "payproof.db")


async def test_a_part_then_the_rest_then_nothing(terminal: Terminal) -> None:
    payment_id = await terminal.paid()
    part = ("refund", payment_id, "--amount", "300", "--reason", "one of five broke")

    first = await terminal.run(*part, "--by", "kim")
    again = await terminal.run(*part)
    rest = await terminal.run("refund", payment_id, "--reason", "sent back")
    nothing = await terminal.run("refund", payment_id, "--reason", "once more")

    assert [each.exit_code for each in (first, again, rest, nothing)] == [0, 0, 0, 1]
    assert "300 KRW" in first.out
    assert "was given back" in first.out
    assert again.out == first.out
    assert "700 KRW" in rest.out
    assert "holds no money" in nothing.out
    assert await terminal.given_back(payment_id) == 1000
    explained = await terminal.run("explain", ORDER.order_id)
    for words in ("refunded", "Refunds", "one of five broke", "kim", "refundDone"):
        assert words in explained.out


async def test_a_deposit_goes_to_the_account_that_is_named(terminal: Terminal) -> None:
    payment_id = await terminal.paid(pay_method="vbank")
    words = ("refund", payment_id, "--reason", "late")
    account = ("--bank", "088", "--account", "110-222-333333", "--holder", "김구매")

    without = await terminal.run(*words)
    half = await terminal.run(*words, "--bank", "088")
    whole = await terminal.run(*words, *account)

    assert (without.exit_code, half.exit_code, whole.exit_code) == (1, 2, 0)
    assert "--holder" in without.out
    assert await terminal.given_back(payment_id) == 1000
    explained = await terminal.run("explain", ORDER.order_id)
    assert "110-222" not in whole.out + whole.err + explained.out


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["imp_999999999999", "--reason", "x"], 1, "no order holds"),
        (["imp_999999999999", "--reason", "x", "--order", "order-1"], 1, "no such payment"),
        (["imp_999999999999", "--reason", "x", "--order", "order-9"], 1, "no such order"),
        (["imp_999999999999", "--reason", "x", "--order", ".."], 2, "order_id"),
        (["imp_999999999999", "--order", "order-1"], 2, "--reason"),
        (["imp_999999999999", "--reason", "two\nlines", "--order", "order-1"], 2, "reason"),
        (["nonsense", "--reason", "x", "--order", "order-1"], 2, "payment_id"),
    ],
)
async def test_what_cannot_be_is_said(
    terminal: Terminal, arguments: list[str], exit_code: int, words: str
) -> None:
    ended = await terminal.run("refund", *arguments)

    assert ended.exit_code == exit_code
    assert words in ended.out + ended.err


@pytest.mark.parametrize(
    ("amount", "exit_code"), [("0", 2), ("-1", 2), ("1.5", 2), ("many", 2), ("1001", 1)]
)
async def test_an_amount_that_cannot_be_gives_nothing_back(
    terminal: Terminal, amount: str, exit_code: int
) -> None:
    payment_id = await terminal.paid()

    ended = await terminal.run("refund", payment_id, "--amount", amount, "--reason", "x")

    assert ended.exit_code == exit_code
    assert await terminal.given_back(payment_id) == 0


async def test_an_unknown_result_is_told_as_such_and_the_same_words_find_it(
    terminal: Terminal,
) -> None:
    payment_id = await terminal.paid()
    words = ("refund", payment_id, "--reason", "sent back", "--wait")
    await terminal.control.fault("lost_answer", method="POST", path="/payments/cancel", times=1)

    unknown = await terminal.run(*words, "0")
    found = await terminal.run(*words, "60")

    assert unknown.exit_code == 75
    assert found.exit_code == 0
    assert await terminal.given_back(payment_id) == 1000


async def test_a_refund_that_waits_is_listed_approved_or_declined(terminal: Terminal) -> None:
    payment_id = await terminal.paid()
    nothing = await terminal.run("approve")
    order = await terminal_order(terminal)
    for number in (1, 2):
        refund = a_refund(
            refund_id=f"rf-{number:020}-order-1",
            key=a_key(payment_id),
            status=RefundStatus.AWAITING_APPROVAL,
        )
        order = requested(order, refund, NOON, Trigger.POLICY)
        await terminal.save(order)

    listed = await terminal.run("approve")
    approved = await terminal.run("approve", f"rf-{1:020}-order-1", "--by", "kim")
    declined = await terminal.run("approve", f"rf-{2:020}-order-1", "--decline")
    again = await terminal.run("approve", f"rf-{2:020}-order-1")
    unknown = await terminal.run("approve", f"rf-{3:020}-order-1")
    wrong = await terminal.run("approve", "order-1")

    assert "no refund waits" in nothing.out
    assert listed.out.count("rf-000") == 2
    codes = [each.exit_code for each in (approved, declined, again, unknown, wrong)]
    assert codes == [0, 0, 1, 1, 2]
    assert "not approved" in declined.out


async def terminal_order(terminal: Terminal) -> Order:
    database = SqliteDatabase(terminal._path)
    await database.open()
    order = await SqliteOrderRepository(database).find_by_id(ORDER.order_id)
    await database.close()
    assert order is not None
    return order
