"""What a finished run is compared with: the last run of its plan, other units, other sources."""

from __future__ import annotations

from datetime import date
from itertools import takewhile

from django.db.models import Count, Exists, OuterRef, Q

from guiju.compliance.checks import doubts
from guiju.compliance.checks.doubts import Doubt, Look
from guiju.compliance.checks.plans import Plan
from guiju.compliance.enums import ItemResult, RunState
from guiju.compliance.models import CheckItem, CheckRun
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers.models import Entry

#: Sources of problems that do not come from those who check themselves.
OTHER_SOURCES = ("audit", "inspection", "discipline", "authority", "disclosure", "monitoring")


def looks(items: list[CheckItem]) -> list[Look]:
    """The items that were looked at, as doubts read them."""
    return [
        Look(str(item.subject or item.title), item.note, item.sample, item.sampled, item.looked_at)
        for item in items
        if item.result
    ]


def find(run: CheckRun, plan: Plan | None, items: list[CheckItem], *, minutes: int) -> list[Doubt]:
    """The doubts about a run that is being finished."""
    last = _before(run)[:1]
    earlier = list(CheckItem.objects.filter(run=last[0]).order_by("place")) if last else []
    is_zero = not any(item.result in {ItemResult.GENERAL, ItemResult.MAJOR} for item in items)
    return doubts.of_run(
        looks(items),
        looks(earlier),
        minutes=minutes,
        expected=plan.minutes if plan is not None else None,
        zero=_zero(run, plan) if is_zero else None,
    )


def _before(run: CheckRun) -> list[CheckRun]:
    """The finished runs of the same plan and unit before this one, the latest first."""
    rows = CheckRun.objects.filter(
        plan=run.plan, unit_id=run.unit_id, state=RunState.FINISHED, starts_on__lt=run.starts_on
    )
    problems = CheckItem.objects.filter(run=OuterRef("pk"), result__in=[ItemResult.GENERAL, ItemResult.MAJOR])
    return list(rows.annotate(found_something=Exists(problems)).order_by("-starts_on")[:24])


def _zero(run: CheckRun, plan: Plan | None) -> Doubt | None:
    quiet = list(takewhile(lambda one: not one.found_something, _before(run)))  # type: ignore[attr-defined]
    periods = len(quiet) + 1
    if periods < doubts.ZERO_PERIODS:
        return None
    since = min([run.starts_on, *(one.starts_on for one in quiet)])
    others = _others(run, since)
    return doubts.always_zero(periods=periods, others=others, found=_found(run, plan, since))


def _others(run: CheckRun, since: date) -> int:
    """Other units with the same plan whose checks found something in the time."""
    hits = CheckItem.objects.filter(
        run__plan=run.plan, run__starts_on__gte=since, result__in=[ItemResult.GENERAL, ItemResult.MAJOR]
    ).exclude(run__unit_id=run.unit_id)
    return int(hits.aggregate(n=Count("run__unit_id", distinct=True))["n"])


def _found(run: CheckRun, plan: Plan | None, since: date) -> int:
    """Problems from other sources, and warnings, in the same unit and field in the time."""
    return other_sources(run.unit, run.department_id, field=plan.field if plan is not None else "", since=since)


def other_sources(unit: Unit, department: int | None, *, field: str, since: date) -> int:
    """Problems that others found, and warnings, in a unit (of one department and of the whole) since a day."""
    rows = Entry.objects.filter(own(unit), on__gte=since)
    if department:
        whole = Q(unit_id=unit.pk, department__isnull=True)
        rows = rows.filter(Q(department_id=department) | Q(unit_id=department) | whole)
    fixes = Q(register="rectifications", kind__in=OTHER_SOURCES)
    alerts = Q(register="alerts") & ~Q(text_2="check")
    if field:
        fixes &= Q(level=field)
        alerts &= Q(kind=field)
    return rows.filter(fixes | alerts).count()
