"""The control API's verbs of the buyer and the bank, where a change needs nothing but the time."""

from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from aiohttp import web

from sandbox.machinery.clock import Clock
from sandbox.machinery.control_fields import Fields

_Payment = TypeVar("_Payment")
_Payment_contra = TypeVar("_Payment_contra", contravariant=True)


class BuyersChanges(Protocol[_Payment_contra]):
    """What a buyer or the bank makes of a payment; raises where it cannot go there."""

    def pay(self, payment: _Payment_contra, now: int) -> object: ...
    def issue_account(self, payment: _Payment_contra, now: int, due_in_s: int) -> object: ...
    def deposit(self, payment: _Payment_contra, now: int, *, late: bool) -> object: ...


class BuyersVerbs(Generic[_Payment]):
    """Changes the payment that a request names, by a vendor's own changes."""

    def __init__(
        self,
        changes: BuyersChanges[_Payment],
        clock: Clock,
        change: Callable[[web.Request, Callable[[_Payment], object]], Awaitable[web.Response]],
        *,
        deposit_within_s: int,
    ) -> None:
        """Change by `change`, which answers too; unsaid, a deposit has `deposit_within_s`."""
        self._changes = changes
        self._clock = clock
        self._change = change
        self._deposit_within_s = deposit_within_s

    def routes(self, path: str) -> list[web.RouteDef]:
        """List the endpoints of a payment's address."""
        return [
            web.post(f"{path}/deposit", self.deposit),
            web.post(f"{path}/issue", self.issue),
            web.post(f"{path}/pay", self.pay),
        ]

    async def pay(self, request: web.Request) -> web.Response:
        """The buyer pays."""
        await Fields.of(request)
        now = self._clock.now()
        return await self._change(request, lambda it: self._changes.pay(it, now))

    async def issue(self, request: web.Request) -> web.Response:
        """The buyer asks for a virtual account."""
        due_in_s = (await Fields.of(request, "due_in_s")).due_in_s(self._deposit_within_s)
        now = self._clock.now()
        return await self._change(
            request, lambda it: self._changes.issue_account(it, now, due_in_s)
        )

    async def deposit(self, request: web.Request) -> web.Response:
        """The buyer's money reaches the virtual account."""
        late = (await Fields.of(request, "late")).flag("late", default=False)
        now = self._clock.now()
        return await self._change(request, lambda it: self._changes.deposit(it, now, late=late))
