"""A stray is kept in any case, and a person hears of it once."""

import pytest

from domain.tasks import AlertReason
from ports.errors import NotifierRefused, NotifierUnavailable, PortError, RepositoryUnavailable
from ports.notifier import OperatorAlert
from tests.support.factories import a_key, a_payment
from tests.support.shop import Shop

STRAY = a_payment(order_id="주문 #1")


async def test_a_person_hears_of_it_once() -> None:
    shop = Shop()

    told = [await shop.keep_stray(STRAY, AlertReason.WITHOUT_ORDER) for _ in range(3)]

    assert told == [True] * 3
    assert shop.notifier.accepted == [
        OperatorAlert(
            message_id="stray/portone-v1/imp_000000000001/withoutOrder",
            order_id="주문 #1",
            key=a_key(),
            reason=AlertReason.WITHOUT_ORDER,
        )
    ]


@pytest.mark.parametrize("error", [NotifierUnavailable("x"), NotifierRefused("x")])
async def test_it_is_kept_though_nobody_can_be_told(error: PortError) -> None:
    shop = Shop()
    shop.notifier.faults.fail("send", error)

    first = await shop.keep_stray(STRAY, AlertReason.WITHOUT_ORDER)
    second = await shop.keep_stray(STRAY, AlertReason.WITHOUT_ORDER)

    assert (first, second) == (False, True)
    assert len(shop.notifier.accepted) == 1
    assert list(shop.store.strays) == [STRAY.key]


async def test_nobody_is_told_of_what_could_not_be_kept() -> None:
    shop = Shop()
    shop.faults.fail("keep", RepositoryUnavailable("x"))

    with pytest.raises(RepositoryUnavailable):
        await shop.keep_stray(STRAY, AlertReason.WITHOUT_ORDER)

    assert shop.notifier.accepted == []
