"""What was there before a unit kept a register here: a stock that is taken in counts by its own days, not as late (补录).

A register says `stock: true`. A unit keeps it since its first row was entered; what happened before that could not have
been entered in time. What happened afterwards and is entered long after is late, however it is entered, and so is a row
that does not say when it happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Min

from guiju.lib import clock
from guiju.registers.models import Entry
from guiju.registers.spec import RegisterSpec

#: Unit -> the day since which it keeps a register.
Begun = dict[int, date]


def begun(register: str, units: Iterable[int]) -> Begun:
    """Since when some units keep a register; those without a row are not in it."""
    rows = Entry.objects.filter(register=register, unit_id__in=set(units)).order_by()
    return _days(rows.values_list("unit_id").annotate(first=Min("created_at")))


def begun_in(register: str, root: int | None) -> Begun:
    """The same of a whole tree."""
    rows = Entry.objects.filter(register=register, root_id=root).order_by()
    return _days(rows.values_list("unit_id").annotate(first=Min("created_at")))


def _days(found: Iterable[tuple[int, datetime]]) -> Begun:
    return {unit: clock.day_of(first) for unit, first in found}


def is_of(spec: RegisterSpec, *, unit: int, on: date | None, since: Begun) -> bool:
    """Does the row belong to the stock?"""
    return spec.stock and on is not None and unit in since and on < since[unit]
