"""What stands around the use cases: the clock, the store, the gateways, and whoever is told."""

import sys
from collections.abc import Mapping
from typing import TextIO

from dependency_injector import containers, providers

from adapters.console.notifier import ConsoleNotifier
from adapters.outbound.client import build_client
from adapters.outbound.http_client import HttpClient
from adapters.system.clock import SystemClock
from adapters.system.token_source import SystemTokenSource
from domain.policy import Policy
from entrypoints.api.gateway_face import GatewayFace
from entrypoints.container.channels import buyer_notifier_of, shop_channel_of
from entrypoints.container.gateways import connections_of, faces_of, policy_of
from entrypoints.container.stores import Database, Store, store_of
from entrypoints.settings import Settings
from ports.clock import Clock
from ports.gateway_connection import GatewayConnection
from ports.notifier import Notifier
from ports.order_board import OrderBoard
from ports.order_repository import OrderRepository
from ports.payment_approval import PaymentApproval
from ports.payment_gateway import PaymentGateway
from ports.payment_search import PaymentSearch
from ports.refund_desk import RefundDesk
from ports.shop_channel import ShopChannel
from ports.stray_payments import StrayPayments
from ports.task_desk import TaskDesk
from ports.task_queue import TaskQueue
from ports.token_source import TokenSource


class Outside(containers.DeclarativeContainer):
    """The clock, the store, the gateways and whoever is told, and what the settings allow."""

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
    board: providers.Provider[OrderBoard] = providers.Singleton(lambda store: store.board, store)
    strays: providers.Provider[StrayPayments] = providers.Singleton(
        lambda store: store.strays, store
    )

    # Each of its own, so that who hangs holds no connection that another needs.
    notifier_client: providers.Provider[HttpClient] = providers.Singleton(build_client)
    shop_client: providers.Provider[HttpClient] = providers.Singleton(build_client)

    connections: providers.Provider[Mapping[str, GatewayConnection]] = providers.Singleton(
        connections_of, settings, clock
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
    faces: providers.Provider[Mapping[str, GatewayFace]] = providers.Singleton(
        faces_of, settings, connections
    )
    searches: providers.Provider[Mapping[str, PaymentSearch]] = providers.Singleton(
        lambda connections: {
            name: each.search for name, each in connections.items() if each.search is not None
        },
        connections,
    )
    approvals: providers.Provider[Mapping[str, PaymentApproval]] = providers.Singleton(
        lambda connections: {
            name: each.approval for name, each in connections.items() if each.approval is not None
        },
        connections,
    )

    buyer_notifier: providers.Provider[Notifier] = providers.Singleton(
        buyer_notifier_of, settings, notifier_client.provider, clock, notifier
    )

    shop_channel: providers.Provider[ShopChannel | None] = providers.Singleton(
        shop_channel_of, settings, shop_client.provider, clock
    )

    policy: providers.Provider[Policy] = providers.Singleton(policy_of, settings, connections)
