"""What the page of a record leads to in the compliance core: the work on it, and what it repeats."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission as P
from guiju.compliance.enums import RoundState
from guiju.compliance.rectify import queries as rectifications
from guiju.compliance.risks import roundviews
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers.models import Entry
from guiju.registers.records import Record
from guiju.web import links, place

RISKS, RECTIFICATIONS = "risk_list", "rectifications"
#: A risk's level as that of the warning which it gives rise to.
_WARNS = {"high": "major", "medium": "serious", "low": "general"}


def context(request: HttpRequest, record: Record) -> dict[str, Any]:
    """`ways` (label, address, icon) and `repeats` (what a rectification repeats) of a record that has such work."""
    if record.spec.code == RISKS:
        return {"ways": _of_risk(request, record)}
    if record.spec.code == RECTIFICATIONS:
        return _of_rectification(request, record)
    return {}


def _of_risk(request: HttpRequest, record: Record) -> list[dict[str, str]]:
    """Answer it, warn of it, rate it: what somebody who has read a risk does next."""
    from guiju.web.compliance.risks.plans import plan_url

    entry: Entry = record.source
    if entry.status != "open":
        return []
    found = []
    if place.may(request, P.REGISTER_ENTRY_CREATE, record.unit, record.department):
        found.append({"label": _("Draw up a response"), "url": plan_url(entry), "icon": "card-checklist"})
        found.append({"label": _("Issue a warning"), "url": _warning(entry), "icon": "bell"})
    if place.may(request, P.REGISTER_ENTRY_EDIT, record.unit, record.department):
        found.append({"label": _("Rate"), "url": _rating(entry), "icon": "clipboard-check"})
    return found


def _warning(risk: Entry) -> str:
    data = risk.body.data
    values = {
        "name": risk.title,
        "level": _WARNS.get(risk.level, ""),
        "origin": "assessment",
        "field": data.get("field"),
        "risk": risk.uid,
        "content": data.get("behaviour"),
        "asked": data.get("measure"),
        "department": data.get("department"),
        "owner": data.get("owner"),
        "issued_on": clock.today(),
    }
    return links.new_record("alerts", unit=risk.unit, values=values)


def _rating(risk: Entry) -> str:
    """Its place in the round that is open; without one the part of the record that holds the rating."""
    part: Unit = risk.department or risk.unit
    for row in roundviews.of_unit(part):
        if row.state == RoundState.OPEN and (row.all_levels or row.unit_id == risk.unit_id):
            return reverse("compliance-risks-rate", args=[part.code, row.uid]) + f"#risk-{risk.uid}"
    return reverse("record-edit", args=[RISKS, risk.uid]) + "#id_probability"


def _of_rectification(request: HttpRequest, record: Record) -> dict[str, Any]:
    entry: Entry = record.source
    way = {
        "label": _("Work on it: progress, handing in, acceptance"),
        "url": _work(record.unit, entry.uid),
        "icon": "flag",
    }
    earlier = rectifications.recurrences(entry, by=place.by(request)) if entry.ref_1 is None else []
    return {"ways": [way], "repeats": [{"one": one, "url": _work(record.unit, one.uid)} for one in earlier]}


def _work(unit: Unit, uid: object) -> str:
    return reverse("compliance-rectify-one", args=[unit.code, uid])
