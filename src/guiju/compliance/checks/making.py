"""Due runs: made from plans for every unit they reach, once per period; what nobody began is marked as missed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils import translation
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.compliance.checks import cycles, plans
from guiju.compliance.checks.plans import Plan
from guiju.compliance.enums import RunState
from guiju.compliance.models import CheckRun
from guiju.lib import clock
from guiju.org import queries as org
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.registers import writing
from guiju.registers.models import Entry
from guiju.workflow import duties
from guiju.workflow.days import Calendars

#: Runs inserted, and tasks made for them, at once.
CHUNK = 500
ABOUT = "check_run"


def key_of(run: CheckRun) -> str:
    """The key of the task that asks for the run."""
    return f"check-run:{run.uid}"


@transaction.atomic
def make_due(plan_uids: Iterable[UUID] | None = None, *, by: Actor, on: date) -> int:
    """Make what is due of some plans, or of all: however often it runs, a unit has one run per plan and period."""
    writing.lock_value("check-runs")
    found = [plan for plan in plans.all_of(plan_uids) if plan.in_use]
    if not found:
        return 0
    latest = _latest(found, on)
    calendars = Calendars()
    calendars.load(_root(plan.unit) for plan in found)
    made = 0
    for plan in found:
        since = max(plan.starts_on, latest.get(plan.uid) or plan.entered_on)
        fresh = _missing(plan, since, calendars, by=by, on=on)
        for start in range(0, len(fresh), CHUNK):
            _insert(plan, fresh[start : start + CHUNK], by=by, on=on)
        made += len(fresh)
    return made


def _latest(found: Sequence[Plan], on: date) -> dict[UUID, date]:
    """Where each plan has got to: the first day of its latest run that has begun by now."""
    rows = CheckRun.objects.filter(plan__in=[plan.uid for plan in found], starts_on__lte=on)
    return dict(rows.order_by().values("plan").annotate(at=Max("starts_on")).values_list("plan", "at"))


def _missing(plan: Plan, since: date, calendars: Calendars, *, by: Actor, on: date) -> list[CheckRun]:
    calendar = calendars.of(_root(plan.unit))
    wanted = cycles.spans(plan.cycle, starts_on=plan.starts_on, ends_on=plan.ends_on, since=since, on=on)
    spans = [
        (one, days) for one in wanted if (days := cycles.deadline(one, starts_on=plan.starts_on, calendar=calendar))
    ]
    if not spans:
        return []
    units = _units(plan, on)
    there = set(
        CheckRun.objects.filter(plan=plan.uid, period__in=[one.code for one, _days in spans]).values_list(
            "unit_id", "period"
        )
    )
    now = clock.now()
    return [
        CheckRun(
            plan=plan.uid,
            unit=unit,
            department=plan.department if unit.pk == plan.unit.pk else None,
            period=one.code,
            title=plan.name[:200],
            starts_on=start,
            due_on=due,
            checker=plan.checker if unit.pk == plan.unit.pk else None,
            recorded_at=now,
            by=by.name[:80],
        )
        for one, (start, due) in spans
        for unit in units
        if (unit.pk, one.code) not in there
    ]


def _units(plan: Plan, on: date) -> list[Unit]:
    if not plan.all_levels:
        return [plan.unit]
    below = list(org.legal_entities(plan.unit, on=on).exclude(pk=plan.unit.pk).order_by("path"))
    return [plan.unit, *below]


def _insert(plan: Plan, fresh: list[CheckRun], *, by: Actor, on: date) -> None:
    CheckRun.objects.bulk_create(fresh)
    waiting = [run for run in fresh if run.due_on >= on or plan.cycle not in cycles.FLEETING]
    officer = _officer(plan.department, on) if plan.department is not None else None
    duties.ensure((_duty(plan, run, officer) for run in waiting), by=by)


def _duty(plan: Plan, run: CheckRun, officer: Person | None) -> duties.Duty:
    title, title_en = names(run)
    return duties.Duty(
        key=key_of(run),
        unit=run.unit,
        title=title,
        title_en=title_en,
        due_on=run.due_on,
        starts_on=run.starts_on,
        role=Role.DEPARTMENT_OFFICER if run.department_id else Role.COMPLIANCE_STAFF,
        owner=run.checker or (officer if run.department_id else None),
        about=ABOUT,
        about_uid=run.uid,
        note=plan.how[:1_000],
        period=run.period,
        lead=min(20, max(1, (run.due_on - run.starts_on).days)),
    )


def names(run: CheckRun) -> tuple[str, str]:
    """The title of a run's task in Chinese and in English."""
    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            words = {"plan": run.title[:120], "period": cycles.words(run.period)}
            found.append(_("Check: %(plan)s (%(period)s)") % words)
    return found[0], found[1]


def _officer(department: Unit, on: date) -> Person | None:
    """Who holds the department's compliance office on the day."""
    rows = Entry.objects.filter(
        Q(department=department) | Q(unit=department),
        register="appointments", kind=Role.DEPARTMENT_OFFICER, on__lte=on, person__isnull=False,
    ).filter(Q(done_on__isnull=True) | Q(done_on__gte=on))  # fmt: skip
    row = rows.select_related("person").order_by("-on", "-pk").first()
    return row.person if row is not None else None


@transaction.atomic
def mark_missed(*, by: Actor, on: date) -> int:
    """Runs past their day that nobody began; they stay to be seen. A month or more may still be made up for."""
    late = CheckRun.objects.filter(state=RunState.DUE, due_on__lt=on)
    gone = [key_of(run) for run in late.only("uid", "period") if is_fleeting(run)]
    count = late.update(state=RunState.MISSED, recorded_at=clock.now(), by=by.name[:80])
    for start in range(0, len(gone), CHUNK):
        duties.drop(gone[start : start + CHUNK], by=by, reason=_("The day has passed; the check is shown as missed."))
    return count


def is_fleeting(run: CheckRun) -> bool:
    """Is it about one day or week, so that it cannot be made up for?"""
    return len(run.period) == 10 or "W" in run.period


@transaction.atomic
def withdraw(plan_uids: Iterable[UUID], *, by: Actor, on: date) -> int:
    """Take back runs that were only announced, because their plan was stopped or changed; what was missed stays."""
    runs = CheckRun.objects.filter(plan__in=list(plan_uids), state=RunState.DUE, due_on__gte=on)
    keys = [key_of(run) for run in runs.only("uid")]
    for start in range(0, len(keys), CHUNK):
        duties.drop(keys[start : start + CHUNK], by=by, reason=_("The check plan was stopped or changed."))
    return runs.delete()[0]


def _root(unit: Unit) -> int:
    return unit.root_id or unit.pk
