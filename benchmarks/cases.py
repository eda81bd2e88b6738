"""The cases: what is asked of every contestant, and how."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.contestants import PAYPROOF
from benchmarks.load import Question, post
from benchmarks.sales import Sale

Ask = Callable[[Sale, str], Question]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One kind of load.

    `of` names an earlier case whose very sales are asked about again; without it they are new
    ones. `rest_s` is time for what is done after the answer. `gateway_delay_s` is how long the
    gateway takes.
    """

    name: str
    title: str
    ask: Ask
    requests: int
    at_once: int = 32
    of: str | None = None
    by_transfer: bool = False
    gateway_delay_s: float = 0.0
    rest_s: float = 0.0


def _knock(expected: bytes) -> Ask:
    def ask(sale: Sale, _: str) -> Question:
        body = {"imp_uid": sale.payment_id, "merchant_uid": sale.order_id}
        return post("/payments/complete", json.dumps(body).encode(), expected)

    return ask


def _webhook(sale: Sale, contestant: str) -> Question:
    body = {"imp_uid": sale.payment_id, "merchant_uid": sale.order_id, "status": "paid"}
    # The peers answer a webhook as they answer the browser.
    expected = b'"accepted"' if contestant == PAYPROOF else b'"success"'
    return post("/webhooks/portone-v1", json.dumps(body).encode(), expected)


def _confirm(sale: Sale, _: str) -> Question:
    body = {"imp_uid": sale.payment_id, "merchant_uid": sale.order_id, "amount": 1000}
    return post("/confirm/portone-v1", json.dumps(body).encode(), b'"status"')


_paid, _issued = _knock(b'"success"'), _knock(b'"vbankIssued"')

FIRST = Case(name="first", title="First verification", ask=_paid, requests=250)
WEBHOOK = Case(
    name="webhook", title="Webhook after the browser", ask=_webhook, requests=250, of="first"
)
REPEAT = Case(name="repeat", title="The browser again", ask=_paid, requests=250, of="first")
CONFIRM = Case(
    name="confirm", title="Confirm, before the gateway approves", ask=_confirm, requests=250
)
ACCOUNT = Case(
    name="account",
    title="Virtual account issued, buyer told",
    ask=_issued,
    requests=100,
    by_transfer=True,
    rest_s=1.5,
)
CROWD = Case(
    name="crowd", title="First verification, 200 at once", ask=_paid, requests=400, at_once=200
)
SLOW = Case(
    name="slow",
    title="First verification, gateway takes 100 ms",
    ask=_paid,
    requests=40,
    at_once=8,
    gateway_delay_s=0.1,
)
SLOW_REPEAT = Case(
    name="slow-repeat",
    title="The browser again, gateway takes 100 ms",
    ask=_paid,
    requests=40,
    at_once=8,
    of="slow",
    gateway_delay_s=0.1,
)

# Confirm comes before a payment is settled, so it has sales that nothing else asks about.
ON_SQLITE = (FIRST, WEBHOOK, REPEAT, CONFIRM, ACCOUNT, CROWD, SLOW, SLOW_REPEAT)
ON_MONGODB = (FIRST, WEBHOOK, REPEAT, CROWD)
