"""Orders and their payments, made up from a number, so that all programs know the same ones."""

from dataclasses import dataclass

# From here on a number stands for a payment into a virtual account.
FIRST_VIRTUAL_ACCOUNT = 900_000_000_000


@dataclass(frozen=True, slots=True)
class Sale:
    """An order of 1,000 won and the payment made for it."""

    number: int

    @property
    def order_id(self) -> str:
        return f"bench-{self.number:012}"

    @property
    def payment_id(self) -> str:
        return f"imp_{self.number:012}"


def order_id_of(payment_id: str) -> str:
    """The order that a payment is for."""
    return f"bench-{payment_id.removeprefix('imp_')}"


def is_virtual_account(payment_id: str) -> bool:
    """Whether the payment is a transfer that is still to come."""
    return payment_id.removeprefix("imp_") >= str(FIRST_VIRTUAL_ACCOUNT)
