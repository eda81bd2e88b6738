import asyncio
import gc
import json
from datetime import UTC, datetime

import pytest

from adapters.memory.clock import ManualClock
from adapters.portone_v1.token import TokenCache
from adapters.portone_v1.wire import IssuedToken, read_token, token_request
from ports.errors import GatewayRefused, GatewayUnavailable
from tests.unit.adapters.portone_v1.samples import sample


class Vendor:
    """Hands out tokens as the vendor does: one at a time, lengthened in its last minute only."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._ends_at_s = 0.0
        self._number = 0
        self.asked = 0
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> IssuedToken:
        self.asked += 1
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        left_s = self._ends_at_s - self._clock.monotonic_s()
        if left_s <= 0:
            self._number += 1
            self._ends_at_s = self._clock.monotonic_s() + 1800
        elif left_s < 60:
            self._ends_at_s += 300
        life_s = int(self._ends_at_s - self._clock.monotonic_s())
        return IssuedToken(text=f"token-{self._number}", life_s=life_s)

    def revoke(self) -> None:
        self._ends_at_s = 0.0


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 2, 12, tzinfo=UTC))


@pytest.fixture
def vendor(clock: ManualClock) -> Vendor:
    return Vendor(clock)


@pytest.fixture
def tokens(vendor: Vendor, clock: ManualClock) -> TokenCache:
    return TokenCache(vendor, clock)


async def until_asked(vendor: Vendor, times: int) -> None:
    async with asyncio.timeout(5):
        while vendor.asked < times:
            await asyncio.sleep(0)


def test_a_life_is_the_difference_of_two_times_of_the_vendors_own_clock() -> None:
    issued = read_token(sample("portone_v1/token_ok.json"))

    assert issued == IssuedToken(text="0123456789abcdef0123456789abcdef01234567", life_s=1800)
    assert "0123456789" not in repr(issued)


def test_the_request_for_a_token_is_json() -> None:
    assert json.loads(token_request("key", 'se"cret')) == {
        "imp_key": "key",
        "imp_secret": 'se"cret',
    }


async def test_a_token_is_kept_until_shortly_before_its_end(
    tokens: TokenCache, vendor: Vendor, clock: ManualClock
) -> None:
    await tokens.get()
    clock.advance(1769)

    assert await tokens.get() == "token-1"
    assert vendor.asked == 1


async def test_the_time_of_day_may_jump(
    tokens: TokenCache, vendor: Vendor, clock: ManualClock
) -> None:
    await tokens.get()
    clock.jump_to(datetime(2030, 1, 1, tzinfo=UTC))

    await tokens.get()

    assert vendor.asked == 1


async def test_a_token_is_lengthened_before_its_end(
    tokens: TokenCache, vendor: Vendor, clock: ManualClock
) -> None:
    await tokens.get()
    clock.advance(1771)

    assert await tokens.get() == "token-1"
    assert vendor.asked == 2
    clock.advance(298)
    assert await tokens.get() == "token-1"
    assert vendor.asked == 2


async def test_a_day_of_steady_questions_asks_for_few_tokens(
    tokens: TokenCache, vendor: Vendor, clock: ManualClock
) -> None:
    for _ in range(86_400):
        await tokens.get()
        clock.advance(1)

    # One a half hour would be 48; the vendor lengthens by 5 minutes, which makes one in 5 minutes.
    assert vendor.asked <= 320


async def test_a_token_near_its_end_is_not_asked_for_over_and_over(clock: ManualClock) -> None:
    asked = 0

    async def stubborn() -> IssuedToken:
        nonlocal asked
        asked += 1
        return IssuedToken(text="same", life_s=20)

    tokens = TokenCache(stubborn, clock)

    for _ in range(100):
        await tokens.get()

    assert asked == 1
    clock.advance(10)
    await tokens.get()
    assert asked == 2


async def test_a_life_is_counted_from_before_the_question(clock: ManualClock) -> None:
    async def slow() -> IssuedToken:
        clock.advance(25)
        return IssuedToken(text="slow", life_s=100)

    tokens = TokenCache(slow, clock)
    await tokens.get()
    before_s = clock.monotonic_s()
    clock.advance(45)

    await tokens.get()

    assert clock.monotonic_s() - before_s == 45 + 25


async def test_all_who_wait_share_one_renewal(tokens: TokenCache, vendor: Vendor) -> None:
    vendor.gate.clear()
    waiting = [asyncio.create_task(tokens.get()) for _ in range(50)]
    await until_asked(vendor, 1)
    vendor.gate.set()

    assert set(await asyncio.gather(*waiting)) == {"token-1"}
    assert vendor.asked == 1


@pytest.mark.parametrize("end", ["cancelled", "timed out"])
async def test_who_gives_up_does_not_end_the_renewal(
    tokens: TokenCache, vendor: Vendor, end: str
) -> None:
    vendor.gate.clear()
    timeout_s = 0.01 if end == "timed out" else 60
    first = asyncio.create_task(asyncio.wait_for(tokens.get(), timeout_s))
    await until_asked(vendor, 1)
    others = [asyncio.create_task(tokens.get()) for _ in range(3)]

    if end == "cancelled":
        first.cancel()
    with pytest.raises((TimeoutError, asyncio.CancelledError)):
        await first
    vendor.gate.set()

    assert await asyncio.gather(*others) == ["token-1"] * 3
    assert vendor.asked == 1


async def test_a_renewal_that_nobody_waits_for_any_more_is_used_by_the_next(
    tokens: TokenCache, vendor: Vendor
) -> None:
    vendor.gate.clear()
    first = asyncio.create_task(tokens.get())
    await until_asked(vendor, 1)
    first.cancel()
    await asyncio.wait([first])
    vendor.gate.set()

    assert await tokens.get() == "token-1"
    assert vendor.asked == 1


@pytest.mark.parametrize("error", [GatewayUnavailable("timeout"), GatewayRefused("http-401")])
async def test_a_failed_renewal_fails_for_all_who_wait_and_for_nobody_later(
    tokens: TokenCache, vendor: Vendor, error: Exception
) -> None:
    vendor.error = error

    answers = await asyncio.gather(*(tokens.get() for _ in range(5)), return_exceptions=True)
    vendor.error = None

    assert answers == [error] * 5
    assert vendor.asked == 1
    assert await tokens.get() == "token-1"


async def test_a_failed_renewal_that_everybody_left_is_not_complained_about(
    tokens: TokenCache, vendor: Vendor
) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    vendor.gate.clear()
    vendor.error = GatewayUnavailable("timeout")
    first = asyncio.create_task(tokens.get())
    await until_asked(vendor, 1)
    first.cancel()
    await asyncio.wait([first])
    vendor.gate.set()
    async with asyncio.timeout(5):
        while tokens._renewal is not None:
            await asyncio.sleep(0)
    gc.collect()

    vendor.error = None
    assert await tokens.get() == "token-1"
    assert complaints == []


async def test_a_token_that_still_lives_outlasts_a_vendor_who_is_away(
    tokens: TokenCache, vendor: Vendor, clock: ManualClock
) -> None:
    await tokens.get()
    vendor.error = GatewayUnavailable("http-503")
    clock.advance(1790)

    assert await tokens.get() == "token-1"
    clock.advance(10)
    with pytest.raises(GatewayUnavailable):
        await tokens.get()


async def test_credentials_that_are_refused_are_not_outlasted(
    tokens: TokenCache, vendor: Vendor, clock: ManualClock
) -> None:
    await tokens.get()
    vendor.error = GatewayRefused("http-401")
    clock.advance(1790)

    with pytest.raises(GatewayRefused):
        await tokens.get()


async def test_an_invalid_token_is_asked_for_anew(tokens: TokenCache, vendor: Vendor) -> None:
    await tokens.get()
    vendor.revoke()

    tokens.invalidate("token-1")

    assert await tokens.get() == "token-2"


async def test_a_late_word_about_an_old_token_does_not_harm_the_new_one(
    tokens: TokenCache, vendor: Vendor
) -> None:
    await tokens.get()
    vendor.revoke()
    tokens.invalidate("token-1")
    await tokens.get()

    tokens.invalidate("token-1")
    tokens.invalidate("nonsense")

    assert await tokens.get() == "token-2"
    assert vendor.asked == 2


async def test_a_renewal_that_is_cut_off_with_its_loop_is_begun_again(
    tokens: TokenCache, vendor: Vendor
) -> None:
    vendor.gate.clear()
    waiting = asyncio.create_task(tokens.get())
    await until_asked(vendor, 1)
    renewal = tokens._renewal
    assert renewal is not None
    renewal.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    vendor.gate.set()

    assert await tokens.get() == "token-1"


async def test_a_cache_shows_no_token(tokens: TokenCache) -> None:
    token = await tokens.get()

    assert token not in repr(vars(tokens))
