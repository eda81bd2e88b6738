"""The composition root: the only place that names adapters. It opens nothing unasked."""

import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TextIO

from dependency_injector import containers, providers

from adapters.console.notifier import ConsoleNotifier
from adapters.outbound.http_client import HttpClient
from adapters.sqlite.errors import DatabaseUnusable
from adapters.system.clock import SystemClock
from adapters.system.token_source import SystemTokenSource
from application.approve_refund import ApproveRefund
from application.audit_history import AuditHistory
from application.auto_refund import AutoRefund
from application.carry_out_refund import CarryOutRefund
from application.confirm_payment import ConfirmPayment
from application.keep_stray import KeepStray
from application.question_budget import QuestionBudget
from application.read_order import ReadOrder
from application.receive_webhook import ReceiveWebhook
from application.recheck_payment import RecheckPayment
from application.register_order import RegisterOrder
from application.request_refund import RequestRefund
from application.resend_events import ResendEvents
from application.review_tasks import ReviewTasks
from application.run_tasks import RunTasks
from application.verify_payment import VerifyPayment
from domain.auto_refund import Ceilings
from domain.errors import InvalidValue
from domain.policy import Policy
from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.use_cases import UseCases
from entrypoints.container.channels import buyer_notifier_of, shop_channel_of
from entrypoints.container.clients import build_client
from entrypoints.container.gateways import portone_v1_of
from entrypoints.container.handlers import handlers_of
from entrypoints.container.stores import Database, Store, store_of
from entrypoints.container.sweeping import Sweeping, sweeping_of
from entrypoints.settings import Settings, SettingsError
from ports.clock import Clock
from ports.gateway_connection import GatewayConnection
from ports.notifier import Notifier
from ports.order_repository import OrderRepository
from ports.payment_gateway import PaymentGateway
from ports.refund_desk import RefundDesk
from ports.shop_channel import ShopChannel
from ports.stray_payments import StrayPayments
from ports.task_desk import TaskDesk
from ports.task_queue import TaskQueue
from ports.token_source import TokenSource
from ports.webhook_authenticator import WebhookAuthenticator


class Container(containers.DeclarativeContainer):
    """Every part of the service, each built once and only when something needs it."""

    settings: providers.Provider[Settings] = providers.Dependency(instance_of=Settings)

    clock: providers.Provider[Clock] = providers.Singleton(SystemClock)
    tokens: providers.Provider[TokenSource] = providers.Singleton(SystemTokenSource)
    # Where messages are printed. Looked up when it is needed: tests and shells replace it.
    printed_to: providers.Provider[TextIO] = providers.Singleton(lambda: sys.stdout)
    notifier: providers.Provider[Notifier] = providers.Singleton(ConsoleNotifier, printed_to)

    store: providers.Provider[Store] = providers.Singleton(
        lambda settings: store_of(settings.database_url, settings.mongodb_driver), settings
    )
    database: providers.Provider[Database] = providers.Singleton(
        lambda store: store.database, store
    )
    orders: providers.Provider[OrderRepository] = providers.Singleton(
        lambda store: store.orders, store
    )
    tasks: providers.Provider[TaskQueue] = providers.Singleton(lambda store: store.tasks, store)
    task_desk: providers.Provider[TaskDesk] = providers.Singleton(lambda store: store.desk, store)
    strays: providers.Provider[StrayPayments] = providers.Singleton(
        lambda store: store.strays, store
    )

    # Each of its own, so that who hangs holds no connection that another needs.
    gateway_client: providers.Provider[HttpClient] = providers.Singleton(build_client)
    notifier_client: providers.Provider[HttpClient] = providers.Singleton(build_client)
    shop_client: providers.Provider[HttpClient] = providers.Singleton(build_client)

    portone_v1: providers.Provider[GatewayConnection] = providers.Singleton(
        portone_v1_of, settings, gateway_client, clock
    )
    connections: providers.Provider[Mapping[str, GatewayConnection]] = providers.Singleton(
        lambda connection: {connection.name: connection}, portone_v1
    )
    gateways: providers.Provider[Mapping[str, PaymentGateway]] = providers.Singleton(
        lambda connections: {name: each.payments for name, each in connections.items()},
        connections,
    )
    desks: providers.Provider[Mapping[str, RefundDesk]] = providers.Singleton(
        lambda connections: {
            name: each.refunds for name, each in connections.items() if each.refunds is not None
        },
        connections,
    )
    webhooks: providers.Provider[Mapping[str, WebhookAuthenticator]] = providers.Singleton(
        lambda connections: {name: each.webhooks for name, each in connections.items()},
        connections,
    )

    buyer_notifier: providers.Provider[Notifier] = providers.Singleton(
        buyer_notifier_of, settings, notifier_client.provider, clock, notifier
    )

    shop_channel: providers.Provider[ShopChannel | None] = providers.Singleton(
        shop_channel_of, settings, shop_client.provider, clock
    )

    policy: providers.Provider[Policy] = providers.Singleton(
        lambda settings: Policy(
            mode=settings.mode,
            tells_shop=settings.merchant_webhook is not None,
            refunds_surplus=settings.auto_refund.surplus,
            refunds_forged=settings.auto_refund.forged,
        ),
        settings,
    )
    verify_payment: providers.Provider[VerifyPayment] = providers.Singleton(
        VerifyPayment,
        orders=orders,
        tasks=tasks,
        gateways=gateways,
        clock=clock,
        policy=policy,
        budget=providers.Singleton(QuestionBudget, clock),
    )
    receive_webhook: providers.Provider[ReceiveWebhook] = providers.Singleton(
        ReceiveWebhook, verify_payment, tasks, clock
    )
    register_order: providers.Provider[RegisterOrder] = providers.Singleton(
        RegisterOrder,
        orders,
        tasks,
        strays,
        tokens,
        clock,
        register_at=providers.Callable(
            lambda settings: settings.gateway if settings.preregister else None, settings
        ),
    )
    confirm_payment: providers.Provider[ConfirmPayment] = providers.Singleton(
        ConfirmPayment, orders, clock
    )
    request_refund: providers.Provider[RequestRefund] = providers.Singleton(
        RequestRefund, orders, gateways, desks, clock
    )
    carry_out_refund: providers.Provider[CarryOutRefund] = providers.Singleton(
        CarryOutRefund, orders, tasks, gateways, desks, clock, policy
    )
    auto_refund: providers.Provider[AutoRefund] = providers.Singleton(
        AutoRefund,
        orders=orders,
        tasks=tasks,
        gateways=gateways,
        request_refund=request_refund,
        allowance=providers.Singleton(lambda store: store.allowance, store),
        clock=clock,
        policy=policy,
        ceilings=providers.Singleton(
            lambda settings: Ceilings(
                per_payment=settings.auto_refund.max_per_payment,
                per_day=settings.auto_refund.max_per_day,
            ),
            settings,
        ),
    )
    approve_refund: providers.Provider[ApproveRefund] = providers.Singleton(
        ApproveRefund, orders, clock
    )
    audit_history: providers.Provider[AuditHistory] = providers.Singleton(AuditHistory, orders)
    read_order: providers.Provider[ReadOrder] = providers.Singleton(ReadOrder, orders, clock)
    review_tasks: providers.Provider[ReviewTasks] = providers.Singleton(
        ReviewTasks, task_desk, clock
    )
    resend_events: providers.Provider[ResendEvents] = providers.Singleton(
        ResendEvents, task_desk, tasks, clock
    )
    keep_stray: providers.Provider[KeepStray] = providers.Singleton(
        KeepStray, strays, notifier, clock, policy
    )
    sweeping: providers.Provider[Sweeping] = providers.Singleton(
        sweeping_of, settings, connections, store, verify_payment, keep_stray, clock, policy
    )
    run_tasks: providers.Provider[RunTasks] = providers.Singleton(
        RunTasks,
        tasks=tasks,
        handlers=providers.Singleton(
            handlers_of,
            orders=orders,
            buyer_notifier=buyer_notifier,
            notifier=notifier,
            recheck=providers.Singleton(
                RecheckPayment, verify_payment, gateways, strays, keep_stray
            ),
            shop=shop_channel,
            carry_out_refund=carry_out_refund,
            auto_refund=auto_refund,
            connections=connections,
        ),
        clock=clock,
    )

    api_settings: providers.Provider[ApiSettings] = providers.Singleton(
        lambda settings: ApiSettings(
            api_key=settings.api_key,
            default_gateway=settings.gateway,
            success_url=settings.success_url,
            failure_url=settings.failure_url,
        ),
        settings,
    )
    use_cases: providers.Provider[UseCases] = providers.Singleton(
        UseCases,
        register_order=register_order,
        read_order=read_order,
        verify_payment=verify_payment,
        receive_webhook=receive_webhook,
        confirm_payment=confirm_payment,
        request_refund=request_refund,
        webhooks=webhooks,
        orders=orders,
        review_tasks=review_tasks,
        worker=providers.Singleton(
            lambda settings, run_tasks: run_tasks if settings.worker_inline else None,
            settings,
            run_tasks,
        ),
    )


@asynccontextmanager
async def open_container(
    settings: Settings, *, printed_to: TextIO | None = None
) -> AsyncIterator[Container]:
    """The container with its database open; at the end all that it opened is closed.

    Messages to people that are printed go to standard output, or to `printed_to`.

    Raises `SettingsError` for a database that is not ours or cannot be one.
    """
    container = Container(settings=providers.Object(settings))
    if printed_to is not None:
        container.printed_to.override(providers.Object(printed_to))
    async with AsyncExitStack() as stack:
        try:
            database = container.database()
            await database.open()
        except (DatabaseUnusable, InvalidValue) as error:
            raise SettingsError("PAYPROOF_DATABASE_URL", f"cannot be used: {error}") from None
        stack.push_async_callback(database.close)
        stack.push_async_callback(container.gateway_client().aclose)
        # Each reads all certificates that are trusted, so none is made for nobody.
        if settings.solapi is not None:
            stack.push_async_callback(container.notifier_client().aclose)
        if settings.merchant_webhook is not None:
            stack.push_async_callback(container.shop_client().aclose)
        # Now, and not at the first task that needs them: a bad secret must stop the start.
        with _naming_setting("PAYPROOF_MERCHANT_WEBHOOK"):
            container.shop_channel()
        with _naming_setting("PAYPROOF_SOLAPI"):
            container.buyer_notifier()
        yield container


@contextmanager
def _naming_setting(prefix: str) -> Iterator[None]:
    """Names the setting that an adapter refuses; its field is the rest of the name."""
    try:
        yield
    except InvalidValue as error:
        raise SettingsError(f"{prefix}_{error.field.upper()}", error.reason) from None


@asynccontextmanager
async def open_gateway(settings: Settings) -> AsyncIterator[PaymentGateway]:
    """The gateway alone, for looking at it when the database cannot be used."""
    container = Container(settings=providers.Object(settings))
    async with container.gateway_client():
        yield container.portone_v1().payments
