"""What the page of a record leads to in the compliance core: the work on it, and what it repeats."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission as P
from guiju.compliance.checks import zero
from guiju.compliance.enums import RoundState
from guiju.compliance.rectify import queries as rectifications
from guiju.compliance.risks import roundviews
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers.models import Entry
from guiju.registers.records import Record
from guiju.web import links, place
from guiju.web.compliance.checks import zeropage
from guiju.web.registers import beside

RISKS, RECTIFICATIONS, CHECKS = "risk_list", "rectifications", "checks"
#: A risk's level as that of the warning which it gives rise to.
_WARNS = {"high": "major", "medium": "serious", "low": "general"}


def set_up() -> None:
    """Add to the pages of risks and rectifications."""
    beside.register(RISKS, of_risk)
    beside.register(RECTIFICATIONS, of_rectification)
    beside.register(CHECKS, of_check)


def of_risk(request: HttpRequest, record: Record) -> dict[str, Any]:
    """Answer it, warn of it, rate it: what somebody who has read a risk does next."""
    return {"ways": _ways_of_risk(request, record)}


def _ways_of_risk(request: HttpRequest, record: Record) -> list[dict[str, str]]:
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


def of_check(request: HttpRequest, record: Record) -> dict[str, Any]:
    """A check that found something leads to the ledger in which it is put right, one that found nothing to its report."""
    entry: Entry = record.source
    if zero.is_zero(entry):
        return {"ways": [{"label": _("Zero-risk report"), "url": zeropage.address(entry), "icon": "journal-check"}]}
    if entry.level not in {"general", "major"}:
        return {}
    made = rectifications.of_check(entry, by=place.by(request))
    ways = [{"label": _title(one), "url": _work(one.unit, one.uid), "icon": "flag"} for one in made]
    if not place.may(request, P.REGISTER_ENTRY_CREATE, record.unit, record.department):
        return {"ways": ways} if ways else {}
    data = entry.body.data
    values = {
        "check": entry.uid,
        "owner": data.get("fix_owner"),
        "problem": data.get("problem") or record.title,
        "source": "check",
        "field": data.get("field"),
        "department": data.get("department"),
        "found_on": data.get("checked_on"),
        "measures": data.get("taken"),
        "due_on": data.get("fix_due_on"),
    }
    url = links.new_record(RECTIFICATIONS, unit=record.unit, values=values)
    label = _("Enter another problem to be put right") if made else _("Enter the problem to be put right")
    return {"ways": [*ways, {"label": label, "url": url, "icon": "plus-lg" if made else "flag"}]}


def _title(rectification: Entry) -> str:
    return _("Rectification: %(title)s") % {"title": rectification.title}


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
    return reverse("record-edit", args=[RISKS, risk.uid]) + "#id_level"


def of_rectification(request: HttpRequest, record: Record) -> dict[str, Any]:
    """The work on it, and what it repeats."""
    entry: Entry = record.source
    way = {
        "label": _("Work on it: progress, handing in, acceptance"),
        "url": _work(record.unit, entry.uid),
        "icon": "flag",
    }
    earlier = rectifications.recurrences(entry, by=place.by(request)) if entry.ref_1 is None else []
    ways = [way]
    if (check := rectifications.check_of(entry, by=place.by(request))) is not None:
        ways.append({"label": _("The check that found it"), "url": links.record(CHECKS, check.uid), "icon": "search"})
    return {"ways": ways, "repeats": [{"one": one, "url": _work(record.unit, one.uid)} for one in earlier]}


def _work(unit: Unit, uid: object) -> str:
    return reverse("compliance-rectify-one", args=[unit.code, uid])
