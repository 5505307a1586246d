"""What the address of the list of tasks asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.web import place
from guiju.web.workflow.rows import week_end
from guiju.workflow import owners, queries
from guiju.workflow.models import Task, TaskStatus
from guiju.workflow.owners import CHAINS, Offices

VIEW = Permission.WORKFLOW_TASK_VIEW
SHOWN = 50
#: Counted up to here.
CAP = 1_000
STATES = (TaskStatus.OPEN, TaskStatus.DONE, TaskStatus.WAIVED, TaskStatus.ENDED)
#: Of several people of one name so many are looked at.
_NAMESAKES = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tasks: one's own or those of units, narrowed by what the filters say."""

    mine: bool
    unit: Unit | None
    chosen_unit: Unit | None
    urn: str
    state: TaskStatus
    person: str
    when: str
    text: str
    on: date

    @property
    def is_narrowed(self) -> bool:
        """Does a filter hold rows back?"""
        chosen = (self.chosen_unit, self.urn, self.person, self.when, self.text)
        return any(chosen) or self.state != TaskStatus.OPEN

    @property
    def by_deadline(self) -> bool:
        """Open tasks stand by their deadline, closed ones by the day of their closing, the newest first."""
        return self.state == TaskStatus.OPEN

    def order(self) -> tuple[str, str]:
        """The order of the list, which ends with something unique."""
        if self.by_deadline:
            return ("due_on", "pk")
        return ("-done_on", "-pk") if self.state != TaskStatus.ENDED else ("-due_on", "-pk")


def of(request: HttpRequest) -> Asked:
    """Read the address; a unit that may not be seen is not found."""
    query, by = request.GET, place.by(request)
    mine = query.get("view") != "units"
    code = query.get("unit", "").strip()[:40]
    chosen = check.unit(by, VIEW, code) if code else None
    state = query.get("state", "")
    return Asked(
        mine=mine,
        unit=chosen or (None if mine else place.current_or_none(request)),
        chosen_unit=chosen,
        urn=query.get("document", "").strip()[:120],
        state=TaskStatus(state) if state in TaskStatus.values else TaskStatus.OPEN,
        person=query.get("person", "").strip()[:40],
        when=query.get("when", "").strip()[:10],
        text=query.get("q", "").strip()[:60],
        on=clock.today(),
    )


def rows(asked: Asked, *, by: Actor, without: str = "") -> QuerySet[Task]:
    """The tasks in their order; `without` leaves one filter aside, for its options."""
    if asked.mine:
        found = queries.all_of(by=by, on=asked.on)
    else:
        found = queries.visible(by=by, within=asked.unit)
    found = found.filter(status=asked.state)
    if asked.mine and asked.chosen_unit is not None:
        found = found.filter(unit__path__startswith=asked.chosen_unit.path)
    if asked.urn and without != "document":
        found = found.filter(urn="" if asked.urn == "none" else asked.urn)
    if asked.person and without != "person":
        found = found.filter(_of_person(asked.person, by, asked.on))
    if asked.text:
        found = found.filter(Q(title__icontains=asked.text) | Q(title_en__icontains=asked.text))
    return _by_date(found, asked).order_by(*asked.order())


def _by_date(found: QuerySet[Task], asked: Asked) -> QuerySet[Task]:
    """What is not to be shown yet stands only where it is asked for."""
    today, sunday = asked.on, week_end(asked.on)
    if asked.when == "ahead":
        return found.filter(shown_on__gt=today)
    day = _day(asked.when)
    if day is not None:
        return found.filter(due_on=day)
    if asked.state == TaskStatus.OPEN:
        found = found.filter(shown_on__lte=today)
    if asked.when == "overdue":
        return found.filter(due_on__lt=today)
    if asked.when == "week":
        return found.filter(due_on__range=(today, sunday))
    if asked.when == "later":
        return found.filter(due_on__gt=sunday)
    return found


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _of_person(name: str, by: Actor, on: date) -> Q:
    """What was handed to people of this name, or is their office's where it was handed to nobody."""
    known = scope.people(by, Permission.ORG_PERSON_VIEW).filter(name__icontains=name).order_by("pk")
    people = dict(known.values_list("pk", "name")[:_NAMESAKES])
    wanted = Q(owner_id__in=people)
    units = {unit for person in people for unit in owners.offices_of(person, on=on)}
    offices = Offices(units, on=on) if units else None
    for unit in units:
        assert offices is not None
        roles = [
            role
            for role in CHAINS
            if any(holder.person_id in people for holder in offices.answerable(unit, role).people)
        ]
        if roles:
            wanted |= Q(owner__isnull=True, unit_id=unit, role__in=roles)
    return wanted


# --- places in the list -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """Fifty tasks and how to go on."""

    tasks: list[Task]
    count: int
    before: str
    after: str


def page(request: HttpRequest, asked: Asked, found: QuerySet[Task]) -> Page:
    """The part of the list that the address names: behind one row, or before it."""
    first, back = request.GET.get("after", ""), request.GET.get("before", "")
    turned = bool(back) and not first
    cut = _beyond(asked, first or back, turned=turned)
    rows_ = found.filter(cut) if cut is not None else found
    held = list((rows_.reverse() if turned else rows_)[: SHOWN + 1])
    more, held = len(held) > SHOWN, held[:SHOWN]
    if turned:
        held.reverse()
    has_before = more if turned else cut is not None
    has_after = (cut is not None) if turned else more
    return Page(
        tasks=held,
        count=found.order_by()[: CAP + 1].count(),
        before=_mark(asked, held[0]) if held and has_before else "",
        after=_mark(asked, held[-1]) if held and has_after else "",
    )


def _mark(asked: Asked, task: Task) -> str:
    day = getattr(task, asked.order()[0].lstrip("-")) or date.min
    return f"{day.isoformat()}_{task.pk}"


def _beyond(asked: Asked, mark: str, *, turned: bool) -> Q | None:
    if not mark:
        return None
    day, _line, number = mark.partition("_")
    on = _day(day)
    if on is None or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Problem("tasks.place", _("This place in the list does not exist."), fix=_("Begin at its first page."))
    name = asked.order()[0]
    descends = name.startswith("-")
    sign = "lt" if descends != turned else "gt"
    column = name.lstrip("-")
    return Q(**{f"{column}__{sign}": on}) | Q(**{column: on, f"pk__{sign}": int(number)})


def days_of_month(on: date) -> tuple[date, date]:
    """First and last day of the month of a day."""
    first = on.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def kept(request: HttpRequest, **changes: Any) -> str:
    """This address with some parameters changed; the place in the list is dropped."""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    text = query.urlencode()
    return f"?{text}" if text else "?"
