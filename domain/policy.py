"""What a shop lets pass: settings that verification and settlement judge by."""

from dataclasses import dataclass

from domain.payment import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which mode's payments count, and the merchant account they must be made to, if one is set.

    LIVE refuses payments made in a gateway's test mode; TEST allows them beside live ones.
    """

    mode: Mode
    merchant_account: str | None = None

    def allows(self, mode: Mode) -> bool:
        return mode is Mode.LIVE or self.mode is Mode.TEST
