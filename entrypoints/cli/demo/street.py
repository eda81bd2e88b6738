"""Everything at once, left open: a shop to buy in, the payment window, a bank and the service."""

import asyncio
import base64
import secrets
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click
import httpx

from entrypoints.cli.demo.program import Program, StageFailed, running_program
from entrypoints.cli.demo.service import API_KEY, plain_environment, running_service
from entrypoints.cli.stand_ins import STAND_INS, StandIn
from entrypoints.stopping import told_to_stop
from sandbox.machinery.checkout.desk import BANK_PATH, SCRIPT_PATH

_SHOP = Path(__file__).parents[3] / "examples" / "shop" / "shop.py"
# Soon enough for somebody who waits for a lost webhook to be made good.
_SWEEP_EVERY_S = 15
# What a page has to name, by the gateways that have a payment window.
MERCHANT_CODES: Final[Mapping[str, str]] = {
    "portone-v1": "imp00000000",
    "portone-v2": "store-00000000-0000-0000-0000-000000000000",
    "stripe": "pk_live_sandbox",
    "toss": "live_ck_sandbox",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Where everything is, and the programs that keep it open."""

    gateway: str
    shop_url: str
    service_url: str
    sandbox_url: str
    console_password: str = field(repr=False)
    programs: tuple[Program, ...]


async def stay_open(gateway: str) -> signal.Signals:
    """Opens all, says where, and closes in order when told to stop."""
    told = told_to_stop()
    async with open_street(_say, gateway=gateway) as street:
        _announce(street)
        events: list[asyncio.Future[Any]] = [told, *(it.ended for it in street.programs)]
        await asyncio.wait(events, return_when=asyncio.FIRST_COMPLETED)
        if not told.done():
            raise StageFailed("the shop or the service has ended by itself")
    return told.result()


@asynccontextmanager
async def open_street(
    say: Callable[[str, str], None], *, gateway: str, sweep_every_s: int = _SWEEP_EVERY_S
) -> AsyncIterator[Street]:
    """Opens all on free loopback ports; `say` is told who printed what."""
    if not _SHOP.exists():
        raise StageFailed("the example shop is not installed; run this from a checkout")
    event_secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    shop_port = _free_port()
    console_password = secrets.token_urlsafe(12)
    settings = {
        "PAYPROOF_CONSOLE_PASSWORD": console_password,
        "PAYPROOF_MERCHANT_WEBHOOK_URL": f"http://127.0.0.1:{shop_port}/events",
        "PAYPROOF_MERCHANT_WEBHOOK_SECRET": event_secret,
        "PAYPROOF_RECONCILE_EVERY_S": str(sweep_every_s),
    }
    async with AsyncExitStack() as stack:
        stand_in = await stack.enter_async_context(STAND_INS[gateway](0))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="payproof-demo-"))
        service, service_url = await stack.enter_async_context(
            running_service(
                dict(stand_in.settings) | settings, folder, lambda line: say("payproof", line)
            )
        )
        await _send_webhooks(stand_in, f"{service_url}/webhooks/{gateway}")
        shop_settings = _shop_settings(gateway, stand_in) | {
            "SHOP_PORT": str(shop_port),
            "SHOP_PAYPROOF_URL": service_url,
            "SHOP_PAYPROOF_KEY": API_KEY,
            "SHOP_EVENT_SECRET": event_secret,
        }
        shop, shop_url = await stack.enter_async_context(
            running_program(
                "the shop",
                *(sys.executable, str(_SHOP)),
                environment=plain_environment() | shop_settings,
                tell=lambda line: say("shop", line),
            )
        )
        yield Street(
            gateway=gateway,
            shop_url=shop_url,
            service_url=service_url,
            sandbox_url=stand_in.base_url,
            console_password=console_password,
            programs=(service, shop),
        )


def _shop_settings(gateway: str, stand_in: StandIn) -> dict[str, str]:
    """What the shop has to know of the gateway."""
    settings = {
        "SHOP_GATEWAY": gateway,
        "SHOP_SCRIPT_URL": stand_in.base_url + SCRIPT_PATH,
        "SHOP_MERCHANT_CODE": MERCHANT_CODES[gateway],
    }
    if gateway == "stripe":
        # There a shop's backend opens the payments.
        key = dict(stand_in.settings)["PAYPROOF_STRIPE_API_KEY"]
        settings |= {"SHOP_STRIPE_URL": stand_in.base_url, "SHOP_STRIPE_KEY": key}
    return settings


async def _send_webhooks(stand_in: StandIn, url: str) -> None:
    """Has the stand-in tell the service of what happens, as the vendor's console would."""
    settings = {"webhook_url": url, "webhook_mode": "auto"}
    async with httpx.AsyncClient(base_url=stand_in.base_url, trust_env=False) as client:
        answer = await client.put("/_sandbox/settings", json=settings)
    answer.raise_for_status()


def _free_port() -> int:
    """A port for the shop, which the service has to know before the shop can start."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _announce(street: Street) -> None:
    click.echo(f"shop      {street.shop_url}  (buy here: pay, be declined, cheat)")
    click.echo(f"bank      {street.sandbox_url}{BANK_PATH}  (pay into a virtual account)")
    click.echo(f"console   {street.service_url}/console  (password {street.console_password})")
    click.echo(f"sandbox   {street.sandbox_url}")
    click.echo(f"payproof  {street.service_url}")
    click.echo("What they say to people comes below. Ctrl-C closes everything.")


def _say(who: str, line: str) -> None:
    click.echo(f"{who:8}  {line}")
