"""What each vendor does at its payment window: the pages around it are the same for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from sandbox.machinery.checkout.pages import Sale, Waiting
from sandbox.machinery.checkout.way_back import WayBack
from sandbox.machinery.exact_json import JsonObject, Number

WAYS: Final = (
    "pay",
    "fail",
    "close",
    "otherAmount",
    "otherPayment",
    "loseWebhook",
    "loseBoth",
)


class Unpayable(Exception):
    """No window can be opened: `code` and `message` are what the page is told, by the vendor."""

    def __init__(self, code: str, message: str) -> None:
        """Carry what the page will be told."""
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Which button of a window was pressed, and what stood in its fields."""

    way: str
    by_account: bool
    amount: Number | None
    receipt_url: str

    @property
    def is_silent(self) -> bool:
        """Whether the vendor's webhook gets lost."""
        return self.way in {"loseWebhook", "loseBoth"}


class Cashier(Protocol):
    """One vendor's side of its payment windows. What cannot be done raises ControlError."""

    # The vendor's browser script, as far as a shop's page needs it.
    script: Path
    allow_remote: bool

    async def open(self, params: JsonObject, way_back: WayBack) -> str:
        """Open a payment for what a page asks, and give its id; raises Unpayable."""

    def sale(self, payment_id: str) -> Sale:
        """Tell what is sold."""

    async def end(self, payment_id: str, press: Press) -> JsonObject:
        """Bring about what was pressed, and give what the page is told of it."""

    def refuse(self, params: JsonObject, refusal: Unpayable) -> JsonObject:
        """Give what the page is told where no window could be opened."""

    def lead_back(self, redirects: WayBack, result: JsonObject) -> str:
        """Give the address that the browser goes to, with what it brings."""

    def paid_at(self, payment_id: str) -> int | None:
        """Tell when the money was taken; None while it was not."""

    def waiting(self) -> Sequence[Waiting]:
        """List the accounts that wait for a deposit, the latest first."""

    async def deposit(self, payment_id: str) -> None:
        """Let the deposit arrive, and tell the shop."""
