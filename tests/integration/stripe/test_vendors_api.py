"""The sandbox speaks as Stripe does: its own library understands all of it."""

import base64
from asyncio import to_thread
from typing import Any

import pytest
import stripe
from aiohttp import ClientSession

from sandbox.stripe import RunningSandbox, SandboxControl
from tests.integration.stripe.conftest import MakeClient


async def refusal(work: Any, *args: Any, **kwargs: Any) -> stripe.StripeError:
    with pytest.raises(stripe.StripeError) as error:
        await to_thread(work, *args, **kwargs)
    return error.value


async def paid(control: SandboxControl, amount: int = 1000, **fields: Any) -> str:
    payment = await control.create(amount, "order-1", **fields)
    await control.pay(payment["id"])
    return str(payment["id"])


async def test_a_payment_is_opened_paid_and_shown(
    client: stripe.StripeClient, control: SandboxControl
) -> None:
    opened = await to_thread(
        client.v1.payment_intents.create,
        {"amount": 1420, "currency": "usd", "metadata": {"order_id": "order-1"}},
    )
    await control.pay(opened.id)

    alone = await to_thread(client.v1.payment_intents.retrieve, opened.id)
    whole = await to_thread(
        client.v1.payment_intents.retrieve, opened.id, {"expand": ["latest_charge"]}
    )

    assert (opened.status, opened.amount_received) == ("requires_payment_method", 0)
    assert (alone.status, alone.amount_received) == ("succeeded", 1420)
    assert alone.metadata["order_id"] == "order-1"
    assert isinstance(alone.latest_charge, str)
    assert isinstance(whole.latest_charge, stripe.Charge)
    assert whole.latest_charge.amount_captured == 1420


async def test_an_unknown_payment_is_missing(client: stripe.StripeClient) -> None:
    error = await refusal(client.v1.payment_intents.retrieve, "pi_x")

    assert isinstance(error, stripe.InvalidRequestError)
    assert (error.http_status, error.code) == (404, "resource_missing")


@pytest.mark.parametrize("options", [{}, {"stripe_account": "acct_sandbox"}])
async def test_the_right_key_is_let_in(
    make_client: MakeClient, control: SandboxControl, options: dict[str, str]
) -> None:
    payment_id = await paid(control)

    client = make_client(**options)

    assert (await to_thread(client.v1.payment_intents.retrieve, payment_id)).id == payment_id


async def test_a_wrong_key_or_account_is_not(make_client: MakeClient) -> None:
    wrong = await refusal(make_client("sk_wrong").v1.payment_intents.list)
    other = await refusal(make_client(stripe_account="acct_x").v1.payment_intents.list)

    assert isinstance(wrong, stripe.AuthenticationError)
    assert isinstance(other, stripe.PermissionError)


@pytest.mark.parametrize(
    ("header", "status"), [("", 401), ("Basic !", 401), ("Bearer ", 401), ("Bearer x", 401)]
)
async def test_a_header_that_names_no_key_is_refused(
    running: RunningSandbox, header: str, status: int
) -> None:
    async with ClientSession() as session:
        url = f"{running.base_url}/v1/events"
        async with session.get(url, headers={"Authorization": header}) as answer:
            assert answer.status == status
            assert (await answer.json())["error"]["type"] == "invalid_request_error"


async def test_the_key_may_be_the_name_of_a_basic_login(running: RunningSandbox) -> None:
    login = base64.b64encode(f"{running.api_key}:".encode()).decode()
    async with ClientSession(headers={"Authorization": f"Basic {login}"}) as session:
        async with session.get(f"{running.base_url}/v1/events") as answer:
            assert answer.status == 200
        async with session.get(f"{running.base_url}/v1/nothing") as unknown:
            assert unknown.status == 404
            assert (await unknown.json())["error"]["type"] == "invalid_request_error"


async def test_lists_are_walked_by_cursors_both_ways(
    client: stripe.StripeClient, control: SandboxControl
) -> None:
    ids = await control.create_many({"amount": 1000} for _ in range(25))

    first = await to_thread(client.v1.payment_intents.list, {"limit": 10})
    walked = await to_thread(lambda: [each.id for each in first.auto_paging_iter()])
    before = await to_thread(client.v1.payment_intents.list, {"limit": 10, "ending_before": ids[0]})
    last = await to_thread(client.v1.payment_intents.list, {"starting_after": ids[1]})

    assert walked == ids[::-1]
    assert first.has_more
    assert [each.id for each in before.data] == ids[10:0:-1]
    assert ([each.id for each in last.data], last.has_more) == ([ids[0]], False)


async def test_a_window_has_both_its_ends(
    client: stripe.StripeClient, control: SandboxControl
) -> None:
    first = await control.create(1000)
    await control.advance_clock(100)
    second = await control.create(1000)

    async def listed(**created: int) -> list[str]:
        page = await to_thread(client.v1.payment_intents.list, {"created": created})  # type: ignore[arg-type]
        return [each.id for each in page.data]

    at = int(second["created"])
    assert await listed(gte=at) == [second["id"]]
    assert await listed(gt=at) == []
    assert await listed(lt=at) == [first["id"]]
    assert await listed(lte=at) == [second["id"], first["id"]]


async def test_every_change_is_an_event(
    client: stripe.StripeClient, control: SandboxControl
) -> None:
    payment_id = await paid(control)
    await control.refund(payment_id, amount=300)
    failed = await control.create(500)
    await control.fail(failed["id"])
    await control.process(failed["id"])
    await control.dispute(payment_id)
    await control.cancel((await control.create(1))["id"], reason="abandoned")

    page = await to_thread(client.v1.events.list, {"limit": 100})
    refunds = await to_thread(client.v1.events.list, {"types": ["charge.refunded"]})
    one = await to_thread(client.v1.events.retrieve, page.data[0].id)

    assert [each.type for each in page.data][::-1] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "refund.created",
        "charge.refunded",
        "payment_intent.created",
        "payment_intent.payment_failed",
        "charge.pending",
        "payment_intent.processing",
        "charge.dispute.created",
        "payment_intent.created",
        "payment_intent.canceled",
    ]
    [refund] = refunds.data
    assert refund.data.object["amount_refunded"] == 300
    assert one.id == page.data[0].id


async def test_money_goes_back_in_parts_and_not_beyond(
    client: stripe.StripeClient, control: SandboxControl
) -> None:
    payment_id = await paid(control)

    first = await to_thread(
        client.v1.refunds.create,
        {"payment_intent": payment_id, "amount": 400, "metadata": {"refund_id": "rf-1"}},
    )
    too_much = await refusal(
        client.v1.refunds.create, {"payment_intent": payment_id, "amount": 601}
    )
    rest = await to_thread(client.v1.refunds.create, {"payment_intent": payment_id})
    nothing_left = await refusal(client.v1.refunds.create, {"payment_intent": payment_id})
    listed = await to_thread(client.v1.refunds.list, {"payment_intent": payment_id})
    alone = await to_thread(client.v1.refunds.retrieve, first.id)

    assert (first.status, rest.amount) == ("succeeded", 600)
    assert (too_much.code, nothing_left.code) == ("amount_too_large", "charge_already_refunded")
    assert [each.id for each in listed.data] == [rest.id, first.id]
    assert alone.metadata is not None
    assert alone.metadata["refund_id"] == "rf-1"


async def test_a_refund_that_fails_is_no_longer_counted(
    client: stripe.StripeClient, control: SandboxControl
) -> None:
    payment_id = await paid(control)
    refund = await control.refund(payment_id, amount=400, status="pending")

    pending = await control.payment(payment_id)
    await control.end_refund(refund["id"], "failed", failure_reason="lost_or_stolen_card")
    failed = await control.payment(payment_id)

    assert pending["latest_charge"]["amount_refunded"] == 400
    assert failed["latest_charge"]["amount_refunded"] == 0
    kinds = [each.type for each in (await to_thread(client.v1.events.list)).data]
    assert kinds[:3] == ["refund.failed", "refund.updated", "charge.refund.updated"]


async def test_a_key_is_carried_out_once_and_forgotten_after_a_day(
    client: stripe.StripeClient, control: SandboxControl
) -> None:
    payment_id = await paid(control)
    work, order = client.v1.refunds.create, {"payment_intent": payment_id, "amount": 100}
    keyed: stripe.RequestOptions = {"idempotency_key": "rf-1"}

    first = await to_thread(work, order, keyed)  # type: ignore[arg-type]
    again = await to_thread(work, order, keyed)  # type: ignore[arg-type]
    other = await refusal(work, {**order, "amount": 200}, keyed)
    await control.advance_clock(24 * 3600)
    later = await to_thread(work, order, keyed)  # type: ignore[arg-type]

    assert first.id == again.id != later.id
    assert isinstance(other, stripe.IdempotencyError)
    charge = (await control.payment(payment_id))["latest_charge"]
    assert charge["amount_refunded"] == 200


async def test_what_is_authorised_is_captured_in_part_or_not_at_all(
    client: stripe.StripeClient, control: SandboxControl
) -> None:
    ids = [(await control.create(1000, capture_method="manual"))["id"] for _ in range(3)]
    for payment_id in ids:
        await control.pay(payment_id)
    await control.refuse_capture(ids[1])

    taken = await to_thread(client.v1.payment_intents.capture, ids[0], {"amount_to_capture": 700})
    refused = await refusal(client.v1.payment_intents.capture, ids[1])
    again = await refusal(client.v1.payment_intents.capture, ids[0])
    too_much = await refusal(client.v1.payment_intents.capture, ids[2], {"amount_to_capture": 1001})
    ended = await to_thread(client.v1.payment_intents.cancel, ids[2])
    too_late = await refusal(client.v1.payment_intents.cancel, ids[0])

    assert (taken.status, taken.amount_received) == ("succeeded", 700)
    assert (await control.payment(ids[0]))["latest_charge"]["amount_refunded"] == 300
    assert isinstance(refused, stripe.CardError)
    assert again.code == too_late.code == "payment_intent_unexpected_state"
    assert too_much.code == "amount_too_large"
    assert ended.status == "canceled"


@pytest.mark.parametrize(
    ("amount", "currency"), [(1005, "kwd"), (550, "isk"), (0, "usd"), (10**8, "usd"), (1, "dollar")]
)
async def test_amounts_that_the_vendor_does_not_take_are_refused(
    client: stripe.StripeClient, amount: int, currency: str
) -> None:
    error = await refusal(
        client.v1.payment_intents.create, {"amount": amount, "currency": currency}
    )

    assert error.http_status == 400


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/v1/refunds", "amount=1"),
        ("/v1/refunds", "payment_intent=pi_1&amount=x"),
        ("/v1/refunds", "payment_intent[x]=pi_1"),
        ("/v1/refunds", "payment_intent=pi_1&nonsense=1"),
        ("/v1/refunds", "a[b][c][d][e][f]=1"),
        ("/v1/refunds", "metadata[a]=1&metadata[a][b]=1"),
        ("/v1/refunds", "metadata=1&metadata[]=1"),
        ("/v1/refunds", "%ff=1"),
        ("/v1/refunds", "[=1"),
        ("/v1/payment_intents", "currency=usd"),
        ("/v1/payment_intents", "amount=1"),
    ],
)
async def test_a_form_of_another_shape_is_refused_in_the_vendors_words(
    running: RunningSandbox, control: SandboxControl, path: str, form: str
) -> None:
    await paid(control, id="pi_1")
    headers = {
        "Authorization": f"Bearer {running.api_key}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Idempotency-Key": "key-1",
    }
    async with ClientSession(headers=headers) as session:
        async with session.post(f"{running.base_url}{path}", data=form.encode()) as answer:
            assert answer.status == 400
            assert (await answer.json())["error"]["type"] == "invalid_request_error"
        # The key remembers nothing that never began.
        good = b"payment_intent=pi_1&amount=100"
        async with session.post(f"{running.base_url}/v1/refunds", data=good) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "starting_after=pi_nobody",
        "created[x]=1",
        "created[gte]=-1",
        "types[]=a",
        "nonsense=1",
    ],
)
async def test_a_query_that_cannot_be_is_refused(running: RunningSandbox, query: str) -> None:
    headers = {"Authorization": f"Bearer {running.api_key}"}
    async with (
        ClientSession(headers=headers) as session,
        session.get(f"{running.base_url}/v1/payment_intents?{query}") as answer,
    ):
        assert answer.status == 400


async def test_more_kinds_than_twenty_are_too_many(client: stripe.StripeClient) -> None:
    error = await refusal(client.v1.events.list, {"types": [f"a.{n}" for n in range(21)]})

    assert error.http_status == 400
