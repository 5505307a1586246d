"""The calendar: a month as a grid on a desk and as a list on a phone, with tasks, stages and rest days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access import check
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.web import place
from guiju.web.workflow import rows, subscribe
from guiju.web.workflow.asked import days_of_month
from guiju.workflow import queries
from guiju.workflow.queries import Month
from guiju.workflow.stages import Stage

P = Permission
VIEW = P.WORKFLOW_TASK_VIEW
#: Tasks in the cell of one day before it folds.
IN_CELL = 3
FIRST, LAST = 2001, 2100


@dataclass(slots=True)
class Cell:
    """One day of the grid; days of other months are blank."""

    on: date | None = None
    works: bool = True
    name: str = ""
    is_today: bool = False
    is_exchanged: bool = False
    tasks: list[rows.Row] = field(default_factory=list)
    more: list[rows.Row] = field(default_factory=list)
    below: queries.Counts | None = None
    below_url: str = ""

    @property
    def is_noted(self) -> bool:
        """Does the list of days on a phone show it?"""
        return bool(self.tasks or self.name or self.below or self.is_today)


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage within one week: from which column, over how many."""

    title: str
    programme: str
    column: int
    span: int
    begins: bool
    ends: bool
    unit: str


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days with the stages above them."""

    cells: list[Cell]
    bars: list[Bar]


@needs(VIEW)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """One's own month, or that of a unit."""
    by, today = place.by(request), clock.today()
    first = _month(request.GET.get("month", ""), today)
    unit = _unit(request)
    found = queries.month(by=by, year=first.year, month=first.month, unit=unit)
    last = days_of_month(first)[1]
    below = queries.below(by=by, unit=unit, first=first, last=last) if unit is not None else {}
    cells = _cells(found, unit, below, today)
    context = {
        "title": _("Calendar"),
        "month": _name(first),
        "month_code": f"{first:%Y-%m}",
        "unit": unit,
        "here": place.current_or_none(request),
        "today": today,
        "prev_url": _url(first - timedelta(days=1), unit),
        "next_url": _url(last + timedelta(days=1), unit),
        "today_url": _url(today, unit) if (first.year, first.month) != (today.year, today.month) else "",
        "mine_url": _url(first, None),
        "unit_url": _url(first, unit or place.current_or_none(request)),
        "weeks": _weeks(cells, found.stages, first, several=unit is None),
        "weekdays": _weekdays(),
        "agenda": [cell for cell in cells if cell.is_noted],
        "stages": found.stages,
        "note": found.note,
        "more": found.more,
        "tasks": sum(len(cell.tasks) + len(cell.more) for cell in cells),
        "days_url": f"{reverse('calendar-days')}?year={first.year}",
        "ladder_url": reverse("ladder") + (f"?unit={unit.code}" if unit else ""),
        **subscribe.box(request),
    }
    return render(request, "workflow/calendar.html", context)


def _month(written: str, today: date) -> date:
    """First day of the month that is asked for."""
    try:
        year, month = (int(part) for part in written.split("-", 1))
        return date(min(max(year, FIRST), LAST), month, 1)
    except ValueError:
        return today.replace(day=1)


def _unit(request: HttpRequest) -> Unit | None:
    code = request.GET.get("unit", "").strip()[:40]
    return check.unit(place.by(request), VIEW, code) if code else None


def _url(on: date, unit: Unit | None) -> str:
    return f"{reverse('calendar')}?month={on:%Y-%m}" + (f"&unit={unit.code}" if unit else "")


def _name(first: date) -> str:
    if (get_language() or "").startswith("en"):
        return f"{first:%B} {first.year}"
    return f"{first.year}年{first.month}月"


def _weekdays() -> list[str]:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


def _cells(found: Month, unit: Unit | None, below: dict[date, queries.Counts], today: date) -> list[Cell]:
    sources = rows.Sources()
    shown = []
    for day in found.days:
        held = [rows.of_line(line, sources, today) for line in day.tasks]
        held.sort(key=lambda row: (not row.is_open, row.task.pk))
        own = len([row for row in held if row.is_open])
        under = below.get(day.on)
        more_below = under is not None and under.open > own
        shown.append(
            Cell(
                on=day.on,
                works=day.works,
                name=day.name,
                is_today=day.on == today,
                is_exchanged=day.works and day.on.weekday() >= 5,
                tasks=held[:IN_CELL],
                more=held[IN_CELL:],
                below=queries.Counts(under.open - own, under.overdue) if more_below and under else None,
                below_url=_below_url(unit, day.on),
            )
        )
    return shown


def _below_url(unit: Unit | None, on: date) -> str:
    return f"{reverse('tasks')}?view=units&unit={unit.code}&when={on.isoformat()}" if unit else ""


# --- weeks ------------------------------------------------------------------------------------------------------------


def _weeks(cells: list[Cell], stages: Sequence[Stage], first: date, *, several: bool) -> list[Week]:
    """Monday to Sunday, blanks before and after the month."""
    names = dict(Unit.objects.filter(pk__in={row.unit_id for row in stages}).values_list("pk", "name"))
    padded = [*[Cell() for _blank in range(first.weekday())], *cells]
    padded += [Cell() for _blank in range(-len(padded) % 7)]
    monday = first - timedelta(days=first.weekday())
    found = []
    for number in range(0, len(padded), 7):
        week = padded[number : number + 7]
        days = [cell.on for cell in week if cell.on is not None]
        start = monday + timedelta(days=number)
        bars = [
            _bar(stage, start, days[0], days[-1], names.get(stage.unit_id, "") if several and len(names) > 1 else "")
            for stage in stages
            if stage.from_on <= days[-1] and stage.to_on >= days[0]
        ]
        found.append(Week(week, bars))
    return found


def _bar(stage: Stage, monday: date, first: date, last: date, unit: str) -> Bar:
    begin, end = max(stage.from_on, first), min(stage.to_on, last)
    return Bar(
        title=stage.title,
        programme=stage.programme,
        column=(begin - monday).days + 1,
        span=(end - begin).days + 1,
        begins=stage.from_on == begin,
        ends=stage.to_on == end,
        unit=unit,
    )
