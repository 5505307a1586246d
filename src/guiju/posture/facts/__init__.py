"""The fact relations: what evidence tests read, whatever register or table holds it.

Each relation is one class; its fields are the relation's fixed columns. Registers say in their YAML which of their
fields feed which column. Later work may feed a relation from another table without touching a test or a pack.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from guiju.posture.facts.base import (
    Row,
)
from guiju.posture.facts.culture import (
    Commitment,
    Exam,
    PersonnelAction,
    Publicity,
    Study,
    Survey,
    Training,
    TrainingPlan,
)
from guiju.posture.facts.organisation import (
    Appointment,
    Appraisal,
    Award,
    Body,
    BodyMember,
    DecisionOpinion,
    DutyLog,
    LeaderAction,
    Meeting,
    Objective,
    Recusal,
    Resource,
)
from guiju.posture.facts.risks import (
    Alert,
    Audit,
    Check,
    DueDiligence,
    Inspection,
    Investigation,
    ManagementReview,
    MechanismReview,
    MonitoringPlan,
    OverseasReview,
    Rectification,
    Response,
    Risk,
    RiskReport,
    SelfCheck,
    ZeroReport,
)
from guiju.posture.facts.rules import (
    Consultation,
    Contract,
    CounselOpinion,
    ListVersion,
    Obligation,
    Plan,
    Policy,
    PolicyPlan,
    PolicyStocktake,
    Resolution,
    Review,
    SystemFeature,
)
from guiju.posture.facts.telling import (
    Accountability,
    AuthorityReport,
    Disclosure,
    DisclosureChannel,
    MediaReport,
    ReportDelivery,
    ReportingRule,
    WorkRecord,
)

__all__ = [
    "FILES",
    "RELATIONS",
    "Accountability",
    "Alert",
    "Appointment",
    "Appraisal",
    "Audit",
    "AuthorityReport",
    "Award",
    "Body",
    "BodyMember",
    "Check",
    "Commitment",
    "Consultation",
    "Contract",
    "CounselOpinion",
    "DecisionOpinion",
    "Disclosure",
    "DisclosureChannel",
    "DueDiligence",
    "DutyLog",
    "Exam",
    "Inspection",
    "Investigation",
    "LeaderAction",
    "ListVersion",
    "ManagementReview",
    "MechanismReview",
    "MediaReport",
    "Meeting",
    "MonitoringPlan",
    "Objective",
    "Obligation",
    "OverseasReview",
    "PersonnelAction",
    "Plan",
    "Policy",
    "PolicyPlan",
    "PolicyStocktake",
    "Publicity",
    "Rectification",
    "Recusal",
    "ReportDelivery",
    "ReportingRule",
    "Resolution",
    "Resource",
    "Response",
    "Review",
    "Risk",
    "RiskReport",
    "Row",
    "SelfCheck",
    "Study",
    "Survey",
    "SystemFeature",
    "Training",
    "TrainingPlan",
    "WorkRecord",
    "ZeroReport",
    "defaults",
    "names",
]

RELATIONS: dict[str, type[Row]] = {
    kind.relation: kind
    for kind in (
        Appointment,
        Body,
        BodyMember,
        Meeting,
        Obligation,
        Risk,
        Response,
        DueDiligence,
        Policy,
        Check,
        ZeroReport,
        Rectification,
        Review,
        MonitoringPlan,
        Audit,
        ManagementReview,
        Investigation,
        DisclosureChannel,
        Disclosure,
        MechanismReview,
        ReportDelivery,
        ReportingRule,
        Training,
        Commitment,
        Publicity,
        PersonnelAction,
        Accountability,
        Resource,
        Objective,
        Appraisal,
        Survey,
        Recusal,
        WorkRecord,
        PolicyStocktake,
        PolicyPlan,
        Plan,
        ListVersion,
        SystemFeature,
        Study,
        Exam,
        TrainingPlan,
        OverseasReview,
        AuthorityReport,
        LeaderAction,
        MediaReport,
        Award,
        CounselOpinion,
        DecisionOpinion,
        SelfCheck,
        DutyLog,
        Consultation,
        Alert,
        RiskReport,
        Inspection,
        Contract,
        Resolution,
    )
}

#: What registers may call `file_count`.
FILES = "documents"


def names(relation: str) -> frozenset[str]:
    """The columns of a relation that a register may feed."""
    kind = RELATIONS[relation]
    own = {field.name for field in fields(kind)} - {"unit_id", "uid", "register", "entry_id"}
    return frozenset(own | {kind.day, FILES})


def defaults(relation: str) -> dict[str, Any]:
    """Every column with what it holds when no register fills it, in the order of the class."""
    return {field.name: field.default for field in fields(RELATIONS[relation])}
