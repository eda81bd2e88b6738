"""The vendor's "no": a type, and perhaps a sentence."""

import re
from dataclasses import dataclass
from typing import Final

from adapters.outbound import refusals
from adapters.outbound.http_client import Answer
from adapters.outbound.json_fields import JsonFields
from adapters.outbound.reasons import clean_reason
from domain.refund import RefundAccount
from ports.errors import PortError

_TYPE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,99}", re.ASCII)
# What the vendor answers to what it will not do; nothing was done then.
_DECLINES: Final = frozenset({400, 404, 409})

NOT_FOUND: Final = "PAYMENT_NOT_FOUND"
ALREADY_PAID: Final = "ALREADY_PAID"
# Said with 502: the payment company behind the vendor had trouble, or said no.
BEHIND: Final = "PG_PROVIDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What it says."""

    type: str
    message: str | None

    def reason(self, account: RefundAccount | None = None) -> str:
        """Its sentence, or its type, without anybody's account or phone."""
        return clean_reason(self.message or self.type.lower().replace("_", " "), account)


def refusal_in(answer: Answer) -> Refusal | None:
    """The vendor's own refusal; None if somebody else has answered."""
    fields = JsonFields.decode(answer.body)
    type_ = None if fields is None else fields.text("type")
    if fields is None or type_ is None or not _TYPE.fullmatch(type_):
        return None
    return Refusal(type=type_, message=fields.text("message"))


def decline_in(answer: Answer) -> Refusal | None:
    """A refusal that says for sure that nothing was done; None for every other answer."""
    return refusal_in(answer) if answer.status in _DECLINES else None


def error_of(answer: Answer) -> PortError:
    """What an answer that is no success means."""
    return refusals.error_of(answer, is_vendors=refusal_in(answer) is not None)
