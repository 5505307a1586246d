"""Everything that changes rows of registers: checked, versioned, indexed, told to the trail and to listeners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, NotFound, Problem
from guiju.org.models import Unit
from guiju.registers import beginning, changes, conflicts, queries, rows, slots, stock, writing
from guiju.registers import spec as specs
from guiju.registers.directory import Directory
from guiju.registers.models import Entry
from guiju.registers.spec import Move, RegisterSpec
from guiju.trail import log as trail
from guiju.trail.events import Action

CHUNK = 1_000
IMPORT = Permission.REGISTER_ENTRY_IMPORT
Values = Mapping[str, object]


def spec_of(register: RegisterSpec | str) -> RegisterSpec:
    """A register by itself or by its code."""
    return register if isinstance(register, RegisterSpec) else specs.get(register)


@transaction.atomic
def create(
    *,
    register: RegisterSpec | str,
    unit: Unit,
    values: Values,
    by: Actor,
    department: Unit | None = None,
    status: str = "",
    reason: str = "",
    uid: UUID | None = None,
) -> Entry:
    """Enter a row. `status` begins it in a later state, if everything a move into that state needs is there.

    `uid` is the form's: the same form sent twice makes one row.
    """
    spec = spec_of(register)
    _require_some(by, Permission.REGISTER_ENTRY_CREATE, unit)
    known = Directory(unit, by=by)
    status = status or beginning.state(spec, by=by, unit=unit)
    data = rows.read(spec, values, known, status=status)
    changes.filled(spec.code, [(unit, None, data)])
    answers = _department(spec, data) or department
    check.require(by, Permission.REGISTER_ENTRY_CREATE, unit, answers)
    if uid is not None:
        writing.lock_value("form", uid)
        sent = Entry.objects.select_related("unit", "body").filter(uid=uid).first()
        if sent is not None and (sent.register, sent.unit_id, sent.body.data) == (spec.code, unit.pk, data):
            return sent
        uid = None if sent is not None else uid
    faults = unique_faults(spec, data, unit=unit, by=by)
    faults += begin_faults(spec, data, status, unit=unit, by=by, department=answers)
    faults += changes.kept(spec.code, None, data, reason)
    if faults:
        raise rows.invalid(faults)
    draft = writing.Draft(unit, data, status, department.pk if department else None, uid)
    (columns,) = writing.insert(spec, [draft], known, by=by)
    entry = Entry.objects.select_related("unit", "body").get(uid=columns["uid"])
    trail.record(
        Action.ENTRY_CREATED,
        by=by,
        unit=unit,
        object_type="entry",
        object_id=str(entry.uid),
        object_version=1,
        title=entry.title,
        content=writing.content(columns, data),
        reason=reason,
        happened_on=happened_on(spec, entry),
    )
    _announce(entry, before=None)
    return entry


def _require_some(by: Actor, permission: Permission, unit: Unit) -> None:
    """Refuse early whoever may enter nothing here, not even for a department of the unit."""
    if not check.touches(by, permission, unit):
        check.require(by, permission, unit)


def _department(spec: RegisterSpec, data: Mapping[str, Any]) -> Unit | None:
    """The department that answers for a row, as the row itself says."""
    item = spec.by_slot.get("department")
    stored = data.get(item.code) if item is not None else None
    return Unit.objects.filter(uid=stored).first() if stored else None


def _require_row(by: Actor, permission: Permission, entry: Entry) -> None:
    check.require(by, permission, entry.unit, entry.department)


@transaction.atomic
def create_many(
    *, register: RegisterSpec | str, unit: Unit, rows: Iterable[Values], by: Actor, reason: str = ""
) -> int:
    """Enter many rows: all of them, or none."""
    spec = spec_of(register)
    _require_some(by, Permission.REGISTER_ENTRY_CREATE, unit)
    known = Directory(unit, bulk=True, by=by)
    is_whole = check.can(by, Permission.REGISTER_ENTRY_CREATE, unit)
    count = 0
    source = enumerate(rows, 1)
    while batch := list(islice(source, CHUNK)):
        drafts = [_draft(spec, number, values, unit, known, by) for number, values in batch]
        for draft in () if is_whole else drafts:
            check.require(by, Permission.REGISTER_ENTRY_CREATE, unit, _department(spec, draft.data))
        insert_batch(spec, drafts, known, by=by, unit=unit, reason=reason, action=Action.ENTRY_CREATED)
        count += len(drafts)
    return count


def _draft(spec: RegisterSpec, number: int, values: Values, unit: Unit, known: Directory, by: Actor) -> writing.Draft:
    try:
        data = rows.read(spec, values, known, status=beginning.state(spec, by=by, unit=unit))
    except Problem as problem:
        problem.faults = tuple(Fault(f"{number}.{fault.where}", fault.what, fault.fix) for fault in problem.faults)
        raise
    faults = unique_faults(spec, data, unit=unit, by=by)
    if faults:
        raise rows.invalid([Fault(f"{number}.{fault.where}", fault.what, fault.fix) for fault in faults])
    return writing.Draft(unit, data)


def insert_batch(
    spec: RegisterSpec,
    drafts: Sequence[writing.Draft],
    known: Directory,
    *,
    by: Actor,
    unit: Unit,
    reason: str,
    action: Action = Action.ENTRY_IMPORTED,
    title: str = "",
) -> None:
    """Save checked rows under one event; for imports and `create_many`."""
    changes.filled(spec.code, [(draft.unit, None, draft.data) for draft in drafts])
    for draft in drafts:
        if faults := changes.kept(spec.code, None, draft.data, reason):
            raise rows.invalid(faults)
    made = writing.insert(spec, drafts, known, by=by)
    trail.record_batch(
        action,
        by=by,
        unit=unit,
        object_type="entry",
        title=title or spec.title_zh,
        items=(
            (str(columns["uid"]), 1, writing.content(columns, draft.data))
            for columns, draft in zip(made, drafts, strict=True)
        ),
        reason=reason,
    )
    if changes.has_listeners():
        changes.announce(
            [changes.Change(spec.code, columns["unit_id"], None, columns, str(columns["uid"])) for columns in made]
        )


@transaction.atomic
def update(*, entry: Entry, values: Values, version: int, by: Actor, reason: str = "") -> Entry:
    """Change some fields; refuses with both sides when somebody else was quicker. No change leaves no trace."""
    spec = specs.get(entry.register)
    _require_row(by, Permission.REGISTER_ENTRY_EDIT, entry)
    fresh = locked(entry)
    known = Directory(fresh.unit, by=by)
    rows.load_names(spec, fresh.body.data, known)
    if fresh.version != version:
        raise conflicts.stale(spec, fresh, values, version=version, known=known)
    data = rows.read(spec, values, known, held=fresh.body.data, status=fresh.status)
    return apply(spec, fresh, data, known, by=by, action=Action.ENTRY_CHANGED, reason=reason)


def apply(
    spec: RegisterSpec,
    entry: Entry,
    data: rows.Data,
    known: Directory,
    *,
    by: Actor,
    action: Action,
    reason: str,
    status: str | None = None,
) -> Entry:
    """Write checked data as the next version of a locked row."""
    held = dict(entry.body.data)
    changes.filled(spec.code, [(entry.unit, held, data)])
    faults = changes.kept(spec.code, held, data, reason)
    to = entry.status if status is None else status
    faults += changes.guarded(spec.code, changes.Rewrite(str(entry.uid), entry.status, to, held, data, reason))
    if faults:
        raise rows.invalid(faults)
    changed = {code: held.get(code) for code in sorted(held.keys() | data.keys()) if held.get(code) != data.get(code)}
    moved = status is not None and status != entry.status
    if not changed and not moved:
        return entry
    faults = unique_faults(spec, data, unit=entry.unit, changed=changed.keys(), entry=entry, by=by)
    if faults:
        raise rows.invalid(faults)
    _keep_in_hand(spec, entry, data, changed.keys(), by=by)
    rows.load_names(spec, data, known)
    before = writing.replace(spec, entry, data, known, by=by, status=status)
    told = {**({"status": before["status"]} if moved else {}), **changed}
    trail.record(
        action,
        by=by,
        unit=entry.unit,
        object_type="entry",
        object_id=str(entry.uid),
        object_version=entry.version,
        title=entry.title,
        content={**writing.content(writing.columns_of(entry), data), "before": told},
        reason=reason,
        happened_on=happened_on(spec, entry),
    )
    _announce(entry, before=before, reason=reason)
    return entry


def _keep_in_hand(spec: RegisterSpec, entry: Entry, data: rows.Data, changed: Iterable[str], *, by: Actor) -> None:
    """Who keeps a department's rows alone cannot hand one over to another department."""
    item = spec.by_slot.get("department")
    if item is None or item.code not in changed:
        return
    if not check.can(by, Permission.REGISTER_ENTRY_EDIT, entry.unit, _department(spec, data)):
        what = _("You keep the records of your department only.")
        raise rows.invalid([Fault(item.code, what, _("Ask the compliance office to hand the record over."))])


@transaction.atomic
def move(
    *,
    entry: Entry,
    move: str,
    by: Actor,
    values: Values | None = None,
    version: int | None = None,
    reason: str = "",
) -> Entry:
    """Bring a row into another state, with the fields that this needs."""
    spec = specs.get(entry.register)
    step = spec.move(move)
    if step is None:
        raise NotFound(_("This register knows no move “%(move)s”.") % {"move": move})
    _require_mover(spec, step, entry, values or {}, by=by)
    fresh = locked(entry)
    known = Directory(fresh.unit, by=by)
    rows.load_names(spec, fresh.body.data, known)
    if version is not None and fresh.version != version:
        raise conflicts.stale(spec, fresh, values or {}, version=version, known=known)
    if fresh.owner_id != entry.owner_id:  # given to somebody else since it was read
        _require_mover(spec, step, fresh, values or {}, by=by)
    # Rows from before their register had states stand in the first one.
    if (fresh.status or spec.initial) not in step.sources:
        raise _wrong_state(spec, fresh, step)
    data = rows.read(spec, values or {}, known, held=fresh.body.data, status=step.to)
    data |= changes.prepared(fresh, step, data, by)
    faults = _needed(spec, step, data) + _one_person(spec, step, data)
    if step.asks_reason and not reason.strip():
        faults.append(Fault("reason", _("Please give the reason."), _("Say it in a few words.")))
    if faults:
        raise rows.invalid(faults)
    return apply(spec, fresh, data, known, by=by, action=Action.ENTRY_MOVED, reason=reason, status=step.to)


def _require_mover(spec: RegisterSpec, step: Move, entry: Entry, values: Values, *, by: Actor) -> None:
    """Whoever keeps the register; of steps that report work, its owner too, who changes nothing else with it."""
    if not (may_report(step, entry, by=by) and set(values) <= set(reports_with(spec, step))):
        _require_row(by, _permission(step), entry)


def may_report(step: Move, entry: Entry, *, by: Actor) -> bool:
    """Is the step one that reports work, and the account that of the person whose work the row names?

    A token acts with its scopes only, never as the person behind it.
    """
    owner = entry.owner
    return step.by_owner and by.token is None and owner is not None and owner.user_id in {by.user_id} - {None}


def reports_with(spec: RegisterSpec, step: Move) -> list[str]:
    """The fields with which an owner reports: those the step needs, and files, in the order of the register."""
    wanted = {*step.needs, *(code for group in step.either for code in group)}
    return [item.code for item in spec.fields if item.code in wanted or (item.type == "files" and not item.kept)]


def _permission(step: Move) -> Permission:
    return Permission(step.permission) if step.permission else Permission.REGISTER_ENTRY_EDIT


def _needed(spec: RegisterSpec, step: Move, data: Mapping[str, Any]) -> list[Fault]:
    return _each_needed(spec, step, data) + _one_of(spec, step, data)


def _one_of(spec: RegisterSpec, step: Move, data: Mapping[str, Any]) -> list[Fault]:
    """Of some fields it is enough that one holds something: files, or why there are none."""
    return [
        Fault(
            group[0],
            _("“%(move)s” needs one of these: %(fields)s.")
            % {"move": step.label(), "fields": "、".join(spec.by_code[code].label() for code in group)},
            _("Fill in one of them."),
        )
        for group in step.either
        if not any(data.get(code) for code in group)
    ]


def _each_needed(spec: RegisterSpec, step: Move, data: Mapping[str, Any]) -> list[Fault]:
    return [
        Fault(
            code,
            _("“%(move)s” needs %(field)s.") % {"move": step.label(), "field": spec.by_code[code].label()},
            _("Enter it."),
        )
        for code in step.needs
        if code in spec.by_code and data.get(code) is None
    ]


def _one_person(spec: RegisterSpec, step: Move, data: Mapping[str, Any]) -> list[Fault]:
    """Who does something must not be the one who has to look at it."""
    named = [data.get(code) for code in step.differs]
    if len(named) < 2 or None in named or len(set(named)) == len(named):
        return []
    labels = "、".join(spec.by_code[code].label() for code in step.differs)
    what = _("%(fields)s must be different people.") % {"fields": labels}
    return [Fault(step.differs[0], what, _("Choose somebody else."))]


def _wrong_state(spec: RegisterSpec, entry: Entry, step: Move) -> Conflict:
    state = spec.state(entry.status)
    return Conflict(
        _("“%(move)s” is not possible while the record is “%(state)s”.")
        % {"move": step.label(), "state": state.label() if state else entry.status},
        fix=_("Reload the page: somebody may have moved it on already."),
        code="entry.state",
    )


def begin_faults(
    spec: RegisterSpec, data: Mapping[str, Any], status: str, *, unit: Unit, by: Actor, department: Unit | None = None
) -> list[Fault]:
    """May a new row begin in this state?"""
    if status == spec.initial:
        beginning.require_first(spec, by=by, unit=unit, department=department)
    if not status or status == spec.initial:
        return []
    if spec.state(status) is None:
        states = "、".join(item.label() for item in spec.states)
        return [
            Fault(
                "_status",
                _("There is no state “%(code)s”.") % {"code": status},
                _("Choose one of: %(options)s.") % {"options": states},
            )
        ]
    into = [step for step in spec.moves if step.to == status]
    for step in into:
        if step.permission:
            check.require(by, _permission(step), unit, department)
    lacking = [_needed(spec, step, data) + _one_person(spec, step, data) for step in into]
    return min(lacking, key=len) if lacking else []


@transaction.atomic
def remove(*, entry: Entry, version: int, by: Actor, reason: str) -> None:
    """Take a row out of its register; it lives on among the past versions and in the trail."""
    spec = specs.get(entry.register)
    _require_row(by, Permission.REGISTER_ENTRY_REMOVE, entry)
    if not reason.strip():
        raise rows.invalid([Fault("reason", _("Please give the reason."), _("Say it in a few words."))])
    fresh = locked(entry)
    if fresh.version != version:
        raise conflicts.stale(spec, fresh, {}, version=version, known=Directory(fresh.unit, by=by))
    _refuse_if_used(fresh, by=by)
    before = writing.columns_of(fresh)
    trail.record(
        Action.ENTRY_REMOVED,
        by=by,
        unit=fresh.unit,
        object_type="entry",
        object_id=str(fresh.uid),
        object_version=fresh.version,
        title=fresh.title,
        content=writing.content(before, fresh.body.data),
        reason=reason,
        happened_on=happened_on(spec, fresh),
    )
    writing.remove(fresh, by=by)
    changes.announce([changes.Change(spec.code, fresh.unit_id, before, None, str(fresh.uid))])


def _refuse_if_used(entry: Entry, *, by: Actor) -> None:
    if not queries.related(entry).exists():
        return
    users = list(queries.related_for(by, entry)[:5])
    if not users:
        raise Problem(
            "entry.in_use",
            _("A record of a unit that you do not see refers to this one."),
            fix=_("Ask the compliance office of the unit above."),
            status=409,
        )
    raise Problem(
        "entry.in_use",
        ngettext(
            "Another record refers to this one: %(titles)s.",
            "Other records refer to this one: %(titles)s.",
            len(users),
        )
        % {"titles": "、".join(f"“{user.title}”" for user in users)},
        fix=_("Change or remove those first."),
        status=409,
    )


def locked(entry: Entry) -> Entry:
    """The row as it is now, held against other writers until the end of the transaction."""
    held = Entry.objects.select_for_update(of=("self",)).select_related("body", "unit", "department")
    fresh = held.filter(pk=entry.pk).first()
    if fresh is None:
        raise Conflict(
            _("Somebody else has removed “%(title)s” in the meantime.") % {"title": entry.title},
            fix=_("Its history still shows what it was."),
            code="entry.removed",
        )
    return fresh


def unique_faults(
    spec: RegisterSpec,
    data: Mapping[str, Any],
    *,
    unit: Unit,
    by: Actor,
    changed: Iterable[str] | None = None,
    entry: Entry | None = None,
) -> list[Fault]:
    """Values that must occur once in a tree and occur already; a row that the actor does not see is not named."""
    faults: list[Fault] = []
    watched = None if changed is None else set(changed)
    for item in spec.fields:
        stored = data.get(item.code)
        if not item.unique or stored is None or (watched is not None and item.code not in watched):
            continue
        writing.lock_value(spec.code, unit.root_id, item.code, stored)
        column = f"{item.slot}__uid" if item.slot in slots.FOREIGN else item.slot
        others = Entry.objects.filter(register=spec.code, root_id=unit.root_id, **{column: stored})
        others = others.exclude(pk=entry.pk) if entry else others
        other = others.select_related("unit", "department").first()
        if other is not None:
            seen = check.can(by, Permission.REGISTER_ENTRY_VIEW, other.unit, other.department)
            faults.append(taken(item, stored, other.title if seen else _("another record")))
    return faults


def taken(item: specs.Field, stored: object, title: str) -> Fault:
    """A value that must occur once and occurs already."""
    return Fault(
        item.code,
        _("%(field)s “%(value)s” is taken already by “%(title)s”.")
        % {"field": item.label(), "value": stored, "title": title},
        _("Enter another one, or change that record."),
    )


def happened_on(spec: RegisterSpec, entry: Entry) -> date | None:
    """When the thing happened that the row tells of."""
    item = spec.field(spec.happened) if spec.happened else None
    value = getattr(entry, item.slot) if item is not None and item.slot else None
    return value if isinstance(value, date) else None


def late_days(spec: RegisterSpec, entry: Any, known: Directory | None = None) -> int:
    """Days between the event and its first entry (补录); 0 when entered on the day or before, and of a stock."""
    on = happened_on(spec, entry)
    days = max((clock.day_of(entry.created_at) - on).days, 0) if on else 0
    if not days or not spec.stock:
        return days
    since = stock.begun(spec.code, [entry.unit_id]) if known is None else known.begun(spec.code, entry.root_id)
    return 0 if stock.is_of(spec, unit=entry.unit_id, on=on, since=since) else days


def _announce(entry: Entry, *, before: Mapping[str, Any] | None, reason: str = "") -> None:
    after = writing.columns_of(entry)
    changes.announce([changes.Change(entry.register, entry.unit_id, before, after, str(entry.uid), reason)])


def batches(items: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Lists of at most `size`."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
