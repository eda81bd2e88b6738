"""Approving, cut at every call of every port: the money is taken once, and is never lost sight of.

Each call is cut before or after its effect, by an error or by the death of the process. Then the
buyer tries again, or nobody does and the sweep comes.
"""

from contextlib import suppress
from dataclasses import dataclass

import pytest

from application.verify_payment import Settled
from domain.order import OrderStatus, Trigger
from domain.payment import PaymentStatus
from ports.errors import GatewayUnavailable, PortError, RepositoryUnavailable
from tests.support.factories import PAYMENT_ID, a_payment
from tests.support.shop import Shop, a_knock

WAITING = a_payment(status=PaymentStatus.OPENED, awaits_approval=True)
SWEEP = a_knock(Trigger.RECONCILE, claimed=PaymentStatus.UNKNOWN)
# find the order, find the payment, note it, approve it, save the verdict: before and after each
MOMENTS = range(1, 11)


class Death(BaseException):
    """The process dies here."""


@dataclass
class Cut:
    """At the `at`th moment, once."""

    at: int
    is_death: bool
    seen: int = 0

    async def __call__(self, call: str) -> None:
        self.seen += 1
        if self.seen == self.at:
            if self.is_death:
                raise Death
            is_gateways = call.startswith(("gateway", "approval"))
            raise (GatewayUnavailable if is_gateways else RepositoryUnavailable)("cut")


async def after(cut: Cut) -> Shop:
    """A shop whose buyer's first knock was cut."""
    shop = Shop()
    shop.keep()
    shop.gateway.put(WAITING)
    shop.around = cut
    with suppress(Death, PortError):
        await shop.verify_payment(a_knock())
    return shop


@pytest.mark.parametrize("is_death", [True, False])
@pytest.mark.parametrize("at", MOMENTS)
async def test_a_buyer_who_tries_again_has_paid_once(at: int, is_death: bool) -> None:
    shop = await after(Cut(at, is_death))

    verdict = await shop.verify_payment(a_knock())

    assert isinstance(verdict, Settled)
    assert shop.order().status is OrderStatus.PAID
    assert shop.gateway.approvals == [PAYMENT_ID]


@pytest.mark.parametrize("is_death", [True, False])
@pytest.mark.parametrize("at", MOMENTS)
async def test_whoever_left_has_paid_if_and_only_if_the_money_was_taken(
    at: int, is_death: bool
) -> None:
    shop = await after(Cut(at, is_death))

    await shop.verify_payment(SWEEP)
    await shop.work_to_rest()

    is_paid = shop.order().status is OrderStatus.PAID
    assert is_paid is (shop.gateway.approvals == [PAYMENT_ID])
    assert "parked" not in shop.states()


async def test_every_moment_is_cut() -> None:
    uncut = Cut(0, is_death=True)

    shop = await after(uncut)

    assert uncut.seen == len(MOMENTS)
    assert shop.order().status is OrderStatus.PAID
