"""Every kind of fault and action that a range of seeds has to meet with, by name."""

from tests.simulation import faults, gateway_model, lives, watches
from tests.simulation.actors import (
    browser,
    buyer,
    confirm,
    operator,
    refunds,
    shop_backend,
    stranger,
    sweep,
    troubles,
    webhook,
    worker,
)
from tests.simulation.purchase import WAYS_TO_FORGE

EVERY_KIND: tuple[str, ...] = (
    *faults.ALL_KINDS,
    watches.BOUND_ELSEWHERE,
    watches.OVERTAKEN,
    *gateway_model.LIES,
    *gateway_model.REFUNDS,
    *lives.LIVES,
    *WAYS_TO_FORGE,
    *buyer.ACTIONS,
    *browser.ACTIONS,
    *confirm.ACTIONS,
    *operator.ACTIONS,
    *refunds.ACTIONS,
    *shop_backend.ACTIONS,
    *stranger.ACTIONS,
    *sweep.ACTIONS,
    *troubles.ACTIONS,
    *webhook.ACTIONS,
    *worker.ACTIONS,
)
