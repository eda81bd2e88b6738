"""`payproof refund`: gives money back from the shell, and waits for what comes of it."""

import asyncio
import os

import click

from application.request_refund import RefundRecorded
from application.run_tasks import RunTasks
from domain.canonical import digest
from domain.errors import InvalidValue
from domain.payment import PaymentKey
from domain.refund import Refund, RefundAccount, RefundStatus, Requester
from domain.refund_request import RefundRequest
from domain.tasks import TaskKind
from entrypoints.cli.exits import Exit
from entrypoints.cli.gateway_option import chosen_gateway, gateway_option
from entrypoints.cli.refund_words import say_no_refund, say_refund
from entrypoints.container import Container, open_container
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings, load_settings

_LOOK_EVERY_S = 0.25
_EXITS = {RefundStatus.DONE: Exit.DONE, RefundStatus.REFUSED: Exit.REFUSED}

Option = str | None


@click.command()
@click.argument("payment_id")
@click.option("--order", "order_id", help="its order; needed for a payment that was refused")
@click.option("--amount", help="in major units; without it, all that is left")
@click.option("--reason", required=True, help="why, in one line; the gateway is told it")
@click.option("--by", "operator", help="who you are, for the record")
@click.option("--key", help="tells two refunds of the same words apart")
@click.option("--bank", help="of a deposit: the gateway's code of the bank it goes to")
@click.option("--account", help="of a deposit: the number of the account it goes to")
@click.option("--holder", help="of a deposit: who holds that account")
@click.option("--phone", help="of a deposit, if the gateway wants it: the holder's phone")
@gateway_option
@click.option("--wait", "wait_s", type=click.FloatRange(0, 600), default=30.0, show_default=True)
def refund(payment_id: str, wait_s: float, **options: Option) -> Exit:
    """Give money of PAYMENT_ID back. The same words again mean the same refund, not another."""
    settings = load_settings(os.environ)
    configure_logs()
    return asyncio.run(_refund(settings, payment_id, options, wait_s))


async def _refund(
    settings: Settings, payment_id: str, options: dict[str, Option], wait_s: float
) -> Exit:
    gateway = chosen_gateway(settings, options["gateway"])
    key = PaymentKey(gateway=gateway, payment_id=payment_id)
    async with open_container(settings) as container:
        order_id = options["order_id"] or await container.orders().find_order_id_by_payment(key)
        if order_id is None:
            click.echo(f"no order holds {key}: if it was refused for one, name it by --order")
            return Exit.REFUSED
        answer = await container.request_refund()(_request(order_id, key, options))
        if not isinstance(answer, RefundRecorded):
            click.echo(say_no_refund(answer))
            return Exit.REFUSED
        ended = await _carried_out(container, answer, wait_s)
    for line in say_refund(ended):
        click.echo(line)
    return _EXITS.get(ended.status, Exit.NOT_KNOWN_YET)


def _request(order_id: str, key: PaymentKey, options: dict[str, Option]) -> RefundRequest:
    reason = options["reason"] or ""
    # Whoever is cut off runs the same line again, and must not give twice.
    same_words = digest((key, options["amount"], reason))
    return RefundRequest(
        order_id=order_id,
        key=key,
        number=options["amount"],
        reason=reason,
        requested_by=Requester.CLI,
        idempotency_key=options["key"] or same_words,
        operator=options["operator"],
        account=_account(options),
    )


def _account(options: dict[str, Option]) -> RefundAccount | None:
    bank_code, number, holder = options["bank"], options["account"], options["holder"]
    if bank_code is None and number is None and holder is None and options["phone"] is None:
        return None
    if bank_code is None or number is None or holder is None:
        raise InvalidValue("refund_account", "needs --bank, --account and --holder")
    return RefundAccount(bank_code=bank_code, number=number, holder=holder, phone=options["phone"])


async def _carried_out(container: Container, recorded: RefundRecorded, wait_s: float) -> Refund:
    """The refund once its end is known, or the time is over. Works on refunds alone.

    By the queue, so that a worker of the service and this one never carry out one refund at once.
    """
    worker = RunTasks(
        container.tasks(), {TaskKind.REFUND: container.carry_out_refund()}, container.clock()
    )
    order_id, found = recorded.order.order_id, recorded.refund
    over_s = container.clock().monotonic_s() + wait_s
    while not found.is_over:
        await worker.run_due()
        order = await container.orders().find_by_id(order_id)
        found = (order and order.refund(found.refund_id)) or found
        if found.is_over or container.clock().monotonic_s() >= over_s:
            break
        await asyncio.sleep(_LOOK_EVERY_S)
    return found
