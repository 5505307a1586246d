"""What differs between two versions of a list, or between a version and the list as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guiju.access.actor import Actor
from guiju.compliance.enums import ListKind
from guiju.compliance.lists import freezing
from guiju.compliance.lists.freezing import Pair
from guiju.compliance.models import Snapshot
from guiju.registers import rows, values
from guiju.registers import spec as specs
from guiju.registers.directory import Directory
from guiju.registers.models import Entry, EntryVersion
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Held

#: Changed rows of which the cells are looked at; beyond, a changed version counts as a changed row.
LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class CellChange:
    """One field of a row before and after, as people read it."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is in both, and differs."""

    uid: str
    title: str
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came, what went and what changed from one state of a list to another."""

    added: tuple[Held, ...]
    removed: tuple[Held, ...]
    changed: tuple[RowChange, ...]

    @property
    def count(self) -> int:
        """How many rows differ."""
        return len(self.added) + len(self.removed) + len(self.changed)


def compare(a: Snapshot, b: Snapshot | None, *, by: Actor) -> Comparison:
    """From version `a` to version `b`; to the list as it is now when `b` is None."""
    after = freezing.pairs_of(b) if b is not None else freezing.pairs_now(a.unit, a.department, a.kind)
    spec = specs.get(ListKind(a.kind).register)
    return _compared(spec, freezing.pairs_of(a), after, by=by)


def _compared(spec: RegisterSpec, before: Sequence[Pair], after: Sequence[Pair], *, by: Actor) -> Comparison:
    was, now = dict(before), dict(after)
    touched = [(uid, was[uid], version) for uid, version in after if uid in was and was[uid] != version]
    added = tuple(freezing.held([pair for pair in after if pair[0] not in was]))
    removed = tuple(freezing.held([pair for pair in before if pair[0] not in now]))
    old = {one.uid: one for one in freezing.held([(uid, version) for uid, version, _now in touched])}
    new = {one.uid: one for one in freezing.held([(uid, version) for uid, _was, version in touched])}
    known = _names(spec, [*old.values(), *new.values()], by)
    changed = (
        RowChange(uid, new[uid].title, cells(spec, old[uid].data, new[uid].data, known))
        for uid, _was, _now in touched
        if uid in old and uid in new
    )
    return Comparison(added, removed, tuple(row for row in changed if row.cells))


def _names(spec: RegisterSpec, found: Iterable[Held], by: Actor) -> Directory:
    known = Directory(by=by)
    rows.load_all_names(spec, (one.data for one in found), known)
    return known


def cells(spec: RegisterSpec, old: Any, new: Any, known: Directory) -> tuple[CellChange, ...]:
    """The fields that differ."""
    return tuple(
        CellChange(
            item.code,
            item.label(),
            values.show(item, old.get(item.code), known),
            values.show(item, new.get(item.code), known),
        )
        for item in spec.fields
        if old.get(item.code) != new.get(item.code)
    )


# --- drift: how many rows differ from the version in force --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drift:
    """How many rows came, went or changed since the version in force."""

    added: int = 0
    removed: int = 0
    changed: int = 0

    @property
    def count(self) -> int:
        return self.added + self.removed + self.changed


def drift(snapshots: Sequence[Snapshot]) -> dict[int, Drift]:
    """For each frozen version of one company's lists how far the list has moved on: a handful of questions in all.

    Only rows written since the oldest of the versions are looked at.
    """
    frozen = [one for one in snapshots if one.taken_at is not None]
    if not frozen:
        return {}
    since = min(one.taken_at for one in frozen if one.taken_at is not None)
    touched = _touched(frozen, since)
    now = _places(touched)
    was = {one.pk: dict(freezing.pairs_of(one)) for one in frozen if touched}
    data = _data(was, now)
    return {one.pk: _drift(one, was.get(one.pk, {}), touched, now, data) for one in frozen}


def _touched(frozen: Sequence[Snapshot], since: datetime) -> set[str]:
    """The rows of these lists that were entered, changed or removed since."""
    registers = {ListKind(one.kind).register for one in frozen}
    units = {one.unit_id for one in frozen} | {one.department_id for one in frozen if one.department_id}
    where = {"register__in": registers, "unit_id__in": units}
    live = Entry.objects.filter(**where, recorded_at__gte=since).values_list("uid", flat=True)
    past = EntryVersion.objects.filter(**where, superseded_at__gte=since).values_list("uid", flat=True)
    return {str(uid) for uid in (*live, *past)}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a row stands now."""

    version: int
    register: str
    unit_id: int
    department_id: int | None


def _places(touched: set[str]) -> dict[str, _Place]:
    found: dict[str, _Place] = {}
    uids = sorted(touched)
    initial = {kind.register: specs.get(kind.register).initial for kind in ListKind}
    for at in range(0, len(uids), 5_000):
        part = Entry.objects.filter(uid__in=uids[at : at + 5_000])
        for uid, version, register, unit, department, status in part.values_list(
            "uid", "version", "register", "unit_id", "department_id", "status"
        ):
            if status == initial.get(register):
                found[str(uid)] = _Place(version, register, unit, department)
    return found


def _data(was: dict[int, dict[str, int]], now: dict[str, _Place]) -> dict[Pair, Any]:
    """The values of rows that have another version now, to see whether anything that is written differs."""
    wanted: set[Pair] = set()
    for pairs in was.values():
        for uid, place in now.items():
            if pairs.get(uid, place.version) != place.version:
                wanted |= {(uid, pairs[uid]), (uid, place.version)}
    return {} if len(wanted) > 2 * LOOKED_AT else {(one.uid, one.version): one.data for one in freezing.held([*wanted])}


def _drift(
    snapshot: Snapshot, was: dict[str, int], touched: set[str], now: dict[str, _Place], data: dict[Pair, Any]
) -> Drift:
    register = ListKind(snapshot.kind).register
    added = removed = changed = 0
    for uid in touched:
        place = now.get(uid)
        is_there = place is not None and place.register == register and _belongs(snapshot, place)
        if uid in was and not is_there:
            removed += 1
        elif uid not in was and is_there:
            added += 1
        elif place is not None and uid in was and was[uid] != place.version:
            old, new = data.get((uid, was[uid])), data.get((uid, place.version))
            changed += old is None or old != new
    return Drift(added, removed, changed)


def _belongs(snapshot: Snapshot, place: _Place) -> bool:
    if snapshot.department_id is None:
        return True
    return snapshot.department_id in {place.department_id, place.unit_id}
