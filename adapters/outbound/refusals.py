"""What a gateway's answer means that is no success."""

from adapters.outbound.http_client import Answer
from adapters.outbound.line import is_trouble
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError


def error_of(answer: Answer, *, is_vendors: bool) -> PortError:
    """The error; `is_vendors` says whether the body has the form of the vendor's own refusals.

    Otherwise somebody on the way has answered, and nothing is known: a 404 of a proxy is no word
    about the payment. A 401 alone speaks for itself, whatever its body.
    """
    code = f"http-{answer.status}"
    if answer.status == 401:
        return GatewayRefused(code)
    if 300 <= answer.status < 400:
        return GatewayProtocolError("redirect")
    if is_trouble(answer.status) or (answer.status >= 400 and not is_vendors):
        return GatewayUnavailable(code)
    if answer.status == 403:
        return GatewayRefused(code)
    return GatewayProtocolError(code)
