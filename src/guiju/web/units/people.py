"""The page of one person: offices, and the records that bear the name."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access import scope
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org.enums import Role
from guiju.org.models import Person
from guiju.registers import filters
from guiju.registers import spec as registers
from guiju.registers.models import Entry
from guiju.registers.spec import RegisterSpec
from guiju.trail import log as trail
from guiju.web import links, place
from guiju.web.desks import due
from guiju.web.registers.asked import PREFIX
from guiju.web.templatetags.ui import iso_date
from guiju.web.units import joining

P = Permission
#: Rows shown of each register.
SHOWN = 5


@needs(P.ORG_PERSON_VIEW)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The list of people is a register like any other."""
    return redirect(links.register("people"))


@needs(P.ORG_PERSON_VIEW)
@require_safe
def person(request: HttpRequest, uid: str) -> HttpResponse:
    """Who this is, the offices held now and before, and what is owned or signed."""
    found = Person.objects.select_related("unit", "department", "user").filter(uid=uid).first()
    if found is None or not place.may(request, P.ORG_PERSON_VIEW, found.unit, found.department):
        raise NotFound(_("There is nobody of this address here."), fix=_("Look for the name with Ctrl K."))
    seen = _rows(request, found)
    sees_records = place.may(request, P.REGISTER_ENTRY_VIEW)
    context = {
        "title": found.name,
        "person": found,
        "trail": [
            {"label": _("People"), "url": links.register("people")},
            {"label": found.unit.label, "url": links.unit(found.unit.code)},
        ],
        "facts": {"title": _("Who it is"), "rows": _facts(found)},
        "offices": _offices(seen, found) if sees_records else [],
        "groups": _groups(seen, found) if sees_records else [],
        "late": _late(seen, found) if sees_records else 0,
        "edit_url": links.record("people", found.uid)
        if place.may(request, P.ORG_PERSON_EDIT, found.unit, found.department)
        else "",
        "appoint_url": links.new_record("appointments", unit=found.unit, values={"person": str(found.uid)})
        if place.may(request, P.REGISTER_ENTRY_CREATE, found.unit)
        else "",
        "accounts": lambda: joining.free_accounts(place.by(request)),
        "history": trail.history("person", str(found.uid), limit=20),
    }
    return render(request, "units/person.html", context)


def _facts(row: Person) -> list[dict[str, Any]]:
    department = row.department.name if row.department else ""
    last = (
        {"label": _("Left on"), "text": iso_date(row.left_on)}
        if row.left_on
        else {"label": _("From outside"), "text": _("Yes") if row.is_external else _("No")}
    )
    return [
        {"label": _("Unit"), "text": row.unit.name, "url": links.unit(row.unit.code)},
        {"label": _("Department"), "text": department, "missing": not department},
        {"label": _("Post"), "text": row.post, "missing": not row.post},
        {"label": _("Staff number"), "text": row.number, "missing": not row.number},
        {"label": _("Phone"), "text": row.phone, "missing": not row.phone},
        {"label": _("E-mail"), "text": row.email, "missing": not row.email},
        {"label": _("Joined on"), "text": iso_date(row.joined_on), "missing": row.joined_on is None},
        last,
    ]


def _rows(request: HttpRequest, found: Person) -> QuerySet[Entry]:
    rows = Entry.objects.filter(Q(owner=found) | Q(person=found))
    return scope.restrict(rows, by=place.by(request), permission=P.REGISTER_ENTRY_VIEW)


def _offices(seen: QuerySet[Entry], found: Person) -> list[dict[str, Any]]:
    today = clock.today()
    rows = seen.filter(register="appointments", person=found).select_related("unit").order_by("-on", "-id")
    return [
        {
            "office": Role(row.kind).label if row.kind in Role.values else row.kind,
            "unit": row.unit.label,
            "from_on": row.on,
            "to_on": row.done_on,
            "now": row.done_on is None or row.done_on >= today,
            "url": links.record("appointments", row.uid),
        }
        for row in rows[:50]
    ]


def _groups(seen: QuerySet[Entry], found: Person) -> list[dict[str, Any]]:
    """Records by register: in which field the name stands, and the latest of them."""
    rows = list(seen.exclude(register="appointments").order_by("-on", "-id")[:400])
    counted = Counter(row.register for row in rows)
    specs = {spec.code: spec for spec in registers.all_specs()}
    groups = []
    for code, count in counted.items():
        mine = [row for row in rows if row.register == code]
        spec = specs[code]
        state = {item.code: item for item in spec.states}
        groups.append(
            {
                "title": spec.title(),
                "order": list(specs).index(code),
                "count": count,
                "rows": [
                    {
                        "title": row.title,
                        "url": links.record(code, row.uid),
                        "on": row.on,
                        "part": _part(spec, row, found),
                        "state": state[row.status].label() if row.status in state else "",
                        "tone": state[row.status].tone if row.status in state else "na",
                    }
                    for row in (mine[:SHOWN] if _all_url(spec, mine, found) else mine)
                ],
                "more": max(count - SHOWN, 0) if _all_url(spec, mine, found) else 0,
                "all_url": _all_url(spec, mine, found),
            }
        )
    return sorted(groups, key=lambda group: group["order"])


def _all_url(spec: RegisterSpec, mine: list[Entry], found: Person) -> str:
    """The list of these rows, where one filter finds them all; "" where it takes two."""
    if len(mine) <= SHOWN:
        return ""
    for slot in ("owner", "person"):
        if all(getattr(row, f"{slot}_id") == found.pk for row in mine) and slot in spec.by_slot:
            field = spec.by_slot[slot].code
            if field in filters.names(spec):
                return links.register(spec.code, unit=found.unit.code, **{PREFIX + field: str(found.uid)})
    return ""


def _part(spec: Any, row: Entry, found: Person) -> str:
    """The label of the field in which the person stands."""
    slots = [slot for slot in ("owner", "person") if getattr(row, f"{slot}_id") == found.pk and slot in spec.by_slot]
    return _(", ").join(spec.by_slot[slot].label() for slot in slots)


def _late(seen: QuerySet[Entry], found: Person) -> int:
    """How many rows of this owner are past their deadline."""
    codes = due.registers_with_deadlines()
    return seen.filter(
        due.waiting(), owner=found, register__in=codes, due_on__lt=clock.today(), done_on__isnull=True
    ).count()
