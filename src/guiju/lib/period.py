"""Reporting periods: `2025` `2025H1` `2025Q1` `2025-03`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from guiju.lib.errors import Problem
from guiju.lib.i18n import _


class Kind(StrEnum):
    """How long a period is."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"

    @property
    def per_year(self) -> int:
        return {"year": 1, "half": 2, "quarter": 4, "month": 12}[self.value]


_FORM = re.compile(r"(\d{4})(?:(?P<half>H([12]))|(?P<quarter>Q([1-4]))|(?P<month>-(0[1-9]|1[0-2])))?")
_CHINESE = re.compile(
    r"(\d{4})年(?:度|全年)?(?:(?P<half>[上下])半年(?:度)?|第?(?P<quarter>[1-4一二三四])季度|(?P<month>0?[1-9]|1[0-2])月)?"
)
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A year or the `index`-th half, quarter or month of it."""

    year: int
    kind: Kind = Kind.YEAR
    index: int = 1

    def __post_init__(self) -> None:
        if not 1900 <= self.year <= 9998 or not 1 <= self.index <= self.kind.per_year:
            raise _unreadable(f"{self.year} {self.kind} {self.index}")

    @classmethod
    def parse(cls, text: str, *, where: str = "") -> Self:
        """Read the written form, or what Chinese ledgers write: 2025年3月, 2025年第一季度, 2025年上半年."""
        compact = "".join(text.split())
        match = _FORM.fullmatch(compact.upper()) or _CHINESE.fullmatch(compact)
        if match is None or not 1900 <= int(match[1]) <= 9998:
            raise _unreadable(text, where)
        for kind in (Kind.HALF, Kind.QUARTER, Kind.MONTH):
            if part := match[kind.value]:
                digits = part.lstrip("HQ-")
                return cls(int(match[1]), kind, _NUMERALS.get(digits) or int(digits))
        return cls(int(match[1]))

    @classmethod
    def of(cls, on: date, kind: Kind | str) -> Self:
        """The period of that kind in which a day falls."""
        kind = Kind(kind)
        return cls(on.year, kind, (on.month - 1) // (12 // kind.per_year) + 1)

    def __str__(self) -> str:
        tail = {Kind.YEAR: "", Kind.HALF: f"H{self.index}", Kind.QUARTER: f"Q{self.index}"}
        return f"{self.year}{tail.get(self.kind, f'-{self.index:02}')}"

    @property
    def chinese(self) -> str:
        """As official documents write it."""
        tail = {
            Kind.YEAR: "度",
            Kind.HALF: f"{'上下'[self.index - 1] if self.kind is Kind.HALF else ''}半年",
            Kind.QUARTER: f"第{'一二三四'[self.index - 1] if self.kind is Kind.QUARTER else ''}季度",
            Kind.MONTH: f"{self.index}月",
        }
        return f"{self.year}年{tail[self.kind]}"

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, (self.index - 1) * (12 // self.kind.per_year) + 1, 1)

    @property
    def end(self) -> date:
        """The last day."""
        return self.next.start - timedelta(days=1)

    @property
    def next(self) -> Period:
        if self.index < self.kind.per_year:
            return Period(self.year, self.kind, self.index + 1)
        return Period(self.year + 1, self.kind, 1)

    @property
    def previous(self) -> Period:
        if self.index > 1:
            return Period(self.year, self.kind, self.index - 1)
        return Period(self.year - 1, self.kind, self.kind.per_year)

    def contains(self, on: date) -> bool:
        """Is the day within?"""
        return self.start <= on <= self.end


def parse(text: str, *, where: str = "") -> Period:
    """Short for `Period.parse`."""
    return Period.parse(text, where=where)


def of(on: date, kind: Kind | str) -> Period:
    """Short for `Period.of`."""
    return Period.of(on, kind)


def _unreadable(text: str, where: str = "") -> Problem:
    return Problem(
        "period.unreadable",
        _("“%(text)s” is not a period.") % {"text": text[:40]},
        fix=_("Write 2025, 2025H1, 2025Q1 or 2025-03."),
        where=where,
    )
