"""Counts a hearing's sheet from the records as they are now; what cannot be known is None and never 0."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.compliance.enums import RunState
from guiju.compliance.lists import queries as lists
from guiju.compliance.models import CheckRun
from guiju.compliance.rectify import queries as rectify
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import places
from guiju.org.models import Unit
from guiju.org.queries import legal_entities
from guiju.org.tree import own, subtree
from guiju.registers.models import Entry
from guiju.workflow.models import Task, TaskStatus

#: Open matters that the sheet lists by name.
NAMED = 20


def count(*, unit: Unit, period: Period, by: Actor) -> dict[str, Any]:
    """The whole sheet: figures by section, and the open matters by name."""
    first, last = period.start, min(period.end, clock.today())
    return {
        "lists": _lists(unit, by),
        "risks": _risks(unit),
        "checks": _checks(unit, period, last),
        "rectifications": _rectifications(unit, first, last),
        "work": _work(unit, first),
        "levels": _levels(unit, period, last, by),
        "open": {"tasks": _late_tasks(unit), "decisions": _open_decisions(unit), "overdue": _overdue(unit, by)},
    }


def rows(unit: Unit, register: str) -> QuerySet[Entry]:
    """What belongs to the unit, kept by itself or at its departments and branches."""
    return Entry.objects.filter(own(unit), register=register).order_by()


def _lists(unit: Unit, by: Actor) -> dict[str, int | None]:
    cells = [cell for line in lists.overview(by, places.seat(by, unit.code)) for cell in line.cells]
    whole = {cell.kind for cell in cells if cell.department is None and cell.in_force is not None}
    mine = [cell for cell in cells if cell.department is not None]
    return {
        "in_force": sum(cell.in_force is not None for cell in cells),
        "drifted": sum(bool(cell.drift and cell.drift.count) for cell in cells),
        # A company that keeps a list as a whole does not lack it department by department.
        "without": sum(cell.in_force is None and cell.kind not in whole for cell in mine) if mine else None,
    }


def _risks(unit: Unit) -> dict[str, int | None]:
    found = rows(unit, "risk_list").filter(status="open")
    moved = dict(found.values_list("text_2").annotate(n=Count("pk")))
    levels = dict(found.values_list("level").annotate(n=Count("pk")))
    has = rows(unit, "risk_list").exists()
    figures: dict[str, int | None] = {
        **{level: levels.get(level, 0) if has else None for level in ("high", "medium", "low")},
        **{way: moved.get(way, 0) if has else None for way in ("up", "down")},
    }
    figures["warnings"] = rows(unit, "alerts").exclude(status="released").count()
    figures["reports"] = rows(unit, "risk_reports").exclude(status="settled").count()
    return figures


def _checks(unit: Unit, period: Period, last: date) -> dict[str, int | None]:
    """Runs of plans, and checks entered by hand; without either nothing is known of what was due."""
    runs = CheckRun.objects.filter(own(unit), due_on__range=(period.start, period.end)).order_by()
    state = runs.aggregate(
        due=Count("pk", filter=Q(due_on__lte=last) | Q(state=RunState.FINISHED)),
        missed=Count(
            "pk",
            filter=Q(state=RunState.MISSED) | Q(state__in=[RunState.DUE, RunState.RUNNING], due_on__lt=clock.today()),
        ),
        doubts=Count("pk", filter=Q(state=RunState.FINISHED) & ~Q(doubts=[])),
        runs=Count("pk"),
    )
    held = rows(unit, "checks").filter(on__range=(period.start, last)).aggregate(
        finished=Count("pk"), items_due=Sum("count_1"), items_done=Sum("count_2"),
        problems=Count("pk", filter=Q(level__in=["general", "major"])),
    )  # fmt: skip
    planned = bool(state["runs"])
    due, done = held["items_due"], held["items_done"]
    return {
        "due": state["due"] if planned else None,
        "finished": held["finished"],
        "missed": state["missed"] if planned else None,
        "items_due": due,
        "items_done": done,
        "coverage": done * 100 // due if due and done is not None else None,
        "zero": rows(unit, "zero_risk_reports").filter(on__range=(period.start, last)).count(),
        "problems": held["problems"],
        "doubts": state["doubts"] if planned else None,
    }


def _rectifications(unit: Unit, first: date, last: date) -> dict[str, int | None]:
    found = rows(unit, "rectifications")
    pending = Q(status__in=["open", "submitted"])
    counted: dict[str, int | None] = found.aggregate(
        opened=Count("pk", filter=Q(on__range=(first, last))),
        closed=Count("pk", filter=Q(status="closed", done_on__range=(first, last))),
        pending=Count("pk", filter=pending),
        overdue=Count("pk", filter=pending & Q(due_on__lt=clock.today())),
        extended=Count("pk", filter=pending & Q(count_2__gt=0)),
        repeats=Count("pk", filter=Q(on__range=(first, last), ref_1__isnull=False)),
    )
    return counted


def _levels(unit: Unit, period: Period, last: date, by: Actor) -> dict[str, int | None]:
    """The same of the unit and every company below it, for whoever may see them; nothing where there is none below."""
    companies = legal_entities(unit).exclude(pk=unit.pk).count()
    if not companies or not scope.scope(by, Permission.REGISTER_ENTRY_VIEW).covers_below(unit):
        return {}
    below = subtree(unit).values("pk")

    def of(register: str) -> QuerySet[Entry]:
        return Entry.objects.filter(register=register, unit_id__in=below).order_by()

    pending = of("rectifications").filter(status__in=["open", "submitted"])
    runs = CheckRun.objects.filter(unit_id__in=below, due_on__range=(period.start, period.end)).order_by()
    late = Q(state=RunState.MISSED) | Q(state__in=[RunState.DUE, RunState.RUNNING], due_on__lt=clock.today())
    found = of("checks").filter(on__range=(period.start, last), level__in=["general", "major"])
    return {
        "units": companies,
        "high": of("risk_list").filter(status="open", level="high").count(),
        "missed": runs.filter(late).count() if runs.exists() else None,
        "problems": found.count(),
        "pending": pending.count(),
        "overdue": pending.filter(due_on__lt=clock.today()).count(),
    }


def _tasks(unit: Unit) -> QuerySet[Task]:
    return Task.objects.filter(own(unit), status=TaskStatus.OPEN, due_on__lt=clock.today())


def _work(unit: Unit, first: date) -> dict[str, int | None]:
    earlier = rows(unit, "decisions").filter(status="open", on__lte=clock.today())
    return {"overdue_tasks": _tasks(unit).count(), "open_decisions": earlier.count()}


def _late_tasks(unit: Unit) -> list[dict[str, Any]]:
    # Rectifications and decisions are named beside it already.
    found = (
        _tasks(unit)
        .exclude(about__in=["rectification", "decision"])
        .select_related("owner")
        .order_by("due_on", "pk")[:NAMED]
    )
    return [
        {
            "uid": str(one.uid),
            "title": one.title,
            "owner": one.owner.name if one.owner else "",
            "due_on": one.due_on.isoformat(),
        }
        for one in found
    ]


def _open_decisions(unit: Unit) -> list[dict[str, Any]]:
    found = rows(unit, "decisions").filter(status="open").select_related("owner").order_by("due_on", "pk")[:NAMED]
    return [_named(one) for one in found]


def _overdue(unit: Unit, by: Actor) -> list[dict[str, Any]]:
    return [_named(one) for one in rectify.overdue(by=by, unit=unit, all_levels=False, most=NAMED)]


def _named(one: Entry) -> dict[str, Any]:
    return {
        "uid": str(one.uid),
        "title": one.title,
        "owner": one.owner.name if one.owner else "",
        "due_on": one.due_on.isoformat() if one.due_on else "",
    }
