"""Who is told, and by which way: buyers, and the shop's backend."""

from collections.abc import Callable

from adapters.merchant_webhook.channel import MerchantWebhook
from adapters.outbound.http_client import HttpClient
from adapters.solapi.notifier import SolapiNotifier
from entrypoints.settings import Settings
from ports.clock import Clock
from ports.notifier import Notifier
from ports.shop_channel import ShopChannel


def shop_channel_of(
    settings: Settings, client: Callable[[], HttpClient], clock: Clock
) -> ShopChannel | None:
    """The shop's webhook, if it wants one."""
    webhook = settings.merchant_webhook
    if webhook is None:
        return None
    return MerchantWebhook(client(), url=webhook.url, secret=webhook.secret, clock=clock)


def buyer_notifier_of(
    settings: Settings, client: Callable[[], HttpClient], clock: Clock, console: Notifier
) -> Notifier:
    """The provider of SMS, or the console."""
    if settings.solapi is None:
        return console
    return SolapiNotifier(
        client(),
        api_key=settings.solapi.api_key,
        api_secret=settings.solapi.api_secret,
        sender=settings.solapi.sender,
        base_url=settings.solapi.base_url,
        clock=clock,
    )
