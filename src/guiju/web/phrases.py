"""Words that several pages share."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guiju.access.permissions import Permission as P

#: How strongly a document asks, in the order of consequence.
FORCES: dict[str, Promise] = {
    "must": pgettext_lazy("force", "Must"),
    "normally": pgettext_lazy("force", "Normally must"),
    "indicator": pgettext_lazy("force", "Indicator"),
    "guide": pgettext_lazy("force", "Guided to"),
    "encourage": pgettext_lazy("force", "Encouraged"),
    "may": pgettext_lazy("force", "May"),
}

ACCOUNT_WITHOUT_ROLE = _("Your account has no role yet")


def force_rank(force: str) -> int:
    """0 for the strongest word."""
    return list(FORCES).index(force) if force in FORCES else len(FORCES)


#: What each permission allows, for the page of roles.
PERMISSIONS: dict[P, Promise] = {
    P.ADMIN_ACCOUNT_MANAGE: _("Make and disable accounts"),
    P.ADMIN_GRANT_MANAGE: _("Give and withdraw roles"),
    P.ADMIN_GRANT_VIEW: _("See who holds which role"),
    P.ADMIN_PACK_VIEW: _("Read the documents"),
    P.ADMIN_TOKEN_MANAGE: _("Issue tokens for other systems"),
    P.AUDIT_TRAIL_VIEW: _("Read and check the trail"),
    P.COMPLIANCE_CHECK_SIGN: _("Sign checks and zero-risk reports of others"),
    P.COMPLIANCE_HEARING_EDIT: _("Prepare and close quarterly hearings"),
    P.COMPLIANCE_LIST_APPROVE: _("Approve versions of the three lists"),
    P.COMPLIANCE_RISK_RELEASE: _("Release early warnings"),
    P.COMPLIANCE_ROUND_EDIT: _("Open and close assessment rounds"),
    P.COMPLIANCE_SETTING_EDIT: _("Set risk matrix, names and columns of lists"),
    P.GOVERNANCE_ARCHIVE_MAKE: _("Make archive files"),
    P.GOVERNANCE_POLICY_APPROVE: _("Approve versions of policies"),
    P.GOVERNANCE_POLICY_ISSUE: _("Put policies in force and repeal them"),
    P.GOVERNANCE_READING_CONFIRM: _("Confirm what was given to read"),
    P.GOVERNANCE_READING_ISSUE: _("Give policies out to be read"),
    P.ORG_ATTRIBUTE_EDIT: _("Set attributes of units"),
    P.ORG_PERSON_EDIT: _("Look after people"),
    P.ORG_PERSON_VIEW: _("See people"),
    P.ORG_UNIT_EDIT: _("Add and change units"),
    P.ORG_UNIT_VIEW: _("See units"),
    P.POSTURE_ADOPTION_EDIT: _("Adopt documents for units"),
    P.POSTURE_FINDING_VIEW: _("See how units stand"),
    P.POSTURE_JUDGEMENT_EDIT: _("Judge what only a person can"),
    P.REGISTER_ENTRY_CREATE: _("Enter records"),
    P.REGISTER_ENTRY_EDIT: _("Change records"),
    P.REGISTER_ENTRY_EXPORT: _("Export registers"),
    P.REGISTER_ENTRY_IMPORT: _("Import registers"),
    P.REGISTER_ENTRY_REMOVE: _("Remove records"),
    P.REGISTER_ENTRY_VIEW: _("See records"),
    P.REVIEW_GATE_ASK: _("Ask the gate whether something may be done"),
    P.REVIEW_MATTER_MANAGE: _("Look after reviews: who is asked, conditions, passes"),
    P.REVIEW_MATTER_SUBMIT: _("Submit matters for review"),
    P.REVIEW_MATTER_VIEW: _("See reviews"),
    P.WORKFLOW_CALENDAR_EDIT: _("Set working days, reminders and escalation"),
    P.WORKFLOW_ROUTE_EDIT: _("Set review routes and who stands in"),
    P.WORKFLOW_TASK_EDIT: _("Make and close tasks"),
    P.WORKFLOW_TASK_VIEW: _("See tasks"),
}
PERMISSION_GROUPS: dict[str, Promise] = {
    "admin": _("Administration"),
    "audit": _("Audit"),
    "compliance": _("Compliance work"),
    "governance": _("Rules and organisation"),
    "org": _("Organisation"),
    "posture": _("How units stand"),
    "register": _("Registers"),
    "review": _("Compliance review"),
    "workflow": _("Tasks and calendar"),
}

#: The countries and regions that firms are most often in, by ISO 3166 code; another stands as its code.
COUNTRIES: dict[str, Promise] = {
    "AE": _("United Arab Emirates"),
    "AU": _("Australia"),
    "BD": _("Bangladesh"),
    "BR": _("Brazil"),
    "CA": _("Canada"),
    "CH": _("Switzerland"),
    "CN": _("China"),
    "DE": _("Germany"),
    "EG": _("Egypt"),
    "ES": _("Spain"),
    "ET": _("Ethiopia"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "HK": _("Hong Kong, China"),
    "HU": _("Hungary"),
    "ID": _("Indonesia"),
    "IN": _("India"),
    "IT": _("Italy"),
    "JP": _("Japan"),
    "KE": _("Kenya"),
    "KH": _("Cambodia"),
    "KR": _("Korea"),
    "KZ": _("Kazakhstan"),
    "LA": _("Laos"),
    "MM": _("Myanmar"),
    "MN": _("Mongolia"),
    "MO": _("Macao, China"),
    "MX": _("Mexico"),
    "MY": _("Malaysia"),
    "NG": _("Nigeria"),
    "NL": _("Netherlands"),
    "PH": _("Philippines"),
    "PK": _("Pakistan"),
    "PL": _("Poland"),
    "RU": _("Russia"),
    "SA": _("Saudi Arabia"),
    "SG": _("Singapore"),
    "TH": _("Thailand"),
    "TR": _("Türkiye"),
    "TW": _("Taiwan, China"),
    "US": _("United States"),
    "VN": _("Viet Nam"),
    "ZA": _("South Africa"),
}
