"""Codes of this part: its registers, the states of a meeting, what tasks are about."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guiju.access.permissions import Permission
from guiju.org.enums import Role

BODIES, MEMBERS, MEETINGS, ITEMS, DECISIONS = "bodies", "body_members", "meetings", "agenda_items", "decisions"
OPINIONS, SELF_CHECKS, REPORTS, RECUSALS, MATTERS = (
    "decision_opinions", "self_check_opinions", "authority_reports", "recusals", "matters",
)  # fmt: skip
VIEW, EDIT, CREATE = (
    Permission.REGISTER_ENTRY_VIEW,
    Permission.REGISTER_ENTRY_EDIT,
    Permission.REGISTER_ENTRY_CREATE,
)

PLANNED, HELD, SETTLED, CANCELLED = "planned", "held", "settled", "cancelled"
#: Meetings that took place; rows from before meetings had states have none.
TOOK_PLACE = (HELD, SETTLED, "")

#: What tasks are about (`guiju.web.workflow.abouts`).
ABOUT_MEETING, ABOUT_ITEM, ABOUT_MATTER, ABOUT_SELF_CHECK = "meeting", "agenda_item", "matter", "self_check"

#: How a body dealt with something; empty: it met.
CIRCULATION = "circulation"

#: How somebody was there; empty: not yet said.
PRESENT, ABSENT, DEPUTY = "present", "absent", "deputy"
#: Seats that vote; a secretary keeps the minutes.
VOTING = frozenset({"chair", "vice", "member"})

#: Outcomes by which something was decided; a deferred item is still open.
DECIDED = frozenset({"agreed", "amended", "rejected"})
CARRIED = frozenset({"agreed", "amended"})

#: Whose written opinion comes before a major decision (004 第四条).
ASKED = (Role.COMPLIANCE_HEAD, Role.COMPLIANCE_STAFF)

#: The functions that share a matter (001 任务7), in the order of the page.
FUNCTIONS = {
    "compliance": _("Compliance"),
    "legal": _("Legal affairs"),
    "control": _("Internal control"),
    "risk": _("Risk management"),
}
