"""The vendor's "no": its code says whether nothing happened, or whether nothing is known."""

import re
from dataclasses import dataclass
from typing import Final

from adapters.outbound.json_fields import JsonFields
from adapters.outbound.reasons import clean_reason
from domain.refund import RefundAccount

_CODE: Final = re.compile(r"[A-Z0-9_]{1,80}", re.ASCII)

_NOT_FOUND: Final = frozenset({"NOT_FOUND", "NOT_FOUND_PAYMENT"})
# Our key is not accepted, or not for this.
_OF_OUR_KEY: Final = frozenset(
    {
        "FORBIDDEN_REQUEST",
        "INCORRECT_BASIC_AUTH_FORMAT",
        "INVALID_API_KEY",
        "INVALID_AUTHORIZE_AUTH",
        "UNAUTHORIZED_KEY",
    }
)
# Refused, but perhaps because it was done before, or is being done now.
_UNCERTAIN: Final = frozenset(
    {
        "ALREADY_COMPLETED_PAYMENT",
        "ALREADY_PROCESSED_PAYMENT",
        "FORBIDDEN_CONSECUTIVE_REQUEST",
        "IDEMPOTENT_REQUEST_PROCESSING",
        "PROVIDER_ERROR",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One refusal in the vendor's own words."""

    code: str
    sentence: str | None

    @property
    def is_of_our_key(self) -> bool:
        return self.code in _OF_OUR_KEY

    @property
    def is_not_found(self) -> bool:
        return self.code in _NOT_FOUND

    @property
    def is_uncertain(self) -> bool:
        """Whether what was asked for may have happened all the same."""
        return self.code in _UNCERTAIN

    def reason(self, account: RefundAccount | None = None) -> str:
        """Its sentence, or else its code; fit to be shown, without what the account holds."""
        return clean_reason(self.sentence or self.code, account)


def read_refusal(body: bytes) -> Refusal | None:
    """The refusal; None if the body has not the form that the vendor gives them."""
    fields = JsonFields.decode(body)
    code = None if fields is None else fields.text("code")
    if fields is None or code is None or not _CODE.fullmatch(code):
        return None
    return Refusal(code=code, sentence=fields.text("message"))
