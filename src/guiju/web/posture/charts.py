"""Geometry of our own drawings: numbers become texts of SVG attributes, words and colours stay in the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from guiju.posture.lateness import Late, Month
from guiju.posture.models import Status
from guiju.posture.queries import Point

#: The drawing's own units; it is stretched to the width of the page.
WIDTH, HEIGHT = 1000, 120


class Line(NamedTuple):
    """One answer over time, as the points of a line in steps."""

    code: str
    points: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Met, partly and not met over the recorded days."""

    lines: tuple[Line, ...]
    top: int
    marker: str
    width: int = WIDTH
    height: int = HEIGHT


def lines(points: Sequence[Point], on: date) -> Lines:
    """A roll-up holds from its day until the next: lines go in steps."""
    first, last = points[0].on, points[-1].on
    days = max((last - first).days, 1)
    shown = (Status.MET, Status.PARTLY, Status.UNMET)
    top = max((point.count.by_status[status] for point in points for status in shown), default=0) or 1

    def x(day: date) -> float:
        return (day - first).days * WIDTH / days

    def steps(status: Status) -> str:
        found: list[str] = []
        level = ""
        for point in points:
            at, height = f"{x(point.on):.1f}", f"{HEIGHT - point.count.by_status[status] * (HEIGHT - 8) / top - 4:.1f}"
            found += [f"{at},{level}"] if level else []
            found.append(f"{at},{height}")
            level = height
        return " ".join(found if len(points) > 1 else [*found, f"{WIDTH},{level}"])

    marker = f"{x(min(max(on, first), last)):.1f}"
    return Lines(tuple(Line(status.value, steps(status)) for status in shown), top, marker)


class Bar(NamedTuple):
    """One part of a stacked bar."""

    code: str
    x: str
    y: str
    width: str
    height: str
    records: int


@dataclass(frozen=True, slots=True)
class Column:
    """One month: its stacked bars and its label."""

    label: str
    x: str
    bars: tuple[Bar, ...]
    total: int
    late: Late


@dataclass(frozen=True, slots=True)
class Columns:
    """Stacked bars month by month."""

    columns: tuple[Column, ...]
    top: int
    width: int
    height: int
    base: int


STEP, BASE = 64, 180
#: Parts of a bar from the ground up.
PARTS = ("in_time", "late", "long_after")


def columns(months: Sequence[Month]) -> Columns:
    """Records by the month in which they were made: in time, some days late, long after."""
    top = max((month.whole.total for month in months), default=0) or 1
    return Columns(
        tuple(_column(month, number, top) for number, month in enumerate(months)),
        top,
        STEP * len(months),
        BASE + 36,
        BASE,
    )


def _column(month: Month, number: int, top: int) -> Column:
    bars: list[Bar] = []
    y = float(BASE)
    for code in PARTS:
        count = getattr(month.whole, code)
        if count:
            height = max(count * (BASE - 24) / top, 2.0)
            y -= height
            bars.append(Bar(code, str(number * STEP + 10), f"{y:.1f}", str(STEP - 20), f"{height:.1f}", count))
    return Column(month.month, str(number * STEP + STEP // 2), tuple(bars), month.whole.total, month.whole)
