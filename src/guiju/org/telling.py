"""How units, people and attributes are told in history, and how verification compares them with the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from guiju.org import actions
from guiju.org.models import Person, Unit, UnitAttribute
from guiju.packs import catalogue
from guiju.trail.header import state_digest
from guiju.trail.presenters import register_fields
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make units, people and attributes known to the trail; called once when the product starts."""
    register_fields("unit", label=_label(Unit), value=_shown)
    register_fields("person", label=_label(Person), value=_shown)
    register_fields("attribute", label=_attribute_label, value=_attribute_shown)
    register_reconciler("unit", live_units, ids=lambda: _uids(Unit))
    register_reconciler("person", live_people, ids=lambda: _uids(Person))
    register_reconciler("attribute", live_attributes, ids=attribute_ids)


def _uids(model: type[Unit] | type[Person]) -> Iterable[str]:
    return (str(uid) for uid in model.objects.order_by().values_list("uid", flat=True).iterator(chunk_size=5_000))


def _label(model: type[Unit] | type[Person]) -> Any:
    def label(code: str, content: Mapping[str, Any]) -> str:
        names = {field.name: field.verbose_name for field in model._meta.get_fields() if hasattr(field, "verbose_name")}
        return _("Parent unit") if code == "parent" else str(names.get(code, code))

    return label


def _shown(code: str, value: object, content: Mapping[str, Any]) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


def _attribute_label(code: str, content: Mapping[str, Any]) -> str:
    held = content.get("columns", {}).get("code", "")
    spec = catalogue.attributes().get(held)
    return spec.text if spec and code == "value" else ""


def _attribute_shown(code: str, value: object, content: Mapping[str, Any]) -> str:
    spec = catalogue.attributes().get(content.get("columns", {}).get("code", ""))
    for choice in spec.choices if spec else ():
        if choice.code == value:
            return choice.label
    return _shown(code, value, content)


def live_units(uids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Version and digest of the live units."""
    rows = Unit.objects.filter(uid__in=list(uids)).select_related("parent")
    return {str(row.uid): (row.version, state_digest({"columns": actions.unit_content(row)})) for row in rows}


def live_people(uids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Version and digest of the live people."""
    rows = Person.objects.filter(uid__in=list(uids)).select_related("unit", "department")
    return {str(row.uid): (row.version, state_digest({"columns": actions.person_content(row)})) for row in rows}


def live_attributes(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Version and digest of the dated attribute values."""
    wanted = Q(pk__in=[])
    for name in ids:
        uid, code, day = name.split(":")
        wanted |= Q(unit__uid=UUID(uid), code=code, from_on=date.fromordinal(int(day)))
    rows = UnitAttribute.objects.filter(wanted, superseded_at__isnull=True).select_related("unit")
    return {actions.attribute_id(r): (1, state_digest({"columns": actions.attribute_content(r)})) for r in rows}


def attribute_ids() -> Iterable[str]:
    """All dated attribute values."""
    return (
        actions.attribute_id(row) for row in UnitAttribute.objects.select_related("unit").iterator(chunk_size=5_000)
    )
