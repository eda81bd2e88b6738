"""Every story there is, by its name."""

from tests.simulation import refund_scenarios
from tests.simulation.scenarios import SCENARIOS

__all__ = ["SCENARIOS", "refund_scenarios"]
