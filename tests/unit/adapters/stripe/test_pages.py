"""Pages are turned to the end, or it is said that they cannot be; nobody is left out in silence."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory.clock import ManualClock
from adapters.stripe.listing import StripeListing
from ports.errors import GatewayProtocolError, GatewayRefused
from ports.payment_listing import FoundPayments
from tests.support.scripted_server import http, scripted
from tests.unit.adapters.stripe.conftest import PATIENT_S, MakeSession
from tests.unit.adapters.stripe.samples import PAYMENT_ID, fields_of, sample

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
OTHER_ID = "pi_3MtwBwLkdIwHu7ix28a3tqPb"
EVENT = fields_of("event_charge_refunded")


def page(*rows: object, has_more: object = False) -> bytes:
    return http(200, json.dumps({"data": list(rows), "has_more": has_more}).encode())


def event_of(payment_id: object) -> dict[str, object]:
    about = EVENT["data"]["object"] | {"payment_intent": payment_id}
    return EVENT | {"data": {"object": about}}


async def listed(
    make_session: MakeSession, *answers: bytes
) -> tuple[list[FoundPayments], list[str]]:
    async with scripted(answers) as script:
        listing = StripeListing(
            make_session(script.base_url), ManualClock(NOW), page_timeout_s=PATIENT_S
        )
        window = listing.pages(NOW - timedelta(hours=1), NOW)
        return [each async for each in window], script.targets


async def test_what_was_made_is_shown_once_and_older_payments_by_their_events(
    make_session: MakeSession,
) -> None:
    made = fields_of("succeeded_card")
    older = fields_of("processing") | {"id": OTHER_ID, "latest_charge": None}

    pages, targets = await listed(
        make_session,
        page(made, has_more=True),
        page(),
        page(event_of(PAYMENT_ID), event_of(OTHER_ID), event_of(OTHER_ID), event_of(None)),
        http(200, json.dumps(older).encode()),
    )

    shown = [payment.key.payment_id for each in pages for payment in each.payments]
    assert shown == [PAYMENT_ID, OTHER_ID]
    assert f"starting_after={PAYMENT_ID}" in targets[1]
    first_s = int(NOW.timestamp()) - 3600
    for target in targets[:3]:
        assert f"created%5Bgte%5D={first_s}&created%5Blte%5D={first_s + 3599}" in target
    assert targets[2].count("types%5B%5D=") == 17
    assert targets[3] == f"/v1/payment_intents/{OTHER_ID}?expand%5B%5D=latest_charge"


async def test_what_cannot_be_read_is_named_and_the_rest_counts(
    make_session: MakeSession,
) -> None:
    spoilt = fields_of("succeeded_card") | {"id": OTHER_ID, "currency": None}

    pages, _ = await listed(
        make_session,
        page(spoilt, {"id": "x"}, 7, fields_of("succeeded_card")),
        page(7, {"id": 1}, event_of("pi_../x"), event_of("pi_spoilt"), event_of("pi_gone")),
        http(200, b"[]"),
        http(404, sample("error_404_unknown_payment")),
    )

    assert [list(each.unreadable) for each in pages] == [
        [OTHER_ID, "", ""],
        # Asked for together: which of them is answered first is nobody's choice.
        *([[pages[1].unreadable[0]]]),
        ["", "", ""],
    ]
    assert pages[1].unreadable[0] in ("pi_spoilt", "pi_gone")


@pytest.mark.parametrize(
    "answers",
    [
        [http(200, b"[]")],
        [http(200, b"<html>")],
        [http(200, b'{"data":{},"has_more":false}')],
        [http(200, b'{"data":[]}')],
        [page(has_more="false")],
        # More to come, and nothing to go on from.
        [page(has_more=True)],
        [page({"id": None}, has_more=True)],
        [page({"id": "a&b=c"}, has_more=True)],
        # Round and round.
        [page(fields_of("succeeded_card"), has_more=True)] * 2,
    ],
)
async def test_a_list_that_cannot_be_read_to_its_end_is_nonsense(
    make_session: MakeSession, answers: list[bytes]
) -> None:
    with pytest.raises(GatewayProtocolError):
        await listed(make_session, *answers)


async def test_one_that_cannot_be_asked_for_stops_the_walk(make_session: MakeSession) -> None:
    with pytest.raises(GatewayRefused):
        await listed(
            make_session,
            page(),
            page(event_of(PAYMENT_ID), event_of(OTHER_ID)),
            http(401, sample("error_401_invalid_key")),
            http(401, sample("error_401_invalid_key")),
        )
