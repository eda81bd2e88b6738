"""I7 for tasks: tries are spaced as stated, and only many of them, or a refusal, park a task."""

from datetime import datetime, timedelta

from domain.tasks import TaskKind
from ports.task_queue import ClaimedTask
from tests.simulation.ledger import Ledger
from tests.simulation.port_calls import LASTING

# As docs and README state them, not as the code has them.
TRIES = 20
TRIES_FOR_THE_SHOP = 84
TRIES_FOR_WHAT_IS_ABSENT = 5
_FIRST_DELAY = timedelta(seconds=2)
_LONGEST_DELAY = timedelta(hours=1)


def check_retry(ledger: Ledger, claimed: ClaimedTask, due_at: datetime, now: datetime) -> None:
    """Delays double from two seconds to an hour; a clock that is wrong excuses them."""
    wanted = min(_FIRST_DELAY * 2 ** (claimed.attempts - 1), _LONGEST_DELAY)
    # The worker looks at the clock a moment before the call.
    if not ledger.were_clocks_wrong and due_at - now < wanted * 0.9 - timedelta(seconds=1):
        what = f"{claimed.task.task_id} after try {claimed.attempts} waits {due_at - now}"
        ledger.report("I7 tries are spaced", what)


def check_park(ledger: Ledger, claimed: ClaimedTask, reason: str) -> None:
    """A trouble that may pass is tried as often as stated."""
    if reason in LASTING:
        return
    wanted = TRIES_FOR_THE_SHOP if claimed.task.kind is TaskKind.TELL_SHOP else TRIES
    if reason in ("orderNotFound", "paymentNotFound"):
        wanted = TRIES_FOR_WHAT_IS_ABSENT
    if claimed.attempts < wanted:
        what = f"{claimed.task.task_id} is parked after try {claimed.attempts} ({reason})"
        ledger.report("I7 nothing is given up early", what)
