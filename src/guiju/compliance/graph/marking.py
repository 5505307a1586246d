"""What a change touches: marks on the records within two links, and one task per owner.

Everything here is set-based: a cause with 300 neighbours costs as many questions as one with a single neighbour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Case, F, Min, OuterRef, Q, Subquery, UUIDField, Value, When
from django.db.models.functions import Coalesce
from django.utils import translation

from guiju.access.actor import Actor, system
from guiju.compliance.enums import Outcome
from guiju.compliance.graph import edges, settling, shape
from guiju.compliance.models import Mark
from guiju.lib import bulk, clock
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.registers import spec as specs
from guiju.registers import values
from guiju.registers.directory import Directory
from guiju.registers.models import Entry, EntryBody, EntryVersion
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.workflow import days, duties
from guiju.workflow.models import Task, TaskStatus

ABOUT = settling.ABOUT
_TITLE, _VALUE = 200, 600


@dataclass(slots=True)
class Cause:
    """A record that changed in substance: what it says now and what changed."""

    uid: UUID
    register: str
    version: int
    title: str
    unit_id: int
    root_id: int
    changes: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Target:
    """A record in use that a change reaches, by which records between."""

    entry: Entry
    path: tuple[UUID, ...]


# --- what changed ---------------------------------------------------------------------------------------------------


def differences(
    register: str, before: Mapping[str, Any], after: Mapping[str, Any], was: str, now: str, known: Directory
) -> list[dict[str, str]]:
    """The changes of substance between two versions, as people read them; empty when there are none."""
    spec = specs.get(register)
    found = []
    for code in shape.SUBSTANCE.get(register, ()):
        item = spec.by_code[code]
        if before.get(code) != after.get(code):
            old, new = (values.show(item, data.get(code), known) for data in (before, after))
            found.append({"field": code, "label": item.zh, "label_en": item.en or item.zh,
                          "old": _short(old), "new": _short(new)})  # fmt: skip
    if was != now and (register != "process_list" or not shape.is_live(register, now)):
        found.append({"field": "_status", "label": "状态", "label_en": "State", "old": was, "new": now})
    return found


def _short(shown: str) -> str:
    return shown if len(shown) <= _VALUE else f"{shown[: _VALUE - 1]}…"


def merged(held: Iterable[Mapping[str, str]], new: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """A second change before anybody looked: the first old value, the latest new one; what came back is no change."""
    found = {change["field"]: dict(change) for change in held}
    for change in new:
        first = found.get(change["field"])
        found[change["field"]] = {**change, "old": first["old"]} if first else dict(change)
    return [change for change in found.values() if change["old"] != change["new"]]


def cause_of(entry: Entry, *, version: int, was: str) -> Cause | None:
    """A present record against one of its earlier versions; None when nothing of substance changed. Two queries."""
    held = EntryVersion.objects.filter(uid=entry.uid, version=version).values_list("data", flat=True).first()
    data = EntryBody.objects.filter(pk=entry.pk).values_list("data", flat=True).first() or {}
    return _cause(entry, held or {}, data, was)


def _cause(entry: Entry, before: Mapping[str, Any], after: Mapping[str, Any], was: str) -> Cause | None:
    with translation.override(settings.LANGUAGE_CODE):
        changes = differences(entry.register, before, after, was, entry.status, Directory())
    if not changes:
        return None
    return Cause(
        entry.uid, entry.register, entry.version, title_of(entry, after), entry.unit_id, entry.root_id, changes
    )


def title_of(entry: Entry, data: Mapping[str, Any]) -> str:
    """By what people know the cause: an obligation by its law, everything else by its title."""
    if entry.register == "obligations":
        return str(data.get("source") or entry.title)[:_TITLE]
    return entry.title[:_TITLE]


# --- what it touches ------------------------------------------------------------------------------------------------


def reach(cause_uid: UUID, register: str) -> dict[UUID, tuple[UUID, ...]]:
    """Every record within two confirmed steps that carry a change, with the records between; three queries a step."""
    found: dict[UUID, tuple[UUID, ...]] = {}
    frontier = {cause_uid: register}
    for _step in range(shape.STEPS):
        fresh: dict[UUID, tuple[str, tuple[UUID, ...]]] = {}
        for uid, code, other, beyond in _steps(frontier):
            if beyond in shape.CARRIES.get(code, ()) and other != cause_uid and other not in found:
                fresh.setdefault(other, (beyond, (*found.get(uid, ()), *((uid,) if uid != cause_uid else ()))))
        if not fresh:
            break
        alive = _alive(fresh)
        frontier = {uid: code for uid, (code, _path) in fresh.items() if uid in alive}
        found.update((uid, fresh[uid][1]) for uid in frontier)
    return found


def _steps(frontier: Mapping[UUID, str]) -> Iterable[tuple[UUID, str, UUID, str]]:
    joints = edges.of_links(list(frontier))
    if not {"policies", "policy_clauses"}.isdisjoint(frontier.values()):
        joints += edges.clauses_of(list(frontier))
    for joint in joints:
        for uid in (joint.one, joint.other):
            if uid in frontier:
                other, beyond = joint.beyond(uid)
                yield uid, frontier[uid], other, beyond


def _alive(uids: Iterable[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for some in edges.chunks(uids):
        rows = Entry.objects.filter(uid__in=some).values_list("uid", "register", "status")
        found.update(uid for uid, register, status in rows if shape.is_live(register, status))
    return found


# --- marks ----------------------------------------------------------------------------------------------------------


def mark(cause: Cause, *, by: Actor) -> int:
    """Mark everything that the change touches, and give each owner one task; returns how many marks are new.

    Open marks of an earlier change of the same record take the new one in; their task stays the same.
    """
    paths = reach(cause.uid, cause.register)
    held = {row.target: row for row in Mark.objects.filter(cause=cause.uid, settled_at__isnull=True)}
    if not paths and not held:
        return 0
    rows = _entries([*paths, *held], root=cause.root_id)
    cause.changes = _follow(cause, held, by=by)
    # What says again what it said before anybody looked leaves nothing to look at.
    fresh = [Target(rows[uid], path) for uid, path in paths.items() if uid in rows and uid not in held]
    fresh = fresh if cause.changes else []
    _insert(cause, fresh, by=by)
    if cause.changes:
        _assign(cause, rows, by=by)
    else:
        # As they are now: the change just went into them.
        present = Mark.objects.select_related("unit").filter(pk__in=[one.pk for one in held.values()])
        settling.close(list(present), Outcome.STANDS, note=NO_CHANGE, by=by)
    trail.record(
        Action.MARK_SET, by=by, unit=Unit.objects.get(pk=cause.unit_id), object_type="graph_change",
        object_id=str(cause.uid), object_version=cause.version, title=cause.title,
        content={"cause": cause.register, "changes": cause.changes,
                 "targets": sorted(str(target.entry.uid) for target in fresh), "held": len(held)},
    )  # fmt: skip
    return len(fresh)


def _entries(uids: Collection[UUID], *, root: int) -> dict[UUID, Entry]:
    """The records by uid, of the cause's own tree only."""
    found: dict[UUID, Entry] = {}
    for some in edges.chunks(uids):
        rows = Entry.objects.filter(uid__in=some, root_id=root).select_related("unit", "department", "owner")
        found.update((row.uid, row) for row in rows)
    return found


def _follow(cause: Cause, held: Mapping[UUID, Mark], *, by: Actor) -> list[dict[str, str]]:
    """Open marks take in the second change: who has looked already must look again. Returns all that has changed."""
    if not held:
        return cause.changes
    changes = merged(next(iter(held.values())).changes, cause.changes)
    Mark.objects.filter(cause=cause.uid, settled_at__isnull=True).update(
        changes=changes, cause_version=cause.version, cause_title=cause.title, version=F("version") + 1,
        made_at=clock.now(), made_by=by.name[:80], target_version=_present_version(),
    )  # fmt: skip
    return changes


def _present_version() -> Any:
    present = Entry.objects.filter(uid=OuterRef("target")).values("version")[:1]
    return Coalesce(Subquery(present), F("target_version"))


_COLUMNS = ("uid", "root_id", "unit_id", "department_id", "cause", "cause_register", "cause_version", "cause_title",
            "changes", "target", "target_register", "target_version", "path", "task", "made_at", "made_by", "outcome",
            "note", "settled_at", "settled_by", "version")  # fmt: skip


def _insert(cause: Cause, fresh: Sequence[Target], *, by: Actor) -> None:
    if not fresh:
        return
    now = clock.now()
    bulk.insert(
        Mark,
        _COLUMNS,
        (
            (uuid4(), cause.root_id, one.entry.unit_id, one.entry.department_id, cause.uid, cause.register,
             cause.version, cause.title, cause.changes, one.entry.uid, one.entry.register, one.entry.version,
             [str(uid) for uid in one.path], None, now, by.name[:80], "", "", None, "", 1)
            for one in fresh
        ),
    )  # fmt: skip


#: Why marks are closed by themselves; kept in the house's language, as all stored words.
NO_CHANGE = "变化已撤回，内容恢复原样"


# --- tasks ----------------------------------------------------------------------------------------------------------


def _assign(cause: Cause, rows: Mapping[UUID, Entry], *, by: Actor) -> None:
    """One task per owner for everything of this cause that waits; one that is open already goes on."""
    waiting = [
        (pk, rows[target], task)
        for pk, target, task in Mark.objects.filter(cause=cause.uid, settled_at__isnull=True).values_list(
            "pk", "target", "task"
        )
        if target in rows
    ]
    if not waiting:
        return
    officers = _officers({row.department_id for _pk, row, _task in waiting if row.department_id})
    open_ = Task.objects.filter(about=ABOUT, about_uid=cause.uid, status=TaskStatus.OPEN)
    there = {_who(key): (key, uid, due) for key, uid, due in open_.values_list("key", "uid", "due_on")}
    owned: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    holders: dict[str, tuple[Person | None, Unit]] = {}
    names = {uid: who for who, (_key, uid, _due) in there.items()}
    for pk, row, task in waiting:
        who, person, unit = _owner(row, officers)
        who = names.get(task, who) if task else who
        holders.setdefault(who, (person, unit))
        owned[who].append((pk, row))
    due = due_on(cause.root_id)
    wanted = [
        _duty(cause, there.get(who, (f"mark:{cause.uid}:{cause.version}:{who}", None, due)), holders[who], mine)
        for who, mine in owned.items()
    ]
    duties.ensure(wanted, by=by)
    _tie(cause, {duty.key: [pk for pk, _row in owned[_who(duty.key)]] for duty in wanted})


def _who(key: str) -> str:
    return key.rsplit(":", 1)[-1]


def _owner(row: Entry, officers: Mapping[int, Person]) -> tuple[str, Person | None, Unit]:
    """Whose it is: the record's owner, the officer of its department, or the unit's compliance staff."""
    person = row.owner if row.owner is not None and row.owner.left_on is None else None
    person = person or (officers.get(row.department_id) if row.department_id else None)
    if person is None:
        return f"s{row.unit_id}", None, row.unit
    # A department's own people see the tasks of their department, not those of the whole company.
    place = row.department or row.unit
    return f"p{person.pk}.{place.pk}", person, place


def _officers(departments: Collection[int | None]) -> dict[int, Person]:
    """The compliance officer of each department today."""
    if not departments:
        return {}
    today = clock.today()
    rows = Entry.objects.filter(register="appointments", kind=Role.DEPARTMENT_OFFICER, on__lte=today)
    rows = rows.filter(Q(done_on__isnull=True) | Q(done_on__gte=today), person__isnull=False)
    rows = rows.filter(Q(department_id__in=departments) | Q(unit_id__in=departments))
    rows = rows.filter(Q(person__left_on__isnull=True) | Q(person__left_on__gte=today)).select_related("person")
    found: dict[int, Person] = {}
    for row in rows.order_by("on", "pk"):
        if row.person is not None:
            found[row.department_id or row.unit_id] = row.person
    return found


def due_on(root_id: int) -> date:
    """By when marks are to be looked at."""
    return days.of(root_id).add(clock.today(), shape.WORKING_DAYS)


def _duty(
    cause: Cause, held: tuple[str, UUID | None, date], holder: tuple[Person | None, Unit], mine: Sequence[object]
) -> duties.Duty:
    key, _uid, due = held
    person, unit = holder
    count = len(mine)
    return duties.Duty(
        key=key,
        unit=unit,
        title=f"{quoted(cause.title)}有变化，复核受影响的 {count} 项",
        title_en=f"{quoted(cause.title)} has changed: review {count} affected",
        due_on=due,
        role=Role.COMPLIANCE_STAFF,
        about=ABOUT,
        about_uid=cause.uid,
        owner=person,
    )


def quoted(title: str) -> str:
    """A title in the brackets of documents, cut so that the sentence around it fits."""
    short = title if len(title) <= 120 else f"{title[:119]}…"
    return short if short.startswith(("《", "〈")) else f"〈{short}〉"


def _tie(cause: Cause, marks: Mapping[str, Sequence[int]]) -> None:
    """Say at each mark which task it belongs to; the tasks are known by their keys."""
    uids = dict(Task.objects.filter(key__in=list(marks)).values_list("key", "uid"))
    cases = [
        When(pk__in=list(pks), then=Value(uids[key], output_field=UUIDField()))
        for key, pks in marks.items()
        if key in uids
    ]
    if cases:
        every = [pk for pks in marks.values() for pk in pks]
        Mark.objects.filter(pk__in=every).update(task=Case(*cases, output_field=UUIDField()))


# --- many causes at once --------------------------------------------------------------------------------------------


def since(unit_id: int, moment: str, *, by: str) -> int:
    """Mark for every record of a unit that has changed since then (an import): the oldest version against the present."""
    start = datetime.fromisoformat(moment)
    versions = EntryVersion.objects.filter(
        register__in=list(shape.SUBSTANCE), unit_id=unit_id, superseded_at__gte=start, removed=False
    )
    first = dict(versions.values_list("uid").annotate(first=Min("version")).values_list("uid", "first"))
    made = 0
    for some in edges.chunks(first):
        made += _since({uid: first[uid] for uid in some}, by=system(by))
    return made


def _since(first: Mapping[UUID, int], *, by: Actor) -> int:
    touched = {uid for edge in edges.of_links(list(first)) for uid in (edge.one, edge.other)}
    touched |= {uid for edge in edges.clauses_of(list(first)) for uid in (edge.one, edge.other)}
    wanted = [uid for uid in first if uid in touched]
    asked = {(uid, first[uid]) for uid in wanted}
    old = {
        row.uid: row
        for row in EntryVersion.objects.filter(uid__in=wanted, version__in=set(first.values()))
        if (row.uid, row.version) in asked
    }
    made = 0
    for entry in Entry.objects.filter(uid__in=wanted).select_related("body").order_by("pk"):
        before = old.get(entry.uid)
        cause = _cause(entry, before.data, entry.body.data, before.status) if before is not None else None
        if cause is not None and not _told(cause):
            made += mark(cause, by=by)
    return made


def _told(cause: Cause) -> bool:
    """Was this version marked before? A job may run twice, and the first rows of an import are marked at once."""
    return Mark.objects.filter(cause=cause.uid, cause_version__gte=cause.version).exists()


def removal(before: Mapping[str, Any]) -> Cause:
    """A record that was taken out of its register."""
    change = {"field": "_status", "label": "状态", "label_en": "State", "old": str(before["status"]), "new": "removed"}
    title = str(before["text_1"] if before["register"] == "obligations" else before["title"])[:_TITLE]
    return Cause(
        UUID(str(before["uid"])), str(before["register"]), int(before["version"]) + 1, title or str(before["title"]),
        before["unit_id"], before["root_id"], [change],
    )  # fmt: skip
