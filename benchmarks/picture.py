"""The picture for the README: bars of processor time, drawn as SVG without any library."""

from collections.abc import Sequence
from html import escape

from benchmarks.contestants import PAYPROOF
from benchmarks.summary import Results

_WIDTH = 760
_LABEL = 190
_BAR = 16
_GAP = 5
_GROUP_GAP = 34
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.us { fill: #2f6feb }
.them { fill: #9aa4b2 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .them { fill: #6e7681 } }
"""


def draw(results: Results, groups: Sequence[tuple[str, str, str]]) -> str:
    """One group of bars for each (database, case, title): µs of CPU for one request."""
    parts: list[str] = []
    y = 8
    longest = max(
        _cpu_us(results, database, case, name)
        for database, case, _ in groups
        for name in _names(results, database, case)
    )
    scale = (_WIDTH - _LABEL - 80) / longest
    for database, case, title in groups:
        parts.append(f'<text class="title" x="8" y="{y + 13}">{escape(title)}</text>')
        y += 22
        for name in _names(results, database, case):
            cpu_us = _cpu_us(results, database, case, name)
            kind = "us" if name == PAYPROOF else "them"
            width = max(1.0, cpu_us * scale)
            parts.append(
                f'<text x="{_LABEL - 8}" y="{y + 13}" text-anchor="end">{escape(name)}</text>'
                f'<rect class="{kind}" x="{_LABEL}" y="{y}" width="{width:.1f}" height="{_BAR}" '
                f'rx="2"/><text x="{_LABEL + width + 6:.1f}" y="{y + 13}">{cpu_us:.0f} µs</text>'
            )
            y += _BAR + _GAP
        y += _GROUP_GAP - 22
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y}" role="img">'
        f"<title>Processor time of one request</title><style>{_STYLE}</style>"
        f"{''.join(parts)}</svg>\n"
    )


def _names(results: Results, database: str, case: str) -> list[str]:
    names = results.contestants(database, case)
    return sorted(names, key=lambda name: _cpu_us(results, database, case, name))


def _cpu_us(results: Results, database: str, case: str, name: str) -> float:
    return results.figures(database, case, name, lambda run: run.measured.cpu_us).median
