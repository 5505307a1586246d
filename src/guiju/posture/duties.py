"""What documents ask by a date or in every period, as tasks of the units that answer to them.

Only requirements with a `task` become tasks, and only where they are addressed to the unit and apply for certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from guiju.access.actor import system
from guiju.lib import clock, period
from guiju.org.enums import Role
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import adopted, engine, programme, proving, standing, wiring
from guiju.posture.models import Adoption
from guiju.posture.programme import Deadline
from guiju.posture.wiring import Wired, Wiring
from guiju.workflow import actions as workflow
from guiju.workflow import days, stages
from guiju.workflow.actions import Made, Spec
from guiju.workflow.models import Task, TaskSource, TaskStatus
from guiju.workflow.words import in_english

CHUNK = 250
#: Periods that begin within so many days have their tasks.
AHEAD = timedelta(days=92)
_HOUSE = system("guiju")
# Why the house closes and opens tasks: msgids, written in its language.
OVER = _n("The programme has ended for this unit.")
SPARE = _n("This does not concern the unit any more.")
AGAIN = _n("This concerns the unit again.")


@dataclass(frozen=True, slots=True)
class Plan:
    """A requirement that becomes tasks."""

    row: Wired
    task: str
    task_en: str
    text: str
    role: str
    lead: int


# --- when -----------------------------------------------------------------------------------------------------------


def nightly(on: date | None = None) -> dict[str, int]:
    """Make the tasks of a new day, end those of ended programmes, close those that records prove by now."""
    day = on or clock.today()
    made = sync(on=day)
    return {"created": made.created, "changed": made.changed, "closed": proving.settle(on=day)}


def on_units_changed(unit_ids: frozenset[int]) -> None:
    """Attributes or places changed: what applies may have changed with them."""
    if engine._is_deferred.get():
        return
    entities = set(engine._entities(unit_ids).values())
    if entities:
        sync(Adoption.objects.filter(unit_id__in=entities).values_list("pk", flat=True))


def on_packs_loaded(packs: Sequence[Pack]) -> None:
    """Packs were loaded: tasks of those who answer to them follow their words and dates."""
    if engine._is_deferred.get() or not any(plans(pack) for pack in packs):
        return
    sync(Adoption.objects.filter(pack__in=packs).values_list("pk", flat=True), refresh=True)


def sync(adoption_ids: Iterable[int] | None = None, *, on: date | None = None, refresh: bool = False) -> Made:
    """Bring the tasks of some adoptions (all, when none are named) to what is asked on a day.

    `refresh` also lets open tasks follow changed words and dates.
    """
    day = on or clock.today()
    ids = None if adoption_ids is None else sorted(set(adoption_ids))
    made = Made()
    if ids == []:
        return made
    _end(ids, day)
    rows = _holding(day) if ids is None else _holding(day).filter(pk__in=ids)
    pks = iter(rows.order_by("pk").values_list("pk", flat=True))
    calendars = days.Calendars()
    while chunk := list(islice(pks, CHUNK)):
        with transaction.atomic():
            found = Adoption.objects.filter(pk__in=chunk).select_related("pack", "unit").order_by("pk")
            _sync(list(found), day, made, calendars, refresh=refresh)
    return made


def _holding(on: date) -> QuerySet[Adoption]:
    """Adoptions under which something is asked; one broken off today asks nothing more today."""
    still = Q(to_on__isnull=True) | Q(to_on__gt=on) | Q(to_on=on, programme_end=on)
    return adopted.open_on(on).filter(still)


# --- the tasks of adoptions -----------------------------------------------------------------------------------------


def _end(adoption_ids: list[int] | None, on: date) -> None:
    """Close what is asked no more. Of a programme that ran to its end the last deadlines may still lie ahead."""
    rows = Task.objects.filter(status=TaskStatus.OPEN, source=TaskSource.REQUIREMENT, adoption_uid__isnull=False)
    if adoption_ids is not None:
        rows = rows.filter(adoption_uid__in=Adoption.objects.filter(pk__in=adoption_ids).values("uid"))
    rows = rows.exclude(adoption_uid__in=_holding(on).values("uid"))
    rows = rows.exclude(due_on__gte=on, adoption_uid__in=adopted.ended_before(on).values("uid"))
    pks = iter(list(rows.order_by("pk").values_list("pk", flat=True)))
    while chunk := list(islice(pks, 1_000)):
        workflow.end(chunk, by=_HOUSE, reason=_said(OVER))


def _sync(adoptions: list[Adoption], on: date, made: Made, calendars: days.Calendars, *, refresh: bool) -> None:
    asked = [row for row in adoptions if plans(row.pack)]
    if not asked:
        return
    wirings = wiring.of({row.pack_id for row in asked})
    about = standing.circumstances({row.unit_id for row in asked}, on=on)
    there: dict[Any, list[tuple[int, str, str, str, str]]] = {}
    rows = Task.objects.filter(adoption_uid__in=[row.uid for row in asked])
    for uid, pk, key, code, status, done_by in rows.values_list(
        "adoption_uid", "pk", "key", "code", "status", "done_by"
    ):
        there.setdefault(uid, []).append((pk, key, code, status, done_by))
    specs: list[Spec] = []
    spare: list[int] = []
    again: list[int] = []
    for adoption in asked:
        wired = wirings[adoption.pack_id]
        concerns = standing.profile(wired, about[adoption.unit_id]).applies
        wanted = [plan for plan in plans(adoption.pack) if _asks(plan.row, wired, concerns)]
        codes = {plan.row.code for plan in wanted}
        held = there.get(adoption.uid, [])
        spare += [pk for pk, _key, code, status, _by in held if status == TaskStatus.OPEN and code not in codes]
        again += [pk for pk, _key, code, status, by in held if _was_spare(status, by) and code in codes]
        keys = set() if refresh else {key for _pk, key, *_rest in held}
        specs += [spec for spec in _specs(adoption, wired, wanted, on) if spec.key not in keys]
    if spare:
        workflow.end(spare, by=_HOUSE, reason=_said(SPARE), status=TaskStatus.WAIVED)
    if again:
        workflow.resume(again, by=_HOUSE, reason=_said(AGAIN))
    done = workflow.ensure(specs, by=_HOUSE, calendars=calendars)
    made.created, made.changed = made.created + done.created, made.changed + done.changed
    if done.created or again:
        # Records may have been there before the task.
        proving.settle({row.unit_id for row in asked}, on=on)


def _asks(row: Wired, wired: Wiring, concerns: Sequence[standing.Applies]) -> bool:
    """A task asked in parts concerns whoever is asked for one of them."""
    parts = [wired.by_code[code] for code in row.covers if code in wired.by_code] or [row]
    return any(_is_asked(concerns[part.at]) for part in parts)


def _is_asked(concern: standing.Applies) -> bool:
    """Whoever does not know whether it applies is asked for the attribute first, not for the deed."""
    return concern.yes and not concern.unknown


def _was_spare(status: str, done_by: str) -> bool:
    return status == TaskStatus.WAIVED and done_by == _HOUSE.name


def _said(reason: str) -> str:
    """Reasons are kept in the house's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _(reason)


def plans(pack: Pack) -> list[Plan]:
    """The requirements of a pack that become tasks."""
    rows = [row for row in catalogue.requirements(pack) if (row.extra.get("when") or {}).get("task")]
    if not rows:
        return []
    by_code = wiring.one(pack).by_code
    found = []
    for row in rows:
        wired, when = by_code.get(row.code), row.extra["when"]
        if wired is not None and (wired.addressed or wired.covers) and wired.when is not None:
            found.append(
                Plan(
                    row=wired,
                    task=when["task"],
                    task_en=when.get("task_en") or "",
                    text=when.get("text") or "",
                    role=when.get("owner") or Role.COMPLIANCE_HEAD.value,
                    lead=when.get("lead", 20),
                )
            )
    return found


def _specs(adoption: Adoption, wired: Wiring, wanted: Iterable[Plan], on: date) -> Iterator[Spec]:
    terms, horizon = programme.terms(adoption), on + AHEAD
    for plan in wanted:
        assert plan.row.when is not None
        for deadline in programme.deadlines(plan.row.when, wired.calendar, terms):
            if deadline.period and deadline.starts_on > horizon:
                break
            yield _spec(adoption, plan, deadline)


def _spec(adoption: Adoption, plan: Plan, deadline: Deadline) -> Spec:
    title, title_en, starts_on = plan.task, plan.task_en, deadline.starts_on
    if deadline.period:
        assert plan.row.when is not None
        its = period.parse(deadline.period)
        title = f"{title}（{its.chinese}）"
        title_en = f"{title_en} ({its})" if title_en else ""
        starts_on = proving.window(its, plan.row.when).first
    return Spec(
        key=f"{adoption.uid.hex}:{plan.row.code}:{deadline.period or 'once'}",
        unit_id=adoption.unit_id,
        root_id=adoption.unit.root_id or adoption.unit_id,
        title=title,
        title_en=title_en,
        note=plan.text,
        period=deadline.period,
        starts_on=starts_on,
        due_on=deadline.due_on,
        role=plan.role,
        lead=plan.lead,
        urn=adoption.pack.urn,
        code=plan.row.code,
        adoption_uid=adoption.uid,
    )


# --- stages for calendars -------------------------------------------------------------------------------------------


def stages_of(unit_ids: Iterable[int], first: date, last: date) -> list[stages.Stage]:
    """The stages of adopted programmes that touch some days; of a broken-off one only until it was broken off."""
    rows = Adoption.objects.filter(unit_id__in=list(unit_ids), programme_end__isnull=False).select_related("pack")
    found = []
    for adoption in rows:
        its = programme.under(adoption)
        begin, until = max(first, adoption.from_on), min(last, adoption.to_on or last)
        there = its.stages if its is not None else ()
        found += [_stage(adoption, stage) for stage in there if stage.to_on >= begin and stage.from_on <= until]
    return found


def _stage(adoption: Adoption, stage: programme.Stage) -> stages.Stage:
    english = in_english()
    pack = adoption.pack
    return stages.Stage(
        unit_id=adoption.unit_id,
        urn=pack.urn,
        programme=(pack.title_en or pack.title) if english else pack.title,
        code=stage.code,
        title=(stage.title_en or stage.title) if english else stage.title,
        from_on=stage.from_on,
        to_on=stage.to_on,
    )
