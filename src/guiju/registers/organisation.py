"""Units and people as registers: the same lists, forms, imports and exports as everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib.errors import Conflict, Problem
from guiju.org import actions as org
from guiju.org.models import LAST, Person, Unit
from guiju.registers import adapters
from guiju.registers.directory import PENDING, Directory, KnownUnit
from guiju.registers.rows import Data

P = Permission
_DAYS = frozenset({"founded_on", "closed_on", "joined_on", "left_on"})


def _know(unit: Unit | None, known: Directory) -> None:
    if unit is not None:
        known.units.setdefault(
            str(unit.uid),
            KnownUnit(
                unit.pk,
                str(unit.uid),
                unit.code,
                unit.name,
                unit.short_name,
                str(unit.kind),
                unit.path,
                unit.root_id or unit.pk,
            ),
        )


def _plain(data: Data, names: tuple[str, ...]) -> dict[str, Any]:
    """Stored forms as the organisation's actions take them."""
    found: dict[str, Any] = {}
    for name in names:
        stored = data.get(name)
        found[name] = (date.fromisoformat(stored) if stored else None) if name in _DAYS else stored
    return found


class Units:
    """The tree of units, row by row."""

    model: type[Model] = Unit
    object_type = "unit"
    keyed_by_unit = False
    attributes: Mapping[str, str] = {
        name: name
        for name in ("code", "name", "short_name", "kind", "parent", "uscc", "country", "founded_on", "closed_on")
    }
    sorted_by: Mapping[str, str] = {"code": "code", "name": "sort_key", "_path": "path"}
    searched: Sequence[str] = ("code", "name", "short_name", "uscc")
    permissions: Mapping[P, P] = {
        P.REGISTER_ENTRY_VIEW: P.ORG_UNIT_VIEW,
        P.REGISTER_ENTRY_CREATE: P.ORG_UNIT_EDIT,
        P.REGISTER_ENTRY_EDIT: P.ORG_UNIT_EDIT,
        P.REGISTER_ENTRY_IMPORT: P.ORG_UNIT_EDIT,
        P.REGISTER_ENTRY_REMOVE: P.ORG_UNIT_EDIT,
    }

    def rows(self, by: Actor, permission: P, within: Unit | None) -> QuerySet[Any]:
        found = scope.units(by, permission)
        return found.filter(path__gte=within.path, path__lt=within.path + LAST) if within else found

    def joined(self, found: QuerySet[Any]) -> QuerySet[Any]:
        return found.select_related("parent")

    def unit(self, row: Any) -> Unit:
        unit: Unit = row
        return unit

    def title(self, row: Any) -> str:
        return str(row.name)

    def remember(self, row: Any, known: Directory) -> None:
        _know(row.parent, known)

    def expect(self, data: Mapping[str, Any], known: Directory) -> None:
        known.expect_unit(
            code=data.get("code", ""),
            name=data.get("name", ""),
            short_name=data.get("short_name", ""),
            kind=data.get("kind", "company"),
        )

    def create(self, *, unit: Unit, data: Data, known: Directory, by: Actor, reason: str) -> Unit:
        """Below `unit` unless the row names another parent; the parent may come from the same file."""
        values = _plain(data, ("short_name", "uscc", "founded_on"))
        return org.create_unit(
            code=data.get("code", ""),
            name=data.get("name", ""),
            kind=data.get("kind", "company"),
            parent=_parent(data.get("parent"), unit),
            by=by,
            reason=reason,
            country=data.get("country") or "CN",
            **{name: value or ("" if name not in _DAYS else None) for name, value in values.items()},
        )

    def update(self, row: Any, *, version: int, data: Data, known: Directory, by: Actor, reason: str) -> Unit:
        unit: Unit = row
        if data.get("kind", unit.kind) != unit.kind:
            raise Problem(
                "unit.kind",
                _("%(name)s stays what it is; a unit's kind cannot be changed.") % {"name": unit.name},
                fix=_("Close it and create another one."),
                where="kind",
            )
        values = _plain(data, ("code", "name", "short_name", "uscc", "founded_on"))
        texts = {name: value or "" for name, value in values.items() if name not in _DAYS}
        changed = org.change_unit(
            unit=unit,
            version=version,
            by=by,
            reason=reason,
            founded_on=values["founded_on"],
            country=data.get("country") or "CN",
            **texts,
        )
        parent = _parent(data.get("parent"), None) if data.get("parent") else None
        if parent is not None and parent.pk != unit.parent_id:
            changed = org.move_unit(unit=changed, parent=parent, by=by, reason=reason)
        closed = _plain(data, ("closed_on",))["closed_on"]
        if closed and changed.closed_on != closed:
            changed = org.close_unit(unit=changed, on=closed, by=by, reason=reason or _("Closed in the list of units"))
        return Unit.objects.select_related("parent").get(pk=changed.pk)


def _parent(uid: str | None, default: Unit | None) -> Unit | None:
    if not uid:
        return default
    if uid.startswith(PENDING):
        found = Unit.objects.filter(code=uid.removeprefix(PENDING)).first()
    else:
        found = Unit.objects.filter(uid=uid).first()
    if found is None:
        raise Conflict(_("The parent unit is gone."), fix=_("Reload the page and choose another one."))
    return found


class People:
    """Everybody who works in or for a unit."""

    model: type[Model] = Person
    object_type = "person"
    keyed_by_unit = True
    attributes: Mapping[str, str] = {
        "name": "name",
        "number": "number",
        "department": "department",
        "post": "post",
        "email": "email",
        "phone": "phone",
        "external": "is_external",
        "joined_on": "joined_on",
        "left_on": "left_on",
    }
    sorted_by: Mapping[str, str] = {"name": "sort_key", "number": "number"}
    searched: Sequence[str] = ("name", "number", "post", "email")
    permissions: Mapping[P, P] = {
        P.REGISTER_ENTRY_VIEW: P.ORG_PERSON_VIEW,
        P.REGISTER_ENTRY_CREATE: P.ORG_PERSON_EDIT,
        P.REGISTER_ENTRY_EDIT: P.ORG_PERSON_EDIT,
        P.REGISTER_ENTRY_IMPORT: P.ORG_PERSON_EDIT,
        P.REGISTER_ENTRY_REMOVE: P.ORG_PERSON_EDIT,
    }

    def rows(self, by: Actor, permission: P, within: Unit | None) -> QuerySet[Any]:
        return scope.people(by, permission, within=within)

    def joined(self, found: QuerySet[Any]) -> QuerySet[Any]:
        return found.select_related("unit", "department")

    def unit(self, row: Any) -> Unit:
        unit: Unit = row.unit
        return unit

    def title(self, row: Any) -> str:
        return str(row.name)

    def remember(self, row: Any, known: Directory) -> None:
        _know(row.department, known)

    def expect(self, data: Mapping[str, Any], known: Directory) -> None:
        """People of one file do not name each other."""

    def create(self, *, unit: Unit, data: Data, known: Directory, by: Actor, reason: str) -> Person:
        return org.add_person(unit=unit, by=by, reason=reason, **self._values(data, known))

    def update(self, row: Any, *, version: int, data: Data, known: Directory, by: Actor, reason: str) -> Person:
        return org.change_person(person=row, version=version, by=by, reason=reason, **self._values(data, known))

    def _values(self, data: Data, known: Directory) -> dict[str, Any]:
        texts = {name: data.get(name) or "" for name in ("name", "number", "post", "email", "phone")}
        uid = data.get("department")
        department = Unit.objects.get(pk=known.units[uid].pk) if uid else None
        return {
            **texts,
            **_plain(data, ("joined_on", "left_on")),
            "is_external": bool(data.get("external", False)),
            "department": department,
        }


def set_up() -> None:
    """Offer both; called once when the product starts."""
    adapters.register("org.unit", Units())
    adapters.register("org.person", People())
