"""The words for codes that parameters of evidence tests use, as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext

Mechanism = Literal[
    "obligation_external", "obligation_internal", "risk_assessment", "risk_response", "monitoring", "speakup",
    "reporting", "improvement", "organisation", "review", "culture", "business", "staff", "officer",
    "obligation", "due_diligence", "all",
]  # fmt: skip
RoleCode = Literal[
    "first_responsible", "compliance_head", "compliance_staff", "department_officer", "legal_representative",
    "actual_controller", "general_counsel",
]  # fmt: skip
BodyKind = Literal[
    "committee", "leading_group", "top_management", "department", "party_committee", "board", "supervisors",
    "task_force",
]  # fmt: skip
Every = Literal["month", "quarter", "half", "year"]

TERMS: dict[str, str | Promise] = {
    # mechanisms
    "whole": _l("compliance as a whole"),
    "obligation": _l("external and internal obligations"),
    "due_diligence": _l("due diligence"),
    "obligation_external": _l("external obligations"),
    "obligation_internal": _l("internal obligations"),
    "risk_assessment": _l("risk assessment"),
    "risk_response": _l("risk response"),
    "monitoring": _l("monitoring"),
    "speakup": _l("speaking up"),
    "reporting": _l("reporting"),
    "improvement": _l("improvement"),
    "organisation": _l("organisation and duties"),
    "review": _l("compliance review"),
    "culture": _l("compliance culture"),
    "business": _l("business"),
    "officer": _l("department officers at work"),
    "general": _l("general"),
    # offices
    "first_responsible": _l("first responsible person"),
    "compliance_head": _l("compliance head"),
    "compliance_staff": _l("compliance staff"),
    "department_officer": _l("department compliance officer"),
    "legal_representative": _l("legal representative"),
    "actual_controller": _l("actual controller"),
    "general_counsel": _l("general counsel"),
    # bodies
    "committee": _l("compliance committee"),
    "leading_group": _l("compliance leading group"),
    "party_committee": _l("Party committee"),
    "board": _l("board of directors"),
    "top_management": _l("top management"),
    "supervisors": _l("supervisors"),
    "department": _l("compliance department"),
    "task_force": _l("task force"),
    # meetings
    "coordination": _l("coordination meeting"),
    "compliance_report": _l("compliance report"),
    "goal_review": _l("review of objectives"),
    "decision": _l("decision"),
    # kinds of resources
    "people": _l("people"),
    "budget": _l("budget"),
    "tools": _l("tools"),
    "access": _l("access to information and data"),
    "advice": _l("outside advice"),
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
    "compliance": _l("compliance officers"),
    "leaders": _l("leaders"),
    "anybody": _l("anybody"),
    "third_party": _l("third parties"),
    "customer": _l("customers"),
    "partner": _l("partners"),
    "external": _l("external"),
    "internal": _l("internal"),
    "subsidiary": _l("subsidiaries"),
    # others
    "report": _l("report"),
    "list": _l("list"),
    "case": _l("case"),
    "plan": _l("plan"),
    "record": _l("record"),
    "effectiveness": _l("effectiveness"),
    "works_with": _l("another mechanism"),
    "deviation": _l("analysis of deviations"),
    "results": _l("analysis of results"),
    "change": _l("adaptation"),
    "method": _l("method"),
    "process": _l("process"),
    "protects": _l("confidentiality and protection"),
    "veto": _l("veto"),
    "reporter": _l("who reports"),
    "receiver": _l("who receives"),
    "contents": _l("contents"),
    "form": _l("form"),
    "cycle": _l("cycle"),
    "truth": _l("truth and completeness"),
    "event": _l("event"),
    "values": _l("values"),
    "high": _l("high"),
    "medium": _l("medium"),
    "low": _l("low"),
    "hire": _l("hiring"),
    "promotion": _l("promotion"),
    "award": _l("award"),
    "sanction": _l("sanction"),
    "policy": _l("rules"),
    "contract": _l("contracts"),
    "key_post": _l("key posts"),
    "activity": _l("key activities"),
    "product": _l("products"),
    "other": _l("other"),
    "measured": _l("measures"),
    "owner": _l("a responsible person"),
    "trust": _l("trust in the channel"),
    "behaviour": _l("behaviour"),
    "judgement": _l("judgement of incidents"),
    "image": _l("image"),
    "periodic": _l("periodic"),
    "special": _l("special"),
    "month": _l("month"),
    "quarter": _l("quarter"),
    "half": _l("half-year"),
    "year": _l("year"),
}


#: What concerns each single mechanism too.
_WHOLE = frozenset(get_args(Mechanism)) - {"business", "staff", "officer", "all"}


def covers(entered: str, asked: str) -> bool:
    """Does what was entered for one mechanism concern the one asked about? `all` asks about any."""
    both = entered == "obligation" and asked.startswith("obligation_")
    return asked in {entered, "all"} or both or is_whole(entered, asked)


def is_whole(entered: str, asked: str) -> bool:
    """Was it entered for compliance as a whole, while one mechanism is asked about?"""
    return entered == "all" and asked in _WHOLE


def term(code: object) -> str:
    """The words for one code; an unknown one stands as it is."""
    return _("of any kind") if code == "" else str(TERMS.get(str(code), code))


def listed(codes: Iterable[object]) -> str:
    """Several codes as one enumeration."""
    words = [term(code) for code in codes]
    return pgettext("list", ", ").join(words) if words else _("of any kind")
