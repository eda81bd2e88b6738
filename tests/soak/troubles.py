"""Everything that goes wrong around payproof while it is being killed, kind by kind."""

import asyncio
from random import Random
from typing import Any, Final

from sandbox.portone_v1 import SandboxControl
from sandbox.solapi import Fault, SolapiSandbox
from tests.soak import inbox
from tests.soak.book import Book
from tests.soak.deck import Deck

_PAYMENTS: Final = "/payments/"
# Of each kind what the gateway does, how often in a row, and on which calls.
_GATEWAY: Final[dict[str, dict[str, Any]]] = {
    "delay": {"seconds": 0.3, "times": 5},
    "drop": {"times": 3},
    "lost_answer": {"path": "/payments/cancel", "times": 1},
    "hang": {"seconds": 4},
    "status": {"status": 503, "times": 3},
    "envelope": {"method": "GET", "path": _PAYMENTS},
    "expired_token": {},
    "broken_json": {"path": _PAYMENTS},
    "not_json_object": {"method": "GET", "path": _PAYMENTS},
    "drip": {"method": "GET", "path": _PAYMENTS, "seconds": 0.01},
    "huge": {"method": "GET", "path": _PAYMENTS, "n_bytes": 4_000_000},
    "redirect": {"method": "GET", "path": _PAYMENTS},
}
_PROVIDER: Final = ("delay", "drop", "hang", "status", "broken_json", "redirect")
GATEWAY_FAULTS: Final = tuple(f"gateway: {kind}" for kind in _GATEWAY)
PROVIDER_FAULTS: Final = tuple(f"SMS: {kind}" for kind in _PROVIDER)
# Plans that were carried out are swept away after so many, or each call would look at them all.
_SWEPT_AFTER: Final = 60
_OPERATIONS_A_TROUBLE: Final = 6
_LOOKS_EVERY_S: Final = 0.05


class Troubles:
    """Plans troubles as long as it runs: as many as the traffic can bear, on any machine."""

    def __init__(
        self,
        control: SandboxControl,
        provider: SolapiSandbox,
        shop: inbox.Inbox,
        book: Book,
        rng: Random,
    ) -> None:
        self._control = control
        self._provider = provider
        self._shop = shop
        self._book = book
        self._rng = rng
        self._deck = Deck((*GATEWAY_FAULTS, *PROVIDER_FAULTS, *inbox.FAULTS), rng)

    async def run(self) -> None:
        planned = 0
        while True:
            await asyncio.sleep(_LOOKS_EVERY_S)
            while planned * _OPERATIONS_A_TROUBLE < self._book.n_arrived:
                await self._plan(self._deck.deal())
                planned += 1
                if planned % _SWEPT_AFTER == 0:
                    await self._sweep()

    async def stop(self) -> None:
        """Clears what is planned, and counts what has happened."""
        await self._sweep()
        self._shop.planned.clear()
        for kind, times in (await self._control.faults())["fired"].items():
            self._book.counts[f"gateway: {kind}"] += times
        for kind, times in self._provider.faults.fired.items():
            self._book.counts[f"SMS: {kind}"] += times

    async def _plan(self, name: str) -> None:
        who, _, kind = name.partition(": ")
        if who == "gateway":
            await self._control.fault(kind, **_GATEWAY[kind])
        elif who == "SMS":
            path = self._rng.choice(("/messages/v4/list", "/messages/v4/send-many"))
            is_taken = self._rng.random() < 0.5
            self._provider.faults.add(Fault(kind=kind, taken=is_taken, path=path, seconds=0.5))
        else:
            self._shop.planned.append(name)

    async def _sweep(self) -> None:
        await self._control.clear_faults()
        self._provider.faults.clear()
