"""The gateways' stand-ins: each served while a block runs, and what to set to be pointed at it."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from sandbox import portone_v1, portone_v2, stripe, toss


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """One that runs: whose it is, where, and the settings that point payproof at it."""

    vendor: str
    base_url: str
    settings: Sequence[tuple[str, str]]


Serve = Callable[[int], AbstractAsyncContextManager[StandIn]]


@asynccontextmanager
async def _portone_v1(port: int) -> AsyncIterator[StandIn]:
    async with portone_v1.Sandbox().serve(port=port) as running:
        yield StandIn(
            vendor="PortOne",
            base_url=running.base_url,
            settings=(
                ("PAYPROOF_PORTONE_V1_BASE_URL", running.base_url),
                ("PAYPROOF_PORTONE_V1_API_KEY", running.api_key),
                ("PAYPROOF_PORTONE_V1_API_SECRET", running.api_secret),
            ),
        )


@asynccontextmanager
async def _portone_v2(port: int) -> AsyncIterator[StandIn]:
    async with portone_v2.Sandbox().serve(port=port) as running:
        yield StandIn(
            vendor="PortOne V2",
            base_url=running.base_url,
            settings=(
                ("PAYPROOF_GATEWAYS", "portone-v2"),
                ("PAYPROOF_PORTONE_V2_BASE_URL", running.base_url),
                ("PAYPROOF_PORTONE_V2_API_SECRET", running.api_secret),
                ("PAYPROOF_PORTONE_V2_STORE_ID", running.store_id),
                ("PAYPROOF_PORTONE_V2_WEBHOOK_SECRETS", ",".join(running.webhook_secrets)),
            ),
        )


@asynccontextmanager
async def _stripe(port: int) -> AsyncIterator[StandIn]:
    async with stripe.Sandbox().serve(port=port) as running:
        yield StandIn(
            vendor="Stripe",
            base_url=running.base_url,
            settings=(
                ("PAYPROOF_GATEWAYS", "stripe"),
                ("PAYPROOF_STRIPE_BASE_URL", running.base_url),
                ("PAYPROOF_STRIPE_API_KEY", running.api_key),
                ("PAYPROOF_STRIPE_WEBHOOK_SECRETS", running.webhook_secret),
            ),
        )


@asynccontextmanager
async def _toss(port: int) -> AsyncIterator[StandIn]:
    async with toss.Sandbox().serve(port=port) as running:
        yield StandIn(
            vendor="Toss",
            base_url=running.base_url,
            settings=(
                ("PAYPROOF_GATEWAYS", "toss"),
                ("PAYPROOF_TOSS_BASE_URL", running.base_url),
                ("PAYPROOF_TOSS_SECRET_KEY", running.live_key),
            ),
        )


STAND_INS: Final[Mapping[str, Serve]] = {
    "portone-v1": _portone_v1,
    "portone-v2": _portone_v2,
    "stripe": _stripe,
    "toss": _toss,
}
