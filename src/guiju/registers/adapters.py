"""Rows that live in tables of their own, seen as a register: units and people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission
from guiju.lib.errors import Fault, NotFound, Problem
from guiju.org.models import Unit
from guiju.registers import rows
from guiju.registers.directory import Directory, as_uid
from guiju.registers.records import Record
from guiju.registers.rows import Data
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import VIEW, Held, Key
from guiju.registers.writing import Draft
from guiju.trail.presenters import HistoryLine, history


class Adapter(Protocol):
    """What a table must answer to be a register."""

    model: type[Model]
    object_type: str
    #: Field code -> attribute of the model.
    attributes: Mapping[str, str]
    #: Attributes that have an index for sorting, with the field they stand for.
    sorted_by: Mapping[str, str]
    searched: Sequence[str]
    permissions: Mapping[Permission, Permission]
    #: False where the register's key is unique in all trees.
    keyed_by_unit: bool

    def rows(self, by: Actor, permission: Permission, within: Unit | None) -> QuerySet[Any]:
        """The rows that the actor may touch."""

    def joined(self, found: QuerySet[Any]) -> QuerySet[Any]:
        """With the rows they point to."""

    def unit(self, row: Any) -> Unit:
        """The unit in which a row lives."""

    def title(self, row: Any) -> str:
        """Its name."""

    def remember(self, row: Any, known: Directory) -> None:
        """Tell the directory what came with the row."""

    def expect(self, data: Mapping[str, Any], known: Directory) -> None:
        """A new row of an import that later rows of the same file may name."""

    def create(self, *, unit: Unit, data: Data, known: Directory, by: Actor, reason: str) -> Any:
        """Enter a row from checked data."""

    def update(self, row: Any, *, version: int, data: Data, known: Directory, by: Actor, reason: str) -> Any:
        """Write checked data over a row."""


_adapters: dict[str, Adapter] = {}


def register(storage: str, adapter: Adapter) -> None:
    """Offer a table under the name that a register's `storage` gives."""
    _adapters[storage] = adapter


def get(storage: str) -> Adapter:
    """The adapter of this name."""
    found = _adapters.get(storage)
    if found is None:
        raise Problem(
            "register.storage",
            _("No table is offered under the name “%(name)s”.") % {"name": storage},
            fix=_("Known are: %(names)s.") % {"names": ", ".join(sorted(_adapters))},
        )
    return found


def is_known(storage: str) -> bool:
    """Is a table offered under this name?"""
    return storage in _adapters


class ModelStore:
    """A table of its own behind the common interface."""

    def __init__(self, spec: RegisterSpec, adapter: Adapter) -> None:
        self.spec = spec
        self.adapter = adapter
        self.model = adapter.model
        self.object_type = adapter.object_type

    def permission(self, wanted: Permission) -> Permission:
        return self.adapter.permissions.get(wanted, wanted)

    def rows(
        self, by: Actor, *, permission: Permission = VIEW, within: Unit | None = None, sparse: bool | None = None
    ) -> QuerySet[Any]:
        return self.adapter.rows(by, self.permission(permission), within)

    def joined(self, found: QuerySet[Any], columns: Sequence[str]) -> QuerySet[Any]:
        return self.adapter.joined(found)

    def path(self, name: str) -> str:
        item = self.spec.field(name)
        attribute = self.adapter.attributes.get(name, "")
        return f"{attribute}__uid" if item is not None and attribute and item.type in _POINTING else attribute

    def sort_column(self, name: str) -> str:
        return self.adapter.sorted_by.get(name, "")

    def search(self, found: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By containing: these tables hold thousands of rows, not millions."""
        for word in text.split():
            q = Q()
            for attribute in self.adapter.searched:
                q |= Q(**{f"{attribute}__icontains": word})
            found = found.filter(q)
        return found

    def record(self, row: Any, known: Directory) -> Record:
        self.adapter.remember(row, known)
        return Record(
            spec=self.spec,
            pk=row.pk,
            uid=str(row.uid),
            version=row.version,
            unit=self.adapter.unit(row),
            title=self.adapter.title(row),
            status="",
            values=self._data(row),
            created_at=row.recorded_at,
            created_by="",
            recorded_at=row.recorded_at,
            recorded_by="",
            late_days=0,
            file_count=0,
            source=row,
            known=known,
        )

    def _data(self, row: Any) -> Data:
        data: Data = {}
        for item in self.spec.fields:
            value = getattr(row, self.adapter.attributes[item.code])
            if isinstance(value, Model):
                value = value.uid  # type: ignore[attr-defined]
            stored = value.isoformat() if isinstance(value, date | datetime) else rows.stored_column(item, value)
            if stored is not None:
                data[item.code] = stored
        return data

    def find(self, by: Actor, uid: object, permission: Permission = VIEW) -> Record:
        known = as_uid(uid)
        row = self.joined(self.rows(by, permission=permission), ()).filter(uid=known).first() if known else None
        if row is None:
            raise NotFound(_("There is no such record here."), fix=_("It may belong to a unit you do not see."))
        return self.record(row, Directory(self.adapter.unit(row), by=by))

    @transaction.atomic
    def create(
        self, *, unit: Unit, values: Mapping[str, object], by: Actor, reason: str = "", status: str = "",
        uid: UUID | None = None,
    ) -> Record:  # fmt: skip
        known = Directory(unit, by=by)
        data = rows.read(self.spec, values, known)
        row = self._told(lambda: self.adapter.create(unit=unit, data=data, known=known, by=by, reason=reason))
        return self.record(row, known)

    @transaction.atomic
    def update(
        self, record: Record, *, values: Mapping[str, object], version: int, by: Actor, reason: str = ""
    ) -> Record:
        known = Directory(record.unit, by=by)
        held = self._data(record.source)
        rows.load_names(self.spec, held, known)
        data = rows.read(self.spec, values, known, held=held)
        rows.load_names(self.spec, data, known)
        row = self._told(
            lambda: self.adapter.update(record.source, version=version, data=data, known=known, by=by, reason=reason)
        )
        return self.record(row, known)

    def _told(self, act: Any) -> Any:
        """The organisation's own refusals, with fields named as this register names them."""
        try:
            return act()
        except Problem as problem:
            codes = {attribute: code for code, attribute in self.adapter.attributes.items()}
            problem.faults = tuple(
                Fault(codes.get(fault.where, fault.where), fault.what, fault.fix) for fault in problem.faults
            )
            raise

    def history(self, record: Record) -> list[HistoryLine]:
        return history(self.object_type, record.uid)

    def key_unit(self, unit: Unit) -> int:
        return unit.pk if self.adapter.keyed_by_unit else 0

    def expect(self, data: Mapping[str, Any], known: Directory) -> None:
        self.adapter.expect(data, known)

    def stream(self, found: QuerySet[Any]) -> Iterator[Held]:
        for row in self.joined(found, ()).iterator(chunk_size=2_000):
            yield self._held(row)

    def _held(self, row: Any) -> Held:
        unit = self.adapter.unit(row)
        return Held(row.pk, str(row.uid), row.version, unit.pk, self.adapter.title(row), "", self._data(row))

    def keys(self, unit: Unit) -> dict[Key, list[int]]:
        found: dict[Key, list[int]] = {}
        for row in self.joined(self.rows(system("import"), within=unit), ()).iterator(chunk_size=2_000):
            data = self._data(row)
            key = (self.key_unit(self.adapter.unit(row)), *(data.get(code) for code in self.spec.key))
            found.setdefault(key, []).append(row.pk)
        return found

    def held(self, pks: Sequence[int]) -> dict[int, Held]:
        found = self.joined(self.model._default_manager.filter(pk__in=pks), ())
        return {row.pk: self._held(row) for row in found}

    def taken(self, unit: Unit, code: str) -> dict[Any, int]:
        found = self.model._default_manager.values_list(self.path(code), "pk")
        item = self.spec.by_code[code]
        return {rows.stored_column(item, value): pk for value, pk in found}

    def insert(
        self, drafts: Sequence[Draft], known: Directory, *, by: Actor, unit: Unit, reason: str, title: str
    ) -> None:
        for draft in drafts:
            known.at(draft.unit)
            data = draft.data
            self._told(
                lambda data=data, at=draft.unit: self.adapter.create(
                    unit=at, data=data, known=known, by=by, reason=reason or title
                )
            )

    def change(self, pk: int, *, version: int, data: Data, known: Directory, by: Actor, reason: str) -> None:
        row = self.joined(self.model._default_manager.filter(pk=pk), ()).get()
        rows.load_names(self.spec, data, known)
        self._told(lambda: self.adapter.update(row, version=version, data=data, known=known, by=by, reason=reason))


_POINTING = frozenset({"unit", "department", "person"})
