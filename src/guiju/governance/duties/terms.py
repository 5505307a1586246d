"""The parts an organisation check has, the offices and bodies that have duties, and the registers they work in."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guiju.access.permissions import Permission as P
from guiju.org.enums import Role

VIEW, EDIT, CREATE = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT, P.REGISTER_ENTRY_CREATE
APPOINTMENTS, BODIES, MEMBERS, MEETINGS = "appointments", "bodies", "body_members", "meetings"
OBJECTIVES, APPRAISALS, ACCOUNTABILITIES = "objectives", "appraisals", "accountabilities"
LOGS, AUDITS, REVIEWS, INSPECTIONS = "duty_logs", "audits", "management_reviews", "inspections"
RECTIFICATIONS = "rectifications"
SERVING = "serving"

LEAD, OFFICES, DEPARTMENTS, MEANS, AUTHORITY, WORK, RESULTS, PEOPLE = (
    "lead", "offices", "departments", "means", "authority", "work", "results", "people",
)  # fmt: skip
#: The parts of the organisation check, in the order of annex A: who leads, who works, with what, to what effect.
ASPECTS: Mapping[str, Promise] = {
    LEAD: _("Leading body"),
    OFFICES: _("Offices and their holders"),
    DEPARTMENTS: _("Officers of the departments"),
    MEANS: _("Mandate, independence and means"),
    AUTHORITY: _("Part in important decisions"),
    WORK: _("Meetings and reports heard"),
    RESULTS: _("Objectives, appraisal, decisions on violations"),
    PEOPLE: _("What those in office must do"),
}

#: Whose duties a document lays down: an office that somebody is appointed to, or a body or line of the organisation.
PARTY, BOARD, MANAGEMENT, COMMITTEE, COMPLIANCE, BUSINESS, THIRD, EVERYBODY = (
    "party_committee", "board", "top_management", "committee", "department", "departments", "third_line", "everybody",
)  # fmt: skip
HOLDERS: Mapping[str, Promise | str] = {
    PARTY: _("Party committee"),
    BOARD: _("Board of directors"),
    MANAGEMENT: _("Management"),
    COMMITTEE: _("Compliance committee or leading group"),
    Role.FIRST_RESPONSIBLE: Role.FIRST_RESPONSIBLE.label,
    Role.COMPLIANCE_HEAD: Role.COMPLIANCE_HEAD.label,
    COMPLIANCE: _("Compliance department"),
    Role.COMPLIANCE_STAFF: Role.COMPLIANCE_STAFF.label,
    BUSINESS: _("Business and function departments"),
    Role.DEPARTMENT_OFFICER: Role.DEPARTMENT_OFFICER.label,
    THIRD: _("Third line: discipline inspection, audit, supervisors"),
    EVERYBODY: _("Everybody in the firm"),
}
#: Body kinds of the register behind each holder that is a body.
KINDS: Mapping[str, tuple[str, ...]] = {
    PARTY: ("party_committee",),
    BOARD: ("board",),
    MANAGEMENT: ("top_management",),
    COMMITTEE: ("committee", "leading_group"),
    COMPLIANCE: ("department",),
    THIRD: ("supervisors",),
}
#: A small or micro firm needs neither body: whoever leads the firm leads compliance, and one qualified person,
#: employed or engaged from outside, does the department's work.
INSTEAD: Mapping[str, str] = {COMMITTEE: MANAGEMENT, COMPLIANCE: Role.COMPLIANCE_STAFF}
