"""How long a slice of a sweep is: short where payments are many, long where they are few."""

from datetime import timedelta

# What one slice should hold: its ids are kept in memory, and its cursor is written when it ends.
WANTED_PAYMENTS = 10_000
FIRST = timedelta(hours=1)
SHORTEST = timedelta(minutes=1)
# A quiet night must not make the next slice swallow a whole busy day.
MOST_GROWTH = 4


class SliceLength:
    """The length of the next slice, learned from the ones before."""

    def __init__(self, longest: timedelta) -> None:
        self._longest = longest
        self.now = min(FIRST, longest)

    def learn(self, length: timedelta, payments: int) -> None:
        """Takes in that a slice of that length held so many payments."""
        wanted = length * (WANTED_PAYMENTS / payments) if payments else length * MOST_GROWTH
        self.now = min(max(wanted, SHORTEST), length * MOST_GROWTH, self._longest)
