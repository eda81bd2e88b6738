"""When a task that failed is tried again, and when it is given up to a person."""

from datetime import datetime, timedelta
from hashlib import sha256

# 2 s, 4 s, 8 s … to an hour: fourteen tries span about three hours, twenty about nine.
FIRST_DELAY_S = 2.0
LONGEST_DELAY_S = 3600.0
MAX_ATTEMPTS = 20
# Something that is not there is most often noise: a test webhook, a stranger's guess.
MAX_ATTEMPTS_FOR_ABSENT = 5
# Three days and a little: a shop that was down over a weekend still gets its news.
MAX_ATTEMPTS_FOR_SHOP = 84
# As long: after that a person has to find out what became of the money.
MAX_ATTEMPTS_FOR_REFUND = 84


def next_due(task_id: str, attempts: int, now: datetime) -> datetime:
    """The time of the next try, after that many. Delays double, with up to a fifth of jitter.

    The jitter comes from the id, not from chance: many tasks spread, and each run is the same.
    """
    delay_s = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(attempts - 1, 30))
    digest = sha256(f"{task_id}#{attempts}".encode()).digest()
    return now + timedelta(seconds=delay_s * (1 + digest[0] / 255 / 5))
