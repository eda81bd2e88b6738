"""Which use case does which kind of task."""

from collections.abc import Mapping

from application.auto_refund import AutoRefund
from application.carry_out_refund import CarryOutRefund
from application.notify import AlertOperator, TellBuyerAccount
from application.recheck_payment import RecheckPayment
from application.register_amount import RegisterAmount
from application.run_tasks import TaskHandler
from application.tell_shop import TellShop
from application.watch_deposit import WatchDeposit
from domain.tasks import TaskKind
from ports.gateway_connection import GatewayConnection
from ports.notifier import Notifier
from ports.order_repository import OrderRepository
from ports.shop_channel import ShopChannel


def handlers_of(
    orders: OrderRepository,
    buyer_notifier: Notifier,
    notifier: Notifier,
    recheck: RecheckPayment,
    shop: ShopChannel | None,
    carry_out_refund: CarryOutRefund,
    auto_refund: AutoRefund,
    connections: Mapping[str, GatewayConnection],
) -> Mapping[TaskKind, TaskHandler]:
    """A handler for each kind; a kind without one would wait for ever."""
    registrations = {
        name: each.amounts for name, each in connections.items() if each.amounts is not None
    }
    return {
        TaskKind.TELL_BUYER_ACCOUNT: TellBuyerAccount(orders, buyer_notifier),
        # An operator's phone is no setting: alerts are printed, wherever buyers' messages go.
        TaskKind.ALERT_OPERATOR: AlertOperator(orders, notifier),
        TaskKind.RECHECK: recheck,
        TaskKind.DEPOSIT_DEADLINE: WatchDeposit(orders, recheck),
        TaskKind.TELL_SHOP: TellShop(orders, shop),
        TaskKind.REFUND: carry_out_refund,
        TaskKind.AUTO_REFUND: auto_refund,
        TaskKind.REGISTER_AMOUNT: RegisterAmount(orders, registrations),
    }
