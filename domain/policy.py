"""What a shop lets pass: settings that verification and settlement judge by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.payment import Mode, Payment

# Banks report a deposit made in the last minute some minutes later.
DEPOSIT_GRACE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which mode's payments count, and each gateway's account that they must be made to, if any.

    LIVE refuses payments made in a gateway's test mode; TEST allows them beside live ones. An
    account lapses `deposit_grace` after its deadline. `tells_shop` says that the shop wants events.
    `refunds_surplus` and `refunds_forged` say what is given back without anybody asking.
    """

    mode: Mode
    merchant_accounts: Mapping[str, str] = field(default_factory=dict)
    deposit_grace: timedelta = DEPOSIT_GRACE
    tells_shop: bool = False
    refunds_surplus: bool = False
    refunds_forged: bool = False

    def allows(self, mode: Mode) -> bool:
        return mode is Mode.LIVE or self.mode is Mode.TEST

    def lets_lapse(self, payment: Payment, now: datetime) -> bool:
        """Whether the buyer has let the time go by for a deposit that is still awaited."""
        account = payment.awaited_account
        if account is None or account.due_at is None:
            return False
        return account.due_at + self.deposit_grace <= now
