"""The parts of an archive: what 004 article 11 names, and which registers hold it.

The article: 合规管理人员的岗位职责、任职调整、培训考核等情况，合规风险管控清单，合规管理人员在履行合规管理职责中形成的文件资料。
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from guiju.lib.errors import Problem
from guiju.registers import catalogue
from guiju.registers.spec import RegisterSpec


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its registers in order, and those of which one at least must hold something (by groups)."""

    code: str
    label: Promise
    #: The words of the article that ask for it; empty for what this programme adds to it.
    official: str
    registers: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...] = ()


_WORK = "合规管理人员在履行合规管理职责中形成的文件资料"
PARTS: tuple[Part, ...] = (
    Part(
        "posts",
        _l("Duties of posts and appointments"),
        "合规管理人员的岗位职责、任职调整",
        ("appointments", "bodies", "body_members", "posts", "duty_list", "personnel_actions"),
        (("appointments",), ("duty_list", "posts")),
    ),
    Part(
        "training",
        _l("Training and appraisal"),
        "合规管理人员的培训考核",
        ("trainings", "training_plans", "exams", "party_studies", "appraisals"),
        (("trainings",), ("exams", "appraisals")),
    ),
    Part(
        "lists",
        _l("Lists and their versions"),
        "合规风险管控清单",
        ("risk_list", "list_versions", "process_list", "obligations", "controls"),
        (("risk_list",), ("list_versions",)),
    ),
    Part(
        "checks",
        _l("Checks, zero-risk reports and putting right"),
        _WORK,
        (
            "check_plans", "checks", "zero_risk_reports", "alerts", "risk_reports", "risk_responses", "rectifications",
            "due_diligence", "inspections", "audits", "management_reviews", "mechanism_reviews", "overseas_reviews",
        ),
        (("checks",), ("zero_risk_reports", "rectifications")),
    ),
    Part(
        "meetings",
        _l("Hearings, meetings and opinions"),
        _WORK,
        (
            "meetings", "agenda_items", "decisions", "decision_opinions", "self_check_opinions", "recusals", "reviews",
            "counsel_opinions", "consultations", "review_checks", "matters",
        ),
        (("meetings",), ("decision_opinions", "self_check_opinions")),
    ),
    Part(
        "reports",
        _l("Reports and filings"),
        _WORK,
        ("report_deliveries", "authority_reports", "reporting_rules", "programme_plans", "objectives"),
        (("report_deliveries", "authority_reports"),),
    ),
    Part(
        "work",
        _l("Record of work done"),
        _WORK,
        ("duty_logs", "leader_actions", "work_records", "accountabilities", "resources", "awards"),
        (("duty_logs",),),
    ),
    Part(
        "policies",
        _l("Policies and commitments"),
        _WORK,
        ("policies", "policy_clauses", "policy_plans", "policy_stocktakes", "commitments", "publicity"),
        (("policies",),),
    ),
)  # fmt: skip

#: Registers whose rows hold from a day on until another: they belong to every span that they reach into.
STANDING = frozenset(
    {
        "appointments", "bodies", "body_members", "posts", "duty_list", "risk_list", "list_versions", "process_list",
        "obligations", "controls", "check_plans", "policies", "policy_clauses", "reporting_rules", "programme_plans",
        "rectifications", "risk_responses", "alerts",
    }
)  # fmt: skip


def chosen(codes: Iterable[str]) -> list[Part]:
    """The parts of these codes in their order; all of them when none is named."""
    wanted = set(codes)
    unknown = sorted(wanted - {part.code for part in PARTS})
    if unknown:
        raise Problem(
            "archive.part",
            _("An archive has no part “%(code)s”.") % {"code": unknown[0][:40]},
            fix=_("Its parts are: %(codes)s.") % {"codes": ", ".join(part.code for part in PARTS)},
            where="parts",
            status=422,
        )
    return [part for part in PARTS if part.code in wanted or not wanted]


def specs_of(part: Part) -> Sequence[RegisterSpec]:
    """The registers of a part that the loaded packs declare."""
    known = catalogue.specs()
    return [known[code] for code in part.registers if code in known and known[code].is_entry]


def has_files(spec: RegisterSpec) -> bool:
    """Can a record of this register carry files?"""
    return any(item.type == "files" for item in spec.fields)
