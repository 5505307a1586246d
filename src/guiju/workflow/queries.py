"""What pages, feeds and the API read: the inbox, one task, a month, a unit's timeline, the working calendar."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.org.tree import ancestor_paths
from guiju.trail.presenters import HistoryLine
from guiju.trail.presenters import history as told
from guiju.workflow import days, ladder, owners, stages, yearlist
from guiju.workflow.clock import holder
from guiju.workflow.inbox import Counts, Inbox, all_of, badge, counts, inbox, mine, named, notices, of_units, unread
from guiju.workflow.models import Feed, Ladder, Task, TaskStatus
from guiju.workflow.owners import Offices
from guiju.workflow.stages import Stage
from guiju.workflow.words import title_of
from guiju.workflow.yearlist import Year

__all__ = [
    "Counts", "Day", "Inbox", "LadderView", "Month", "Stage", "TaskLine", "Timeline", "Year", "all_of", "badge", "below",
    "counts", "feed_of", "find", "history", "inbox", "ladder_of", "lines", "mine", "month", "notices", "of_units",
    "timeline", "unread", "visible", "year",
]  # fmt: skip

VIEW, EDIT = Permission.WORKFLOW_TASK_VIEW, Permission.WORKFLOW_TASK_EDIT
#: So many tasks stand in one month or timeline at most.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as lists show it. `days_left` counts working days, negative once the deadline has passed."""

    task: Task
    title: str
    owners: tuple[str, ...]
    office: str
    days_left: int
    is_overdue: bool
    is_rest_day: bool
    may_edit: bool
    is_mine: bool
    #: May the reader look at the tasks of its unit, or is it here because it bears his name?
    is_seen: bool = True

    @property
    def may_finish(self) -> bool:
        """May the reader mark it as done?"""
        return self.may_edit or self.is_mine

    @property
    def may_act(self) -> bool:
        """May the reader hand it over or open it again?"""
        return self.may_edit or (self.is_mine and self.is_seen)


def visible(*, by: Actor, within: Unit | None = None) -> QuerySet[Task]:
    """All tasks the actor may see, in any state, the earliest deadline first."""
    rows = scope.restrict(Task.objects.select_related("unit", "owner"), by=by, permission=VIEW, within=within)
    return rows.order_by("due_on", "pk")


def find(*, by: Actor, uid: UUID) -> Task:
    """One task of a unit that the actor sees, or his own by name; or 404."""
    found = visible(by=by).filter(uid=uid).first() or _own(by).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("There is no such task here."))
    return found


def _own(by: Actor) -> QuerySet[Task]:
    return Task.objects.select_related("unit", "owner").filter(named(by))


def history(task: Task) -> list[HistoryLine]:
    """What happened to a task, newest first."""
    return told("task", str(task.uid))


def lines(tasks: Iterable[Task], *, by: Actor, on: date | None = None) -> list[TaskLine]:
    """Tasks with what people want to know of them; a constant number of queries."""
    rows, day = list(tasks), on or clock.today()
    if not rows:
        return []
    offices = Offices({task.unit_id for task in rows}, on=day)
    calendars = days.Calendars()
    calendars.load(task.root_id for task in rows)
    edit, seen = scope.scope(by, EDIT), scope.scope(by, VIEW)
    return [_line(task, offices, calendars.of(task.root_id), (edit, seen), by, day) for task in rows]


def _line(
    task: Task, offices: Offices, calendar: days.Calendar, rights: tuple[scope.Scope, scope.Scope], by: Actor, on: date
) -> TaskLine:
    edit, seen = rights
    answers = offices.answerable(task.unit_id, task.role, holder(task))
    mine = by.user_id is not None and (
        task.owner.user_id == by.user_id
        if task.owner is not None
        else by.user_id in answers.users or any(one.user_id == by.user_id for one in answers.people)
    )
    return TaskLine(
        task=task,
        title=title_of(task),
        owners=tuple(one.name for one in answers.people),
        office=task.get_role_display(),
        days_left=calendar.between(on, task.due_on),
        is_overdue=task.status == TaskStatus.OPEN and task.due_on < on,
        is_rest_day=not calendar.works(task.due_on),
        may_edit=edit.covers(task.unit),
        is_mine=mine,
        is_seen=seen.covers(task.unit),
    )


# --- calendars --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month: worked or not, why not, and what is due."""

    on: date
    works: bool
    name: str
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of one's own tasks, or of one unit's. `more` is set when it holds more than are shown."""

    year: int
    month: int
    days: tuple[Day, ...]
    stages: tuple[Stage, ...]
    note: str
    more: bool = False


def month(*, by: Actor, year: int, month: int, unit: Unit | None = None) -> Month:
    """The tasks due in a month with stages and rest days: one's own, or (with `unit`) all of one unit."""
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    rows, units = _asked(by, unit)
    found = list(rows.filter(due_on__range=(first, last))[: MOST + 1])
    shown = lines(found[:MOST], by=by)
    root = unit.root_id or unit.pk if unit is not None else _root_of(by, [line.task for line in shown])
    calendar = days.of(root) if root is not None else days.Calendar()
    names = {row.day: row.name for row in yearlist.of(root or 0, year).days}
    due: dict[date, list[TaskLine]] = {}
    for line in shown:
        due.setdefault(line.task.due_on, []).append(line)
    each = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return Month(
        year=year,
        month=month,
        days=tuple(Day(on, calendar.works(on), names.get(on, ""), tuple(due.get(on, ()))) for on in each),
        stages=tuple(stages.of(units or {line.task.unit_id for line in shown} or _home(by), first, last)),
        note=yearlist.note(year),
        more=len(found) > MOST,
    )


def _asked(by: Actor, unit: Unit | None) -> tuple[QuerySet[Task], list[int]]:
    if unit is None:
        return all_of(by=by), []
    check.require(by, VIEW, unit)
    return visible(by=by).filter(unit=unit), [unit.pk]


def _home(by: Actor) -> list[int]:
    """The unit somebody works in: its stages stand in a month without tasks too."""
    return list(scope.units(by, VIEW).order_by("path").values_list("pk", flat=True)[:1])


def _root_of(by: Actor, tasks: Sequence[Task]) -> int | None:
    """Whose calendar a month of one's own shows: that of the first task's tree, else of the own scope."""
    if tasks:
        return tasks[0].root_id
    return scope.units(by, VIEW).order_by("path").values_list("root_id", flat=True).first()


def below(*, by: Actor, unit: Unit, first: date, last: date) -> dict[date, Counts]:
    """For each day how many tasks of the unit and all below it are due then: open, and overdue by now."""
    check.require(by, VIEW, unit)
    rows = visible(by=by, within=unit).filter(due_on__range=(first, last)).order_by()
    today = clock.today()
    found = rows.values("due_on").annotate(
        open=Count("pk", filter=Q(status=TaskStatus.OPEN)),
        overdue=Count("pk", filter=Q(status=TaskStatus.OPEN, due_on__lt=today)),
    )
    return {row["due_on"]: Counts(row["open"], row["overdue"]) for row in found}


@dataclass(frozen=True, slots=True)
class Timeline:
    """A unit's tasks and stages over some time."""

    first: date
    last: date
    tasks: tuple[TaskLine, ...]
    stages: tuple[Stage, ...]
    more: bool = False


def timeline(*, by: Actor, unit: Unit, first: date | None = None, last: date | None = None) -> Timeline:
    """What a unit has and had to do, three months back and a year ahead unless said otherwise."""
    check.require(by, VIEW, unit)
    today = clock.today()
    start, end = first or today - timedelta(days=92), last or today + timedelta(days=366)
    found = list(visible(by=by).filter(unit=unit, due_on__range=(start, end))[: MOST + 1])
    return Timeline(
        start, end, tuple(lines(found[:MOST], by=by)), tuple(stages.of([unit.pk], start, end)), len(found) > MOST
    )


def year(*, by: Actor, root: Unit, year: int) -> Year:
    """The working calendar of a tree in one year; `note` says plainly when the year is only estimated."""
    check.require(by, VIEW, root)
    return yearlist.of(root.root_id or root.pk, year)


# --- arrangements -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LadderView:
    """The rule that holds for a unit, and whose it is (None: the default). `version` is 0 without an own one."""

    rule: ladder.Rule
    unit: Unit | None
    version: int


def ladder_of(*, by: Actor, unit: Unit) -> LadderView:
    """The nearest ladder up the tree."""
    check.require(by, VIEW, unit)
    paths = ancestor_paths(unit.path, itself=True)
    row = Ladder.objects.filter(unit__path__in=paths).select_related("unit").order_by("-unit__path").first()
    if row is None:
        return LadderView(ladder.DEFAULT, None, 0)
    rule = ladder.Rule(tuple(row.before), row.head_after, row.principal_after)
    return LadderView(rule, row.unit, row.version if row.unit_id == unit.pk else 0)


def feed_of(*, by: Actor) -> Feed | None:
    """One's own calendar address, without its secret."""
    return Feed.objects.filter(user=by.user, revoked_at__isnull=True).first() if by.user is not None else None


def office_holders(unit: Unit, *, on: date | None = None) -> dict[str, tuple[str, ...]]:
    """Who holds which office in a unit: for choosing an owner."""
    offices = Offices([unit.pk], on=on or clock.today())
    return {role: tuple(one.name for one in offices.people(unit.pk, role)) for role in owners.CHAINS}
