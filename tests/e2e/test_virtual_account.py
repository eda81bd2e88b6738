"""A virtual account is issued, told to the buyer once, and paid into days later."""

from tests.support.storefront import Storefront


async def test_the_buyer_is_told_once_and_the_deposit_is_seen_by_webhook_alone(
    storefront: Storefront,
) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id, pay_method="vbank", status="ready")

    issued = await storefront.complete(imp_uid, order_id)
    told = await storefront.printed_about(order_id)
    await storefront.complete(imp_uid, order_id)
    await storefront.webhook(imp_uid)
    [waiting] = await storefront.waiting_accounts(order_id)
    before = await storefront.story(order_id)
    await storefront.control.deposit(imp_uid)
    delivered = await storefront.webhook(imp_uid)

    assert issued.json() == {"status": "vbankIssued", "message": "가상계좌 발급 성공"}
    assert told[0].startswith("SMS to 010-****-6789 ")
    assert waiting["order_id"] == order_id
    assert before == ("awaitingDeposit", [("browser", "vbankIssued")])
    assert delivered == [200]
    assert await storefront.story(order_id) == (
        "paid",
        [("browser", "vbankIssued"), ("webhook", "success")],
    )
    assert await storefront.waiting_accounts(order_id) == []
    assert len(await storefront.printed_about(order_id)) == 1


async def test_the_sms_has_what_a_buyer_needs_to_transfer(storefront: Storefront) -> None:
    order_id = await storefront.order(25_000)
    imp_uid = await storefront.payment(order_id, 25_000, pay_method="vbank", status="ready")

    await storefront.complete(imp_uid, order_id)
    [headline] = await storefront.printed_about(order_id)

    [account] = await storefront.waiting_accounts(order_id)
    printed = storefront.service.printed
    text = "\n".join(printed[printed.index(headline) :])
    assert "꽃다발" in text
    assert "25,000원" in text
    assert account["bank_name"] in text
    assert account["number"] in text


async def test_the_account_is_shown_to_the_orders_own_page_alone(storefront: Storefront) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id, pay_method="vbank", status="ready")

    stranger = await storefront.complete(imp_uid, order_id)
    own = await storefront.complete(
        imp_uid, order_id, client_token=storefront.client_tokens[order_id]
    )

    [account] = await storefront.waiting_accounts(order_id)
    assert own.json()["virtual_account"]["number"] == account["number"]
    assert "virtual_account" not in stranger.json()


async def test_an_account_that_is_not_issued_yet_is_pending_and_tells_nobody(
    storefront: Storefront,
) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id, pay_method="vbank", status="ready", issue=False)

    early = await storefront.complete(imp_uid, order_id)
    told_early = [line for line in storefront.service.printed if order_id in line]
    await storefront.control.issue(imp_uid)
    late = await storefront.complete(imp_uid, order_id)

    assert (early.status_code, early.json()["status"]) == (202, "pending")
    assert told_early == []
    assert late.json()["status"] == "vbankIssued"
    assert len(await storefront.printed_about(order_id)) == 1


async def test_an_abandoned_card_is_pending_and_sends_no_sms(storefront: Storefront) -> None:
    abandoned = await storefront.order()
    imp_uid = await storefront.payment(abandoned, status="ready")

    answer = await storefront.complete(imp_uid, abandoned)

    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    # A later account's SMS comes after whatever the abandoned card could have sent.
    order_id = await storefront.order()
    await storefront.complete(
        await storefront.payment(order_id, pay_method="vbank", status="ready"), order_id
    )
    await storefront.printed_about(order_id)
    assert not any(f"/{abandoned}/" in line for line in storefront.service.printed)
