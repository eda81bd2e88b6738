"""Chance that leaves nothing out: each card is dealt once before any is dealt again."""

from collections.abc import Iterable
from random import Random


class Deck:
    """Deals cards for ever, shuffled anew when none is left."""

    def __init__(self, cards: Iterable[str], rng: Random) -> None:
        self._cards = tuple(cards)
        self._rng = rng
        self._left: list[str] = []

    def deal(self) -> str:
        if not self._left:
            self._left = list(self._cards)
            self._rng.shuffle(self._left)
        return self._left.pop()
