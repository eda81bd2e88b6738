"""What compares each gateway's record with ours, for every gateway that can list its payments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application.keep_stray import KeepStray
from application.reconcile import Reconcile
from application.settle_difference import SettleDifference
from application.sweep import Sweep
from application.tend_strays import TendStrays
from application.verify_payment import VerifyPayment
from domain.policy import Policy
from entrypoints.container.stores import Store
from entrypoints.settings import Settings
from ports.clock import Clock
from ports.gateway_connection import GatewayConnection
from ports.sweep_log import SweepLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeping:
    """One use case a gateway, by its name; what runs them again and again; and what they found.

    There are no `sweeps` if the setting turns them off.
    """

    reconciles: Mapping[str, Reconcile]
    sweeps: Sequence[Sweep]
    log: SweepLog


def sweeping_of(
    settings: Settings,
    connections: Mapping[str, GatewayConnection],
    store: Store,
    verify_payment: VerifyPayment,
    keep_stray: KeepStray,
    clock: Clock,
    policy: Policy,
) -> Sweeping:
    """All that sweeps, over one store."""
    settle = SettleDifference(store.orders, verify_payment, keep_stray, clock, policy)
    tend_strays = TendStrays(store.strays, store.record, settle, keep_stray)
    reconciles = {
        name: Reconcile(
            each.payments, each.listing, each.search, store.record, settle, clock, policy
        )
        for name, each in connections.items()
        if each.listing is not None
    }
    every_s = settings.reconcile_every_s
    sweeps = [
        Sweep(each, tend_strays, store.record, store.sweeps, clock, every_s=every_s)
        for each in reconciles.values()
        if every_s > 0
    ]
    return Sweeping(reconciles=reconciles, sweeps=sweeps, log=store.sweeps)
