"""The ways into these pages: from tasks, and from the records that they work on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission as P
from guiju.governance.meetings.terms import BODIES, ITEMS, MATTERS, MEETINGS, OPINIONS, REPORTS, SELF_CHECKS
from guiju.registers.models import Entry
from guiju.registers.records import Record
from guiju.web import links, place
from guiju.web.registers.beside import Provider
from guiju.workflow.models import Task

Ways = Mapping[str, Any]


def of_meeting(task: Task) -> str:
    """The page of the meeting somebody is to attend."""
    return reverse("governance-meeting", args=[task.unit.code, task.about_uid])


def of_opinion(task: Task) -> str:
    """The form of the opinion, filled in as far as it is known."""
    return reverse("governance-meetings-opine", args=[task.unit.code, task.about_uid])


def of_self_check(task: Task) -> str:
    """The opinion: its record leads to the rectification, and holds on which day it was reported to whom."""
    return links.record(SELF_CHECKS, task.about_uid)


def of_matter(task: Task) -> str:
    """The shared matter; under the department where the task lies there."""
    return reverse("governance-meetings-matter", args=[task.unit.code, task.about_uid])


def _way(label: str, name: str, record: Record, *, icon: str, uid: object = None) -> Ways:
    url = reverse(name, args=[record.unit.code, uid or record.uid])
    return {"ways": [{"label": label, "url": url, "icon": icon}]}


def _body(request: HttpRequest, record: Record) -> Ways:
    return _way(_("Members, meetings and what is missing"), "governance-meetings-body", record, icon="people")


def _meeting(request: HttpRequest, record: Record) -> Ways:
    return _way(_("Agenda and minutes"), "governance-meeting", record, icon="calendar-event")


def _item(request: HttpRequest, record: Record) -> Ways:
    entry: Entry = record.source
    if entry.ref_1 is None:
        return {}
    return _way(_("The meeting"), "governance-meeting", record, icon="calendar-event", uid=entry.ref_1)


def _matter(request: HttpRequest, record: Record) -> Ways:
    return _way(_("All opinions side by side"), "governance-meetings-matter", record, icon="people")


def _paper(kind: str) -> Provider:
    def given(request: HttpRequest, record: Record) -> Ways:
        url = reverse("governance-meetings-paper", args=[record.unit.code, kind, record.uid])
        found = [{"label": _("As an official paper"), "url": url, "icon": "file-earmark-text"}]
        more = [*_put_right(request, record), *_report(request, record)] if kind == SELF_CHECKS else []
        return {"ways": [*found, *more]}

    return given


def _put_right(request: HttpRequest, record: Record) -> list[dict[str, str]]:
    """A self-check that found something leads to the ledger in which it is put right, until a row of it is named."""
    entry: Entry = record.source
    if entry.text_1 == "none" or entry.ref_1 is not None:
        return []
    if not place.may(request, P.REGISTER_ENTRY_CREATE, record.unit, record.department):
        return []
    data = entry.body.data
    values = {"problem": record.title, "source": "self_check", "department": data.get("department"),
              "found_on": data.get("given_on"), "measures": (data.get("taken") or "")[:500]}  # fmt: skip
    url = links.new_record("rectifications", unit=record.unit, values=values)
    return [{"label": _("Enter the problem to be put right"), "url": url, "icon": "flag"}]


def _report(request: HttpRequest, record: Record) -> list[dict[str, str]]:
    """Nothing found is nothing to report."""
    entry: Entry = record.source
    if entry.register == SELF_CHECKS and entry.text_1 == "none":
        return []
    if not place.may(request, P.REGISTER_ENTRY_CREATE, record.unit):
        return []
    url = reverse("governance-meetings-report", args=[record.unit.code, record.uid])
    return [{"label": _("Report it to the authority"), "url": url, "icon": "send"}]


def _problem(request: HttpRequest, record: Record) -> Ways:
    return {"ways": _report(request, record)}


#: What stands beside the records of which register.
BESIDE: dict[str, Provider] = {
    BODIES: _body,
    MEETINGS: _meeting,
    ITEMS: _item,
    MATTERS: _matter,
    OPINIONS: _paper(OPINIONS),
    SELF_CHECKS: _paper(SELF_CHECKS),
    REPORTS: _paper(REPORTS),
    "rectifications": _problem,
    "alerts": _problem,
    "risk_reports": _problem,
}
