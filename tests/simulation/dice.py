"""Chance, all of it from one seed."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Option = TypeVar("Option")


class Dice(Random):
    """A seeded source with quick ways to draw. Draws only numbers, never in the order of a set."""

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.random()

    def below(self, limit: int) -> int:
        return int(self.random() * limit)

    def pick(self, options: Sequence[Option]) -> Option:
        return options[int(self.random() * len(options))]
