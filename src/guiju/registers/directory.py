"""Names to rows and rows to names: people, units, departments and records that fields point to.

Screens ask for labels in batches; imports ask for the row behind a written name. A name that fits several rows
is refused with all of them listed: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.access.scope import Scope
from guiju.lib import text
from guiju.lib.errors import Problem
from guiju.org.enums import UnitKind
from guiju.org.models import STEP, Person, Unit
from guiju.registers import stock
from guiju.registers.models import Entry

_WITH_HINT = re.compile(r"(.+?)\s*[(（](.+)[)）]")
_BATCH = 500
_SHOWN = 5
#: Begins the uid of a unit that another row of the same import will create.
PENDING = "new:"
DEPARTMENT_KINDS = frozenset({UnitKind.DEPARTMENT.value, UnitKind.BRANCH.value})


class KnownPerson(NamedTuple):
    """What is needed of a person."""

    pk: int
    uid: str
    name: str
    number: str
    unit_id: int
    path: str
    where: str
    root_id: int
    department_id: int | None = None
    department_path: str | None = None


class KnownUnit(NamedTuple):
    """What is needed of a unit."""

    pk: int
    uid: str
    code: str
    name: str
    short_name: str
    kind: str
    path: str
    root_id: int

    @property
    def label(self) -> str:
        """The name people use in lists."""
        return self.short_name or self.name


class KnownEntry(NamedTuple):
    """What is needed of a record."""

    uid: str
    title: str
    number: str
    register: str
    unit_id: int
    path: str
    root_id: int
    department_id: int | None = None
    department_path: str | None = None


_SEEING: dict[type, Permission] = {
    KnownPerson: Permission.ORG_PERSON_VIEW,
    KnownUnit: Permission.ORG_UNIT_VIEW,
    KnownEntry: Permission.REGISTER_ENTRY_VIEW,
}
Known = TypeVar("Known", KnownPerson, KnownUnit, KnownEntry)


def as_uid(written: object) -> str | None:
    """The canonical form of a uid, None for anything else."""
    if isinstance(written, UUID):
        return str(written)
    if isinstance(written, str) and len(written) in {32, 36}:
        try:
            return str(UUID(written))
        except ValueError:
            return None
    return None


#: register -> the uids of its records that units above share with a unit.
_sharing: dict[str, Callable[[Unit], frozenset[str]]] = {}


def share(register: str, found: Callable[[Unit], frozenset[str]]) -> None:
    """Let records of a unit above be referred to by those below it, who otherwise do not see them."""
    _sharing[register] = found


class Directory:
    """One import's or one page's knowledge of names.

    `unit` is where names are looked for: first in it, then below it, then in its whole tree. `bulk` reads the whole
    tree's people and units at the first question; `exact` makes labels that lead back to the same row. With `by`,
    names lead only to what this actor sees, and what somebody else wrote into an address or form gets no label;
    `load` brings in what stands in a record already, of which the titles of foreign records stay hidden.
    """

    def __init__(
        self, unit: Unit | None = None, *, bulk: bool = False, exact: bool = False, by: Actor | None = None
    ) -> None:
        self.unit = unit
        self.bulk = bulk
        self.exact = exact
        self.by = by
        self._sights: dict[Permission, Scope] = {}
        self._shared: dict[tuple[str, int], frozenset[str]] = {}
        self.people: dict[str, KnownPerson] = {}
        self.units: dict[str, KnownUnit] = {}
        self.entries: dict[str, KnownEntry] = {}
        self._found: dict[tuple[str, str, int], Any] = {}
        self._names: dict[str, dict[str, list[Any]]] = {}
        self._ambiguous: set[tuple[int, str]] = set()
        self._pending: dict[str, list[KnownUnit]] = {}
        self._unseen: set[str] = set()
        self._begun: dict[tuple[str, int | None], stock.Begun] = {}

    def begun(self, register: str, root: int | None) -> stock.Begun:
        """Since when the units of a tree keep a register; asked once."""
        key = (register, root)
        if key not in self._begun:
            self._begun[key] = stock.begun_in(register, root)
        return self._begun[key]

    def at(self, unit: Unit) -> Directory:
        """The same knowledge, seen from another unit."""
        self.unit = unit
        return self

    def expect_unit(self, *, code: str, name: str, short_name: str, kind: str) -> None:
        """A unit that this import will create, so that later rows may name it as their parent."""
        above = self.unit
        path, root = (above.path, above.root_id or above.pk) if above is not None else ("", 0)
        row = KnownUnit(0, f"{PENDING}{code}", code, name, short_name, kind, path, root)
        self.units[row.uid] = row
        for key in {code, name, short_name} - {""}:
            self._pending.setdefault(key, []).append(row)

    # --- labels ---------------------------------------------------------------------------------------------------

    def load(self, *, people: Iterable[str] = (), units: Iterable[str] = (), entries: Iterable[str] = ()) -> None:
        """Read what is not yet known, in as many queries as there are kinds."""
        for batch in _batches(set(people) - self.people.keys()):
            self._add_people(_people(Q(uid__in=batch)))
        for batch in _batches(set(units) - self.units.keys()):
            self._add_units(_units(Q(uid__in=batch)))
        for batch in _batches(set(entries) - self.entries.keys()):
            self._add_entries(_entries(Q(uid__in=batch)))

    def ask(self, *, people: Iterable[str] = (), units: Iterable[str] = (), entries: Iterable[str] = ()) -> None:
        """Read rows named from outside, those that the actor sees; in as many queries as there are kinds.

        What he does not see is not asked for again.
        """
        named = {*people, *units, *entries}
        self._read(people=people, units=units, entries=entries)
        self._unseen |= named - self.people.keys() - self.units.keys() - self.entries.keys()

    def _read(self, *, people: Iterable[str] = (), units: Iterable[str] = (), entries: Iterable[str] = ()) -> None:
        if self.by is None:
            self.load(people=people, units=units, entries=entries)
            return
        named = Directory(self.unit)
        named.load(
            people=set(people) - self.people.keys(),
            units=set(units) - self.units.keys(),
            entries=set(entries) - self.entries.keys(),
        )
        self._add_people([row for row in named.people.values() if self._sees(row)])
        self._add_units([row for row in named.units.values() if self._sees(row)])
        self._add_entries([row for row in named.entries.values() if self._sees(row)])

    def person_label(self, uid: str) -> str:
        """A person's name; with number or department where the name alone would not lead back."""
        self._ask_for("people", uid, self.people)
        row = self.people.get(uid)
        if row is None:
            return ""
        if self.exact and (row.root_id, row.name) in self._ambiguous:
            return f"{row.name}（{row.number or row.uid}）"
        return row.name

    def unit_label(self, uid: str) -> str:
        """A unit's short name; its code where the name alone would not lead back."""
        self._ask_for("units", uid, self.units)
        row = self.units.get(uid)
        if row is None:
            return ""
        return row.code if self.exact and (row.root_id, row.label) in self._ambiguous else row.label

    def entry_label(self, uid: str) -> str:
        """A record's title."""
        self._ask_for("entries", uid, self.entries)
        row = self.entries.get(uid)
        if row is None:
            return ""
        return row.uid if self.exact and (row.root_id, row.title) in self._ambiguous else row.title

    def _ask_for(self, kind: str, uid: str, known: dict[str, Any]) -> None:
        """Read a row whose label is wanted; one that came from outside only if the actor sees it."""
        if uid not in known and uid not in self._unseen:
            self._read(**{kind: [uid]})

    def _sees(self, row: KnownPerson | KnownUnit | KnownEntry) -> bool:
        if self.by is None:
            return True
        unit = row.pk if isinstance(row, KnownUnit) else row.unit_id
        found = self._sight(_SEEING[type(row)])
        return (
            found.holds(root=row.root_id, unit=unit, path=row.path)
            or self._is_of_department(row, found)
            or self._is_shared(row)
        )

    def _is_shared(self, row: KnownPerson | KnownUnit | KnownEntry) -> bool:
        """A record that a unit above shares with every unit below it."""
        if not isinstance(row, KnownEntry) or row.register not in _sharing or self.unit is None:
            return False
        key = (row.register, self.unit.pk)
        if key not in self._shared:
            self._shared[key] = _sharing[row.register](self.unit)
        return row.uid in self._shared[key]

    def _above(self, rows: Sequence[Any], name: str) -> list[Any]:
        """The one person of a unit above whom the writer knows by name: a subsidiary's minutes name the chairman."""
        path = self.unit.path if self.unit is not None else ""
        found = [row for row in rows if isinstance(row, KnownPerson) and row.name == name and path.startswith(row.path)]
        return found if len(found) == 1 else []

    def _sight(self, permission: Permission) -> Scope:
        if permission not in self._sights:
            assert self.by is not None
            self._sights[permission] = scope.sight(self.by, permission)
        return self._sights[permission]

    def _is_of_department(self, row: KnownPerson | KnownUnit | KnownEntry, found: Scope) -> bool:
        """A company's row that names a department of the actor."""
        if isinstance(row, KnownUnit) or row.department_id is None or row.department_path is None:
            return False
        department = (row.department_id, row.department_path)
        return any(part.company_id == row.unit_id and part.has(*department) for part in found.parts)

    def _add_people(self, rows: Sequence[KnownPerson]) -> None:
        self.people.update((row.uid, row) for row in rows)
        if self.exact and rows:
            self._mark(Person.objects.filter(name__in={row.name for row in rows}).values_list("unit__root_id", "name"))

    def _add_units(self, rows: Sequence[KnownUnit]) -> None:
        self.units.update((row.uid, row) for row in rows)
        if self.exact and rows:
            labels = {row.label for row in rows}
            self._mark(Unit.objects.filter(name__in=labels).values_list("root_id", "name"))
            self._mark(Unit.objects.filter(short_name__in=labels).values_list("root_id", "short_name"))

    def _add_entries(self, rows: Sequence[KnownEntry]) -> None:
        rows = [row if self._sees(row) else row._replace(title="", number="") for row in rows]
        self.entries.update((row.uid, row) for row in rows)
        if self.exact and rows:
            titles = {row.title for row in rows}
            self._mark(Entry.objects.filter(title__in=titles).values_list("root_id", "title"))

    def _mark(self, pairs: Any) -> None:
        self._ambiguous.update((root, name) for root, name, count in pairs.annotate(n=Count("pk")) if count > 1)

    # --- names to rows --------------------------------------------------------------------------------------------

    def person(self, written: object) -> KnownPerson:
        """The person of this uid, staff number or name."""
        return self._find("person", written, self.people, self._people_like, _ask_number)

    def department(self, written: object) -> KnownUnit:
        """The department or branch of this uid, code or name."""
        row = self._find("unit", written, self.units, self._units_like, _ask_code, kinds=DEPARTMENT_KINDS)
        if row.kind not in DEPARTMENT_KINDS:
            raise Problem(
                "department.kind",
                _("“%(name)s” is not a department.") % {"name": row.name},
                fix=_("Choose one of the departments of this unit."),
            )
        return row

    def any_unit(self, written: object) -> KnownUnit:
        """The unit of this uid, code or name."""
        return self._find("unit", written, self.units, self._units_like, _ask_code)

    def entry(self, written: object, register: str) -> KnownEntry:
        """The record of this uid, number or title in a register."""

        def like(name: str) -> list[KnownEntry]:
            return _entries(Q(register=register) & (Q(number=name) | Q(title=name)) & self._in_tree("root_id"))

        row = self._find(f"entry {register}", written, self.entries, like, _ask_title)
        if register and row.register != register:
            raise _unknown("entry", str(written))
        return row

    def _find(
        self,
        kind: str,
        written: object,
        by_uid: dict[str, Known],
        like: Callable[[str], list[Known]],
        ask: Callable[[Sequence[Known]], str],
        kinds: frozenset[str] = frozenset(),
    ) -> Known:
        name = text.clean(str(written))
        cached: Known | None = self._found.get((kind, name, self.unit.pk if self.unit else 0))
        if cached is not None and not kinds:
            return cached
        uid = as_uid(name)
        if uid:
            found = self._by_uid(kind, uid, by_uid)
        else:
            alike = like(name) or _with_hint(name, like)
            candidates = [row for row in alike if self._sees(row)] or self._above(alike, name)
            if kinds:
                candidates = [row for row in candidates if getattr(row, "kind", "") in kinds] or candidates
            found = self._nearest(kind, name, candidates, ask)
        by_uid[found.uid] = found
        if not kinds:
            self._found[kind, name, self.unit.pk if self.unit else 0] = found
        return found

    def _by_uid(self, kind: str, uid: str, known: dict[str, Known]) -> Known:
        self._ask_for({"person": "people", "unit": "units"}.get(kind, "entries"), uid, known)
        row = known.get(uid)
        if row is None or (self.unit is not None and row.root_id != self.unit.root_id):
            raise _unknown(kind, uid)
        return row

    def _nearest(self, kind: str, name: str, rows: Sequence[Known], ask: Callable[[Sequence[Known]], str]) -> Known:
        """The one row in the nearest circle around the unit that holds any."""
        circles: list[list[Known]] = [list(rows)]
        if self.unit is not None:
            unit = self.unit
            own = unit.pk
            circles.insert(0, [row for row in rows if row.path.startswith(unit.path)])
            if kind == "unit":  # 采购部 is one's own before it is that of a company below
                near = len(unit.path) + STEP
                circles.insert(0, [row for row in circles[0] if len(row.path) == near])
            else:
                circles.insert(0, [row for row in rows if getattr(row, "unit_id", None) == own])
        for circle in circles:
            if len(circle) == 1:
                return circle[0]
            if circle:
                raise Problem(
                    f"{kind.split(maxsplit=1)[0]}.ambiguous",
                    _("“%(name)s” may be %(count)d different ones: %(all)s.")
                    % {"name": name, "count": len(circle), "all": ask(circle[:_SHOWN])},
                    fix=_ask(kind),
                )
        raise _unknown(kind, name, self.unit)

    def _in_tree(self, column: str) -> Q:
        return Q(**{column: self.unit.root_id}) if self.unit is not None else Q()

    def _people_like(self, name: str) -> list[KnownPerson]:
        if not self.bulk:
            return _people((Q(name=name) | Q(number=name)) & self._in_tree("unit__root_id"))
        return self._index("person", lambda: _people(self._in_tree("unit__root_id")), ("name", "number")).get(name, [])

    def _units_like(self, name: str) -> list[KnownUnit]:
        if not self.bulk:
            return _units((Q(code=name) | Q(name=name) | Q(short_name=name)) & self._in_tree("root_id"))
        columns = ("code", "name", "short_name")
        found = self._index("unit", lambda: _units(self._in_tree("root_id")), columns).get(name, [])
        return [*found, *self._pending.get(name, [])]

    def _index(self, kind: str, read: Callable[[], list[Any]], columns: Sequence[str]) -> dict[str, list[Any]]:
        if kind not in self._names:
            index: dict[str, list[Any]] = {}
            for row in read():
                for key in {getattr(row, column) for column in columns} - {""}:
                    index.setdefault(key, []).append(row)
            self._names[kind] = index
        return self._names[kind]


def _batches(uids: set[str]) -> list[list[str]]:
    ordered = sorted(uid for uid in uids if as_uid(uid))
    return [ordered[at : at + _BATCH] for at in range(0, len(ordered), _BATCH)]


def _people(where: Q) -> list[KnownPerson]:
    columns = (
        "pk",
        "uid",
        "name",
        "number",
        "unit_id",
        "unit__path",
        "department__name",
        "unit__name",
        "unit__root_id",
        "department_id",
        "department__path",
    )
    return [
        KnownPerson(pk, str(uid), name, number, unit, path, department or at, *rest)
        for pk, uid, name, number, unit, path, department, at, *rest in Person.objects.filter(where).values_list(
            *columns
        )
    ]


def _units(where: Q) -> list[KnownUnit]:
    columns = ("pk", "uid", "code", "name", "short_name", "kind", "path", "root_id")
    return [KnownUnit(pk, str(uid), *rest) for pk, uid, *rest in Unit.objects.filter(where).values_list(*columns)]


def _entries(where: Q) -> list[KnownEntry]:
    columns = (
        "uid", "title", "number", "register", "unit_id", "unit__path", "root_id", "department_id", "department__path",
    )  # fmt: skip
    return [KnownEntry(str(uid), *rest) for uid, *rest in Entry.objects.filter(where).values_list(*columns)]


def _with_hint(name: str, like: Callable[[str], list[Known]]) -> list[Known]:
    """`王芳（A001）`: the ones of that name that have what stands in brackets."""
    match = _WITH_HINT.fullmatch(name)
    if match is None:
        return []
    hint = match[2].strip()
    marks = ("uid", "number", "where", "code")
    return [row for row in like(match[1]) if hint in {getattr(row, mark, None) for mark in marks}]


def _unknown(kind: str, name: str, unit: Unit | None = None) -> Problem:
    what = {
        "person": _("There is nobody with the name or staff number “%(name)s” here."),
        "unit": _("There is no unit or department with the name or code “%(name)s” here."),
    }.get(kind, _("There is no record with the number or title “%(name)s” here."))
    fix = {
        "person": _("Check the name, or enter the person in the list of people first."),
        "unit": _("Check the name, or enter it in the list of units first."),
    }.get(kind, _("Check it, or enter that record first."))
    return Problem(f"{kind.split(maxsplit=1)[0]}.unknown", what % {"name": name[:60]}, fix=fix)


def _ask(kind: str) -> str:
    return {
        "person": _("Write the staff number instead, or name and number like 王芳（A001）."),
        "unit": _("Write the code instead of the name."),
    }.get(kind, _("Write the number instead of the title."))


def _ask_number(rows: Sequence[KnownPerson]) -> str:
    return "、".join(f"{row.name}（{'，'.join(filter(None, (row.number, row.where)))}）" for row in rows)


def _ask_code(rows: Sequence[KnownUnit]) -> str:
    return "、".join(f"{row.name}（{row.code}）" for row in rows)


def _ask_title(rows: Sequence[KnownEntry]) -> str:
    return "、".join(f"{row.title}（{row.number or row.uid}）" for row in rows)
