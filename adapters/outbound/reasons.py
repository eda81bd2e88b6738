"""A vendor's sentence for why not, without anybody's account or phone."""

import re
from typing import Final

from adapters.outbound.json_fields import shown
from domain.refund import RefundAccount

_MAX_LENGTH: Final = 500
# An account's number, or a phone's: nine digits or more, in groups or not.
_LONG_NUMBER: Final = re.compile(
    r"(?<![A-Za-z0-9_])[0-9](?:[ -]?[0-9]){8,}(?![A-Za-z0-9_])", re.ASCII
)
_HIDDEN: Final = "***"


def clean_reason(sentence: str | None, account: RefundAccount | None = None) -> str:
    """The sentence, fit to be stored and shown; `account` is what it must not repeat."""
    reason = shown(sentence, _MAX_LENGTH) or "declined without a reason"
    if account is not None:
        for secret in (account.number, account.holder, account.phone):
            reason = reason.replace(secret, _HIDDEN) if secret else reason
    return _LONG_NUMBER.sub(_HIDDEN, reason)
