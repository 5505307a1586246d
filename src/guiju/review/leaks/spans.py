"""The days that a look for leaks is about: a period, or the twelve months up to today as the evidence tests count them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from guiju.lib import clock, period
from guiju.lib.errors import Problem

YEAR = "12m"


def days(code: str) -> tuple[date, date]:
    """The first and the last day; a period that has not begun is refused."""
    today = clock.today()
    if code == YEAR:
        return _a_year_before(today), today
    found = period.parse(code, where="period")
    if found.start > today:
        raise Problem(
            "leaks.period", _("%(period)s has not begun yet.") % {"period": code}, where="period", status=422,
            fix=_("Choose a period up to today."),
        )  # fmt: skip
    return found.start, min(found.end, today)


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def choices() -> list[str]:
    """The twelve months, this year and the last, the quarters of this year that have begun, this month."""
    today = clock.today()
    quarters = [f"{today.year}Q{number}" for number in range((today.month + 2) // 3, 0, -1)]
    return [YEAR, str(today.year), str(today.year - 1), *quarters, f"{today.year}-{today.month:02}"]
