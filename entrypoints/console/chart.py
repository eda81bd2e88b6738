"""A picture of the payments over time, drawn here: a bar a day, as shapes for a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from application.read_board import DaySums
from domain.money import Currency
from domain.takings import TakingsKind

WIDTH, HEIGHT = 720, 180
_GROUND, _TOP = 150, 18
# Of a day's width, so that bars stand apart.
_FILLED = 0.72


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day: where its bar stands, how much was paid, and how much of that went back."""

    day: date
    x: float
    width: float
    paid_y: float
    paid_height: float
    refunded_y: float
    refunded_height: float
    paid_minor: int
    refunded_minor: int
    paid_count: int
    middle: float
    is_labelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The payments of one currency; `highest_minor` is the tallest bar."""

    currency: Currency
    highest_minor: int
    bars: Sequence[Bar]


def charts_of(days: Sequence[DaySums], most: int) -> list[Chart]:
    """A chart for each currency that was paid in, the most used first."""
    times: dict[Currency, int] = {}
    for day in days:
        for (kind, currency), sum_ in day.sums.items():
            if kind is TakingsKind.PAID:
                times[currency] = times.get(currency, 0) + sum_.count
    wanted = sorted(times, key=lambda currency: (-times[currency], currency.code))[:most]
    return [_chart(days, currency) for currency in wanted]


def _chart(days: Sequence[DaySums], currency: Currency) -> Chart:
    highest = max(day.of(TakingsKind.PAID, currency).amount_minor for day in days)
    step = WIDTH / len(days)
    bars = [
        _bar(day, currency, place, len(days), step, highest or 1) for place, day in enumerate(days)
    ]
    return Chart(currency=currency, highest_minor=highest, bars=bars)


def _bar(
    day: DaySums, currency: Currency, place: int, count: int, step: float, highest: int
) -> Bar:
    paid = day.of(TakingsKind.PAID, currency)
    refunded_minor = min(day.of(TakingsKind.REFUNDED, currency).amount_minor, paid.amount_minor)
    tall, back = (
        round(minor / highest * (_GROUND - _TOP), 1)
        for minor in (paid.amount_minor, refunded_minor)
    )
    left = place * step
    return Bar(
        day=day.day,
        x=round(left + step * (1 - _FILLED) / 2, 1),
        width=round(step * _FILLED, 1),
        paid_y=round(_GROUND - tall, 1),
        paid_height=tall,
        refunded_y=round(_GROUND - back, 1),
        refunded_height=back,
        paid_minor=paid.amount_minor,
        refunded_minor=refunded_minor,
        paid_count=paid.count,
        middle=round(left + step / 2, 1),
        is_labelled=(count - 1 - place) % 7 == 0,
    )
