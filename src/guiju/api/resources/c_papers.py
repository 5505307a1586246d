"""Single records as papers: minutes, opinions, letters, zero-risk reports; and a person's work report as a Word file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.resources.c_hearing import WorkReportQuery
from guiju.api.resources.reports import PaperOut
from guiju.api.routes import Routes
from guiju.api.schemas import unit_ref
from guiju.documents import reports
from guiju.documents.kinds import (
    authority_report,
    decision_opinion,
    meeting_minutes,
    self_check_opinion,
    work_report,
    zero_risk,
)
from guiju.documents.paper import Paper
from guiju.governance.meetings import queries as meetings
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.lib.period import Kind, Period
from guiju.registers import queries as rows
from guiju.registers.models import Entry

routes = Routes("Reports")


def _minutes(by: Actor, uid: UUID) -> tuple[Entry, Paper]:
    found = meetings.meeting(by=by, uid=uid)
    return found.meeting, meeting_minutes.of_meeting(found)


def _entry(register: str, of_entry: Callable[[Entry], Paper]) -> Callable[[Actor, UUID], tuple[Entry, Paper]]:
    def make(by: Actor, uid: UUID) -> tuple[Entry, Paper]:
        found = rows.find(by, uid, register=register)
        return found, of_entry(found)

    return make


#: Register -> the report whose single paper it is, and how one is made.
_PAPERS: Mapping[str, tuple[str, Callable[[Actor, UUID], tuple[Entry, Paper]]]] = {
    "meetings": ("meeting-minutes", _minutes),
    "decision_opinions": ("decision-opinion", _entry("decision_opinions", decision_opinion.of_entry)),
    "self_check_opinions": ("self-check-opinion", _entry("self_check_opinions", self_check_opinion.of_entry)),
    "authority_reports": ("authority-report", _entry("authority_reports", authority_report.of_entry)),
    "zero_risk_reports": ("zero-risk", _entry("zero_risk_reports", zero_risk.of_entry)),
}


class SinglePaperQuery(Schema):
    """In which form."""

    format: Literal["json", "docx"] = Field("json", description="docx asks for register:entry:export as well.")


@routes.get(
    "/registers/{code}/entries/{uuid:uid}/paper", P.REGISTER_ENTRY_VIEW, answer=PaperOut, media=reports.MEDIA_TYPE,
    sparse=True, summary=_l("Make the paper of a record, as data or as a Word file"),
)  # fmt: skip
def entry_paper(
    request: HttpRequest, code: str, uid: UUID, query: Query[SinglePaperQuery]
) -> dict[str, Any] | HttpResponse:
    """Of meetings the minutes; of decision_opinions, self_check_opinions, authority_reports and zero_risk_reports each."""
    by = actor(request)
    if code not in _PAPERS:
        raise NotFound(
            _("Records of this register are no papers."),
            fix=_("Papers are made of: %(names)s.") % {"names": ", ".join(sorted(_PAPERS))}, where="code",
        )  # fmt: skip
    kind, make = _PAPERS[code]
    entry, paper = make(by, uid)
    period = Period.of(entry.on or clock.today(), Kind.YEAR)
    if query.format == "docx":
        made = reports.export_paper(paper, code=f"{kind}/{uid}", unit=entry.unit, period=period, by=by)
        return reports.response(made)
    return {"report": kind, "unit": unit_ref(entry.unit), "period": str(period), **paper.as_dict()}


@routes.get(
    "/units/{code}/work-report/file", P.REGISTER_ENTRY_EXPORT, answer=None, media=reports.MEDIA_TYPE,
    summary=_l("Take the work report of a person as a Word file"),
)  # fmt: skip
def work_report_file(request: HttpRequest, code: str, query: Query[WorkReportQuery]) -> HttpResponse:
    """The trail records it with its digest."""
    by = actor(request)
    unit = check.unit(by, P.REGISTER_ENTRY_EXPORT, code)
    people = scope.people(by, P.ORG_PERSON_VIEW).filter(unit__root_id=unit.root_id or unit.pk)
    person = people.select_related("unit", "department").filter(uid=query.person).first()
    if person is None:
        raise NotFound(_("There is no such person here."), where="person")
    period = reports.period_of(work_report.REPORT, query.period)
    paper = work_report.of_person(unit, period, person, by=by)
    name = f"{work_report.REPORT.code}/{person.uid}"
    return reports.response(reports.export_paper(paper, code=name, unit=unit, period=period, by=by))
