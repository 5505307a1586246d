"""Reading the lists: how each department stands, the versions of one list, and who below has all three in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.compliance.enums import ListKind
from guiju.compliance.lists import comparing, versions
from guiju.compliance.lists.comparing import Drift
from guiju.compliance.models import Snapshot
from guiju.lib import clock
from guiju.org import places
from guiju.org.models import LAST, Unit
from guiju.org.places import Seat
from guiju.org.tree import PARTS, homes
from guiju.registers import spec as specs
from guiju.registers.models import Entry

VIEW = Permission.REGISTER_ENTRY_VIEW
#: The kinds in the order of the documents: duties, risks, processes.
KINDS = (ListKind.DUTY, ListKind.RISK, ListKind.PROCESS)
STEPS = {"draft": "submit", "submitted": "approve", "approved": "enforce"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One list of one department: its rows now, the version in force, how far it has moved on, and what is going."""

    kind: ListKind
    department: Unit | None
    rows: int
    in_force: Entry | None
    drift: Drift | None
    going: Entry | None
    #: draft, submit, approve, enforce, compare or nothing.
    step: str
    #: May this actor take the step?
    can: bool

    @property
    def days(self) -> int | None:
        """Days since the version came into force."""
        since = self.in_force.on if self.in_force is not None else None
        return (clock.today() - since).days if since is not None else None


@dataclass(frozen=True, slots=True)
class Line:
    """The three lists of one department, or of the whole company."""

    department: Unit | None
    cells: tuple[Cell, ...]


def overview(by: Actor, seat: Seat) -> list[Line]:
    """Every list of the departments that somebody sees, the company's own first; no question per department."""
    shown: list[Unit | None] = [*([None] if seat.whole else []), *seat.departments]
    counts = _counts(seat)
    held = _versions(seat)
    frozen = _snapshots(held)
    drifts = comparing.drift(list(frozen.values()))
    create = scope.scope(by, Permission.REGISTER_ENTRY_CREATE)
    approve = scope.scope(by, versions.APPROVE)
    lines = []
    for department in shown:
        can = {
            "edit": create.covers_row(seat.company, department),
            "approve": approve.covers_row(seat.company, department),
        }
        # Where departments keep the lists, nobody is urged to draw up one of the whole company besides.
        can["begin"] = can["edit"] and (department is not None or not seat.departments)
        cells = tuple(_cell(kind, department, counts, held, frozen, drifts, can) for kind in KINDS)
        lines.append(Line(department, cells))
    return lines


Key = tuple[int | None, str]


def cell(by: Actor, seat: Seat, department: Unit | None, kind: ListKind) -> Cell:
    """One list of one department."""
    one = Seat(seat.company, (department,) if department else (), whole=department is None)
    line = overview(by, one)[0]
    return next(found for found in line.cells if found.kind == kind)


def _cell(
    kind: ListKind,
    department: Unit | None,
    counts: Mapping[Key, int],
    held: Mapping[Key, Sequence[Entry]],
    frozen: Mapping[Any, Snapshot],
    drifts: Mapping[int, Drift],
    can: Mapping[str, bool],
) -> Cell:
    key = (department.pk if department else None, kind.value)
    mine = held.get(key, ())
    in_force = next((one for one in mine if one.status == "in_force"), None)
    going = next((one for one in mine if one.status in versions.UNFINISHED), None)
    snapshot = frozen.get(in_force.uid) if in_force is not None else None
    drift = drifts.get(snapshot.pk) if snapshot is not None else None
    rows = counts.get(key, 0)
    step, allowed = _step(in_force, going, drift, can)
    if not step and in_force is not None and snapshot is None and rows and can["edit"]:
        step, allowed = "draft", True  # the version in force is a file from before: the next one is drawn up here
    return Cell(kind, department, rows, in_force, drift, going, step, allowed)


def _step(
    in_force: Entry | None, going: Entry | None, drift: Drift | None, can: Mapping[str, bool]
) -> tuple[str, bool]:
    if going is not None:
        step = STEPS[going.status]
        return step, can["edit"] if step == "submit" else can["approve"]
    if in_force is None:
        return ("draft", can["edit"]) if can["begin"] or not can["edit"] else ("", False)
    return ("compare", True) if drift is not None and drift.count else ("", False)


def _counts(seat: Seat) -> dict[Key, int]:
    """The rows of each list now; those of all departments together count for the whole company."""
    registers = {kind.register: kind for kind in KINDS}
    units = [seat.company.pk, *[one.pk for one in seat.departments]]
    found: dict[Key, int] = {}
    for register, kind in registers.items():
        rows = Entry.objects.filter(register=register, unit_id__in=units, status=specs.get(register).initial)
        for unit, department, count in rows.order_by().values_list("unit_id", "department_id").annotate(n=Count("pk")):
            place = department or (unit if unit != seat.company.pk else None)
            for key in {(place, kind.value), (None, kind.value)}:
                found[key] = found.get(key, 0) + count
    return found


def _versions(seat: Seat) -> dict[Key, list[Entry]]:
    """The versions that are in force or on the way, by department and kind, the newest first."""
    units = [seat.company.pk, *[one.pk for one in seat.departments]]
    states = ("in_force", *versions.UNFINISHED)
    rows = Entry.objects.filter(register=versions.REGISTER, unit_id__in=units, status__in=states)
    found: dict[Key, list[Entry]] = {}
    joined = rows.select_related("unit", "department", "person", "owner")
    newest = sorted(joined, key=lambda one: (one.on or date.min, one.pk), reverse=True)
    for one in newest:
        place = one.department_id or (one.unit_id if one.unit_id != seat.company.pk else None)
        found.setdefault((place, one.kind), []).append(one)
    return found


def _snapshots(held: Mapping[Key, Iterable[Entry]]) -> dict[Any, Snapshot]:
    uids = [one.uid for some in held.values() for one in some if one.status == "in_force"]
    found = Snapshot.objects.filter(list_version__in=uids, taken_at__isnull=False) if uids else ()
    return {one.list_version: one for one in found}


def history(seat: Seat, department: Unit | None, kind: ListKind) -> list[Entry]:
    """All versions of a list, the newest first."""
    rows = Entry.objects.filter(register=versions.REGISTER, kind=kind.value)
    if department is None:
        rows = rows.filter(unit=seat.company, department__isnull=True)
    else:
        rows = rows.filter(places.rows_q(seat.company, department))
    found = rows.select_related("unit", "department", "person", "owner")
    return sorted(found, key=lambda one: (one.on or date.max, one.created_at, one.pk), reverse=True)


def snapshot(entry: Entry) -> Snapshot | None:
    """The frozen rows of a version; None where they are not kept here, or not frozen yet."""
    held = Snapshot.objects.select_related("unit", "department")
    return held.filter(list_version=entry.uid, taken_at__isnull=False).first()


def is_kept(entry: Entry) -> bool:
    """Is it a version made here, whose rows are those of the register?"""
    return Snapshot.objects.filter(list_version=entry.uid).exists()


# --- all levels ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How many versions of each list a unit below has in force, and how many are on the way."""

    unit: Unit
    in_force: Mapping[str, int]
    going: int

    @property
    def has_all(self) -> bool:
        """Each of the three is in force somewhere in the unit."""
        return all(self.in_force.get(kind.value) for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Levels:
    """A page of the legal entities below, and how many of all have the three lists."""

    lines: tuple[UnitLine, ...]
    units: int
    complete: int
    after: str


def levels(by: Actor, unit: Unit, *, after: str = "", limit: int = 50) -> Levels:
    """The legal entities below a unit with their lists: four questions whatever their number."""
    seen = scope.units(by, VIEW).filter(
        kind="company", closed_on__isnull=True, path__gt=unit.path, path__lt=unit.path + LAST
    )
    total = seen.count()
    page = list(seen.filter(path__gt=after or unit.path).order_by("path")[: limit + 1])
    shown = page[:limit]
    versions_below = Entry.objects.filter(register=versions.REGISTER, root_id=unit.root_id or unit.pk)
    ids = [one.pk for one in shown]
    held: dict[int, dict[str, int]] = {pk: {} for pk in ids}
    going = dict.fromkeys(ids, 0)
    home = _homes(versions_below)
    mine = Q(unit_id__in=ids) | Q(unit_id__in=[part for part, company in home.items() if company in going])
    counted = versions_below.filter(mine).order_by().values_list("unit_id", "kind", "status")
    for pk, kind, status, count in counted.annotate(n=Count("pk")):
        company = home.get(pk, pk)
        if status == "in_force":
            held[company][kind] = held[company].get(kind, 0) + count
        elif status in versions.UNFINISHED:
            going[company] += count
    lines = tuple(UnitLine(one, held[one.pk], going[one.pk]) for one in shown)
    return Levels(lines, total, _complete(seen, versions_below, home), shown[-1].path if len(page) > limit else "")


def _homes(versions_below: Any) -> dict[int, int]:
    """Of the departments and branches that keep versions themselves the company they are part of."""
    return homes(versions_below.filter(unit__kind__in=PARTS).order_by().values_list("unit_id", "unit__path").distinct())


def _complete(seen: Any, versions_below: Any, home: Mapping[int, int]) -> int:
    """How many of the units have all three in force."""
    known = set(seen.order_by().values_list("pk", flat=True)) if home else None
    mine = Q(unit_id__in=seen.order_by().values("pk")) | Q(unit_id__in=list(home))
    rows = versions_below.filter(mine, status="in_force", kind__in=[kind.value for kind in KINDS]).order_by()
    held: dict[int, set[str]] = {}
    for pk, kind in rows.values_list("unit_id", "kind").distinct():
        held.setdefault(home.get(pk, pk), set()).add(kind)
    return sum(len(kinds) == len(KINDS) for pk, kinds in held.items() if known is None or pk in known)
