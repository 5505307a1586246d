"""Many rows of one register at once, as somebody has edited them in a table: all of them are saved, or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.org.models import Unit
from guiju.registers import actions, beginning, changes, gridclash, gridrows, rows, slots, writing
from guiju.registers.directory import Directory, as_uid
from guiju.registers.models import Entry
from guiju.registers.spec import Field, RegisterSpec
from guiju.trail import log as trail
from guiju.trail.events import Action

#: The most rows that one save may touch.
MOST = 2_000
#: Up to this many new rows have an event each; more are told as batches.
ONE_BY_ONE = 200
#: From this many rows on names are read for the whole tree at once.
_MANY = 20

_CREATE, _VIEW = Permission.REGISTER_ENTRY_CREATE, Permission.REGISTER_ENTRY_VIEW
_EDIT, _REMOVE = Permission.REGISTER_ENTRY_EDIT, Permission.REGISTER_ENTRY_REMOVE


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row that somebody touched: the fields he changed, as he wrote them.

    `key` is his own name for the row, by which he is answered; of a new row a UUID, which it then keeps: the same
    table sent twice makes its rows once.
    """

    key: str
    values: Mapping[str, object]
    uid: str | None = None
    version: int | None = None
    remove: bool = False


@dataclass(frozen=True, slots=True)
class SavedRow:
    """What became of a row; version 0 when it was removed."""

    key: str
    uid: str
    version: int


@dataclass(frozen=True, slots=True)
class GridSaved:
    """How many rows were entered, changed and removed, and each of them."""

    created: int
    changed: int
    removed: int
    rows: tuple[SavedRow, ...]


@transaction.atomic
def save(
    *, register: RegisterSpec | str, unit: Unit, rows: Sequence[GridRow], by: Actor, reason: str = ""
) -> GridSaved:
    """Save a table: new rows enter `unit`, the others stay where they are.

    All faulty cells are told at once (`grid.invalid`, places as `key.field`), and so is every cell that somebody else
    has changed since it was read (`grid.conflict`, with what stood there, what stands there now, and what is wanted).
    """
    spec = actions.spec_of(register)
    gridrows.require_entries(spec)
    _refuse_odd(rows, reason)
    return _Saving(spec, unit, by, reason, many=len(rows) > _MANY).run(rows)


def _refuse_odd(given: Sequence[GridRow], reason: str) -> None:
    """What no table of ours sends: too much, a row twice, a row without its version."""
    if len(given) > MOST:
        raise Problem(
            "grid.many",
            _("%(count)d rows were changed; at most %(limit)d are saved at once. Nothing was saved.")
            % {"count": len(given), "limit": MOST},
            fix=_("Save fewer rows at a time, or import the list as a file."),
            status=422,
        )
    faults = [
        Fault(key, _("This row was sent twice."), _("Send it once.")) for key in _double(row.key for row in given)
    ]
    named = [row for row in given if row.uid is not None]
    twice = _double(str(as_uid(row.uid)) for row in named)
    faults += [
        Fault(row.key, _("This row was sent twice."), _("Send it once."))
        for row in named
        if str(as_uid(row.uid)) in twice
    ]
    faults += [
        Fault(row.key, _("The version that was read is missing."), _("Load the rows again."))
        for row in named
        if row.version is None
    ]
    if any(row.remove and row.uid for row in given) and not reason.strip():
        faults.append(Fault("reason", _("Please give the reason."), _("Say it in a few words.")))
    if faults:
        raise invalid(faults)


def _double(keys: Iterable[str]) -> set[str]:
    return {key for key, count in Counter(keys).items() if count > 1}


def invalid(faults: Sequence[Fault]) -> Problem:
    """The refusal of a table."""
    return Problem(
        "grid.invalid",
        _("Some cells are not right; nothing was saved."),
        fix=_("Correct the cells that are marked and save again."),
        faults=faults,
        status=422,
    )


@dataclass(slots=True)
class _Plan:
    """What will be done with a row."""

    row: GridRow
    entry: Entry | None
    data: rows.Data
    uid: UUID

    @property
    def is_new(self) -> bool:
        return self.entry is None

    def changes(self, code: str) -> bool:
        """True when the field will hold something else than now."""
        return self.entry is None or self.entry.body.data.get(code) != self.data.get(code)


class _Saving:
    """Checks every row before the first is written."""

    def __init__(self, spec: RegisterSpec, unit: Unit, by: Actor, reason: str, *, many: bool) -> None:
        self.spec, self.unit, self.by, self.reason = spec, unit, by, reason
        self.known = Directory(unit, bulk=many, by=by)
        self.may = {wanted: scope.scope(by, wanted) for wanted in (_VIEW, _CREATE, _EDIT, _REMOVE)}
        self.faults: list[Fault] = []
        self.clashes: list[gridclash.Clash] = []
        self.plans: list[_Plan] = []

    def run(self, given: Sequence[GridRow]) -> GridSaved:
        held = self._held(given)
        self._load_names(held.values())
        stale = [(row, held[row.uid]) for row in given if row.uid in held and row.version != held[row.uid].version]
        before = gridclash.Past(self.spec, stale, self.known)
        made = self._made([row for row in given if row.uid is None])
        for row in given:
            entry = held.get(row.uid) if row.uid is not None else made.get(row.key)
            if row.uid is not None and entry is None:
                self._absent(row)
            elif not (row.uid is None and row.remove):
                self._plan(row, entry, before)
        self._check_departments()
        self._check_unique()
        if self.clashes:
            raise self._conflict()
        if self.faults:
            raise invalid(self.faults)
        return self._write()

    # --- what is there ----------------------------------------------------------------------------------------------

    def _held(self, given: Sequence[GridRow]) -> dict[str | None, Entry]:
        """The rows as they are now, held against other writers until the end."""
        uids = [row.uid for row in given if row.uid is not None and as_uid(row.uid)]
        locked = Entry.objects.select_for_update(of=("self",)).select_related("body", "unit", "department")
        found = locked.filter(register=self.spec.code, uid__in=uids, root_id=self.unit.root_id or self.unit.pk)
        by_uid = {str(entry.uid): entry for entry in found.order_by("pk")}
        return {row.uid: by_uid[uid] for row in given if (uid := as_uid(row.uid)) in by_uid}

    def _made(self, new: Sequence[GridRow]) -> dict[str, Entry]:
        """Rows of the same table that an earlier attempt has saved."""
        keys = {uid: row.key for row in new if (uid := as_uid(row.key))}
        for uid in sorted(keys):
            writing.lock_value("form", uid)
        rows_ = Entry.objects.filter(uid__in=keys).select_related("body", "unit", "department")
        return {keys[str(entry.uid)]: entry for entry in rows_}

    def _load_names(self, held: Iterable[Entry]) -> None:
        rows.load_all_names(self.spec, [entry.body.data for entry in held], self.known)

    def _absent(self, row: GridRow) -> None:
        """Gone, or never seen: the two are told apart only to who saw the row."""
        gone = gridclash.removed(self.spec, row, self.may[_VIEW])
        if gone is not None:
            self.clashes.append(gone)
        else:
            self._fault(row, "", _("There is no such record here."), _("Load the rows again."))

    # --- one row ----------------------------------------------------------------------------------------------------

    def _plan(self, row: GridRow, entry: Entry | None, past: gridclash.Past) -> None:
        if row.uid is None:
            self._plan_new(row, entry)
            return
        assert entry is not None
        wanted = _REMOVE if row.remove else _EDIT
        if not self.may[wanted].covers_row(entry.unit, entry.department):
            self._refuse(row, wanted, entry)
        self.known.at(entry.unit)
        clash = past.clash(row, entry)
        if clash is not None:
            self.clashes.append(clash)
        if row.remove:
            self._plan_removal(row, entry)
            return
        data = self._parsed(row, entry.body.data, status=entry.status, uid=str(entry.uid))
        self.plans.append(_Plan(row, entry, data, entry.uid))

    def _refuse(self, row: GridRow, wanted: Permission, entry: Entry) -> None:
        """Say so at the row to who sees it; to anybody else the row is not there."""
        try:
            check.require(self.by, wanted, entry.unit, entry.department)
        except Problem as problem:
            problem.where = row.key
            raise

    def _plan_new(self, row: GridRow, made: Entry | None) -> None:
        if not self.may[_CREATE].touches(self.unit):
            check.require(self.by, _CREATE, self.unit)
        self.known.at(self.unit)
        data = self._parsed(row, None, status=beginning.state(self.spec, by=self.by, unit=self.unit))
        key = as_uid(row.key)
        again = (self.spec.code, self.unit.pk, data)
        if made is not None and (made.register, made.unit_id, made.body.data) == again:
            self.plans.append(_Plan(row, made, data, made.uid))
        else:
            self.plans.append(_Plan(row, None, data, UUID(key) if key and made is None else uuid4()))

    def _plan_removal(self, row: GridRow, entry: Entry) -> None:
        try:
            actions._refuse_if_used(entry, by=self.by)
        except Problem as problem:
            self._fault(row, "", problem.what, problem.fix)
        self.plans.append(_Plan(row, entry, dict(entry.body.data), entry.uid))

    def _parsed(self, row: GridRow, held: Mapping[str, Any] | None, *, status: str = "", uid: str = "") -> rows.Data:
        given = dict(row.values)
        for item in self.spec.fields:
            if item.type == "files" and given.pop(item.code, None):
                where = (row, item.code)
                self._fault(*where, _("Files are attached on the page of the record."), _("Leave this column out."))
        data, faults = rows.parsed(self.spec, given, self.known, held=held)
        faults += rows.check(self.spec, data, already={fault.where for fault in faults}, status=status)
        if not faults:
            faults = changes.kept(self.spec.code, held, data, self.reason)
        if not faults and held is not None:
            rewrite = changes.Rewrite(uid, status, status, held, data, self.reason)
            faults = changes.guarded(self.spec.code, rewrite)
        for fault in faults:
            if fault.where == "reason":  # one reason is given for the whole table
                self.faults = [one for one in self.faults if one.where != "reason"]
                self.faults.append(fault)
            else:
                self._fault(row, fault.where, fault.what, fault.fix)
        return data

    def _fault(self, row: GridRow, field: str, what: str, fix: str) -> None:
        self.faults.append(Fault(f"{row.key}.{field}" if field else row.key, what, fix))

    # --- all rows together ------------------------------------------------------------------------------------------

    def _check_departments(self) -> None:
        """Who keeps the rows of one department enters none for another, and hands none over."""
        item = self.spec.by_slot.get("department")
        named = {plan.data[item.code] for plan in self.plans if plan.data.get(item.code)} if item else set()
        units = {str(one.uid): one for one in Unit.objects.filter(uid__in=named)} if named else {}
        for plan in self.plans:
            wanted = _CREATE if plan.is_new else _EDIT
            unit = plan.entry.unit if plan.entry is not None else self.unit
            changed = item is not None and plan.changes(item.code)
            if plan.row.remove or not (plan.is_new or changed):
                continue
            department = units.get(str(plan.data.get(item.code))) if item is not None else None
            if self.may[wanted].covers_row(unit, department):
                continue
            if item is None:
                check.require(self.by, wanted, unit)
                continue
            what = _("You keep the records of your department only.")
            self._fault(plan.row, item.code, what, _("Name your department here, or ask the compliance office."))

    def _check_unique(self) -> None:
        for item in self.spec.fields:
            if item.unique:
                self._check_once(item)

    def _check_once(self, item: Field) -> None:
        """A value that must occur once in the tree: neither twice in the table nor in a row outside of it."""
        wanted: dict[Any, _Plan] = {}
        for plan in self.plans:
            stored = None if plan.row.remove else plan.data.get(item.code)
            if stored is None or not plan.changes(item.code):
                continue
            if stored in wanted:
                words = {"field": item.label(), "value": stored}
                what = _("%(field)s “%(value)s” stands in another row of this table already.") % words
                self._fault(plan.row, item.code, what, _("It may occur once only."))
            wanted.setdefault(stored, plan)
        freed = {p.entry.pk for p in self.plans if p.entry is not None and (p.row.remove or p.changes(item.code))}
        for stored in sorted(wanted, key=str):
            writing.lock_value(self.spec.code, self.unit.root_id, item.code, stored)
        column = f"{item.slot}__uid" if item.slot in slots.FOREIGN else item.slot
        others = Entry.objects.filter(register=self.spec.code, root_id=self.unit.root_id, **{f"{column}__in": wanted})
        for other in others.select_related("unit", "department") if wanted else ():
            stored = rows.stored_from_columns(self.spec, other).get(item.code)
            if other.pk in freed or stored not in wanted:
                continue
            seen = self.may[_VIEW].covers_row(other.unit, other.department)
            fault = actions.taken(item, stored, other.title if seen else _("another record"))
            self._fault(wanted[stored].row, item.code, fault.what, fault.fix)

    def _conflict(self) -> Conflict:
        """Every row that somebody else has touched, cell by cell; faults are told in the same breath."""
        names = "、".join(dict.fromkeys(clash.by for clash in self.clashes if clash.by))
        problem = Conflict(
            _("%(names)s has changed some of these rows in the meantime; nothing was saved.") % {"names": names},
            fix=_("Compare both sides and save again."),
            code="grid.conflict",
        )
        problem.data = {"rows": [clash.told() for clash in self.clashes]}
        problem.faults = tuple(self.faults)
        return problem

    # --- writing ----------------------------------------------------------------------------------------------------

    def _write(self) -> GridSaved:
        """Removals first, so that what they free may be used; then changes, then new rows."""
        gone = [plan for plan in self.plans if plan.row.remove]
        there = [plan for plan in self.plans if plan.entry is not None and not plan.row.remove]
        new = [plan for plan in self.plans if plan.is_new]
        for plan in gone:
            assert plan.entry is not None
            actions.remove(entry=plan.entry, version=plan.entry.version, by=self.by, reason=self.reason)
        versions = {plan.uid: self._change(plan) for plan in there}
        if new:
            self._insert(new)
        saved = {plan.uid: 0 for plan in gone} | versions | {plan.uid: 1 for plan in new}
        return GridSaved(
            created=len(new),
            changed=sum(1 for plan in there if plan.row.uid is not None and versions[plan.uid] != plan.row.version),
            removed=len(gone),
            rows=tuple(SavedRow(plan.row.key, str(plan.uid), saved[plan.uid]) for plan in self.plans),
        )

    def _change(self, plan: _Plan) -> int:
        assert plan.entry is not None
        if plan.row.uid is None:
            return plan.entry.version
        self.known.at(plan.entry.unit)
        try:
            actions.apply(
                self.spec,
                plan.entry,
                plan.data,
                self.known,
                by=self.by,
                action=Action.ENTRY_CHANGED,
                reason=self.reason,
            )
        except Problem as problem:  # two rows of the table that exchange a value that must occur once
            told = [Fault(f"{plan.row.key}.{fault.where}", fault.what, fault.fix) for fault in problem.faults]
            raise invalid(told or [Fault(plan.row.key, problem.what, problem.fix)]) from problem
        return plan.entry.version

    def _insert(self, new: Sequence[_Plan]) -> None:
        drafts = [writing.Draft(self.unit, plan.data, uid=plan.uid) for plan in new]
        self.known.at(self.unit)
        if len(drafts) > ONE_BY_ONE:
            for batch in actions.batches(drafts):
                actions.insert_batch(
                    self.spec, batch, self.known, by=self.by, unit=self.unit, reason=self.reason,
                    action=Action.ENTRY_CREATED,
                )  # fmt: skip
            return
        made = writing.insert(self.spec, drafts, self.known, by=self.by)
        for columns, draft in zip(made, drafts, strict=True):
            trail.record(
                Action.ENTRY_CREATED,
                by=self.by,
                unit=self.unit,
                object_type="entry",
                object_id=str(columns["uid"]),
                object_version=1,
                title=columns["title"],
                content=writing.content(columns, draft.data),
                reason=self.reason,
                happened_on=_happened(self.spec, columns),
            )
        changes.announce(
            [changes.Change(self.spec.code, self.unit.pk, None, columns, str(columns["uid"])) for columns in made]
        )


def _happened(spec: RegisterSpec, columns: Mapping[str, Any]) -> date | None:
    item = spec.field(spec.happened) if spec.happened else None
    value = columns.get(item.slot) if item is not None and item.slot else None
    return value if isinstance(value, date) else None
