"""What stands beside records: from an audit to its findings, from a rectification to what it came from."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission as P
from guiju.governance.duties import queries
from guiju.registers.records import Record
from guiju.web import place


def beside_round(request: HttpRequest, record: Record) -> dict[str, Any]:
    """From an audit, review or inspection to its findings."""
    if not place.may(request, P.REGISTER_ENTRY_VIEW, record.unit):
        return {}
    url = reverse("governance-duties-round", args=[record.unit.code, record.uid])
    return {"ways": [{"label": _("Findings and rectifications"), "url": url, "icon": "clipboard-check"}]}


def beside_rectification(request: HttpRequest, record: Record) -> dict[str, Any]:
    """From a rectification to the audit, review or inspection it was made from."""
    entry = record.source
    found = queries.origin(entry)
    if found is None or not place.may(request, P.REGISTER_ENTRY_VIEW, record.unit):
        return {}
    url = reverse("governance-duties-round", args=[record.unit.code, found.uid])
    return {
        "ways": [
            {"label": _("It comes from: %(title)s") % {"title": found.title}, "url": url, "icon": "clipboard-check"}
        ]
    }


def beside_person(request: HttpRequest, record: Record) -> dict[str, Any]:
    """From somebody's record to what he must do and did."""
    if not place.may(request, P.REGISTER_ENTRY_VIEW, record.unit):
        return {}
    url = reverse("governance-duties-person", args=[record.unit.code, record.uid])
    return {"ways": [{"label": _("Duties and work"), "url": url, "icon": "person-badge"}]}
