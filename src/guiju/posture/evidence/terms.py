"""The words for codes that parameters of evidence tests use, as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

Mechanism = Literal[
    "obligation", "risk", "response", "monitoring", "speakup", "reporting", "improvement", "training", "culture",
    "organisation",
]  # fmt: skip
RoleCode = Literal[
    "first_responsible", "compliance_head", "compliance_staff", "department_officer", "legal_representative",
    "actual_controller",
]  # fmt: skip
BodyKind = Literal[
    "committee", "leading_group", "party_committee", "board", "management", "supervisors", "department"
]
PolicyKind = Literal[
    "charter", "obligation_identification", "risk_assessment", "risk_response", "contingency", "due_diligence",
    "monitoring", "speakup", "reporting", "improvement", "accountability", "training", "review", "other",
]  # fmt: skip
Every = Literal["month", "quarter", "half", "year"]

TERMS: dict[str, str | Promise] = {
    # mechanisms
    "obligation": _l("identifying obligations"),
    "risk": _l("assessing and grading risks"),
    "response": _l("responding to risks"),
    "monitoring": _l("routine monitoring"),
    "speakup": _l("speaking up"),
    "reporting": _l("compliance reporting"),
    "improvement": _l("continual improvement"),
    "training": _l("training"),
    "culture": _l("compliance culture"),
    "organisation": _l("the compliance function"),
    # offices
    "first_responsible": _l("first responsible person"),
    "compliance_head": _l("compliance head"),
    "compliance_staff": _l("compliance staff"),
    "department_officer": _l("department compliance officer"),
    "legal_representative": _l("legal representative"),
    "actual_controller": _l("actual controller"),
    # bodies
    "committee": _l("compliance committee"),
    "leading_group": _l("compliance leading group"),
    "party_committee": _l("Party committee"),
    "board": _l("board of directors"),
    "management": _l("top management"),
    "supervisors": _l("supervisors"),
    "department": _l("compliance department"),
    # meetings
    "body_meeting": _l("meeting of the body"),
    "hearing": _l("hearing"),
    "coordination": _l("coordination meeting"),
    "compliance_report": _l("compliance report"),
    "goal_review": _l("review of objectives"),
    "supervision": _l("supervision of the system"),
    "decision": _l("decision"),
    # rules
    "charter": _l("charter of the body"),
    "obligation_identification": _l("identification of obligations"),
    "risk_assessment": _l("risk assessment"),
    "risk_response": _l("risk response"),
    "contingency": _l("contingency plan"),
    "due_diligence": _l("due diligence"),
    "accountability": _l("accountability"),
    "review": _l("compliance review"),
    # kinds of resources
    "people": _l("people"),
    "budget": _l("budget"),
    "tools": _l("tools"),
    "time": _l("time"),
    # audiences and parties
    "all": _l("all staff"),
    "managers": _l("managers"),
    "officers": _l("compliance officers"),
    "key_posts": _l("key posts"),
    "new_hires": _l("new hires"),
    "leader": _l("leaders"),
    "manager": _l("managers"),
    "employee": _l("employees"),
    "staff": _l("compliance staff"),
    "third_party": _l("third parties"),
    "customer": _l("customers"),
    "partner": _l("partners"),
    "external": _l("external"),
    "internal": _l("internal"),
    # others
    "plan": _l("plan"),
    "drill": _l("drill"),
    "handling": _l("handling"),
    "event": _l("event"),
    "high": _l("high"),
    "medium": _l("medium"),
    "low": _l("low"),
    "hire": _l("hiring"),
    "promotion": _l("promotion"),
    "award": _l("award"),
    "sanction": _l("sanction"),
    "policy": _l("rules"),
    "contract": _l("contracts"),
    "project": _l("projects"),
    "product": _l("products"),
    "other": _l("other"),
    "business": _l("business"),
    "measure": _l("measures"),
    "owner": _l("a responsible person"),
    "trust": _l("trust in the channel"),
    "behaviour": _l("behaviour"),
    "periodic": _l("periodic"),
    "special": _l("special"),
    "month": _l("month"),
    "quarter": _l("quarter"),
    "half": _l("half-year"),
    "year": _l("year"),
}


def term(code: object) -> str:
    """The words for one code; an unknown one stands as it is."""
    return str(TERMS.get(str(code), code))


def listed(codes: Iterable[object]) -> str:
    """Several codes as one enumeration."""
    return _(", ").join(term(code) for code in codes)
