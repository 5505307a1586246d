"""The fact relations: what evidence tests read, whatever register or table holds it.

Each relation is one class; its fields are the relation's fixed columns. Registers say in their YAML which of their
fields feed which column. Later work may feed a relation from another table without touching a test or a pack.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID


@dataclass(slots=True)
class Row:
    """What every fact has: whose it is, where it stands, when it happened and when it was recorded."""

    relation: ClassVar[str] = ""
    #: What registers call the day it happened or began; everybody reads it as `on`.
    day: ClassVar[str] = "on"
    unit_id: int = 0
    uid: UUID | None = None
    register: str = ""
    title: str = ""
    on: date | None = None
    recorded_at: datetime | None = None
    created_at: datetime | None = None
    status: str = ""
    file_count: int = 0
    entry_id: int = 0


@dataclass(slots=True)
class Appointment(Row):
    """Somebody holds a compliance office from-to, by a document, with a qualification."""

    relation: ClassVar[str] = "appointment"
    day: ClassVar[str] = "starts_on"
    role: str = ""
    person: int | None = None
    ends_on: date | None = None
    document: str = ""
    authority: str = ""
    qualification: str = ""
    external: bool | None = None
    department: int | None = None


@dataclass(slots=True)
class Body(Row):
    """A committee, leading group, department or board that answers for compliance."""

    relation: ClassVar[str] = "body"
    day: ClassVar[str] = "starts_on"
    kind: str = ""
    name: str = ""
    ends_on: date | None = None
    document: str = ""
    duties: bool | None = None
    mandate: str = ""


@dataclass(slots=True)
class BodyMember(Row):
    """A person's seat in a body."""

    relation: ClassVar[str] = "body_member"
    day: ClassVar[str] = "starts_on"
    body: UUID | None = None
    person: int | None = None
    seat: str = ""
    ends_on: date | None = None


@dataclass(slots=True)
class Meeting(Row):
    """A meeting and its topic."""

    relation: ClassVar[str] = "meeting"
    day: ClassVar[str] = "held_on"
    topic: str = ""
    body: UUID | None = None
    chaired_by: int | None = None
    attended: int | None = None
    number: str = ""
    resolved: bool | None = None
    #: What is to be done in the next period was arranged (004 第十条).
    next_plan: bool | None = None


@dataclass(slots=True)
class Obligation(Row):
    """Something the firm must or has promised to do."""

    relation: ClassVar[str] = "obligation"
    day: ClassVar[str] = "identified_on"
    scope: str = ""
    source: str = ""
    business: str = ""
    important: bool | None = None
    owner: int | None = None
    department: int | None = None
    measured: bool | None = None
    reviewed_on: date | None = None
    ends_on: date | None = None


@dataclass(slots=True)
class Risk(Row):
    """A compliance risk with its assessment."""

    relation: ClassVar[str] = "risk"
    day: ClassVar[str] = "assessed_on"
    field: str = ""
    level: str = ""
    priority: int | None = None
    probability: int | None = None
    impact: int | None = None
    business: str = ""
    owner: int | None = None
    department: int | None = None
    measured: bool | None = None
    review_due: date | None = None
    closed_on: date | None = None


@dataclass(slots=True)
class Response(Row):
    """What is done about a risk: a plan, a contingency plan, a drill, the handling of an event."""

    relation: ClassVar[str] = "response"
    day: ClassVar[str] = "made_on"
    kind: str = ""
    risk: UUID | None = None
    level: str = ""
    process: str = ""
    works_with: str = ""
    owner: int | None = None
    due_on: date | None = None
    done_on: date | None = None
    effective: bool | None = None
    department: int | None = None


@dataclass(slots=True)
class DueDiligence(Row):
    """A look at a third party or an employee before or while dealing with them."""

    relation: ClassVar[str] = "due_diligence"
    day: ClassVar[str] = "done_on"
    party: str = ""
    person: int | None = None
    result: str = ""
    valid_to: date | None = None


@dataclass(slots=True)
class Policy(Row):
    """A rule of the firm for a mechanism."""

    relation: ClassVar[str] = "policy"
    day: ClassVar[str] = "issued_on"
    mechanism: str = ""
    level: str = ""
    number: str = ""
    reviewed_on: date | None = None
    repealed_on: date | None = None
    method: bool | None = None
    process: bool | None = None
    protects: str = ""
    veto: str = ""
    owner: int | None = None
    field: str = ""
    arises_from: UUID | None = None
    department: int | None = None


@dataclass(slots=True)
class Check(Row):
    """A look at whether things are done right, with how much was to be looked at and how much was."""

    relation: ClassVar[str] = "check"
    day: ClassVar[str] = "checked_on"
    focus: str = ""
    business: str = ""
    due_count: int | None = None
    done_count: int | None = None
    result: str = ""
    alert: bool | None = None
    used: bool | None = None
    checker: int | None = None
    signer: int | None = None
    field: str = ""
    department: int | None = None


@dataclass(slots=True)
class Rectification(Row):
    """A found fault on its way to being put right."""

    relation: ClassVar[str] = "rectification"
    day: ClassVar[str] = "found_on"
    source: str = ""
    cause: str = ""
    systemic: bool | None = None
    due_on: date | None = None
    done_on: date | None = None
    owner: int | None = None
    acceptor: int | None = None
    repeats: UUID | None = None
    accountable: bool | None = None


@dataclass(slots=True)
class Review(Row):
    """A compliance review of a policy, contract, decision or product."""

    relation: ClassVar[str] = "review"
    day: ClassVar[str] = "reviewed_on"
    subject: str = ""
    submitter: int | None = None
    reviewer: int | None = None
    outcome: str = ""
    decided_on: date | None = None
    reported_on: date | None = None
    signed_by: str = ""
    adopted: bool | None = None


@dataclass(slots=True)
class MonitoringPlan(Row):
    """What is watched, how often, by which indicators."""

    relation: ClassVar[str] = "monitoring_plan"
    day: ClassVar[str] = "approved_on"
    cycle: str = ""
    indicators: str = ""
    sources: str = ""
    use: str = ""
    covers_key: bool | None = None
    valid_to: date | None = None
    owner: int | None = None


@dataclass(slots=True)
class Audit(Row):
    """A compliance audit."""

    relation: ClassVar[str] = "audit"
    day: ClassVar[str] = "reported_on"
    kind: str = ""
    auditor: str = ""
    findings: int | None = None
    settled: int | None = None
    number: str = ""


@dataclass(slots=True)
class ManagementReview(Row):
    """Management looks at compliance, periodically or because something is new."""

    relation: ClassVar[str] = "management_review"
    day: ClassVar[str] = "held_on"
    trigger: str = ""
    chaired_by: int | None = None
    measures: int | None = None


@dataclass(slots=True)
class Investigation(Row):
    """An inquiry opened on a signal."""

    relation: ClassVar[str] = "investigation"
    day: ClassVar[str] = "opened_on"
    source: str = ""
    closed_on: date | None = None
    lead: int | None = None
    outcome: str = ""


@dataclass(slots=True)
class DisclosureChannel(Row):
    """A way in for reports of wrongdoing."""

    relation: ClassVar[str] = "disclosure_channel"
    day: ClassVar[str] = "opened_on"
    kind: str = ""
    closed_on: date | None = None
    handler: int | None = None
    protected: bool | None = None
    rule: str = ""
    announced: str = ""


@dataclass(slots=True)
class Disclosure(Row):
    """A report of wrongdoing as a line of a log, without who made it."""

    relation: ClassVar[str] = "disclosure"
    day: ClassVar[str] = "received_on"
    matter: str = ""
    handler: int | None = None
    settled_on: date | None = None
    outcome: str = ""
    gap_found: bool | None = None
    measure: str = ""


@dataclass(slots=True)
class MechanismReview(Row):
    """A look at whether a mechanism works, and what was changed after it."""

    relation: ClassVar[str] = "mechanism_review"
    day: ClassVar[str] = "done_on"
    mechanism: str = ""
    kind: str = ""
    period: str = ""
    owner: int | None = None
    measures: int | None = None
    fits: bool | None = None
    business: str = ""


@dataclass(slots=True)
class ReportDelivery(Row):
    """A compliance report from somebody to somebody."""

    relation: ClassVar[str] = "report_delivery"
    day: ClassVar[str] = "delivered_on"
    kind: str = ""
    period: str = ""
    form: str = ""
    reporter: int | None = None
    receiver: int | None = None
    read_on: date | None = None
    checked: bool | None = None
    acted: bool | None = None


@dataclass(slots=True)
class ReportingRule(Row):
    """Who reports what to whom, in which form and how often."""

    relation: ClassVar[str] = "reporting_rule"
    day: ClassVar[str] = "set_on"
    reporter: int | None = None
    receiver: int | None = None
    contents: str = ""
    form: str = ""
    cycle: str = ""
    truth: str = ""
    ends_on: date | None = None


@dataclass(slots=True)
class Training(Row):
    """A training that took place."""

    relation: ClassVar[str] = "training"
    day: ClassVar[str] = "held_on"
    audience: str = ""
    mechanism: str = ""
    culture: bool | None = None
    due: int | None = None
    attended: int | None = None
    hours: Decimal | None = None
    organiser: str = ""


@dataclass(slots=True)
class Commitment(Row):
    """A signed promise to comply."""

    relation: ClassVar[str] = "commitment"
    day: ClassVar[str] = "signed_on"
    person: int | None = None
    rank: str = ""
    valid_to: date | None = None
    number: str = ""


@dataclass(slots=True)
class Publicity(Row):
    """Compliance culture made known inside or outside."""

    relation: ClassVar[str] = "publicity"
    day: ClassVar[str] = "published_on"
    kind: str = ""
    channel: str = ""
    person: int | None = None
    reached: int | None = None


@dataclass(slots=True)
class PersonnelAction(Row):
    """Hiring, promotion, award or sanction."""

    relation: ClassVar[str] = "personnel_action"
    day: ClassVar[str] = "decided_on"
    kind: str = ""
    person: int | None = None
    considered: bool | None = None
    reason: str = ""


@dataclass(slots=True)
class Accountability(Row):
    """A decision on somebody's wrongdoing."""

    relation: ClassVar[str] = "accountability"
    day: ClassVar[str] = "decided_on"
    kind: str = ""
    person: int | None = None
    rectification: UUID | None = None
    violated_on: date | None = None
    decided_by: str = ""
    published_on: date | None = None


@dataclass(slots=True)
class Resource(Row):
    """People, money, tools or decisions given to a mechanism, and who approved it."""

    relation: ClassVar[str] = "resource"
    day: ClassVar[str] = "approved_on"
    mechanism: str = ""
    form: str = ""
    approved_by: int | None = None
    document: str = ""
    budget: Decimal | None = None
    spent: Decimal | None = None
    headcount: int | None = None
    valid_to: date | None = None


@dataclass(slots=True)
class Objective(Row):
    """A compliance objective of the firm itself, its target, and how far it was reached."""

    relation: ClassVar[str] = "objective"
    day: ClassVar[str] = "set_on"
    period: str = ""
    target: Decimal | None = None
    actual: Decimal | None = None
    evaluated_on: date | None = None
    reached: bool | None = None
    owner: int | None = None


@dataclass(slots=True)
class Appraisal(Row):
    """The assessment of compliance work of a person or department."""

    relation: ClassVar[str] = "appraisal"
    day: ClassVar[str] = "done_on"
    subject: str = ""
    person: int | None = None
    period: str = ""
    score: Decimal | None = None
    grade: str = ""
    #: The tasks of a programme were part of it.
    programme: bool | None = None


@dataclass(slots=True)
class Survey(Row):
    """What employees, customers or partners answered."""

    relation: ClassVar[str] = "survey"
    day: ClassVar[str] = "done_on"
    kind: str = ""
    audience: str = ""
    asked: int | None = None
    answered: int | None = None
    score: Decimal | None = None
    previous: Decimal | None = None
    improved: bool | None = None


@dataclass(slots=True)
class Recusal(Row):
    """Somebody stood aside because of a conflict of interest, and who took over."""

    relation: ClassVar[str] = "recusal"
    day: ClassVar[str] = "declared_on"
    person: int | None = None
    replaced_by: int | None = None
    kind: str = ""


@dataclass(slots=True)
class WorkRecord(Row):
    """A report, list, note or case that shows a mechanism at work."""

    relation: ClassVar[str] = "work_record"
    day: ClassVar[str] = "made_on"
    mechanism: str = ""
    form: str = ""
    person: int | None = None


@dataclass(slots=True)
class PolicyStocktake(Row):
    """All rules of the firm gone through: how many are in force at which level, sorted by business or not."""

    relation: ClassVar[str] = "policy_stocktake"
    day: ClassVar[str] = "taken_on"
    cutoff_on: date | None = None
    total: int | None = None
    basic: int | None = None
    specific: Decimal | None = None
    guideline: Decimal | None = None
    classified: bool | None = None
    graded: bool | None = None


@dataclass(slots=True)
class PolicyPlan(Row):
    """One line of a plan to enact, amend, repeal or interpret rules."""

    relation: ClassVar[str] = "policy_plan"
    day: ClassVar[str] = "planned_on"
    action: str = ""
    level: str = ""
    period: str = ""
    due_on: date | None = None
    done_on: date | None = None
    owner: int | None = None
    department: int | None = None


@dataclass(slots=True)
class Plan(Row):
    """A plan that was approved: of a programme, of improvement, of rectification, of a special field."""

    relation: ClassVar[str] = "plan"
    day: ClassVar[str] = "approved_on"
    kind: str = ""
    field: str = ""
    period: str = ""
    owner: int | None = None
    document: str = ""
    quantified: bool | None = None
    scheduled: bool | None = None


@dataclass(slots=True)
class ListVersion(Row):
    """A version of one of the three lists of a department, or of the unit."""

    relation: ClassVar[str] = "list_version"
    day: ClassVar[str] = "in_force_on"
    kind: str = ""
    department: int | None = None
    rows: int | None = None
    approved_by: int | None = None
    ends_on: date | None = None
    embedded: bool | None = None


@dataclass(slots=True)
class SystemFeature(Row):
    """Something of compliance that runs in an information system."""

    relation: ClassVar[str] = "system_feature"
    day: ClassVar[str] = "live_on"
    kind: str = ""
    system: str = ""
    used_on: date | None = None
    uses: int | None = None
    ends_on: date | None = None


@dataclass(slots=True)
class Study(Row):
    """A study of the party committee's theory group."""

    relation: ClassVar[str] = "study"
    day: ClassVar[str] = "held_on"
    kind: str = ""
    attended: int | None = None
    chaired_by: int | None = None
    document: str = ""


@dataclass(slots=True)
class Exam(Row):
    """An examination, an assessment, or sitting in on a court hearing."""

    relation: ClassVar[str] = "exam"
    day: ClassVar[str] = "held_on"
    kind: str = ""
    due: int | None = None
    attended: int | None = None
    passed: Decimal | None = None


@dataclass(slots=True)
class TrainingPlan(Row):
    """One line of a year's training plan."""

    relation: ClassVar[str] = "training_plan"
    day: ClassVar[str] = "planned_on"
    audience: str = ""
    period: str = ""
    due_on: date | None = None
    done_on: date | None = None
    owner: int | None = None


@dataclass(slots=True)
class OverseasReview(Row):
    """A look at compliance abroad: set-up and people, projects, disputes, risks."""

    relation: ClassVar[str] = "overseas_review"
    day: ClassVar[str] = "reviewed_on"
    kind: str = ""
    region: str = ""
    staff: int | None = None
    findings: int | None = None
    measure: str = ""
    owner: int | None = None
    due_on: date | None = None
    done_on: date | None = None


@dataclass(slots=True)
class AuthorityReport(Row):
    """Something sent to an authority or association."""

    relation: ClassVar[str] = "authority_report"
    day: ClassVar[str] = "sent_on"
    kind: str = ""
    period: str = ""
    due_on: date | None = None
    number: str = ""
    receiver: str = ""
    receipt: str = ""
    sender: int | None = None


@dataclass(slots=True)
class LeaderAction(Row):
    """What a leader did himself: deployed, researched on the spot, instructed, urged."""

    relation: ClassVar[str] = "leader_action"
    day: ClassVar[str] = "acted_on"
    kind: str = ""
    person: int | None = None
    document: str = ""


@dataclass(slots=True)
class MediaReport(Row):
    """A report in the media about the firm's compliance work."""

    relation: ClassVar[str] = "media_report"
    day: ClassVar[str] = "published_on"
    level: str = ""
    platform: str = ""
    url: str = ""


@dataclass(slots=True)
class Award(Row):
    """A unit or person singled out for compliance work."""

    relation: ClassVar[str] = "award"
    day: ClassVar[str] = "decided_on"
    kind: str = ""
    person: int | None = None
    level: str = ""
    document: str = ""


@dataclass(slots=True)
class CounselOpinion(Row):
    """Advice of outside counsel."""

    relation: ClassVar[str] = "counsel_opinion"
    day: ClassVar[str] = "given_on"
    kind: str = ""
    counsel: str = ""
    adopted: bool | None = None


@dataclass(slots=True)
class DecisionOpinion(Row):
    """What a compliance head or officer said before a major decision, and when it was decided."""

    relation: ClassVar[str] = "decision_opinion"
    day: ClassVar[str] = "given_on"
    role: str = ""
    person: int | None = None
    decided_on: date | None = None
    adopted: bool | None = None
    written: bool | None = None


@dataclass(slots=True)
class SelfCheck(Row):
    """A written opinion after a self-check."""

    relation: ClassVar[str] = "self_check"
    day: ClassVar[str] = "given_on"
    role: str = ""
    subject: str = ""
    risk: str = ""
    person: int | None = None
    reported_on: date | None = None
    number: str = ""
    department: int | None = None


@dataclass(slots=True)
class DutyLog(Row):
    """A line of what a compliance person did."""

    relation: ClassVar[str] = "duty_log"
    day: ClassVar[str] = "done_on"
    role: str = ""
    person: int | None = None
    kind: str = ""


@dataclass(slots=True)
class Consultation(Row):
    """A question about compliance and its answer."""

    relation: ClassVar[str] = "consultation"
    day: ClassVar[str] = "asked_on"
    kind: str = ""
    answered_on: date | None = None
    answered_by: int | None = None
    department: int | None = None


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
