"""Asks the shop, just before approval, whether to go on."""

from dataclasses import dataclass

from aiohttp import ClientTimeout

from sandbox.machinery.exact_json import JsonObject, loads
from sandbox.machinery.outbox import Outbox, Write

_REASON_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the shop said: only HTTP 200 lets the payment go on."""

    approved: bool
    reason: str | None = None
    result: JsonObject | None = None


async def ask_shop(
    outbox: Outbox,
    url: str | None,
    write: Write,
    *,
    timeout_s: float,
    reason_in: str,
    reason_unsaid: str,
) -> Verdict:
    """Ask once; any other status, a timeout or no answer at all stops the payment.

    With nobody to ask, the vendor simply goes on. `reason_in` names the field of a refusal that
    holds the reason.
    """
    if url is None:
        return Verdict(approved=True)
    result = await outbox.post(url, write(), ClientTimeout(total=timeout_s))
    if result.get("status_code") == 200:
        return Verdict(approved=True, result=result)
    reason = _reason(result.get("body", ""), reason_in) or reason_unsaid
    return Verdict(approved=False, reason=reason, result=result)


def _reason(body: str, name: str) -> str | None:
    try:
        answer = loads(body)
    except ValueError:
        return None
    reason = answer.get(name) if isinstance(answer, dict) else None
    return reason[:_REASON_LIMIT] if isinstance(reason, str) and reason else None
