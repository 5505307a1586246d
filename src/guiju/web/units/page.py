"""The page of one unit: what it is, how large, what it answers to, who holds its offices."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.org import queries as org
from guiju.org.enums import Role, Size, UnitKind
from guiju.org.models import Supervision, Unit, UnitAttribute
from guiju.packs import catalogue
from guiju.packs.catalogue import AttributeSpec
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.web import links, phrases, place
from guiju.web.posture import counts
from guiju.web.templatetags.ui import iso_date

P = Permission


@needs(P.ORG_UNIT_VIEW)
@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about one unit that this person may see."""
    unit = place.open_unit(request, code)
    today = clock.today()
    can = {
        name: place.may(request, permission, unit)
        for name, permission in (
            ("edit", P.ORG_UNIT_EDIT),
            ("set", P.ORG_ATTRIBUTE_EDIT),
            ("adopt", P.POSTURE_ADOPTION_EDIT),
            ("people", P.ORG_PERSON_VIEW),
            ("add_person", P.ORG_PERSON_EDIT),
            ("posture", P.POSTURE_FINDING_VIEW),
            ("records", P.REGISTER_ENTRY_VIEW),
            ("keep", P.REGISTER_ENTRY_CREATE),
        )
    }
    stands = counts.stands(unit) if can["posture"] else []
    can["adopt_more"] = can["adopt"] and unit.is_legal_entity and bool(counts.left_to_adopt(stands))
    context = {
        "title": unit.name,
        "unit": unit,
        "trail": above(request, unit),
        "can": can,
        "facts": {"title": _("What it is"), "rows": _facts(unit)},
        "attributes": attributes(unit, today, can_set=can["set"]) if unit.is_legal_entity else [],
        "size": size(unit, today) if unit.is_legal_entity else None,
        "stands": stands,
        "offices": offices(unit, today) if can["records"] else [],
        "people_count": unit.people.filter(Q(left_on__isnull=True) | Q(left_on__gte=today)).count()
        if can["people"]
        else 0,
        "supervisors": supervisors(unit, today),
        "supervised": supervised(unit, today),
        "below": below(unit, today),
        "history": trail.history("unit", str(unit.uid), limit=20),
        "links": _links(unit),
    }
    return render(request, "units/unit.html", context)


def above(request: HttpRequest, unit: Unit) -> list[dict[str, str]]:
    """The places above, as far as the scope reaches."""
    found = [{"label": _("Units"), "url": reverse("unit-tree")}]
    seen = [row for row in org.ancestors(unit) if place.may(request, P.ORG_UNIT_VIEW, row)]
    return [*found, *[{"label": row.label, "url": links.unit(row.code)} for row in seen]]


def _facts(unit: Unit) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"label": _("Code"), "text": unit.code},
        {"label": _("Kind"), "text": unit.get_kind_display()},
        {"label": _("Short name"), "text": unit.short_name, "missing": not unit.short_name},
        {"label": _("Belongs to"), "text": unit.parent.name if unit.parent else _("Stands on its own")},
    ]
    if unit.kind == UnitKind.DEPARTMENT:
        return rows
    rows += [
        {"label": _("Unified social credit code"), "text": unit.uscc, "missing": not unit.uscc},
        {"label": _("Country or region"), "text": str(phrases.COUNTRIES.get(unit.country, unit.country))},
        {"label": _("Founded on"), "text": iso_date(unit.founded_on), "missing": not unit.founded_on},
    ]
    if unit.closed_on:
        rows.append({"label": _("Closed on"), "text": iso_date(unit.closed_on)})
    return rows


def attributes(unit: Unit, on: date, *, can_set: bool) -> list[dict[str, Any]]:
    """What documents ask of units, with the value that holds today, since when, and where to set it."""
    held: dict[str, UnitAttribute] = {}
    for code, rows in org.history(unit).items():
        current = next((row for row in rows if row.from_on <= on and (row.to_on is None or row.to_on >= on)), None)
        if current is not None:
            held[code] = current
    return [
        _attribute(unit, spec, held.get(spec.code), can_set=can_set)
        for spec in catalogue.attributes().values()
        if not spec.derived and (spec.code != "size_override" or "size_override" in held)
    ]


def _attribute(unit: Unit, spec: AttributeSpec, row: UnitAttribute | None, *, can_set: bool) -> dict[str, Any]:
    return {
        "label": spec.text,
        "text": show(spec, row.value) if row is not None and row.value is not None else "",
        "from_on": row.from_on if row else None,
        "why": spec.why,
        "url": reverse("unit-attribute", args=[unit.code, spec.code]) if can_set else "",
    }


def show(spec: AttributeSpec, value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if spec.type == "boolean":
        return _("Yes") if value else _("No")
    if spec.type == "choice":
        found = next((choice for choice in spec.choices if choice.code == value), None)
        return found.label if found else str(value)
    if spec.type in {"integer", "amount"}:
        number = f"{int(value):,}" if str(value).isdigit() else str(value)
        return f"{number} {spec.unit}".strip()
    return str(value)


def size(unit: Unit, on: date) -> dict[str, Any]:
    """The size class with its reasons, or what must be entered for it."""
    found = org.size_of(unit, on=on)
    specs = catalogue.attributes()
    missing = [specs[code] for code in found.missing if code in specs]
    return {
        "word": Size(found.size).label if found.size else "",
        "reasons": found.reasons,
        "overridden": found.overridden,
        "missing": [
            {"label": spec.text, "url": reverse("unit-attribute", args=[unit.code, spec.code])} for spec in missing
        ],
        "override_url": reverse("unit-attribute", args=[unit.code, "size_override"])
        if "size_override" in specs
        else "",
    }


def offices(unit: Unit, on: date) -> list[dict[str, Any]]:
    """Who holds which office today: rows of the register of appointments."""
    rows = Entry.objects.filter(register="appointments", unit=unit, on__lte=on).filter(
        Q(done_on__isnull=True) | Q(done_on__gte=on)
    )
    order = {role.value: place_ for place_, role in enumerate(Role)}
    found = sorted(rows.select_related("person"), key=lambda row: (order.get(row.kind, 9), row.on or on))
    return [
        {
            "office": Role(row.kind).label if row.kind in Role.values else row.kind,
            "person": row.person.name if row.person else row.title,
            "url": links.record("appointments", row.uid),
            "person_url": links.person(row.person.uid) if row.person else "",
            "on": row.on,
        }
        for row in found
    ]


def supervisors(unit: Unit, on: date) -> list[Supervision]:
    """Who looks after the unit or one above it."""
    rows = Supervision.objects.filter(unit__in=org.ancestors(unit, itself=True), from_on__lte=on)
    return list(rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=on)).select_related("authority", "unit"))


def supervised(unit: Unit, on: date) -> list[Supervision]:
    """Whom an authority or association looks after: names and documents, nothing of their records."""
    if unit.kind not in {UnitKind.AUTHORITY, UnitKind.ASSOCIATION}:
        return []
    rows = unit.supervises.filter(from_on__lte=on).filter(Q(to_on__isnull=True) | Q(to_on__gte=on))
    return list(rows.select_related("unit").order_by("unit__sort_key"))


def below(unit: Unit, on: date) -> str:
    """How many legal entities lie below, and departments."""
    entities = org.legal_entities(unit, on=on).exclude(pk=unit.pk).count()
    departments = unit.children.filter(kind=UnitKind.DEPARTMENT, closed_on__isnull=True).count()
    parts = []
    if entities:
        parts.append(
            ngettext("%(count)d legal entity below", "%(count)d legal entities below", entities) % {"count": entities}
        )
    if departments:
        parts.append(ngettext("%(count)d department", "%(count)d departments", departments) % {"count": departments})
    return _(", ").join(parts)


def _links(unit: Unit) -> dict[str, str]:
    return {
        "edit": links.record("units", unit.uid),
        "add_unit": links.new_record("units", unit=unit, values={"parent": str(unit.uid)}),
        "people": links.register("people", unit=unit.code),
        "add_person": links.new_record("people", unit=unit),
        "appoint": links.new_record("appointments", unit=unit),
        "adopt": reverse("adopt", args=[unit.code]),
        "posture": reverse("unit-posture", args=[unit.code]),
    }
