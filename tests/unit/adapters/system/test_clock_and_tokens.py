"""The machine's own clock and randomness."""

import re
import time
from datetime import UTC, datetime, timedelta

from adapters.system.clock import SystemClock
from adapters.system.token_source import SystemTokenSource


def test_now_is_the_present_in_utc() -> None:
    before = datetime.now(UTC)

    now = SystemClock().now()

    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


def test_monotonic_seconds_are_the_machine_s() -> None:
    before_s = time.monotonic()

    assert before_s <= SystemClock().monotonic_s() <= time.monotonic()


def test_tokens_are_long_safe_in_a_url_and_never_the_same() -> None:
    tokens = [SystemTokenSource().new_token() for _ in range(1000)]

    assert len(set(tokens)) == len(tokens)
    # 22 characters of 64 would hold the 128 bits that the port wants.
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", token) for token in tokens)
