"""One leg: fresh database, traffic with troubles and kills, then calm, and every order judged."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final

from sandbox.machinery.serving import serving
from sandbox.portone_v1 import RunningSandbox, Sandbox, SandboxControl
from sandbox.solapi import RunningSolapi, SolapiSandbox
from tests.soak.book import Book, Harm, Order, Sms
from tests.soak.buyers import STORIES, Buyer
from tests.soak.checker import View, check_order
from tests.soak.deck import Deck
from tests.soak.excuses import EVENTS, Excuses
from tests.soak.inbox import SECRET, Inbox
from tests.soak.line import BY_SHOP, Line
from tests.soak.programs import KILLS, Programs
from tests.soak.records import Record
from tests.soak.tally import Tally
from tests.soak.troubles import Troubles
from tests.support.service import API_KEY, settings_for

# After the last try that was put off: a killed worker's lease lasts a minute, tries fail again.
_REST_WITHIN_S: Final = 420.0
_ANSWERS_WITHIN_S: Final = 120.0
_LOOKS_EVERY_S: Final = 0.2
_READ_AT_ONCE: Final = 16
# What a command ends with that got no answer in time.
_TRY_AGAIN: Final = 75
_TRIES: Final = 5
_KEYS: Final = ("portone-key-52c7", "portone-secret-a90e")
_PROVIDER_SECRET: Final = "solapi-secret-77d1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a leg is to do: at least so many payments and kills, from that seed."""

    seed: int
    payments: int
    kills: int
    crowd: int = 24
    # Shortest and longest time from one kill to the next, in seconds; None if nothing is killed.
    pause_s: tuple[float, float] | None
    # Fewest and most operations that must arrive before a kill, beside that.
    operations: tuple[int, int] = (10, 60)


class Leg:
    """Everything that takes part in it. `stop` ends the traffic early; all else is as ever."""

    def __init__(
        self,
        plan: Plan,
        record: Record,
        folder: Path,
        *,
        stop: asyncio.Event,
        inbox: type[Inbox] = Inbox,
        on_progress: Callable[[int, int], None] = lambda _payments, _kills: None,
    ) -> None:
        self._plan = plan
        self._record = record
        self._folder = folder
        self._stop = stop
        self._inbox = inbox
        self._on_progress = on_progress
        self._rng = Random(plan.seed)
        self._numbers = count(1)
        self.book = Book()
        self._portone = Sandbox(*_KEYS)
        self._provider = SolapiSandbox(api_secret=_PROVIDER_SECRET, balance_won=10**12)

    async def run(self) -> Tally:
        """Plays it to its end."""
        began_s, since = time.monotonic(), datetime.now(UTC) - timedelta(minutes=1)
        async with AsyncExitStack() as stack:
            place = await stack.enter_async_context(self._portone.serve())
            self._control = await stack.enter_async_context(SandboxControl(place.base_url))
            provider = await stack.enter_async_context(self._provider.serve())
            excuses = Excuses()
            self._shop = self._inbox(self.book, excuses)
            shop = await stack.enter_async_context(serving(self._shop.app(), "127.0.0.1", 0))
            settings, secrets = self._settings(place, provider, shop)
            programs = Programs(
                settings,
                secrets,
                self._folder,
                self.book,
                excuses,
                partial(self._record.lent, EVENTS),
            )
            self._programs = await stack.enter_async_context(programs)
            self._line = await stack.enter_async_context(Line(self.book))
            self._line.base_url = self._programs.base_url
            await self._stormy()
            await self._come_to_rest()
            await self._sweep(since)
            await self._come_to_rest()
            await self._audit()
            await self._judge()
        for damage in await asyncio.to_thread(self._record.damages):
            self.book.complain(Harm.WRONG, f"the database is damaged: {damage}")
        return self._tally(time.monotonic() - began_s)

    def _tally(self, spent_s: float) -> Tally:
        tally = Tally(
            payments=self.book.n_payments,
            legs=1,
            spent_s=spent_s,
            kills=self._programs.kills,
            restarts=self._programs.restarts,
            counts=self.book.counts,
        )
        for (_, result), times in self.book.operations.items():
            tally.results[result] += times
        tally.blame(self.book.complaints)
        return tally

    def _settings(
        self, place: RunningSandbox, provider: RunningSolapi, shop: str
    ) -> tuple[dict[str, str], set[str]]:
        settings = settings_for(
            place,
            self._folder,
            DATABASE_URL=self._record.url,
            GATEWAY_TIMEOUT_S="2",
            RECONCILE_EVERY_S="0",
            NOTIFIER="solapi",
            SOLAPI_API_KEY=provider.api_key,
            SOLAPI_API_SECRET=provider.api_secret,
            SOLAPI_SENDER=provider.sender,
            SOLAPI_BASE_URL=provider.base_url,
            MERCHANT_WEBHOOK_URL=f"{shop}/events",
            MERCHANT_WEBHOOK_SECRET=SECRET,
        )
        return settings, {API_KEY, *_KEYS, _PROVIDER_SECRET, SECRET.removeprefix("whsec_")}

    async def _stormy(self) -> None:
        """Traffic, troubles and kills, until there was enough of each."""
        troubles = Troubles(
            self._control, self._provider, self._shop, self.book, Random(self._plan.seed + 1)
        )
        planning = asyncio.create_task(troubles.run())
        killing = asyncio.create_task(self._kill())
        deck = Deck([name for name, (_, n) in STORIES.items() for _ in range(n)], self._rng)
        crowd = [asyncio.create_task(self._buy(deck, killing)) for _ in range(self._plan.crowd)]
        try:
            await asyncio.gather(*crowd, killing)
        finally:
            for task in (planning, killing, *crowd):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await planning
        await troubles.stop()

    async def _kill(self) -> None:
        rng = Random(self._plan.seed + 2)
        deck = Deck(KILLS, rng)
        while not self._is_enough() and not self._stop.is_set():
            if self._plan.pause_s is None:
                await asyncio.sleep(_LOOKS_EVERY_S)
                continue
            await asyncio.sleep(rng.uniform(*self._plan.pause_s))
            await self._until_some_arrive(rng.randint(*self._plan.operations))
            await self._programs.kill_and_restart(deck.deal(), rng)
            self._on_progress(self.book.n_payments, self._programs.kills)

    async def _until_some_arrive(self, operations: int) -> None:
        """However slow the machine is, each life of a process has some traffic."""
        wanted = self.book.n_arrived + operations
        while self.book.n_arrived < wanted and not self._is_enough() and not self._stop.is_set():
            await asyncio.sleep(_LOOKS_EVERY_S)

    def _is_enough(self) -> bool:
        has_killed = self._programs.kills >= self._plan.kills
        return has_killed and self.book.n_payments >= self._plan.payments

    async def _buy(self, deck: Deck, killing: "asyncio.Task[None]") -> None:
        """One place in the crowd: story after story, as long as there is something to kill."""
        while not killing.done():
            name = deck.deal()
            self.book.counts[name] += 1
            buyer = Buyer(
                prefix="soak",
                numbers=self._numbers,
                line=self._line,
                control=self._control,
                book=self.book,
                rng=Random(self._rng.getrandbits(64)),
            )
            await STORIES[name][0](buyer)
            self._on_progress(self.book.n_payments, self._programs.kills)

    async def _come_to_rest(self) -> None:
        """I7: with nothing going wrong any more, no task waits after a stated time."""
        waiting = await asyncio.to_thread(self._record.unfinished)
        # After a long storm some tries are put off for longer than any other rest takes.
        last_try_at_s = await asyncio.to_thread(self._record.last_try_at_s)
        give_up_at_s = max(last_try_at_s, time.time()) + _REST_WITHIN_S
        while any(not name.endswith(" parked") for name in waiting):
            if time.time() > give_up_at_s:
                break
            await asyncio.sleep(_LOOKS_EVERY_S)
            waiting = await asyncio.to_thread(self._record.unfinished)
        for name, times in waiting.items():
            self.book.complain(Harm.LOST, f"{times} tasks do not come to rest: {name}")

    async def _sweep(self, since: datetime) -> None:
        """I1: what nobody told of, or told in vain, is found in the gateway's own record."""
        exit_code = await self._command("reconcile", "--from", since.isoformat())
        if exit_code not in (0, 1):
            self.book.complain(Harm.WRONG, f"the sweep ended with {exit_code}")
        self.book.promise_all()

    async def _command(self, *arguments: str) -> int:
        """Its exit code; where it says "try again", for a slow machine, that is what is done."""
        exit_code = _TRY_AGAIN
        for _ in range(_TRIES):
            exit_code = await self._programs.command(*arguments)
            if exit_code != _TRY_AGAIN:
                break
        return exit_code

    async def _audit(self) -> None:
        """I6: nothing that was written down has been changed since."""
        exit_code = await self._command("audit")
        if exit_code != 0:
            self.book.complain(Harm.WRONG, f"the audit ended with {exit_code}")

    async def _judge(self) -> None:
        self._programs.read_so_far()
        self._shop.judge()
        by_phone = {order.phone_digits: order for order in self.book.orders.values()}
        for message in self._provider.messages:
            order = by_phone.get(message.to)
            if order is None:
                self.book.complain(Harm.WRONG, "an SMS went to a number that is no buyer's")
            else:
                order.sms.append(Sms(message.to, message.text))
        orders = iter(list(self.book.orders.values()))
        await asyncio.gather(*(self._judge_each(orders) for _ in range(_READ_AT_ONCE)))

    async def _judge_each(self, orders: Any) -> None:
        for order in orders:
            for payment in order.payments.values():
                if not payment.is_forged:
                    shown = await self._control.payment(payment.imp_uid)
                    payment.gave_back = int(shown["cancel_amount"])
            view = await self._read(order)
            self.book.complaints += check_order(order, view)

    async def _read(self, order: Order) -> View | None:
        give_up_at = time.monotonic() + _ANSWERS_WITHIN_S
        while time.monotonic() < give_up_at:
            answer = await self._line.ask(
                "read", "GET", f"/orders/{order.order_id}", headers=BY_SHOP
            )
            if answer is not None and answer.http_status == 200:
                view: View = answer.body
                return view
            if answer is not None and answer.http_status == 404:
                return None
            await asyncio.sleep(0.2)
        self.book.complain(Harm.LOST, f"{order.order_id} cannot be read")
        return None
