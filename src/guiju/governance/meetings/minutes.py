"""Keeping minutes: attendance, what was said and resolved; the meeting was held; the minutes are settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.governance.meetings import order, seats, sheet
from guiju.governance.meetings.terms import (
    CANCELLED,
    DECIDED,
    DECISIONS,
    EDIT,
    ITEMS,
    OPINIONS,
    PLANNED,
    RECUSALS,
    SETTLED,
)
from guiju.governance.models import Sitting
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.org.enums import Role
from guiju.org.places import company_of
from guiju.registers import actions as registers
from guiju.registers import writing
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.trail.events import Action

Written = Mapping[str, Any]


def items_of(meeting: Entry) -> list[Entry]:
    """The agenda in its order."""
    rows = Entry.objects.filter(register=ITEMS, ref_1=meeting.uid)
    joined = rows.select_related("unit", "body", "person", "department")
    return sorted(joined, key=lambda row: (row.count_1 is None, row.count_1 or 0, row.pk))


def recused_of(items: Sequence[Entry]) -> dict[str, set[str]]:
    """Who stepped aside, by item; yearly declarations of no conflict are none."""
    rows = Entry.objects.filter(register=RECUSALS, ref_1__in=[one.uid for one in items], person__isnull=False)
    found: dict[str, set[str]] = {}
    for item, person in rows.exclude(kind="yearly").values_list("ref_1", "person__uid"):
        found.setdefault(str(item), set()).add(str(person))
    return found


def body_of(meeting: Entry) -> Entry | None:
    """The body that meets."""
    return Entry.objects.select_related("body").filter(uid=meeting.ref_1).first() if meeting.ref_1 else None


def sitting_of(meeting: Entry) -> Sitting:
    """The sheet of a meeting as it was kept; an empty one of version 0 where nobody has written anything."""
    found = Sitting.objects.filter(meeting=meeting.uid).first()
    return found or Sitting(unit=meeting.unit, meeting=meeting.uid, minutes=sheet.blank(meeting), version=0)


def expected(meeting: Entry, sitting: Sitting | None = None) -> list[dict[str, Any]]:
    """The attendance as it stands: the members of the day, and whoever else was invited."""
    kept = sitting or sitting_of(meeting)
    if kept.settled_at is not None:
        return list(kept.attendance)
    held_on = kept.minutes.get("held_on")
    day = date.fromisoformat(held_on) if held_on else meeting.on or clock.today()
    return seats.attendance(kept.attendance, meeting.ref_1, on=day)


def begin(*, meeting: Entry, guests: Sequence[dict[str, Any]], by: Actor) -> Sitting:
    """The sheet of a meeting just planned."""
    sitting = sitting_of(meeting)
    sitting.attendance = [*expected(meeting, sitting), *guests]
    _save(sitting, meeting, by=by)
    return sitting


@transaction.atomic
def keep(*, meeting: Entry, written: Written, version: int, by: Actor) -> Sitting:
    """Keep what was written so far; incomplete is fine until the minutes are settled.

    `written`: any of "minutes", "attendance" ({person: {"state", "deputy"}}), "items" ({uid: {...}}).
    """
    check.require(by, EDIT, meeting.unit)
    fresh, sitting = _locked(meeting)
    now = _read(fresh, sitting, written)
    _refuse_stale(sitting, now, written, version=version)
    if now == _parts(sitting):
        return sitting
    sitting.minutes, sitting.attendance, sitting.items = now["minutes"], now["attendance"], now["items"]
    _save(sitting, fresh, by=by)
    return sitting


@transaction.atomic
def hold(*, meeting: Entry, written: Written, version: int, by: Actor) -> Sitting:
    """The meeting took place: enter day, chair and who came."""
    sitting = keep(meeting=meeting, written=written, version=version, by=by)
    fresh = registers.locked(meeting)
    _refuse(list(sheet.held_faults(sitting.minutes, expected(fresh, sitting))), _("The meeting is not entered yet."))
    values = sheet.held_values(sitting.minutes, sitting.attendance)
    if fresh.status == PLANNED:
        registers.move(entry=fresh, move="hold", values=values, by=by)
    else:
        registers.update(entry=fresh, values=values, version=fresh.version, by=by)
    return sitting


@transaction.atomic
def settle(*, meeting: Entry, written: Written, version: int, by: Actor) -> Sitting:
    """Settle the minutes: each item with its outcome, each decision with its owner, opinions with the day of deciding."""
    sitting = hold(meeting=meeting, written=written, version=version, by=by)
    fresh = registers.locked(meeting)
    items = items_of(fresh)
    body = body_of(fresh)
    circulated = sheet.is_circulated(fresh)
    kind = sheet.Circulated if circulated else sheet.Rules
    rules = kind(body.body.data if body else {}, sitting.attendance, recused_of(items))
    faults = [*rules.faults(items, sitting.items)]
    if circulated:
        faults += sheet.circulation_faults(fresh, body, sitting.attendance)
    faults += sheet.decision_faults(sitting.minutes.get("decisions") or [], sitting.minutes["held_on"])
    faults += sheet.unheard_faults(items, sitting.items, _unheard(fresh, items, sitting))
    _refuse(faults, _("The minutes are not settled: something is missing."))
    for item in items:
        _resolve(item, sitting, body, by=by)
    _decide(fresh, sitting, items, by=by)
    values = sheet.settled_values(sitting.minutes, items, sitting.items)
    sitting.settled_at = clock.now()
    _save(sitting, fresh, by=by, action=Action.MEETING_SETTLED)
    registers.move(entry=fresh, move="settle", values=values, by=by)
    return sitting


def _unheard(meeting: Entry, items: Sequence[Entry], sitting: Sitting) -> Mapping[UUID, Sequence[Role]]:
    on = date.fromisoformat(sitting.minutes["held_on"])
    return order.unheard(items, company=company_of(meeting.unit), on=on)


def doubts(*, meeting: Entry) -> list[Fault]:
    """What of a meeting that was held will not be settled as it stands: too few, too many votes, nobody heard before."""
    sitting, items, body = sitting_of(meeting), items_of(meeting), body_of(meeting)
    if not sitting.minutes.get("held_on"):
        return []
    said = {uid: row for uid, row in sitting.items.items() if row.get("outcome")}
    told = [one for one in items if str(one.uid) in said]
    kind = sheet.Circulated if sheet.is_circulated(meeting) else sheet.Rules
    rules = kind(body.body.data if body else {}, sitting.attendance, recused_of(items))
    found = list(rules.faults(told, said)) if told else []
    if not told and not rules.quorum.is_reached:
        found.append(rules.too_few())
    asked = {**{str(one.uid): {"outcome": "agreed"} for one in items}, **sitting.items}
    return [*found, *sheet.unheard_faults(items, asked, _unheard(meeting, items, sitting))]


@transaction.atomic
def reopen(*, meeting: Entry, reason: str, by: Actor) -> Sitting:
    """Settled minutes are corrected: they are open again until they are settled once more."""
    check.require(by, EDIT, meeting.unit)
    registers.move(entry=meeting, move="reopen", reason=reason, by=by)
    return _locked(meeting)[1]


def open_again(sitting: Sitting, meeting: Entry, *, by: Actor) -> None:
    """The sheet of a meeting whose record was reopened, on its page or in the register."""
    if sitting.settled_at is not None:
        sitting.settled_at = None
        _save(sitting, meeting, by=by)


def _refuse(faults: list[Fault], what: str) -> None:
    if faults:
        fix = _("Fill in what is named below.")
        raise Problem("meeting.incomplete", what, fix=fix, faults=faults, status=422)


def _locked(meeting: Entry) -> tuple[Entry, Sitting]:
    """The record and its sheet, held against other writers; the record's lock orders those who begin a sheet."""
    writing.lock_value("meeting", meeting.pk, meeting.uid)
    fresh = registers.locked(meeting)
    sitting = Sitting.objects.select_for_update().filter(meeting=fresh.uid).first() or sitting_of(fresh)
    if fresh.status in {SETTLED, CANCELLED}:
        raise closed(fresh)
    return fresh, sitting


def closed(meeting: Entry) -> Conflict:
    """The refusal of writing to a meeting that is over and done with."""
    return Conflict(
        _("The minutes of “%(title)s” are settled.") % {"title": meeting.title}
        if meeting.status == SETTLED
        else _("The meeting “%(title)s” was cancelled.") % {"title": meeting.title},
        fix=_("Reopen the minutes in the record of the meeting, with a reason."),
        code="meeting.closed",
    )


def _parts(sitting: Sitting) -> dict[str, Any]:
    return {"minutes": sitting.minutes, "attendance": sitting.attendance, "items": sitting.items}


def _read(meeting: Entry, sitting: Sitting, written: Written) -> dict[str, Any]:
    reader = sheet.Reader(meeting.unit)
    minutes = reader.minutes(written.get("minutes") or {}, {**sheet.blank(meeting), **sitting.minutes})
    day = date.fromisoformat(minutes["held_on"]) if minutes.get("held_on") else meeting.on or clock.today()
    here = seats.attendance(sitting.attendance, meeting.ref_1, on=day)
    attendance = reader.attendance(written.get("attendance") or {}, here)
    given = written.get("items") or {}
    known = [str(one.uid) for one in items_of(meeting)] if given or sitting.items else []
    items = reader.items(given, sitting.items, known)
    if reader.faults:
        what = _("Something in the minutes cannot be read.")
        raise Problem("meeting.unreadable", what, faults=reader.faults, status=422)
    return {"minutes": minutes, "attendance": attendance, "items": items}


def _refuse_stale(sitting: Sitting, now: Mapping[str, Any], written: Written, *, version: int) -> None:
    """Somebody else wrote in between: the same words twice are no conflict, other words are shown side by side."""
    if sitting.version == version:
        return
    current, yours = _flat(_parts(sitting)), _flat(now)
    clashing = [code for code in yours if yours[code] != current.get(code)]
    if not clashing and written:
        return
    problem = Conflict(
        _("%(by)s has changed the minutes in the meantime; your change was not saved.") % {"by": sitting.by},
        fix=_("Compare both below, then save again."),
        code="meeting.conflict",
    )
    problem.data = {
        "version": sitting.version,
        "current": {code: current.get(code) for code in clashing},
        "yours": {code: yours[code] for code in clashing},
    }
    raise problem


def _flat(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Every value that somebody writes by itself, by a code that names its place."""
    found = {f"minutes.{code}": value for code, value in parts["minutes"].items()}
    for row in parts["attendance"]:
        found[f"attendance.{row['person']}"] = [row.get("state") or "", row.get("deputy") or ""]
    for uid, row in parts["items"].items():
        found |= {f"items.{uid}.{code}": value for code, value in row.items() if value not in (None, "")}
    return found


def _resolve(item: Entry, sitting: Sitting, body: Entry | None, *, by: Actor) -> None:
    """The outcome on the item itself; on the opinions given before it, the day of the decision and who took it."""
    row = sitting.items.get(str(item.uid), {})
    values = {code: row.get(code) for code in ("outcome", *sheet.VOTES, "resolution")}
    values["decided_on"] = sitting.minutes["held_on"]
    # Read before the decision is recorded: one that is entered at the same moment came after it.
    before = list(Entry.objects.filter(register=OPINIONS, ref_2=item.uid).select_related("unit", "body"))
    registers.update(entry=item, values=values, version=item.version, by=by)
    if row.get("outcome") not in DECIDED:
        return
    told: dict[str, object] = {"decided_on": sitting.minutes["held_on"]}
    if body is not None:
        told["decided_by"] = body.title
    for opinion in before:
        registers.update(entry=opinion, values=told, version=opinion.version, by=by)


def _decide(meeting: Entry, sitting: Sitting, items: Sequence[Entry], *, by: Actor) -> None:
    """One record of `decisions` for each; whoever owns it finds it among the tasks. Those made before follow."""
    known = {str(one.uid) for one in items}
    found = Entry.objects.filter(register=DECISIONS, ref_1=meeting.uid).select_related("unit", "department", "body")
    made = {row.title: row for row in found}
    seen: set[str] = set()
    for row in sitting.minutes.get("decisions") or []:
        matter, number = row["matter"], 2
        while matter in seen:  # the register knows a decision by matter and day
            matter, number = f"{row['matter'][:190]}（{number}）", number + 1
        seen.add(matter)
        if matter in made:
            _correct(made[matter], row, by=by)
            continue
        values = {
            "matter": matter,
            "hearing": str(meeting.uid),
            "item": row["item"] if row.get("item") in known else None,
            "owner": row["owner"],
            "decided_on": sitting.minutes["held_on"],
            "due_on": row["due_on"],
        }
        registers.create(register=DECISIONS, unit=meeting.unit, values=values, by=by)
    for matter in sitting.minutes.get("made") or []:
        if matter not in seen and matter in made and made[matter].status == "open":
            registers.move(entry=made[matter], move="drop", reason=_("The corrected minutes leave it out."), by=by)
    sitting.minutes = {**sitting.minutes, "made": sorted(seen)}


def _correct(decision: Entry, said: Mapping[str, Any], *, by: Actor) -> None:
    """Minutes that were settled once more may name another owner or day of what is still being done."""
    values = {code: said[code] for code in ("owner", "due_on") if decision.body.data.get(code) != said[code]}
    if values and decision.status == "open":
        registers.update(entry=decision, values=values, version=decision.version, by=by)


def content(sitting: Sitting) -> dict[str, object]:
    """What the trail commits to."""
    return {"meeting": str(sitting.meeting), "settled": sitting.settled_at is not None, **_parts(sitting)}


def _save(sitting: Sitting, meeting: Entry, *, by: Actor, action: Action = Action.MEETING_KEPT) -> None:
    sitting.version, sitting.recorded_at, sitting.by = sitting.version + 1, clock.now(), by.name[:80]
    sitting.save()
    trail.record(
        action,
        by=by,
        unit=meeting.unit,
        object_type="sitting",
        object_id=str(sitting.uid),
        object_version=sitting.version,
        title=meeting.title,
        content=content(sitting),
    )
