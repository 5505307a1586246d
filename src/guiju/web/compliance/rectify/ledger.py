"""The ledger of rectifications at a glance: every number leads to the list that it counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.rectify import queries
from guiju.compliance.rectify.queries import Group, Ledger
from guiju.compliance.rectify.terms import CLOSED, OPEN, REGISTER, SUBMITTED, WATCHED_MONTHS, months_later
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.web import links, place

PENDING = [OPEN, SUBMITTED]


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def ledger(request: HttpRequest, code: str) -> HttpResponse:
    """By source, state, department and unit; what is late; what comes back."""
    unit = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW)
    by = place.by(request)
    below = place.sees_below(request, unit) and queries.has_levels(unit)
    all_levels = below and request.GET.get("reach") != "own"
    found = queries.ledger(by=by, unit=unit, all_levels=all_levels)
    pairs = queries.pairs(by=by, unit=unit, all_levels=all_levels)
    links_to = Links(unit, all_levels=all_levels)
    known = queries.departments([*(g.key for g in found.by_department), *(g.key for g in found.by_unit)])
    context = {
        "title": _("Rectification"),
        "unit": unit,
        "views": views(unit, "compliance-rectify", found, repeats=len(pairs)),
        "reaches": _reaches(unit, all_levels=all_levels) if below else [],
        "found": found,
        "stats": _stats(found, links_to, repeats=len(pairs), repeats_url=repeats_url(unit, all_levels=all_levels)),
        "sources": _sources(found, links_to),
        "departments": _departments(found, links_to, known),
        "units": _units(found, links_to, known) if all_levels else [],
        "overdue": _overdue(queries.overdue(by=by, unit=unit, all_levels=all_levels)),
        "overdue_url": links_to.overdue(),
        "today": clock.today(),
        "new_url": links.new_record(REGISTER, unit=unit) if place.may(request, P.REGISTER_ENTRY_CREATE, unit) else "",
        "list_url": links_to(),
        "export_url": f"{reverse('register-export', args=[REGISTER])}?unit={unit.code}&layout=ledger"
        if place.may(request, P.REGISTER_ENTRY_EXPORT, unit)
        else "",
    }
    return render(request, "compliance/rectify/ledger.html", context)


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def repeats(request: HttpRequest, code: str) -> HttpResponse:
    """What was found again within twelve months after it had been closed."""
    unit = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW)
    by = place.by(request)
    below = place.sees_below(request, unit) and queries.has_levels(unit)
    all_levels = below and request.GET.get("reach") != "own"
    found = queries.ledger(by=by, unit=unit, all_levels=all_levels)
    pairs = queries.pairs(by=by, unit=unit, all_levels=all_levels)
    known = queries.departments(pair.unit_id for pair in pairs)
    context = {
        "title": _("Recurrences"),
        "unit": unit,
        "trail": [{"label": _("Rectification"), "url": reverse("compliance-rectify", args=[unit.code])}],
        "views": views(unit, "compliance-rectify-repeats", found, repeats=len(pairs)),
        "found": found,
        "pairs": [
            {"pair": pair, "unit": known[pair.unit_id], "url": one_url(known[pair.unit_id], pair.uid)} for pair in pairs
        ],
        "confirmed": sum(pair.confirmed for pair in pairs),
    }
    return render(request, "compliance/rectify/repeats.html", context)


def _overdue(rows: list[Entry]) -> list[Entry]:
    for row in rows:
        row.late_days = (clock.today() - row.due_on).days if row.due_on else 0  # type: ignore[attr-defined]
    return rows


def one_url(unit: Unit, uid: object) -> str:
    """The page of the work on one rectification."""
    return reverse("compliance-rectify-one", args=[unit.code, uid])


def repeats_url(unit: Unit, *, all_levels: bool) -> str:
    """The page of recurrences."""
    return reverse("compliance-rectify-repeats", args=[unit.code]) + ("" if all_levels else "?reach=own")


class Links:
    """Addresses of the list, filtered as the figures are."""

    def __init__(self, unit: Unit, *, all_levels: bool) -> None:
        self.unit, self.all_levels = unit, all_levels
        self.today = clock.today()

    def __call__(self, unit: Unit | None = None, **chosen: Any) -> str:
        query: dict[str, Any] = {"unit": (unit or self.unit).code}
        if not self.all_levels or unit is not None:
            query["below"] = "0"
        return links.register(REGISTER, **query, **{f"f.{name}": value for name, value in chosen.items()})

    def overdue(self, unit: Unit | None = None, **more: Any) -> str:
        before = (self.today - timedelta(days=1)).isoformat()
        return self(unit, _status=PENDING, due_on__to=before, **more)


def views(unit: Unit, current: str, found: Ledger, *, repeats: int) -> list[dict[str, Any]]:
    """The pages of this part, as tabs."""
    pages = (("compliance-rectify", _("Ledger"), None), ("compliance-rectify-repeats", _("Recurrences"), repeats))
    return [
        {"label": label, "url": reverse(name, args=[unit.code]), "current": name == current, "count": count}
        for name, label, count in pages
    ]


def _reaches(unit: Unit, *, all_levels: bool) -> list[dict[str, Any]]:
    page = reverse("compliance-rectify", args=[unit.code])
    return [
        {"label": _("All levels"), "url": page, "current": all_levels},
        {"label": _("The unit itself"), "url": f"{page}?reach=own", "current": not all_levels},
    ]


def _stats(found: Ledger, to: Links, *, repeats: int, repeats_url: str) -> list[dict[str, Any]]:
    whole = found.whole
    since = months_later(found.on, -WATCHED_MONTHS).isoformat()
    late = _("%(days)d days at most") % {"days": whole.late_days} if whole.overdue else ""
    share = (
        _("%(percent)d%% of what was found in twelve months") % {"percent": found.repeat_percent}
        if found.repeat_percent
        else ""
    )
    extended = _("%(count)d times in all") % {"count": found.extensions} if found.extended else ""
    return [
        {"label": _("Under way"), "value": whole.open, "url": to(_status=[OPEN])},
        {"label": _("Awaiting acceptance"), "value": whole.submitted, "url": to(_status=[SUBMITTED])},
        {"label": _("Overdue"), "value": whole.overdue, "url": to.overdue(), "note": late,
         "tone": "unmet" if whole.overdue else ""},
        {"label": pgettext("rectification", "Closed"), "value": whole.closed, "url": to(_status=[CLOSED])},
        {"label": _("Under watch"), "value": found.watched, "url": to(_status=[CLOSED], done_on__from=since),
         "note": _("closed within twelve months")},
        {"label": _("Recurrences"), "value": repeats, "url": repeats_url, "note": share, "tone": "partly" if repeats else ""},
        {"label": _("Extended"), "value": found.extended, "url": to(extensions__from="1"), "note": extended},
        {"label": _("Without a cause"), "value": found.without_cause, "url": to(_status=PENDING, cause_kind__empty="1")},
    ]  # fmt: skip


def _row(group: Group, label: str, to: Links, unit: Unit | None = None, **chosen: Any) -> dict[str, Any]:
    return {
        "label": label,
        "group": group,
        "url": to(unit, **chosen),
        "open_url": to(unit, _status=[OPEN], **chosen),
        "submitted_url": to(unit, _status=[SUBMITTED], **chosen),
        "overdue_url": to.overdue(unit, **chosen),
        "closed_url": to(unit, _status=[CLOSED], **chosen),
    }


def _sources(found: Ledger, to: Links) -> list[dict[str, Any]]:
    item = specs.get(REGISTER).by_code["source"]
    labels = {option.code: option.label() for option in item.options}
    return [_row(group, labels.get(group.key, group.key), to, source=group.key) for group in found.by_source]


def _departments(found: Ledger, to: Links, known: Mapping[int, Unit]) -> list[dict[str, Any]]:
    rows = []
    for group in found.by_department:
        department = known.get(group.key) if group.key else None
        if department is None:
            rows.append(_row(group, _("No department named"), to, department__empty="1"))
        else:
            rows.append(_row(group, department.name, to, department=str(department.uid)))
    return rows


def _units(found: Ledger, to: Links, known: Mapping[int, Unit]) -> list[dict[str, Any]]:
    return [
        {
            **_row(group, known[group.key].name, to, known[group.key]),
            "url": reverse("compliance-rectify", args=[known[group.key].code]),
        }
        for group in found.by_unit
    ]
