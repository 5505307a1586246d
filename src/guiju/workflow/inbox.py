"""What is somebody's to do: handed to him, his office's, or escalated to him; and what his units have to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from guiju.access import holders, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.org.models import Person, Unit
from guiju.workflow import owners
from guiju.workflow.models import Notice, Step, Task, TaskStatus
from guiju.workflow.owners import CHAINS, Offices

VIEW = Permission.WORKFLOW_TASK_VIEW
#: Due within so many days is soon.
SOON = timedelta(days=14)
#: More unread notices than this are not counted.
UNREAD = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks wait, and how many of them are late or soon due."""

    open: int = 0
    overdue: int = 0
    soon: int = 0


@dataclass(frozen=True, slots=True)
class Inbox:
    """Open tasks, the oldest deadline first: one's own, and those of all units one may see (own ones included)."""

    mine: QuerySet[Task]
    units: QuerySet[Task]
    counts: Counts
    unread: int


def inbox(*, by: Actor, on: date | None = None, within: Unit | None = None) -> Inbox:
    """Everything for the page of somebody's tasks; `within` narrows the second list to one unit and all below."""
    day = on or clock.today()
    own = mine(by=by, on=day)
    return Inbox(own, of_units(by=by, within=within, on=day), counts(own, on=day), unread(by=by))


def mine(*, by: Actor, on: date | None = None) -> QuerySet[Task]:
    """Open tasks that are the actor's to do and may be shown by now: by name anywhere, by office where he sees tasks."""
    day = on or clock.today()
    rows = _few(by, day).filter(status=TaskStatus.OPEN, shown_on__lte=day)
    return rows.order_by("due_on", "pk")


def all_of(*, by: Actor, on: date | None = None) -> QuerySet[Task]:
    """As `mine`, whatever their state and however far ahead: what a calendar of one's own shows."""
    return _few(by, on or clock.today()).order_by("due_on", "pk")


def of_units(*, by: Actor, within: Unit | None = None, on: date | None = None) -> QuerySet[Task]:
    """Open tasks of the units the actor may see, those not to be shown yet left out."""
    rows = _seen(by, within).filter(status=TaskStatus.OPEN, shown_on__lte=on or clock.today())
    return rows.order_by("due_on", "pk")


def _seen(by: Actor, within: Unit | None = None) -> QuerySet[Task]:
    rows = Task.objects.select_related("unit", "owner")
    return scope.restrict(rows, by=by, permission=VIEW, within=within)


def _few(by: Actor, on: date) -> QuerySet[Task]:
    """One's own are few among all of a tree: they are found first, and then looked at row by row for the right."""
    seen = Exists(scope.units(by, VIEW).filter(pk=OuterRef("unit_id")))
    return Task.objects.select_related("unit", "owner").filter(_own(by, on)).filter(Q(named(by)) | Q(seen))


def named(by: Actor) -> Q:
    """Tasks handed to the actor by name: they are his own, with or without a role on the unit; never a token's."""
    if by.user is None or by.token is not None:
        return Q(pk__in=[])
    return Q(owner__user_id=by.user.pk)


def _own(by: Actor, on: date) -> Q:
    """Handed to me; my office's where it was handed to nobody; escalated to my office."""
    if by.user is None:
        return Q(pk__in=[])
    person = Person.objects.filter(user=by.user).values_list("pk", flat=True).first()
    wanted = Q(owner_id=person) if person is not None else Q(pk__in=[])
    units = set(holders.seats(by.user.pk, owners.OFFICE, on=on))
    if person is not None:
        units |= owners.offices_of(person, on=on)
    if units:
        wanted |= _by_office(Offices(units, on=on), units, by.user.pk)
    return wanted


def _by_office(offices: Offices, units: set[int], user: int) -> Q:
    """Units in which the same offices are the actor's share one condition."""
    alike: dict[tuple[tuple[str, ...], tuple[int, ...]], list[int]] = {}
    for unit in units:
        roles = tuple(role for role in CHAINS if user in offices.answerable(unit, role).users)
        levels = tuple(level for level, role in owners.RUNGS.items() if user in offices.answerable(unit, role).users)
        if roles or levels:
            alike.setdefault((roles, levels), []).append(unit)
    found = Q(pk__in=[])
    for (roles, levels), ids in alike.items():
        here = Q(owner__isnull=True, role__in=roles)
        for level in levels:
            here |= Q(level__gte=level)
        found |= Q(unit_id__in=ids) & here
    return found


def counts(rows: QuerySet[Task], *, on: date | None = None) -> Counts:
    """How many there are: one query."""
    day = on or clock.today()
    found = rows.order_by().aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=day)),
        soon=Count("pk", filter=Q(due_on__gte=day, due_on__lte=day + SOON)),
    )
    return Counts(**found)


def badge(*, by: Actor, on: date | None = None) -> Counts:
    """The figures beside “Tasks” in the frame."""
    day = on or clock.today()
    return counts(mine(by=by, on=day), on=day)


def notices(*, by: Actor, unread_only: bool = False) -> QuerySet[Notice]:
    """One's own notices, newest first, of tasks that one may still see or that ask something of oneself."""
    if by.user is None:
        return Notice.objects.none()
    # Row by row along the index of the order, so that the first page does not cost what all pages would.
    seen = Exists(_seen(by).filter(pk=OuterRef("task_id"))) | Exists(
        Task.objects.filter(named(by), pk=OuterRef("task_id"))
    )
    # What somebody is asked for himself is his own, whether or not he sees the task that sends it.
    rows = Notice.objects.filter(Q(step=Step.ASKED) | seen, user=by.user)
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    return rows.select_related("task__unit", "task__owner").order_by("-made_at", "-pk")


def unread(*, by: Actor) -> int:
    """How many notices wait to be read; counting stops at 100."""
    return notices(by=by, unread_only=True).order_by()[:UNREAD].count()
