"""The account that a gateway issues for one payment, for the buyer to transfer to."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import InvalidValue
from domain.moments import check_aware


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualAccount:
    """The account a buyer must transfer to; `due_at` is the gateway's deadline, if it told one."""

    bank_code: str | None
    bank_name: str | None
    number: str
    holder: str | None
    due_at: datetime | None

    def __post_init__(self) -> None:
        if self.number.strip() == "":
            raise InvalidValue("virtual_account", "has no account number")
        check_aware("virtual_account.due_at", self.due_at)

    def is_over_by(self, moment: datetime | None) -> bool:
        """Whether the deadline lies before that moment; never, if one of them was not told."""
        return self.due_at is not None and moment is not None and self.due_at < moment
