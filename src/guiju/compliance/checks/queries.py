"""Reading runs: what somebody may see, what is due, what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.compliance.enums import ItemResult, RunState
from guiju.compliance.models import CheckItem, CheckRun
from guiju.lib.errors import NotFound
from guiju.org.models import LAST, Unit
from guiju.org.tree import own
from guiju.registers.models import Entry

VIEW = P.REGISTER_ENTRY_VIEW


def visible(by: Actor, within: Unit, *, below: bool = False) -> QuerySet[CheckRun]:
    """The runs that belong to a unit (of a department: those about it), with `below` also of everything under it."""
    mine = _in_scope(by)
    here = own(within)
    if below:
        here = Q(unit__path__gte=within.path, unit__path__lt=within.path + LAST)
        here |= Q(department__path__gte=within.path, department__path__lt=within.path + LAST)
    return CheckRun.objects.filter(mine & here).select_related("unit", "department", "checker")


def _in_scope(by: Actor) -> Q:
    found = scope.scope(by, VIEW)
    if found.everything:
        return Q()
    q = Q(unit__in=scope.units(by, VIEW).values("pk"))
    for part in found.parts:
        there = Q(department__path__gte=part.path, department__path__lt=part.path + LAST)
        q |= Q(unit_id=part.company_id) & (there if part.with_below else Q(department_id=part.unit_id))
    return q


def find(by: Actor, uid: UUID, permission: P = VIEW) -> CheckRun:
    """The run of this uid, or 404 where it is not for this actor."""
    run = CheckRun.objects.select_related("unit", "department", "checker").filter(uid=uid).first()
    if run is None or not scope.scope(by, permission).covers_row(run.unit, run.department):
        raise NotFound(_("There is no such check here."), fix=_("Its plan may have been stopped, or it is not yours."))
    return run


def of_entry(uid: UUID) -> CheckRun | None:
    """The run behind an entry of `checks` or `zero_risk_reports`."""
    rows = CheckRun.objects.select_related("unit", "department", "checker")
    return rows.filter(Q(check_entry=uid) | Q(zero_report=uid)).first()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    due: int = 0
    done: int = 0
    general: int = 0
    major: int = 0

    @property
    def left(self) -> int:
        """Items nobody has looked at."""
        return self.due - self.done

    @property
    def problems(self) -> int:
        """Items with a problem."""
        return self.general + self.major


def progress(run_ids: Iterable[int]) -> dict[int, Progress]:
    """Of each run what was due and done: one query."""
    looked = Count("pk", filter=~Q(result=""))
    rows = CheckItem.objects.filter(run__in=list(run_ids)).order_by().values("run").annotate(
        due=Count("pk"), done=looked,
        general=Count("pk", filter=Q(result=ItemResult.GENERAL)), major=Count("pk", filter=Q(result=ItemResult.MAJOR)),
    )  # fmt: skip
    return {row["run"]: Progress(row["due"], row["done"], row["general"], row["major"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Board:
    """The first page: each list nearest day first."""

    running: list[CheckRun]
    due: list[CheckRun]
    waiting: list[CheckRun]
    missed: list[CheckRun]
    progress: dict[int, Progress]
    signed: dict[UUID, Entry]


def board(by: Actor, unit: Unit, *, on: date, most: int = 50) -> Board:
    """What is due, running, waiting for a signature, and missed in a year; a fixed number of queries."""
    runs = visible(by, unit)
    running = list(runs.filter(state=RunState.RUNNING).order_by("due_on", "pk")[:most])
    due = list(runs.filter(state=RunState.DUE, due_on__gte=on).order_by("due_on", "pk")[:most])
    late = runs.filter(state__in=[RunState.MISSED, RunState.DUE], due_on__lt=on, due_on__gte=on.replace(day=1, month=1))
    missed = list(late.order_by("-due_on", "pk")[:most])
    open_ = Entry.objects.filter(register="checks", unit__in=runs.values("unit"), done_on__isnull=True)
    finished = runs.filter(state=RunState.FINISHED, check_entry__in=open_.values("uid"))
    waiting = list(finished.order_by("finished_at", "pk")[:most])
    figures = progress(run.pk for run in (*running, *waiting))
    return Board(running, due, waiting, missed, figures, {})


@dataclass(frozen=True, slots=True)
class Cell:
    """One plan in one period over all units: runs by state, items due and looked at, reports signed."""

    due: int = 0
    running: int = 0
    finished: int = 0
    missed: int = 0
    items: int = 0
    looked: int = 0
    zero: int = 0
    signed: int = 0

    @property
    def runs(self) -> int:
        """All runs."""
        return self.due + self.running + self.finished + self.missed

    @property
    def percent(self) -> int | None:
        """Share of the begun runs' items that were looked at."""
        return self.looked * 100 // self.items if self.items else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole year: cells by (plan, period), with the periods in order and the plans' names."""

    periods: dict[UUID, list[str]]
    names: dict[UUID, str]
    cells: dict[tuple[UUID, str], Cell]


def coverage(by: Actor, unit: Unit, *, year: int, below: bool = True) -> Coverage:
    """Three grouped queries, however many units there are."""
    runs = visible(by, unit, below=below).filter(due_on__year=year)
    by_state = runs.order_by().values("plan", "period", "state").annotate(n=Count("pk"))
    items = (
        CheckItem.objects.filter(run__in=runs.order_by().values("pk")).order_by().values("run__plan", "run__period")
        .annotate(n=Count("pk"), done=Count("pk", filter=~Q(result="")))
    )  # fmt: skip
    raw: dict[tuple[UUID, str], dict[str, int]] = {}
    for row in by_state:
        raw.setdefault((row["plan"], row["period"]), {})[row["state"]] = row["n"]
    for each in items:
        raw.setdefault((each["run__plan"], each["run__period"]), {}).update(items=each["n"], looked=each["done"])
    _count_reports(runs, raw)
    order = runs.order_by("starts_on").values_list("plan", "period", "title").distinct()
    periods: dict[UUID, list[str]] = {}
    names: dict[UUID, str] = {}
    for plan, period, title in order:
        names[plan] = title
        if period not in periods.setdefault(plan, []):
            periods[plan].append(period)
    return Coverage(periods, names, {key: Cell(**values) for key, values in raw.items()})


def _count_reports(runs: QuerySet[CheckRun], raw: dict[tuple[UUID, str], dict[str, int]]) -> None:
    reports = runs.filter(zero_report__isnull=False)
    signed = Entry.objects.filter(register="zero_risk_reports", status="signed", uid__in=reports.values("zero_report"))
    rows = reports.order_by().values("plan", "period").annotate(
        zero=Count("pk"), signed=Count("pk", filter=Q(zero_report__in=signed.values("uid")))
    )  # fmt: skip
    for row in rows:
        raw.setdefault((row["plan"], row["period"]), {}).update(zero=row["zero"], signed=row["signed"])


def units_of(by: Actor, unit: Unit, plan: UUID, period: str) -> QuerySet[CheckRun]:
    """The runs behind one cell, unit by unit."""
    return visible(by, unit, below=True).filter(plan=plan, period=period).order_by("unit__path", "pk")


def sampled(run: CheckRun) -> int:
    """How many pieces were drawn in all."""
    return int(CheckItem.objects.filter(run=run).aggregate(n=Sum("sampled"))["n"] or 0)
