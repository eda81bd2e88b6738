"""Tells the shop's backend over HTTP; only a plain yes counts as accepted."""

import asyncio
from typing import Any, Final

import aiohttp
import httpx
import msgspec

from adapters.merchant_webhook.signature import read_secret, signed_headers
from ports.clock import Clock
from ports.errors import ShopUnavailable
from ports.shop_channel import News

_HEADERS: Final = {
    "Content-Type": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "payproof",
}


class MerchantWebhook:
    """A `ShopChannel` by signed webhooks. The client is the caller's, and sets no limit itself."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        url: str,
        secret: str,
        clock: Clock,
        timeout_s: float = 10.0,
    ) -> None:
        """Raises `InvalidValue` for a secret that Standard Webhooks does not allow."""
        self._client = client
        self._url = url
        self._key = read_secret(secret)
        self._clock = clock
        self._timeout_s = timeout_s

    async def tell(self, news: News, /) -> None:
        body = msgspec.json.encode(_payload(news))
        signed = signed_headers(
            self._key,
            event_id=news.event_id,
            sent_at_s=int(self._clock.now().timestamp()),
            body=body,
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                http_status = await self._post(body, _HEADERS | signed)
        except TimeoutError:
            raise ShopUnavailable("timeout") from None
        except (httpx.InvalidURL, httpx.RemoteProtocolError, UnicodeError):
            # From a Location, which httpx reads although it is not to follow it.
            raise ShopUnavailable("redirect") from None
        except (httpx.HTTPError, aiohttp.ClientError, OSError):
            # Without its cause, which carries the whole request.
            raise ShopUnavailable("connection") from None
        if not 200 <= http_status < 300:
            raise ShopUnavailable(f"http-{http_status}")

    async def _post(self, body: bytes, headers: dict[str, str]) -> int:
        request = self._client.build_request("POST", self._url, content=body, headers=headers)
        response = await self._client.send(request, stream=True, follow_redirects=False)
        # The status says it all: a body, however long, is never read.
        await response.aclose()
        return response.status_code


def _payload(news: News) -> dict[str, Any]:
    data = {
        "order_id": news.order_id,
        "payment_id": news.key.payment_id,
        "gateway": news.key.gateway,
        "amount": news.amount.number,
        "currency": news.amount.currency_code,
        "refunded_amount": news.refunded.number,
        "late": news.late,
    }
    if news.surplus is not None:
        data["surplus_amount"] = news.surplus.number
    return {
        "type": news.type,
        "timestamp": f"{news.at:%Y-%m-%dT%H:%M:%S.%f}Z",
        "data": data,
    }
