"""The Confirm Process: asks the shop, just before approval, whether to go on."""

from dataclasses import dataclass

from aiohttp import ClientTimeout

from sandbox.portone_v1 import words
from sandbox.portone_v1.exact_json import JsonObject, loads
from sandbox.portone_v1.payment import Payment
from sandbox.portone_v1.webhooks import Outbox

_REASON_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the shop said: only HTTP 200 lets the payment go on."""

    approved: bool
    reason: str | None = None
    result: JsonObject | None = None


async def ask_shop(outbox: Outbox, url: str, payment: Payment, timeout_s: float) -> Verdict:
    """Ask once; any other status, a timeout or no answer at all stops the payment."""
    question = {name: payment.get(name) for name in ("imp_uid", "merchant_uid", "amount")}
    result = await outbox.post(url, question, limits=ClientTimeout(total=timeout_s))
    if result.get("status_code") == 200:
        return Verdict(approved=True, result=result)
    return Verdict(approved=False, reason=_reason(result.get("body", "")), result=result)


def _reason(body: str) -> str:
    try:
        answer = loads(body)
    except ValueError:
        return words.REASON_UNKNOWN
    reason = answer.get("reason") if isinstance(answer, dict) else None
    is_usable = isinstance(reason, str) and bool(reason)
    return str(reason)[:_REASON_LIMIT] if is_usable else words.REASON_UNKNOWN
