"""Mistakes that people make in such code, planted one at a time: the simulator must find each."""

from tests.simulation.planted_bugs import (
    approving,
    deciding,
    refunding,
    settling,
    storing,
    telling,
    working,
)
from tests.simulation.planted_bugs.planting import PLANTED, SHOWS_AT, Plant

__all__ = [
    "PLANTED",
    "SHOWS_AT",
    "Plant",
    "approving",
    "deciding",
    "refunding",
    "settling",
    "storing",
    "telling",
    "working",
]
