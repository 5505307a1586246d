"""Planning: a meeting, its agenda, who is invited, who steps aside, whose opinion is asked first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from guiju.access import check
from guiju.access.actor import Actor
from guiju.governance.meetings import minutes, seats
from guiju.governance.meetings.terms import (
    ABOUT_ITEM,
    ABOUT_MEETING,
    ASKED,
    CANCELLED,
    CREATE,
    DECIDED,
    EDIT,
    ITEMS,
    MEETINGS,
    OPINIONS,
    PLANNED,
    RECUSALS,
    SETTLED,
)
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.workflow import duties
from guiju.workflow.duties import Duty
from guiju.workflow.owners import Offices
from guiju.workflow.settling import LEAD, said

_ATTEND = _n("Attend: %(title)s")
_OPINE = _n("Opinion before the decision: %(title)s")
_LANGUAGES = ("zh-hans", "en")
Values = Mapping[str, Any]


@transaction.atomic
def plan(
    *, unit: Unit, values: Values, items: Sequence[Values] = (), guests: Iterable[Person] = (), by: Actor
) -> Entry:
    """Plan a meeting: `values` of the register `meetings`, `items` of `agenda_items`, `guests` besides the members.

    Major items ask the compliance head and staff for their opinions at once.
    """
    check.require(by, CREATE, unit)
    meeting = registers.create(register=MEETINGS, unit=unit, values=values, status=PLANNED, by=by)
    minutes.begin(meeting=meeting, guests=seats.guests(guests), by=by)
    for item in items:
        add_item(meeting=meeting, values=item, by=by)
    return meeting


@transaction.atomic
def add_item(*, meeting: Entry, values: Values, by: Actor) -> Entry:
    """One more item at the end of the agenda."""
    check.require(by, EDIT, meeting.unit)
    fresh = registers.locked(meeting)
    if fresh.status in {SETTLED, CANCELLED}:
        raise minutes.closed(fresh)
    number = values.get("item_no") or Entry.objects.filter(register=ITEMS, ref_1=meeting.uid).count() + 1
    given = {**values, "meeting": str(meeting.uid), "item_no": number}
    return registers.create(register=ITEMS, unit=meeting.unit, values=given, by=by)


@transaction.atomic
def ask_opinions(*, item: Entry, meeting: Entry, by: Actor) -> int:
    """A task for each holder of the offices whose opinion comes before a major decision; returns how many are new."""
    check.require(by, EDIT, item.unit)
    if item.level in DECIDED or meeting.status == CANCELLED:
        raise Conflict(
            _("“%(title)s” is decided, or its meeting was cancelled.") % {"title": item.title},
            fix=_("An opinion that is given now can still be entered; it is shown as entered afterwards."),
            code="opinion.late",
        )
    offices = Offices([item.unit_id], on=clock.today())
    given = set(Entry.objects.filter(register=OPINIONS, ref_2=item.uid).values_list("kind", "person_id"))
    wanted = [
        (role, holder.person_id)
        for role in ASKED
        for holder in offices.people(item.unit_id, role)
        if (role.value, holder.person_id) not in given
    ]
    people = Person.objects.in_bulk([person for _role, person in wanted])
    due_on = meeting.on or clock.today()
    return duties.ensure(
        [_opinion(item, role, people[person], due_on) for role, person in wanted if person in people], by=by
    )


def opinion_key(item: object, role: str, person: int | None) -> str:
    """How the task of one person's opinion on one item is known."""
    return f"opinion:{item}:{role}:{person}"


def _opinion(item: Entry, role: Role, person: Person, due_on: date) -> Duty:
    title, title_en = (said(_OPINE, lang, title=item.title) for lang in _LANGUAGES)
    return Duty(
        key=opinion_key(item.uid, role, person.pk), unit=item.unit, title=title, title_en=title_en, due_on=due_on,
        role=role, owner=person, about=ABOUT_ITEM, about_uid=item.uid, lead=LEAD,
    )  # fmt: skip


@transaction.atomic
def notify(*, meeting: Entry, by: Actor) -> int:
    """Tell everybody who is expected; returns how many were not told before. Who has no account is told otherwise."""
    check.require(by, EDIT, meeting.unit)
    if meeting.status != PLANNED:
        raise Problem(
            "meeting.not_planned",
            _("Only a meeting that is still to come is announced."),
            fix=_("Write the minutes of this one."),
            status=409,
        )
    expected = minutes.expected(meeting)
    people = Person.objects.filter(uid__in=[row["person"] for row in expected], user__isnull=False)
    title, title_en = (said(_ATTEND, lang, title=meeting.title) for lang in _LANGUAGES)
    data = meeting.body.data
    note = " ".join(filter(None, (data.get("starts_at"), data.get("place"))))
    return duties.ensure(
        [
            Duty(
                key=f"meeting:{meeting.uid}:{one.pk}", unit=meeting.unit, title=title, title_en=title_en,
                due_on=meeting.on or clock.today(), role=Role.DEPARTMENT_OFFICER, owner=one, about=ABOUT_MEETING,
                about_uid=meeting.uid, note=note, lead=LEAD,
            )
            for one in people
        ],
        by=by,
    )  # fmt: skip


def cancel(*, meeting: Entry, reason: str, by: Actor) -> Entry:
    """A planned meeting does not take place."""
    check.require(by, EDIT, meeting.unit)
    return registers.move(entry=meeting, move="cancel", reason=reason, by=by)


@transaction.atomic
def recuse(
    *,
    item: Entry,
    person: Person,
    reason: str,
    by: Actor,
    kind: str = "own",
    replaced_by: Person | None = None,
    on: date | None = None,
) -> Entry:
    """Somebody steps aside from an item because of a conflict of interest: he does not vote and is counted out."""
    check.require(by, CREATE, item.unit)
    if not reason.strip():
        what = _("Please give the reason.")
        fault = Fault("reason", what, _("Say in a few words what the conflict is."))
        raise Problem("recusal.reason", what, faults=[fault], status=422)
    if Entry.objects.filter(register=RECUSALS, ref_1=item.uid, person=person).exists():
        raise Conflict(
            _("%(name)s has stepped aside from this item already.") % {"name": person.name}, code="recusal.twice"
        )
    values = {
        "matter": item.title,
        "agenda_item": str(item.uid),
        "person": str(person.uid),
        "declared_on": on or clock.today(),
        "kind": kind,
        "reason": reason.strip(),
        "replaced_by": str(replaced_by.uid) if replaced_by is not None else None,
    }
    return registers.create(register=RECUSALS, unit=item.unit, values=values, by=by)
