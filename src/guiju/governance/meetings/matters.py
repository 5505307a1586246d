"""One matter, one record: legal, internal control, risk and compliance put their opinions on it (001 task 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.governance.meetings import guards, seats
from guiju.governance.meetings.terms import ABOUT_MATTER, EDIT, FUNCTIONS, MATTERS
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, Fault, NotFound, Problem
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.org.tree import own
from guiju.registers import actions as registers
from guiju.registers import queries, rows
from guiju.registers import spec as specs
from guiju.registers.changes import Change
from guiju.registers.directory import Directory
from guiju.registers.models import Entry, EntryVersion
from guiju.registers.spec import Move
from guiju.trail.events import Action
from guiju.workflow import duties
from guiju.workflow.duties import Duty
from guiju.workflow.models import Task, TaskStatus
from guiju.workflow.settling import HOUSE, LEAD, house, said

OPEN = "open"
_ASKED = _n("Opinion of %(function)s on: %(title)s")
_GONE = _n("The matter is settled or the function takes no part any more.")
_LANGUAGES = ("zh-hans", "en")
_KEPT = (
    "lead", "functions", "conclusion", "concluded_on",
    *(f"{code}_{part}" for code in FUNCTIONS for part in ("person", "stand", "opinion", "on")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voice:
    """What one function says of a matter, or that it has not yet."""

    code: str
    label: Promise
    takes_part: bool
    leads: bool
    person: str
    stand: str
    opinion: str
    on: date | None

    @property
    def is_given(self) -> bool:
        """Has it answered?"""
        return self.on is not None


def voices(data: Mapping[str, Any]) -> list[Voice]:
    """The four functions in their order; those that take no part too."""
    part = set(data.get("functions") or ())
    return [
        Voice(
            code=code,
            label=label,
            takes_part=code in part,
            leads=data.get("lead") == code,
            person=data.get(f"{code}_person") or "",
            stand=data.get(f"{code}_stand") or "",
            opinion=data.get(f"{code}_opinion") or "",
            on=date.fromisoformat(data[f"{code}_on"]) if data.get(f"{code}_on") else None,
        )
        for code, label in FUNCTIONS.items()
    ]


def waiting(data: Mapping[str, Any]) -> list[Voice]:
    """Functions that take part and have not answered."""
    return [one for one in voices(data) if one.takes_part and not one.is_given]


def open_matter(*, unit: Unit, values: Mapping[str, Any], by: Actor) -> Entry:
    """Begin a matter; each named person gets a task."""
    return registers.create(register=MATTERS, unit=unit, values=values, by=by)


def find(by: Actor, uid: object) -> Entry:
    """A matter, for whoever sees its record and for those who are asked on it."""
    try:
        return queries.find(by, uid, register=MATTERS)
    except NotFound:
        person = seats.me(by)
        found: Entry | None = _of_person(person).filter(uid=uid).first() if person is not None else None
        if found is None:
            raise
        return found


def listing(by: Actor, *, company: Unit, whole: bool, department: Unit | None = None) -> list[Entry]:
    """The matters of a company that somebody sees, and those on which he is asked; the open ones first."""
    seen = queries.visible(by, MATTERS, sparse=True).filter(own(company))
    if department is not None:
        seen = seen.filter(Q(department=department) | Q(unit=department))
    found = {row.pk: row for row in _joined(seen)[:200]}
    person = None if whole else seats.me(by)
    if person is not None:
        found |= {row.pk: row for row in _of_person(person).filter(root_id=company.root_id or company.pk)[:200]}
    return sorted(found.values(), key=lambda row: (row.status != OPEN, row.due_on or date.max, -row.pk))


def _of_person(person: Person | None) -> Any:
    if person is None:
        return Entry.objects.none()
    named = Q()
    for code in FUNCTIONS:
        named |= Q(**{f"body__data__{code}_person": str(person.uid)})
    return _joined(Entry.objects.filter(named, register=MATTERS))


def _joined(found: Any) -> Any:
    return found.select_related("unit", "department", "owner", "person", "body").order_by("-on", "-pk")


def may_answer(entry: Entry, function: str, *, by: Actor) -> bool:
    """Whoever keeps the record may enter any opinion; whoever is named for a function his own."""
    if entry.status != OPEN:
        return False
    if scope.scope(by, EDIT).covers_row(entry.unit, entry.department):
        return True
    person = seats.me(by)
    return person is not None and entry.body.data.get(f"{function}_person") == str(person.uid)


@transaction.atomic
def answer(*, entry: Entry, function: str, stand: str, opinion: str, version: int, by: Actor) -> Entry:
    """One function's opinion on the shared record. Two functions at once are no conflict, twice the same one is."""
    fresh = registers.locked(entry)
    data = dict(fresh.body.data)
    _refuse_answer(fresh, function, stand, opinion, by=by)
    if fresh.version != version:
        _refuse_stale(fresh, function, stand, opinion, version=version)
    person = data.get(f"{function}_person") or _own_uid(by)
    spec = specs.get(MATTERS)
    known = Directory(fresh.unit)
    rows.load_names(spec, data, known)
    values = {
        f"{function}_person": person,
        f"{function}_stand": stand,
        f"{function}_opinion": opinion.strip() or None,
        f"{function}_on": clock.today().isoformat(),
    }
    read = rows.read(spec, values, known, held=data)
    return registers.apply(spec, fresh, read, known, by=by, action=Action.ENTRY_CHANGED, reason="")


def _own_uid(by: Actor) -> str | None:
    person = seats.me(by)
    return str(person.uid) if person is not None else None


def _refuse_answer(entry: Entry, function: str, stand: str, opinion: str, *, by: Actor) -> None:
    if not may_answer(entry, function, by=by):
        if entry.status != OPEN:
            raise _is_closed(entry.title)
        raise Denied(_("You are not asked for this opinion."), fix=_("Ask whoever handles the matter to name you."))
    faults = []
    if function not in (entry.body.data.get("functions") or ()):
        faults.append(Fault("function", _("This function takes no part in the matter."), _("Add it in the record.")))
    if not stand:
        faults.append(Fault("stand", _("Say whether you agree."), _("Choose one.")))
    if stand in {"conditions", "object"} and not opinion.strip():
        faults.append(Fault("opinion", _("Conditions and objections need words."), _("Write them down.")))
    if not entry.body.data.get(f"{function}_person") and _own_uid(by) is None:
        faults.append(Fault("person", _("Nobody is named for this function."), _("Name the person in the record.")))
    if faults:
        raise Problem("matter.answer", _("The opinion was not saved."), faults=faults, status=422)


def _refuse_stale(entry: Entry, function: str, stand: str, opinion: str, *, version: int) -> None:
    base = EntryVersion.objects.filter(uid=entry.uid, version=version).values_list("data", flat=True).first() or {}
    codes = [f"{function}_stand", f"{function}_opinion"]
    now = entry.body.data
    if all(base.get(code) == now.get(code) for code in codes):
        return
    problem = Conflict(
        _("%(by)s has entered this opinion in the meantime; yours was not saved.") % {"by": entry.recorded_by},
        fix=_("Compare both below, then save again."),
        code="matter.conflict",
    )
    problem.data = {
        "version": entry.version,
        "current": {code: now.get(code) or "" for code in codes},
        "yours": {codes[0]: stand, codes[1]: opinion},
    }
    raise problem


# --- what the register asks however it is written -------------------------------------------------------------------


def kept(held: Mapping[str, Any] | None, data: dict[str, Any], reason: str) -> list[Fault]:
    """The lead takes part; what is being handled already is not opened a second time."""
    part = list(data.get("functions") or ())
    if data.get("lead") and data["lead"] not in part:
        data["functions"] = [code for code in FUNCTIONS if code in {*part, data["lead"]}]
    if held is not None:
        return []
    faults = []
    for code, slot in (("contract", "ref_1"), ("policy", "ref_2")):
        if data.get(code):
            same = Entry.objects.filter(register=MATTERS, status=OPEN, **{slot: UUID(str(data[code]))}).first()
            if same is not None:
                what = _("“%(title)s” is open on this record already.") % {"title": same.title}
                faults.append(Fault(code, what, _("Put the opinions there: one matter, one record.")))
    return faults


def prepared(entry: Entry, move: Move, data: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """A conclusion is common to all who take part."""
    if move.code == "conclude" and (missing := waiting(data)):
        names = "、".join(str(one.label) for one in missing)
        raise Problem(
            "matter.waiting",
            _("These have not answered yet: %(names)s.") % {"names": names},
            fix=_("Wait for them, or take them out of those who take part."),
            status=422,
        )
    return {}


def on_rows(changes: Sequence[Change]) -> None:
    """Matters were written: whoever is asked and has not answered has a task."""
    uids = [UUID(change.uid) for change in changes if change.register == MATTERS]
    if not uids:
        return
    _refuse_closed([change for change in changes if change.register == MATTERS])
    found = {row.uid: row for row in Entry.objects.filter(uid__in=uids).select_related("unit", "body")}
    held: dict[UUID, dict[str, Task]] = {}
    for task in Task.objects.filter(about=ABOUT_MATTER, about_uid__in=uids, status=TaskStatus.OPEN):
        if task.about_uid is not None:
            held.setdefault(task.about_uid, {})[task.key] = task
    asked: list[tuple[Voice, Entry]] = []
    for uid in uids:
        asked += _settle(found.get(uid), held.get(uid, {}))
    if asked:
        _ask(asked)


def _refuse_closed(changes: Sequence[Change]) -> None:
    """Opinions and conclusion of a matter that is closed stay as they were, in its record too."""
    closed = [
        change for change in changes
        if change.before is not None and change.after is not None
        and change.before["status"] == change.after["status"] not in {OPEN, ""}
    ]  # fmt: skip
    for change in guards.changed(closed, _KEPT):
        assert change.after is not None
        raise _is_closed(change.after["title"])


def _is_closed(title: str) -> Conflict:
    what = _("“%(title)s” is not open any more.") % {"title": title}
    return Conflict(what, fix=_("Reopen it in its record first."), code="matter.closed")


def _settle(entry: Entry | None, held: Mapping[str, Task]) -> list[tuple[Voice, Entry]]:
    """Close what is answered or asked no more; returns what is asked now."""
    wanted: dict[str, tuple[Voice, Entry]] = {}
    answered: set[str] = set()
    if entry is not None:
        for one in voices(entry.body.data):
            if one.is_given:
                answered.add(one.code)
            elif entry.status == OPEN and one.takes_part and one.person:
                wanted[_key(entry, one)] = (one, entry)
    done = [key for key in held if key not in wanted and key.split(":")[2] in answered]
    gone = [key for key in held if key not in wanted and key not in done]
    if done and entry is not None:
        duties.close(done, by=HOUSE, register=MATTERS, uid=entry.uid)
    if gone:
        duties.drop(gone, by=HOUSE, reason=house(_GONE))
    return list(wanted.values())


def _key(entry: Entry, one: Voice) -> str:
    return f"matter:{entry.uid}:{one.code}:{one.person[:8]}:{entry.body.data.get('due_on')}"


def _ask(wanted: Sequence[tuple[Voice, Entry]]) -> None:
    uids = {one.person for one, _entry in wanted}
    people = {str(row.uid): row for row in Person.objects.filter(uid__in=uids).select_related("unit", "department")}
    made = []
    for one, entry in wanted:
        person = people.get(one.person)
        if person is None:
            continue
        words = {}
        for lang in _LANGUAGES:
            words[lang] = said(_ASKED, lang, function=_named(one, lang), title=entry.title)
        made.append(
            Duty(
                key=_key(entry, one), unit=_place(entry, person), title=words["zh-hans"], title_en=words["en"],
                due_on=entry.due_on or clock.today(), role=Role.DEPARTMENT_OFFICER, owner=person, about=ABOUT_MATTER,
                about_uid=entry.uid, lead=LEAD,
            )
        )  # fmt: skip
    duties.ensure(made, by=HOUSE)


def _named(one: Voice, lang: str) -> str:
    from django.utils import translation

    with translation.override(lang):
        return str(one.label)


def _place(entry: Entry, person: Person) -> Unit:
    """The person's department where it belongs to the company: whoever sees only that finds the task there."""
    department = person.department
    return department if department is not None and department.path.startswith(entry.unit.path) else entry.unit
