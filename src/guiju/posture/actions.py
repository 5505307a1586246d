"""Adopting a pack, ending it, and judging what only a person can judge."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, NotFound, Problem
from guiju.org.models import Unit
from guiju.packs.models import Pack, Requirement
from guiju.posture import adopted, duties, engine, programme, proving, wiring
from guiju.posture.models import Adoption, AdoptionMode, Judgement, RequirementTest, Status
from guiju.trail import log as trail
from guiju.trail.events import Action

#: What a person may say of a requirement.
JUDGEMENTS = (Status.MET, Status.PARTLY, Status.UNMET, Status.NA)
#: Days beyond these are slips of the pen.
_FIRST, _LAST = date(1950, 1, 1), date(2200, 12, 31)
#: A judgement is asked for again at the latest after this many days.
LONGEST_JUDGEMENT = 366 * 2


@transaction.atomic
def adopt(
    *,
    unit: Unit,
    pack: Pack,
    by: Actor,
    mode: str = AdoptionMode.VOLUNTARY,
    from_on: date | None = None,
    base_date: date | None = None,
    reason: str = "",
) -> Adoption:
    """Let a legal entity answer to a pack from a day on.

    A programme ends by itself: its dates count from the base date, the document's own where none is given.
    """
    check.require(by, Permission.POSTURE_ADOPTION_EDIT, unit)
    start = from_on or clock.today()
    Unit.objects.select_for_update().get(pk=unit.pk)  # two adoptions at once must see each other
    _refuse(unit, pack, mode, start)
    end = _programme_end(pack, start, base_date)
    adoption = Adoption.objects.create(
        unit=unit,
        pack=pack,
        mode=mode,
        from_on=start,
        to_on=end,
        programme_end=end,
        base_date=base_date,
        reason=reason,
        by=by.name[:80],
        recorded_at=clock.now(),
    )
    if not RequirementTest.objects.filter(requirement__pack=pack).exists():
        wiring.wire(pack)
    _record(Action.PACK_ADOPTED, adoption, by=by, reason=reason, happened_on=start)
    engine.refresh([unit.pk])
    duties.sync([adoption.pk])
    return adoption


def _refuse(unit: Unit, pack: Pack, mode: str, start: date) -> None:
    if not unit.is_legal_entity:
        raise Problem(
            "adoption.not_a_company",
            _("%(unit)s is not a legal entity, so nothing is asked of it.") % {"unit": unit.name},
            fix=_("Choose the company it belongs to."),
        )
    if mode not in AdoptionMode.values:
        raise Problem("adoption.mode", _("“%(mode)s” is not a reason to adopt.") % {"mode": mode}, where="mode")
    _refuse_day(start, "from_on")
    if unit.closed_on is not None and unit.closed_on < start:
        raise Problem("adoption.closed", _("%(unit)s is closed.") % {"unit": unit.name})
    clash = Adoption.objects.filter(unit=unit, pack__urn=pack.urn).exclude(to_on__lt=start).first()
    if clash is not None:
        raise Conflict(
            _("%(unit)s answers to %(pack)s already, since %(day)s.")
            % {"unit": unit.name, "pack": pack.title, "day": clash.from_on.isoformat()},
            fix=_("End that adoption first, or begin after its last day."),
            code="adoption.there",
        )


def _refuse_day(day: date, where: str) -> None:
    if not _FIRST <= day <= _LAST:
        raise Problem(
            "adoption.day",
            _("%(day)s cannot be meant.") % {"day": day.isoformat()},
            fix=_("Check the year."),
            where=where,
        )


def _programme_end(pack: Pack, start: date, base_date: date | None) -> date | None:
    """The last day of the programme as it runs from the base date; None where the document has no end."""
    if base_date is not None:
        _refuse_day(base_date, "base_date")
    found = programme.of(pack)
    if found is None:
        return None
    end = found.shifted(base_date).to_on
    if end < start:
        raise Problem(
            "adoption.programme_over",
            _("The programme of %(pack)s ended on %(day)s, before the adoption begins.")
            % {"pack": pack.title, "day": end.isoformat()},
            fix=_("To run it anew, give the day on which it begins for you as base date, for instance %(day)s.")
            % {"day": _next_base(found, start).isoformat()},
            where="base_date",
        )
    return end


def _next_base(found: programme.Programme, start: date) -> date:
    """The document's base date in the first year from `start` on in which its programme is not over."""
    year = start.year
    while True:
        base = programme.in_month(year, found.base_date.month, found.base_date.day)
        if found.shifted(base).to_on >= start:
            return base
        year += 1


@transaction.atomic
def end_adoption(*, adoption: Adoption, by: Actor, on: date | None = None, reason: str) -> Adoption:
    """The unit answers to the pack until this day (included); a programme ended before its time is broken off.

    What was found until then can still be asked for as of any of its days.
    """
    check.require(by, Permission.POSTURE_ADOPTION_EDIT, adoption.unit)
    fresh = Adoption.objects.select_for_update().get(pk=adoption.pk)
    last = on or clock.today()
    _refuse_day(last, "on")
    if fresh.to_on is not None and fresh.to_on < clock.today():
        raise Conflict(_("This adoption has ended already."), code="adoption.ended")
    if fresh.to_on is not None and fresh.to_on <= last:
        raise Conflict(
            _("This adoption ends on %(day)s already.") % {"day": fresh.to_on.isoformat()},
            fix=_("Choose an earlier day, or let it run until then."),
            code="adoption.ended",
        )
    if last < fresh.from_on:
        raise Problem(
            "adoption.dates",
            _("The last day lies before the first."),
            fix=_("Choose %(day)s or later.") % {"day": fresh.from_on.isoformat()},
            where="on",
        )
    fresh.to_on = last
    fresh.save(update_fields=["to_on"])
    _record(Action.ADOPTION_ENDED, fresh, by=by, reason=reason, happened_on=last)
    engine.refresh([fresh.unit_id])
    duties.sync([fresh.pk])
    return fresh


def adoption_version(adoption: Adoption) -> int:
    """1 as adopted, 2 once somebody has set its end."""
    return 1 if adoption.to_on == adoption.programme_end else 2


def adoption_content(adoption: Adoption) -> dict[str, Any]:
    """An adoption as the trail commits to it."""
    return {
        "unit": str(adoption.unit.uid),
        "urn": adoption.pack.urn,
        "version": adoption.pack.version,
        "mode": str(adoption.mode),
        "from_on": adoption.from_on,
        "to_on": adoption.to_on,
        "base_date": adoption.base_date,
        **({"programme_end": adoption.programme_end} if adoption.programme_end is not None else {}),
    }


def judgement_version(judgement: Judgement) -> int:
    """1 while it is the latest, 2 once another has taken its place."""
    return 2 if judgement.superseded_at else 1


def judgement_content(judgement: Judgement) -> dict[str, Any]:
    """A judgement as the trail commits to it."""
    return {
        "unit": str(judgement.unit.uid),
        "urn": judgement.requirement.pack.urn,
        "version": judgement.requirement.pack.version,
        "requirement": judgement.requirement.code,
        "status": str(judgement.status),
        "reason": judgement.reason,
        "on": judgement.on,
        "expires_on": judgement.expires_on,
        "superseded": judgement.superseded_at is not None,
    }


def _record_judgement(action: Action, judgement: Judgement, *, by: Actor) -> None:
    requirement = judgement.requirement
    trail.record(
        action,
        by=by,
        unit=judgement.unit,
        object_type="judgement",
        object_id=str(judgement.uid),
        object_version=judgement_version(judgement),
        title=requirement.plain[:90],
        content=judgement_content(judgement),
        reason=judgement.reason,
        happened_on=judgement.on,
    )


def _record(action: Action, adoption: Adoption, *, by: Actor, reason: str, happened_on: date) -> None:
    trail.record(
        action,
        by=by,
        unit=adoption.unit,
        object_type="adoption",
        object_id=str(adoption.uid),
        object_version=adoption_version(adoption),
        title=adoption.pack.title,
        content=adoption_content(adoption),
        reason=reason,
        happened_on=happened_on,
    )


@transaction.atomic
def judge(
    *,
    unit: Unit,
    requirement: Requirement,
    status: str,
    reason: str,
    by: Actor,
    expires_on: date | None = None,
) -> Judgement:
    """A person answers a requirement, with a reason and until a day; the former judgement is kept as superseded."""
    check.require(by, Permission.POSTURE_JUDGEMENT_EDIT, unit)
    today = clock.today()
    until = expires_on or date.fromordinal(today.toordinal() + 365)
    _refuse_judgement(unit, requirement, status, reason, until)
    Unit.objects.select_for_update().get(pk=unit.pk)  # two first judgements at once must see each other
    now = clock.now()
    open_ones = Judgement.objects.select_for_update().filter(
        unit=unit, requirement=requirement, superseded_at__isnull=True
    )
    for former in open_ones:
        former.superseded_at = now
        former.save(update_fields=["superseded_at"])
        _record_judgement(Action.JUDGEMENT_SUPERSEDED, former, by=by)
    judgement = Judgement.objects.create(
        unit=unit,
        requirement=requirement,
        status=status,
        reason=reason.strip(),
        on=today,
        expires_on=until,
        by=by.name[:80],
        recorded_at=now,
    )
    _record_judgement(Action.JUDGEMENT_GIVEN, judgement, by=by)
    engine.refresh([unit.pk])
    proving.settle([unit.pk])
    return judgement


def _refuse_judgement(unit: Unit, requirement: Requirement, status: str, reason: str, until: date) -> None:
    today = clock.today()
    faults: list[Fault] = []
    if status not in {item.value for item in JUDGEMENTS}:
        words = ", ".join(item.value for item in JUDGEMENTS)
        faults.append(Fault("status", _("This is not a judgement."), _("Choose one of: %(words)s.") % {"words": words}))
    if len(reason.strip()) < 4:
        faults.append(Fault("reason", _("A judgement needs its reason."), _("Say what you looked at.")))
    if not today <= until <= date.fromordinal(today.toordinal() + LONGEST_JUDGEMENT):
        faults.append(Fault("expires_on", _("A judgement holds two years at most."), _("Choose an earlier day.")))
    if faults:
        raise Problem("judgement.invalid", _("The judgement was not saved."), faults=faults, status=422)
    wired = wiring.one(requirement.pack).by_code.get(requirement.code)
    if wired is None or not wired.addressed:
        raise NotFound(_("This requirement is not addressed to a unit."))
    if not adopted.open_on(today).filter(unit=unit, pack=requirement.pack).exists():
        raise Problem(
            "judgement.not_adopted",
            _("%(unit)s does not answer to %(pack)s.") % {"unit": unit.name, "pack": requirement.pack.title},
            fix=_("Adopt the document first."),
        )
