"""Mistakes that people make in such code, planted one at a time: the simulator must find each."""

from tests.simulation.planted_bugs import (
    deciding,
    refunding,
    settling,
    storing,
    telling,
    working,
)
from tests.simulation.planted_bugs.planting import PLANTED, Plant

__all__ = ["PLANTED", "Plant", "deciding", "refunding", "settling", "storing", "telling", "working"]
