"""Every story there is, by its name."""

from tests.simulation import gateway_scenarios, refund_scenarios
from tests.simulation.scenarios import SCENARIOS

__all__ = ["SCENARIOS", "gateway_scenarios", "refund_scenarios"]
