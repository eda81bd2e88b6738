"""Every kind of fault and of traffic that a soak has to meet with, by name."""

from tests.soak import book, inbox, knocks, programs, troubles
from tests.soak.buyers import STORIES

EVERY_KIND: tuple[str, ...] = (
    *programs.KILLS,
    *troubles.GATEWAY_FAULTS,
    *troubles.PROVIDER_FAULTS,
    *inbox.FAULTS,
    inbox.REDELIVERED,
    book.FOUND_BY_SWEEP,
    *STORIES,
    *knocks.WAYS,
    knocks.RESENT,
)
