"""Versions of the three lists: drawn up, submitted (which freezes the rows), approved, put in force, superseded.

A version is a row of the register `list_versions`. What belongs to its moves happens in `on_move`, whichever page,
import or call makes the move, so that nobody gets round it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission
from guiju.compliance.enums import ListKind
from guiju.compliance.lists import freezing, keeping, telling
from guiju.compliance.models import Snapshot
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, Problem
from guiju.org import places
from guiju.org.models import Person, Unit
from guiju.registers import actions, queries, writing
from guiju.registers.changes import Change
from guiju.registers.models import Entry
from guiju.registers.spec import Move
from guiju.trail.events import Action
from guiju.trail.models import Event

REGISTER = "list_versions"
APPROVE = Permission.COMPLIANCE_LIST_APPROVE
UNFINISHED = ("draft", "submitted", "approved")
_NUMBER = re.compile(r"(.*?)(\d+)(\D{0,3})", re.DOTALL)


# --- what people do -----------------------------------------------------------------------------------------------


@transaction.atomic
def draft(
    *, unit: Unit, kind: str, department: Unit | None = None, number: str = "", owner: Person | None = None, by: Actor
) -> Entry:
    """Begin the next version of a list; one at a time for each list of a department."""
    check.require(by, Permission.REGISTER_ENTRY_CREATE, unit, department)
    _lock(unit, department, kind)
    former = list(_of(unit, department, kind).order_by("-created_at", "-pk"))
    going = next((one for one in former if one.status in UNFINISHED), None)
    if going is not None:
        raise Conflict(
            _("Version %(number)s of this list is not finished yet.") % {"number": going.number},
            fix=_("Go on with that one: submit, approve or remove it."),
            code="list.unfinished",
        )
    wanted = number.strip() or _after(former)
    if any(one.number == wanted for one in former):
        raise Conflict(
            _("This list has a version %(number)s already.") % {"number": wanted},
            fix=_("Give the new version another number."),
            code="list.number_taken",
        )
    given: dict[str, object] = {"kind": ListKind(kind).value, "number": wanted}
    if department is not None:
        given["department"] = str(department.uid)
    drawn_by = owner or _visible(person_of(by), by)
    if drawn_by is not None:
        given["owner"] = str(drawn_by.uid)
    entry = actions.create(register=REGISTER, unit=unit, values=given, by=by, department=department)
    Snapshot.objects.create(
        unit=unit,
        department=department,
        kind=kind,
        list_version=entry.uid,
        made_at=clock.now(),
        made_by=by.name[:80],
    )
    return entry


def submit(*, entry: Entry, by: Actor, version: int | None = None, owner: Person | None = None) -> Entry:
    """Hand the version in: its rows are frozen and the compliance head is asked to approve it."""
    values = {"owner": str(owner.uid)} if owner is not None else {}
    return actions.move(entry=entry, move="submit", values=values, version=version, by=by)


def back(*, entry: Entry, by: Actor, reason: str, version: int | None = None) -> Entry:
    """Send the version back to the one who drew it up."""
    return actions.move(entry=entry, move="back", version=version, by=by, reason=reason)


def approve(
    *, entry: Entry, by: Actor, version: int | None = None, approved_by: Person | None = None, document: str = ""
) -> Entry:
    """Approve the version; not by the one who drew it up or submitted it."""
    values: dict[str, object] = {"document": document} if document else {}
    if approved_by is not None:
        values["approved_by"] = str(approved_by.uid)
    return actions.move(entry=entry, move="approve", values=values, version=version, by=by)


def enforce(*, entry: Entry, by: Actor, in_force_on: date | None = None, version: int | None = None) -> Entry:
    """Put the version in force; the one before it ends the day before."""
    values = {"in_force_on": in_force_on.isoformat()} if in_force_on is not None else {}
    return actions.move(entry=entry, move="enforce", values=values, version=version, by=by)


def find(by: Actor, uid: UUID | str) -> Entry:
    """A version of a list, or 404."""
    return queries.find(by, uid, register=REGISTER)


def person_of(by: Actor) -> Person | None:
    """The person behind an account."""
    return Person.objects.filter(user=by.user).first() if by.user is not None else None


def _visible(person: Person | None, by: Actor) -> Person | None:
    """A person whom the actor sees; somebody entered outside the own department may not even see himself."""
    if person is None or not scope.people(by, Permission.ORG_PERSON_VIEW).filter(pk=person.pk).exists():
        return None
    return person


def next_number(unit: Unit, department: Unit | None, kind: str) -> str:
    """What the next version would be called."""
    return _after(list(_of(unit, department, kind).order_by("-created_at", "-pk")))


def _after(former: Sequence[Entry]) -> str:
    """One more than the last number, in the pattern in use; V1 to begin with."""
    taken = {one.number for one in former}
    match = _NUMBER.fullmatch(former[0].number) if former else None
    before, digits, behind = match.groups() if match else ("V", str(len(former)), "")
    count = int(digits)
    while True:
        count += 1
        found = f"{before}{str(count).rjust(len(digits), '0')}{behind}"
        if found not in taken:
            return found


def _of(unit: Unit, department: Unit | None, kind: str) -> Any:
    rows = Entry.objects.filter(register=REGISTER, unit=unit, kind=kind)
    return rows.filter(department=department) if department is not None else rows.filter(department__isnull=True)


def _lock(unit: Unit, department: Unit | None, kind: str) -> None:
    writing.lock_value(REGISTER, unit.pk, department.pk if department else 0, kind)


# --- what belongs to each move ------------------------------------------------------------------------------------


def on_move(entry: Entry, step: Move, data: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    """Freeze, thaw, refuse the drafter, supersede the version before; and keep the tasks in step."""
    steps = {"submit": _submitted, "back": _sent_back, "approve": _approved, "enforce": _enforced}
    follow = steps.get(step.code)
    return follow(entry, data, by) if follow is not None else {}


def _kept(entry: Entry) -> Snapshot | None:
    held = Snapshot.objects.select_for_update(of=("self",)).select_related("unit", "department")
    return held.filter(list_version=entry.uid).first()


def _submitted(entry: Entry, data: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    company, _department = places.place_of(entry.unit, data)
    snapshot = _kept(entry)
    found: dict[str, Any] = {}
    if snapshot is not None:
        freezing.freeze(snapshot, title=entry.title, by=by)
        found["rows"] = snapshot.row_count
    if data.get("owner") is None and (drawn_by := person_of(by)) is not None:
        found["owner"] = str(drawn_by.uid)
    telling.settle(entry, by=by)
    telling.ask(entry, telling.APPROVE, unit=company, by=by)
    return found


def _sent_back(entry: Entry, data: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    company, _department = places.place_of(entry.unit, data)
    snapshot = _kept(entry)
    if snapshot is not None:
        freezing.thaw(snapshot, title=entry.title, by=by)
    telling.settle(entry, by=by)
    owner = Person.objects.filter(uid=data["owner"]).first() if data.get("owner") else None
    telling.ask(entry, telling.MEND, unit=company, by=by, owner=owner)
    return {}


def _approved(entry: Entry, data: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    company, _department = places.place_of(entry.unit, data)
    me = person_of(by)
    if (me is not None and str(me.uid) == data.get("owner")) or is_own(entry, by=by):
        raise Denied(
            _("Who drew up or submitted a list does not approve it."),
            fix=_("Ask another member of the compliance office, or the first responsible person."),
        )
    telling.settle(entry, by=by)
    telling.ask(entry, telling.ENFORCE, unit=company, by=by)
    return {"approved_by": str(me.uid)} if data.get("approved_by") is None and me is not None else {}


def is_own(entry: Entry, *, by: Actor) -> bool:
    """Did this person draw the version up or submit it? Then somebody else approves it."""
    snapshot, me = _kept(entry), person_of(by)
    is_drafter = me is not None and str(me.uid) == entry.body.data.get("owner")
    has_submitted = snapshot is not None and snapshot.account is not None and snapshot.account == by.user_id
    return is_drafter or has_submitted or _brought_here(entry, by)


def _brought_here(entry: Entry, by: Actor) -> bool:
    """Did this account bring the version into the state that it is in? Also for one whose rows are not kept here."""
    if by.user_id is None:
        return False
    told = Event.objects.filter(object_type="entry", object_id=str(entry.uid))
    last = told.filter(action__in=(Action.ENTRY_CREATED, Action.ENTRY_MOVED)).order_by("-id").first()
    return last is not None and last.actor_id == by.user_id


def _enforced(entry: Entry, data: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    today = clock.today()
    begins = date.fromisoformat(data["in_force_on"]) if data.get("in_force_on") else today
    if begins > today:
        raise Problem(
            "list.future",
            _("A list is put in force on the day on which it begins to hold, not before."),
            fix=_("Enter today or an earlier day, or come back on that day."),
            where="in_force_on",
            status=422,
        )
    _supersede(entry, data, begins, by)
    telling.settle(entry, by=by)
    return {"in_force_on": begins.isoformat(), **keeping.filed(_kept(entry), entry, data, by=by)}


def _supersede(entry: Entry, data: Mapping[str, Any], begins: date, by: Actor) -> None:
    """End every other version in force of the same list."""
    department = Unit.objects.filter(uid=data["department"]).first() if data.get("department") else None
    _lock(entry.unit, department, data["kind"])
    for former in _of(entry.unit, department, data["kind"]).filter(status="in_force").exclude(pk=entry.pk):
        if former.on is not None and former.on > begins:
            raise Problem(
                "list.before_former",
                _("Version %(number)s has been in force since %(day)s; this one cannot begin earlier.")
                % {"number": former.number, "day": former.on.isoformat()},
                fix=_("Enter a day after that."),
                where="in_force_on",
                status=422,
            )
        ends = max(begins - timedelta(days=1), former.on or date.min)
        actions.move(entry=former, move="supersede", values={"ends_on": ends.isoformat()}, by=by)


# --- what may not change ------------------------------------------------------------------------------------------

_FIXED = ("kind", "department_id", "count_1")


def on_rows_changed(changes: Sequence[Change]) -> None:
    """Hold what a frozen version says of itself; let the tasks of a removed one go."""
    for change in changes:
        if change.register != REGISTER or change.before is None:
            continue
        if change.after is None:
            telling.forget(UUID(change.uid), by=system("guiju"))
        elif any(change.before[name] != change.after[name] for name in _FIXED):
            _refuse_unless_same(change.after, change.uid)


def _refuse_unless_same(after: Mapping[str, Any], uid: str) -> None:
    snapshot = Snapshot.objects.filter(list_version=uid).first()
    if snapshot is None:
        return
    same = (after["kind"], after["department_id"]) == (snapshot.kind, snapshot.department_id)
    if snapshot.taken_at is not None:
        same = same and after["count_1"] == snapshot.row_count
    if not same:
        raise Problem(
            "list.frozen",
            _(
                "The rows of this version were frozen when it was submitted: list, department and rows stay as they are."
            ),
            fix=_("Send it back to change it, or begin the next version."),
            status=409,
        )
