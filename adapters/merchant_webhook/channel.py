"""Tells the shop's backend over HTTP; only a plain yes counts as accepted."""

from typing import Any

import httpx
import msgspec

from adapters.merchant_webhook.signature import read_secret, signed_headers
from adapters.outbound.body import json_body
from adapters.outbound.credentials import basic
from adapters.outbound.errors import SHOP
from adapters.outbound.http_client import HttpClient
from adapters.outbound.total_time import total_time
from domain.errors import InvalidValue
from ports.clock import Clock
from ports.errors import ShopUnavailable
from ports.shop_channel import News


class MerchantWebhook:
    """A `ShopChannel` by signed webhooks. The client is the caller's, and sets no limit itself."""

    def __init__(
        self,
        client: HttpClient,
        *,
        url: str,
        secret: str,
        clock: Clock,
        timeout_s: float = 10.0,
    ) -> None:
        """Raises `InvalidValue` for a secret that Standard Webhooks does not allow, or no URL."""
        self._client = client
        self._url = _read_url(url)
        self._credentials = (
            basic(self._url.username, self._url.password) if self._url.userinfo else {}
        )
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
        async with total_time(self._timeout_s, SHOP):
            # The status says it all: a body, however long, is never read.
            answer = await self._client.exchange(
                "POST",
                self._url,
                self._url.raw_path.decode("ascii"),
                self._credentials | signed,
                json_body(body),
                errors=SHOP,
                max_bytes=None,
            )
        if not 200 <= answer.status < 300:
            raise ShopUnavailable(f"http-{answer.status}")


def _read_url(text: str) -> httpx.URL:
    try:
        return httpx.URL(text)
    except httpx.InvalidURL:
        raise InvalidValue("url", "is not a URL") from None


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
