"""One interface to the rows of a register, whether they are entries or live in a table of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib.errors import Conflict
from guiju.org.models import Unit
from guiju.registers import actions, queries, rows, search, slots
from guiju.registers.directory import Directory, KnownPerson, KnownUnit
from guiju.registers.models import Entry
from guiju.registers.records import Record
from guiju.registers.rows import Data
from guiju.registers.spec import RegisterSpec
from guiju.registers.writing import Draft
from guiju.trail.presenters import HistoryLine, history

VIEW = Permission.REGISTER_ENTRY_VIEW
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What an import compares a row of a file with."""

    pk: int
    uid: str
    version: int
    unit_id: int
    title: str
    status: str
    data: Mapping[str, Any]


class Store(Protocol):
    """What lists, pages, forms, imports, exports and the API need of a register."""

    spec: RegisterSpec
    model: type[Model]
    object_type: str

    def permission(self, wanted: Permission) -> Permission:
        """The permission that stands behind a register's for these rows."""

    def rows(
        self, by: Actor, *, permission: Permission = VIEW, within: Unit | None = None, sparse: bool | None = None
    ) -> QuerySet[Any]:
        """All rows that the actor may touch; `sparse` as in `scope.restrict`."""

    def joined(self, found: QuerySet[Any], columns: Sequence[str]) -> QuerySet[Any]:
        """With what the columns need, so that a page asks no further."""

    def path(self, name: str) -> str:
        """The ORM path by which a field is filtered; empty when it cannot be."""

    def sort_column(self, name: str) -> str:
        """The indexed column behind a field; empty when the list cannot be sorted by it."""

    def search(self, found: QuerySet[Any], text: str) -> QuerySet[Any]:
        """The rows in which the words occur."""

    def record(self, row: Any, known: Directory) -> Record:
        """A row as everybody sees it."""

    def find(self, by: Actor, uid: object, permission: Permission = VIEW) -> Record:
        """One row, or 404."""

    def create(
        self, *, unit: Unit, values: Mapping[str, object], by: Actor, reason: str = "", status: str = "",
        uid: UUID | None = None,
    ) -> Record:  # fmt: skip
        """Enter a row; with the same `uid` and the same values only once, where rows are entries."""

    def update(
        self, record: Record, *, values: Mapping[str, object], version: int, by: Actor, reason: str = ""
    ) -> Record:
        """Change some fields."""

    def history(self, record: Record) -> list[HistoryLine]:
        """What happened to a row, newest first."""

    def key_unit(self, unit: Unit) -> int:
        """Where the key of a row is looked for: in its unit, or everywhere (0)."""

    def expect(self, data: Mapping[str, Any], known: Directory) -> None:
        """A new row of an import that later rows of the same file may name."""

    def stream(self, found: QuerySet[Any]) -> Iterator[Held]:
        """Rows with their data, for exports; in the order of the query."""

    def keys(self, unit: Unit) -> dict[Key, list[int]]:
        """Existing rows below a unit by unit id and the fields of the register's key."""

    def held(self, pks: Sequence[int]) -> dict[int, Held]:
        """What stands in some rows."""

    def taken(self, unit: Unit, code: str) -> dict[Any, int]:
        """The values of a unique field in the unit's tree, in stored form."""

    def insert(
        self, drafts: Sequence[Draft], known: Directory, *, by: Actor, unit: Unit, reason: str, title: str
    ) -> None:
        """Save checked new rows of an import."""

    def change(self, pk: int, *, version: int, data: Data, known: Directory, by: Actor, reason: str) -> None:
        """Save a checked change of an import; refuses when the row is no longer at this version."""


_HELD = ("pk", "uid", "version", "unit_id", "title", "status", "body__data")


def of(spec: RegisterSpec) -> Store:
    """The store of a register."""
    if spec.is_entry:
        return EntryStore(spec)
    from guiju.registers import adapters

    return adapters.ModelStore(spec, adapters.get(spec.storage))


class EntryStore:
    """Rows in `Entry`."""

    model: type[Model] = Entry
    object_type = "entry"

    def __init__(self, spec: RegisterSpec) -> None:
        self.spec = spec
        self._foreign = tuple(slots.FOREIGN[slot] for slot in spec.by_slot if slot in slots.FOREIGN)

    def permission(self, wanted: Permission) -> Permission:
        return wanted

    def rows(
        self, by: Actor, *, permission: Permission = VIEW, within: Unit | None = None, sparse: bool | None = None
    ) -> QuerySet[Any]:
        return queries.visible(by, self.spec, within, permission=permission, sparse=sparse)

    def joined(self, found: QuerySet[Any], columns: Sequence[str]) -> QuerySet[Any]:
        needed = ["unit", *self._foreign]
        items = [self.spec.field(name) for name in columns]
        if any(item is not None and not item.slot for item in items):
            needed.append("body")
        return found.select_related(*needed)

    def path(self, name: str) -> str:
        column = self.spec.column(name)
        return f"{column}__uid" if column in slots.FOREIGN else column

    def sort_column(self, name: str) -> str:
        return slots.SORT_COLUMNS.get(self.spec.column(name) if not name.startswith("_") else name, "")

    def search(self, found: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search.narrow(found, text)

    def record(self, row: Any, known: Directory) -> Record:
        self._remember(row, known)
        body = row._state.fields_cache.get("body")
        return Record(
            spec=self.spec,
            pk=row.pk,
            uid=str(row.uid),
            version=row.version,
            unit=row.unit,
            title=row.title,
            status=row.status,
            values=body.data if body is not None else rows.stored_from_columns(self.spec, row),
            created_at=row.created_at,
            created_by=row.created_by,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            late_days=actions.late_days(self.spec, row, known),
            file_count=row.file_count,
            source=row,
            known=known,
        )

    def _remember(self, row: Any, known: Directory) -> None:
        """Names that came with the row need not be asked for."""
        for name in self._foreign:
            target = getattr(row, name)
            if target is None:
                continue
            uid = str(target.uid)
            if name == "department":
                known.units.setdefault(
                    uid,
                    KnownUnit(
                        target.pk,
                        uid,
                        target.code,
                        target.name,
                        target.short_name,
                        target.kind,
                        target.path,
                        target.root_id,
                    ),
                )
            else:
                known.people.setdefault(
                    uid, KnownPerson(target.pk, uid, target.name, target.number, target.unit_id, "", "", row.root_id)
                )

    def find(self, by: Actor, uid: object, permission: Permission = VIEW) -> Record:
        entry = queries.find(by, uid, permission, register=self.spec.code)
        known = Directory(entry.unit, by=by)
        return self.record(entry, known)

    def create(
        self, *, unit: Unit, values: Mapping[str, object], by: Actor, reason: str = "", status: str = "",
        uid: UUID | None = None,
    ) -> Record:  # fmt: skip
        entry = actions.create(
            register=self.spec, unit=unit, values=values, by=by, reason=reason, status=status, uid=uid
        )
        return self.find(by, entry.uid)

    def update(
        self, record: Record, *, values: Mapping[str, object], version: int, by: Actor, reason: str = ""
    ) -> Record:
        entry = actions.update(entry=record.source, values=values, version=version, by=by, reason=reason)
        return self.find(by, entry.uid)

    def history(self, record: Record) -> list[HistoryLine]:
        return history(self.object_type, record.uid)

    def key_unit(self, unit: Unit) -> int:
        return unit.pk

    def expect(self, data: Mapping[str, Any], known: Directory) -> None:
        """Records of one file do not name each other before they exist."""

    def stream(self, found: QuerySet[Any]) -> Iterator[Held]:
        for pk, uid, *rest in found.values_list(*_HELD).iterator(chunk_size=2_000):
            yield Held(pk, str(uid), *rest)

    def keys(self, unit: Unit) -> dict[Key, list[int]]:
        """Read from the columns: a hundred thousand keys cost half a second and some 30 MB."""
        from guiju.access.actor import system

        columns = [self.path(code) for code in self.spec.key]
        found: dict[Key, list[int]] = {}
        below = self.rows(system("import"), within=unit).order_by()
        items = [self.spec.by_code[code] for code in self.spec.key]
        for pk, unit_id, *given in below.values_list("pk", "unit_id", *columns).iterator(chunk_size=5_000):
            key = (unit_id, *(rows.stored_column(item, value) for item, value in zip(items, given, strict=True)))
            found.setdefault(key, []).append(pk)
        return found

    def held(self, pks: Sequence[int]) -> dict[int, Held]:
        found = Entry.objects.filter(pk__in=pks).values_list(*_HELD)
        return {pk: Held(pk, str(uid), *rest) for pk, uid, *rest in found}

    def taken(self, unit: Unit, code: str) -> dict[Any, int]:
        path = self.path(code)
        found = Entry.objects.filter(register=self.spec.code, root_id=unit.root_id).order_by()
        item = self.spec.by_code[code]
        return {rows.stored_column(item, value): pk for value, pk in found.values_list(path, "pk")}

    def insert(
        self, drafts: Sequence[Draft], known: Directory, *, by: Actor, unit: Unit, reason: str, title: str
    ) -> None:
        actions.insert_batch(self.spec, drafts, known, by=by, unit=unit, reason=reason, title=title)

    def change(self, pk: int, *, version: int, data: Data, known: Directory, by: Actor, reason: str) -> None:
        from guiju.trail.events import Action

        entry = actions.locked(Entry(pk=pk))
        if entry.version != version:
            raise Conflict(
                _("“%(title)s” has changed since the file was read; nothing was saved.") % {"title": entry.title},
                fix=_("Import the file again: the preview will show the present state."),
                code="import.outdated",
            )
        known.at(entry.unit)
        actions.apply(self.spec, entry, data, known, by=by, action=Action.ENTRY_CHANGED, reason=reason)
