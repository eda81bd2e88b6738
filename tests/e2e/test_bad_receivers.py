"""A shop or a provider that misbehaves, on real sockets: retried or parked, shown, alone in it."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.receivers import (
    SECRET,
    Behaviour,
    Receiver,
    answering,
    hanging,
    receiving,
    sending_a_gigabyte,
)
from tests.support.service import API_KEY, running, settings_for
from tests.support.solapi import solapi_running
from tests.support.storefront import Storefront, open_sandbox, serving, until

# More than any task of another kind takes on a busy machine, and less than a receiver may hang.
SOON_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A service that tells a shop, and what its operator sees."""

    storefront: Storefront
    receiver: Receiver
    database: Path
    settings: dict[str, str]

    async def tasks(self) -> list[dict[str, Any]]:
        """What `payproof tasks --json` prints."""
        async with running(
            "tasks",
            "--json",
            settings=self.settings,
            secrets=self.storefront.secrets,
            folder=self.database.parent,
        ) as listing:
            assert await listing.end() == 0
            return [json.loads(line) for line in listing.printed]

    async def heard_by(self, order_id: str, *, times: int = 1) -> list[str]:
        await until(lambda: len(self.receiver.heard[order_id]) >= times)
        return self.receiver.heard[order_id]


def the_one(tasks: list[dict[str, Any]], order_id: str, kind: str) -> dict[str, Any]:
    found = [task for task in tasks if (task["order_id"], task["kind"]) == (order_id, kind)]
    assert len(found) == 1, found
    return found[0]


@asynccontextmanager
async def stage(folder: Path, **settings: str) -> AsyncIterator[Stage]:
    database = folder / "payproof.db"
    async with receiving() as receiver, open_sandbox() as (place, control):
        told = {"MERCHANT_WEBHOOK_URL": receiver.url, "MERCHANT_WEBHOOK_SECRET": SECRET}
        async with serving(place, control, database, **told, **settings) as storefront:
            yield Stage(
                storefront=storefront,
                receiver=receiver,
                database=database,
                settings=settings_for(place, database, **told, **settings),
            )


async def test_a_receiver_that_hangs_delays_nothing_else(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        shop = scene.storefront
        stuck_ids = [await shop.order(order_id=f"stuck-{number}") for number in range(60)]
        for order_id in stuck_ids:
            scene.receiver.behaviours[order_id] = hanging
            await shop.complete(await shop.payment(order_id), order_id)
        # They are due before all that follows: who waits for some of them is late by rounds.
        await scene.heard_by(stuck_ids[0])

        began_s = time.monotonic()
        paid_id, _ = await shop.paid_order()
        account_id = await shop.order()
        account = await shop.payment(account_id, pay_method="vbank", status="ready")
        await shop.complete(account, account_id)
        late_id = await shop.order()
        late = await shop.payment(late_id)
        await shop.control.fault("status", path=f"/payments/{late}", times=4)
        await shop.complete(late, late_id)

        # Another order's event, the buyer's message, and a re-check of a payment.
        await scene.heard_by(paid_id)
        await shop.printed_about(account_id)
        await shop.status_becomes(late_id, "paid")
        assert time.monotonic() - began_s < SOON_S

        stuck = the_one(await scene.tasks(), "stuck-0", "tellShop")
        assert stuck["state"] in ("leased", "waiting")
        assert stuck["attempts"] >= 1


REFUSALS: dict[str, Behaviour] = {
    "500": answering("500 Internal Server Error"),
    "302": answering("302 Found", "Location: /elsewhere"),
    "307": answering("307 Temporary Redirect", "Location: /elsewhere"),
    "gigabyte": sending_a_gigabyte,
}


async def test_a_receiver_that_refuses_is_tried_again_under_one_id(tmp_path: Path) -> None:
    # All at once: each is waited for as long as the first three tries take.
    async with stage(tmp_path) as scene:
        for order_id, behaviour in REFUSALS.items():
            await scene.storefront.order(order_id=order_id)
            scene.receiver.behaviours[order_id] = behaviour
            await scene.storefront.complete(await scene.storefront.payment(order_id), order_id)

        for order_id in REFUSALS:
            await scene.heard_by(order_id, times=2)
        tasks = await scene.tasks()
        other_id, _ = await scene.storefront.paid_order()
        await scene.heard_by(other_id)
        scene.receiver.behaviours.clear()
        heard = {order_id: len(scene.receiver.heard[order_id]) for order_id in REFUSALS}
        for order_id, times in heard.items():
            await scene.heard_by(order_id, times=times + 1)

        for order_id in REFUSALS:
            assert len(set(scene.receiver.heard[order_id])) == 1
            task = the_one(tasks, order_id, "tellShop")
            assert task["state"] in ("leased", "waiting")
            assert task["attempts"] >= 2
            assert task["reason"] == ("http-500" if order_id == "gigabyte" else f"http-{order_id}")
        assert set(scene.receiver.paths) == {"/hooks"}


async def test_a_number_that_no_sms_reaches_is_parked_and_shown_without_it(tmp_path: Path) -> None:
    async with solapi_running() as solapi:
        solapi.sandbox.outbox.verdicts["01066666666"] = "1060"
        settings = {
            "NOTIFIER": "solapi",
            "SOLAPI_API_KEY": solapi.running.api_key,
            "SOLAPI_API_SECRET": solapi.running.api_secret,
            "SOLAPI_SENDER": solapi.running.sender,
            "SOLAPI_BASE_URL": solapi.running.base_url,
        }
        async with stage(tmp_path, **settings) as scene:
            shop = scene.storefront

            async def issue(order_id: str, phone: str) -> None:
                await shop.order(order_id=order_id, customer={"id": order_id, "phone": phone})
                account = await shop.payment(order_id, pay_method="vbank", status="ready")
                answer = await shop.complete(account, order_id)
                assert answer.json()["status"] == "vbankIssued"

            await issue("blocked", "010-6666-6666")
            await issue("abroad", "+1 212 555 0100")
            await issue("reached", "010-2345-6789")
            refused = await shop.http.post(
                "/orders",
                json={"order_id": "no-phone", "amount": 1000, "currency": "KRW"}
                | {"customer": {"id": "c", "phone": "call me"}},
                headers={"Authorization": f"Bearer {API_KEY}"},
            )
            await until(lambda: len(solapi.texts) == 1)

            async def both_are_parked() -> bool:
                parked = [task for task in await scene.tasks() if task["state"] == "parked"]
                return len(parked) == 2

            await until(both_are_parked)
            shown = await scene.tasks()
            reasons = {
                task["order_id"]: task["reason"] for task in shown if task["state"] == "parked"
            }

        assert reasons == {"blocked": "number-blocked", "abroad": "not-a-korean-number"}
        assert (refused.status_code, refused.json()["status"]) == (400, "invalidRequest")
        assert "6666" not in json.dumps(shown).replace("-", "")
