"""Prepare a hearing's sheet, keep its minutes, close it: one meeting, its decisions, their owners' tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.compliance.enums import HearingState
from guiju.compliance.hearing import counting, figures, minutes
from guiju.compliance.models import Hearing
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.lib.period import Kind, Period
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers import writing
from guiju.trail import log as trail
from guiju.trail.events import Action

EDIT = Permission.COMPLIANCE_HEARING_EDIT
_FIRST = ("lists", "risks", "checks", "rectifications", "work", "levels")


@transaction.atomic
def prepare(*, unit: Unit, period: Period, by: Actor, given: Mapping[str, Any] | None = None) -> Hearing:
    """Count the sheet, or count it again; what people wrote stays. `given` are figures that others know (`red`)."""
    check.require(by, EDIT, unit)
    _refuse_period(period)
    writing.lock_value("hearing", unit.pk, period)
    hearing = Hearing.objects.select_for_update().filter(unit=unit, period=str(period)).first()
    if hearing is not None and hearing.state == HearingState.CLOSED:
        raise _closed(hearing)
    sheet = {**counting.count(unit=unit, period=period, by=by), "given": dict(given or {})}
    now = clock.now()
    if hearing is None:
        sheet["first"] = {name: sheet[name] for name in _FIRST}
        hearing = Hearing(unit=unit, period=str(period), minutes=minutes.proposed(unit, period), version=0)
    else:
        sheet["first"] = hearing.sheet.get("first") or {name: sheet[name] for name in _FIRST}
    hearing.sheet, hearing.counted_at = sheet, now
    _save(hearing, by=by)
    _tell(Action.HEARING_PREPARED, hearing, by=by, content=content(hearing))
    return hearing


def _refuse_period(period: Period) -> None:
    if period.kind != Kind.QUARTER:
        raise Problem(
            "hearing.period", _("A hearing belongs to a quarter."), fix=_("Write 2026Q4."), where="period", status=422
        )
    if period.start > clock.today():
        raise Problem("hearing.future", _("This quarter has not begun yet."), where="period", status=422)


@transaction.atomic
def edit(*, hearing: Hearing, values: Mapping[str, Any], version: int, by: Actor) -> Hearing:
    """Keep what was written so far; incomplete is fine until the hearing is closed."""
    check.require(by, EDIT, hearing.unit)
    fresh = _locked(hearing, version, values)
    written = minutes.read(values, unit=fresh.unit, held=fresh.minutes)
    if written == fresh.minutes:
        return fresh
    fresh.minutes = written
    _save(fresh, by=by)
    _tell(Action.HEARING_PREPARED, fresh, by=by, content=content(fresh))
    return fresh


@transaction.atomic
def close(
    *,
    hearing: Hearing,
    version: int,
    by: Actor,
    values: Mapping[str, Any] | None = None,
    keep_figures: bool = False,
) -> Hearing:
    """The hearing was held: enter it as a meeting, each decision with its owner, and keep the sheet as it was.

    Where the records have changed since the sheet was counted, it is counted again first, or `keep_figures` says that
    these figures were heard.
    """
    check.require(by, EDIT, hearing.unit)
    fresh = _locked(hearing, version, values or {})
    if values:
        fresh.minutes = minutes.read(values, unit=fresh.unit, held=fresh.minutes)
    period = Period.parse(fresh.period)
    minutes.refuse_incomplete(fresh.minutes, period)
    if not keep_figures:
        _refuse_old_figures(fresh, period, by=by)
    meeting = registers.create(register="meetings", unit=fresh.unit, values=minutes.meeting(fresh, period), by=by)
    for decision in minutes.decisions(fresh, meeting):
        registers.create(register="decisions", unit=fresh.unit, values=decision, by=by)
    fresh.state, fresh.meeting = HearingState.CLOSED, meeting.uid
    _save(fresh, by=by)
    _tell(Action.HEARING_CLOSED, fresh, by=by, content=content(fresh))
    return fresh


def _refuse_old_figures(hearing: Hearing, period: Period, *, by: Actor) -> None:
    """Nobody signs figures that were counted before the hearing and have changed since, without having been told."""
    counted_on = clock.day_of(hearing.counted_at)
    if date.fromisoformat(hearing.minutes["held_on"]) < counted_on:
        return
    moved = figures.moved(hearing.sheet, counting.count(unit=hearing.unit, period=period, by=by))
    if not moved:
        return
    what = _("The records have changed since the sheet was counted on %(day)s.") % {"day": counted_on.isoformat()}
    faults = [Fault("", f"{one.place}{_(': ')}{one.words}") for one in moved]
    fix = _("Count again; or say that the figures of that day were heard.")
    raise Problem("hearing.figures", what, fix=fix, faults=faults, status=422)


def _locked(hearing: Hearing, version: int, values: Mapping[str, Any]) -> Hearing:
    fresh = Hearing.objects.select_for_update(of=("self",)).select_related("unit").get(pk=hearing.pk)
    if fresh.state == HearingState.CLOSED:
        raise _closed(fresh)
    if fresh.version != version:
        written = minutes.read(values, unit=fresh.unit, held=fresh.minutes)
        clashing = [code for code in minutes.FIELDS if written.get(code) != fresh.minutes.get(code)]
        # The page itself keeps what is written a moment before it is closed: the same words twice are no conflict.
        if clashing or not values:
            raise _conflict(fresh, {code: written[code] for code in clashing})
    return fresh


def _conflict(fresh: Hearing, yours: Mapping[str, Any]) -> Conflict:
    problem = Conflict(
        _("%(by)s has changed the minutes in the meantime; your change was not saved.") % {"by": fresh.by},
        fix=_("Compare both below, then save again."),
        code="hearing.conflict",
    )
    problem.data = {
        "version": fresh.version,
        "current": {code: fresh.minutes.get(code) for code in yours},
        "yours": dict(yours),
    }
    return problem


def _closed(hearing: Hearing) -> Conflict:
    return Conflict(
        _("The hearing of %(period)s is closed.") % {"period": Period.parse(hearing.period).chinese},
        fix=_("Its minutes stand in the register of meetings; a correction is made there."),
        code="hearing.closed",
    )


def _save(hearing: Hearing, *, by: Actor) -> None:
    hearing.version, hearing.recorded_at, hearing.by = hearing.version + 1, clock.now(), by.name[:80]
    hearing.save()


def content(hearing: Hearing) -> dict[str, object]:
    """What the trail commits to."""
    return {
        "period": hearing.period,
        "state": str(hearing.state),
        "meeting": str(hearing.meeting) if hearing.meeting else "",
        "minutes": hearing.minutes,
        "sheet": hearing.sheet,
    }


def _tell(action: Action, hearing: Hearing, *, by: Actor, content: Mapping[str, object]) -> None:
    trail.record(
        action,
        by=by,
        unit=hearing.unit,
        object_type="hearing",
        object_id=str(hearing.uid),
        object_version=hearing.version,
        title=Period.parse(hearing.period).chinese,
        content=content,
    )
