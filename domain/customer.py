"""The buyer of an order."""

from dataclasses import dataclass, field

from domain.errors import InvalidValue
from domain.identifiers import check_text

MAX_CUSTOMER_ID_LENGTH = 100
MAX_PHONE_LENGTH = 20
MIN_PHONE_DIGITS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """The buyer, as the shop knows them. The phone is used for SMS and shown nowhere."""

    customer_id: str
    phone: str | None = field(default=None, repr=False)
    locale: str = "ko"

    def __post_init__(self) -> None:
        check_text("customer.id", self.customer_id, MAX_CUSTOMER_ID_LENGTH)
        if self.phone is not None and not _is_phone(self.phone):
            raise InvalidValue(
                "customer.phone", "must be 7 digits or more, with + - or spaces between"
            )
        if self.locale not in ("ko", "en"):
            raise InvalidValue("customer.locale", 'must be "ko" or "en"')


def _is_phone(text: str) -> bool:
    digits = text.removeprefix("+").replace("-", "").replace(" ", "")
    fits = len(text) <= MAX_PHONE_LENGTH and len(digits) >= MIN_PHONE_DIGITS
    return fits and digits.isascii() and digits.isdigit()
