"""The shop, its buyers and PortOne before two services at once, without regard for order."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from random import Random
from typing import Any

import httpx

from sandbox.portone_v1 import SandboxControl
from tests.support.service import API_KEY

_AMOUNT = 1000
_LATER = 503
# A line that was idle too long is closed just when it is used again; counted as an answer.
_CUT_OFF = 0
_COME_BACK_S = 0.5
# Far more than it takes, also on a machine that is busy elsewhere.
_TOLD_WITHIN_S = 300
_BY_SHOP = {"Authorization": f"Bearer {API_KEY}"}


class Street:
    """What is done goes to either service by chance. Every answer is counted by its status.

    Who is told to come back later, or is cut off, tries again: 503 is an answer, but not the last.
    """

    def __init__(self, urls: list[str], control: SandboxControl, printed: list[list[str]]) -> None:
        self.control = control
        self.answers: Counter[int] = Counter()
        self._urls = urls
        self._printed = printed
        self._read = [0] * len(printed)
        self._told: set[str] = set()
        self._client = httpx.AsyncClient(
            trust_env=False, timeout=120, limits=httpx.Limits(max_connections=None)
        )

    async def aclose(self) -> None:
        await self._client.aclose()

    async def all_of(self, *things: Awaitable[Any]) -> None:
        await asyncio.gather(*things)

    async def order(self, order_id: str) -> None:
        """The shop registers the order, twice at once, at both."""
        body = {
            "order_id": order_id,
            "amount": _AMOUNT,
            "currency": "KRW",
            "customer": {"id": f"customer-of-{order_id}", "phone": "010-2345-6789"},
        }
        await asyncio.gather(
            *(
                self._until_answered("POST", f"{url}/orders", json=body, headers=_BY_SHOP)
                for url in self._urls
            )
        )

    async def pay(self, order_id: str, *, amount: int = _AMOUNT, **more: str) -> str:
        """A payment at PortOne; gives its id."""
        payment = await self.control.create_payment(order_id, amount, **more)  # type: ignore[arg-type]
        return str(payment["imp_uid"])

    async def browser(self, dice: Random, payment_id: str, order_id: str) -> None:
        body = {"imp_uid": payment_id, "merchant_uid": order_id}
        url = f"{dice.choice(self._urls)}/payments/complete"
        await self._until_answered("POST", url, json=body)

    async def phone(self, dice: Random, payment_id: str, order_id: str) -> None:
        query = {"imp_uid": payment_id, "merchant_uid": order_id}
        url = f"{dice.choice(self._urls)}/payments/redirect"
        await self._until_answered("GET", url, params=query)

    async def webhooks(self, dice: Random, payment_id: str) -> None:
        """PortOne's webhook, once or twice, at one of the two."""
        url = f"{dice.choice(self._urls)}/webhooks/portone-v1"
        times = dice.choice([1, 2])
        while True:
            deliveries = await self.control.webhook(payment_id, url=url, times=times)
            statuses = [int(delivery.get("status_code") or 0) for delivery in deliveries]
            self.answers.update(statuses)
            if _LATER not in statuses:
                return
            await asyncio.sleep(_COME_BACK_S)

    async def crowd(self, dice: Random, payment_id: str, order_id: str) -> None:
        """Browser, phone and webhook together, some of them more than once."""
        knocks = [self.browser(dice, payment_id, order_id), self.webhooks(dice, payment_id)]
        for _ in range(dice.choice([0, 0, 1, 2])):
            again = dice.choice([self.browser, self.phone])
            knocks.append(again(dice, payment_id, order_id))
        await asyncio.gather(*knocks)

    async def message_about(self, order_id: str) -> None:
        """The buyer waits for the message that tells them where to pay."""
        async with asyncio.timeout(_TOLD_WITHIN_S):
            while order_id not in self._told:
                await asyncio.sleep(0.1)
                for number, lines in enumerate(self._printed):
                    new = lines[self._read[number] :]
                    self._read[number] += len(new)
                    self._told |= {line.split("/")[1] for line in new if "(tellBuyer" in line}

    async def _until_answered(self, method: str, url: str, **request: Any) -> None:
        while True:
            try:
                answer = await self._client.request(method, url, **request)
            except httpx.TransportError:
                self.answers[_CUT_OFF] += 1
            else:
                self.answers[answer.status_code] += 1
                if answer.status_code != _LATER:
                    return
            await asyncio.sleep(_COME_BACK_S)
