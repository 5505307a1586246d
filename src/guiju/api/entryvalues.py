"""Field values of records in JSON: codes, ISO dates, and objects for what a field points to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guiju.access.scope import Scope
from guiju.lib.errors import Fault
from guiju.registers import listing, rows
from guiju.registers.directory import Directory, KnownUnit
from guiju.registers.records import Record
from guiju.registers.spec import Field, RegisterSpec

#: What an object may name its target by, the surest first.
_NAMES = ("uid", "code", "number", "name", "title")


@dataclass(frozen=True, slots=True)
class Reader:
    """One answer's reader: which labels he may see, and the names read for the whole page at once."""

    scope: Scope
    known: Directory

    def load(self, spec: RegisterSpec, records: Sequence[Record]) -> None:
        """Read the names that the records point to, one query per kind."""
        listing.load_labels(spec, records, self.known, set(spec.by_code))

    def values(self, record: Record) -> dict[str, Any]:
        """All fields that hold something."""
        return self.shown(record.spec, record.values)

    def shown(self, spec: RegisterSpec, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Stored values as JSON."""
        return {
            item.code: [self._one(item, one) for one in stored[item.code]]
            if item.is_many
            else self._one(item, stored[item.code])
            for item in spec.fields
            if stored.get(item.code) is not None
        }

    def _one(self, item: Field, stored: Any) -> Any:
        match item.type:
            case "person" | "people":
                person = self.known.people.get(stored)
                return {"uid": stored, "name": person.name if person else ""}
            case "unit" | "department":
                return self._unit(stored, self.known.units.get(stored))
            case "entry" | "entries":
                entry = self.known.entries.get(stored)
                seen = entry is not None and self._covers(entry.root_id, entry.unit_id, entry.path)
                return {"uid": stored, "title": entry.title if entry is not None and seen else ""}
        return stored

    def _unit(self, uid: str, unit: KnownUnit | None) -> dict[str, str]:
        """A unit outside the reader's scope keeps its name to itself."""
        if unit is None or not self._covers(unit.root_id, unit.pk, unit.path):
            return {"uid": uid, "code": "", "name": ""}
        return {"uid": uid, "code": unit.code, "name": unit.name}

    def _covers(self, root: int, unit: int, path: str) -> bool:
        found = self.scope
        return (
            found.everything
            or root in found.roots
            or unit in found.nodes
            or any(path.startswith(prefix) for prefix in found.subtrees)
        )


def incoming(spec: RegisterSpec, given: Mapping[str, Any], *, held: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What was sent, in the words that the register's parser takes: an object stands for what it names.

    Files may only be kept or left out: by a digest alone anybody could take what others have stored.
    """
    faults = [
        Fault(code, _("A file cannot be attached by its digest."), _("Send its bytes to the record's files."))
        for code, value in given.items()
        if (item := spec.field(code)) is not None and item.type == "files" and not _stay(value, (held or {}).get(code))
    ]
    if faults:
        raise rows.invalid(faults)
    return {code: _named(spec.field(code), value) for code, value in given.items()}


def _stay(given: Any, held: Sequence[Mapping[str, Any]] | None) -> bool:
    known = {one["digest"] for one in held or ()}
    sent = given if isinstance(given, list) else []
    return all(not isinstance(one, Mapping) or one.get("digest") in known for one in sent)


def _named(item: Field | None, value: Any) -> Any:
    if item is None or item.type == "files":
        return value
    if isinstance(value, list):
        return [_named(item, one) for one in value]
    if isinstance(value, dict):
        return next((value[name] for name in _NAMES if value.get(name)), None)
    return value
