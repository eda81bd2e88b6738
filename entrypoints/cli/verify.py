"""`payproof verify`: one verification from the shell."""

import asyncio
import os

import click

from application.verify_payment import Knock, Settled, TooManyQuestions, Verdict
from domain.order import Trigger
from domain.outcome import AwaitingDeposit, Paid, Pending
from domain.payment import PaymentKey
from entrypoints.cli.exits import Exit
from entrypoints.cli.gateway_option import chosen_gateway, gateway_option
from entrypoints.cli.words import say_verdict
from entrypoints.container import open_container
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings, load_settings


@click.command()
@click.argument("payment_id")
@click.option("--order", "order_id", required=True, help="the order it should have paid")
@gateway_option
def verify(payment_id: str, order_id: str, gateway: str | None) -> Exit:
    """Ask the gateway about PAYMENT_ID and settle the order by what it says."""
    settings = load_settings(os.environ)
    configure_logs()
    key = PaymentKey(gateway=chosen_gateway(settings, gateway), payment_id=payment_id)
    verdict = asyncio.run(_verify(settings, key, order_id))
    for line in say_verdict(verdict):
        click.echo(line)
    return exit_for(verdict)


async def _verify(settings: Settings, key: PaymentKey, order_id: str) -> Verdict:
    knock = Knock(order_id=order_id, key=key, trigger=Trigger.CLI)
    async with open_container(settings) as container:
        return await container.verify_payment()(knock)


def exit_for(verdict: Verdict) -> Exit:
    """What the command ends with for that verdict."""
    match verdict:
        case Settled(outcome=Paid() | AwaitingDeposit()):
            return Exit.DONE
        case Settled(outcome=Pending()) | TooManyQuestions():
            return Exit.NOT_KNOWN_YET
        case _:
            return Exit.REFUSED
