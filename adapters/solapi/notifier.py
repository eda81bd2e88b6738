"""Tells buyers by SMS, once each, even when the vendor's reply gets lost."""

from typing import Final

from adapters.outbound.errors import NOTIFIER
from adapters.outbound.http_client import HttpClient
from adapters.outbound.total_time import total_time
from adapters.solapi.sms import Sms, domestic_sender
from adapters.solapi.transport import Transport
from adapters.solapi.wire import (
    LIST_PATH,
    SEND_PATH,
    Standing,
    check_sent,
    list_query,
    read_page,
    reference_of,
    send_body,
)
from ports.clock import Clock
from ports.errors import NotifierRefused, NotifierUnavailable
from ports.notifier import AccountNotice, Notice

VENDOR_URL: Final = "https://api.solapi.com"
# Two thousand messages to one number: nobody who buys has so many.
_MAX_PAGES: Final = 20


class SolapiNotifier:
    """A `Notifier` for buyers' phones; an operator has none here, so alerts are refused.

    Nobody here can know whether an earlier try got through: its reply, or the process that
    waited for it, may be gone. So each message is first looked for in the vendor's own list, by
    our id, and sent only if it is not there. That costs one question more, and leaves one gap:
    a message that the vendor takes only after the next try has looked.
    """

    def __init__(
        self,
        client: HttpClient,
        *,
        api_key: str,
        api_secret: str,
        sender: str,
        clock: Clock,
        base_url: str = VENDOR_URL,
        timeout_s: float = 10.0,
    ) -> None:
        """`timeout_s` is for all questions of one message; `client` sets no limit of its own.

        Raises `InvalidValue` for credentials, a sender or an address that cannot be.
        """
        self._transport = Transport(
            client, base_url, api_key=api_key, api_secret=api_secret, clock=clock
        )
        self._sender = domestic_sender(sender)
        self._timeout_s = timeout_s

    async def send(self, notice: Notice, /) -> None:
        if not isinstance(notice, AccountNotice):
            raise NotifierRefused("no-phone")
        sms = Sms.of(notice.phone, notice.text)
        reference = reference_of(notice.message_id)
        async with total_time(self._timeout_s, NOTIFIER):
            if await self._is_taken(sms.to, reference):
                return
            body = send_body(sms, self._sender, reference)
            check_sent(await self._transport.post(SEND_PATH, body))

    async def _is_taken(self, to: str, reference: str) -> bool:
        start_key: str | None = None
        seen: set[Standing] = set()
        for _ in range(_MAX_PAGES):
            answer = await self._transport.get(LIST_PATH, list_query(to, start_key))
            standings, start_key = read_page(answer, reference)
            seen |= standings
            if Standing.TAKEN in seen:
                return True
            if start_key is None:
                break
        else:
            raise NotifierUnavailable("list-too-long")
        if Standing.IN_DOUBT in seen:
            raise NotifierUnavailable("in-doubt")
        return False
