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
    role: str = ""
    person: int | None = None
    starts_on: date | None = None
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
    kind: str = ""
    name: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    document: str = ""
    duties: bool | None = None


@dataclass(slots=True)
class BodyMember(Row):
    """A person's seat in a body."""

    relation: ClassVar[str] = "body_member"
    body: UUID | None = None
    person: int | None = None
    seat: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(slots=True)
class Meeting(Row):
    """A meeting of a body, a hearing of the officers, a coordination between departments."""

    relation: ClassVar[str] = "meeting"
    body: UUID | None = None
    kind: str = ""
    topic_kind: str = ""
    minutes: bool | None = None
    attended: int | None = None
    chaired_by: int | None = None


@dataclass(slots=True)
class Obligation(Row):
    """Something the firm must or has promised to do."""

    relation: ClassVar[str] = "obligation"
    scope: str = ""
    source_kind: str = ""
    business: str = ""
    owner: int | None = None
    measure: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    reviewed_on: date | None = None
    important: bool | None = None


@dataclass(slots=True)
class Risk(Row):
    """A compliance risk with its assessment."""

    relation: ClassVar[str] = "risk"
    field: str = ""
    level: str = ""
    priority: int | None = None
    probability: Decimal | str | None = None
    impact: Decimal | str | None = None
    business: str = ""
    owner: int | None = None
    measure: str = ""
    assessed_on: date | None = None
    review_due: date | None = None


@dataclass(slots=True)
class Response(Row):
    """What is done about a risk: a plan, a contingency plan, a drill, the handling of an event."""

    relation: ClassVar[str] = "response"
    risk: UUID | None = None
    owner: int | None = None
    kind: str = ""
    due_on: date | None = None
    done_on: date | None = None
    process: str | bool | None = None
    result: str = ""


@dataclass(slots=True)
class DueDiligence(Row):
    """A look at a third party or an employee before or while dealing with them."""

    relation: ClassVar[str] = "due_diligence"
    party_kind: str = ""
    result: str = ""
    valid_to: date | None = None


@dataclass(slots=True)
class Policy(Row):
    """A rule of the firm: basic, specific or a guideline, for a mechanism."""

    relation: ClassVar[str] = "policy"
    kind: str = ""
    level: str = ""
    issued_on: date | None = None
    effective_on: date | None = None
    repealed_on: date | None = None
    number: str = ""


@dataclass(slots=True)
class Check(Row):
    """A look at whether things are done right, with how much was to be looked at and how much was."""

    relation: ClassVar[str] = "check"
    period: str = ""
    list_ref: UUID | None = None
    due_count: int | None = None
    checked_count: int | None = None
    result: str = ""
    checker: int | None = None
    signed_by: int | None = None
    method: str = ""


@dataclass(slots=True)
class Rectification(Row):
    """A found fault on its way to being put right."""

    relation: ClassVar[str] = "rectification"
    source: str = ""
    found_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    owner: int | None = None
    accepted_by: int | None = None
    accountability: bool | None = None
    cause: str = ""


@dataclass(slots=True)
class Review(Row):
    """A compliance review of a policy, contract, decision, project or product."""

    relation: ClassVar[str] = "review"
    subject: str = ""
    outcome: str = ""
    reviewer: int | None = None
    decided_on: date | None = None
    reported_on: date | None = None


@dataclass(slots=True)
class MonitoringPlan(Row):
    """What is watched, how often, by which indicators."""

    relation: ClassVar[str] = "monitoring_plan"
    mechanism: str = ""
    frequency: str = ""
    indicators: bool | str | None = None


@dataclass(slots=True)
class Audit(Row):
    """A compliance audit."""

    relation: ClassVar[str] = "audit"
    kind: str = ""
    findings: int | None = None
    report: bool | None = None


@dataclass(slots=True)
class ManagementReview(Row):
    """Management looks at compliance, periodically or because something is new."""

    relation: ClassVar[str] = "management_review"
    trigger: str = ""
    conclusion: str = ""


@dataclass(slots=True)
class Investigation(Row):
    """An inquiry opened on a signal."""

    relation: ClassVar[str] = "investigation"
    source: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    outcome: str = ""


@dataclass(slots=True)
class DisclosureChannel(Row):
    """A way in for reports of wrongdoing."""

    relation: ClassVar[str] = "disclosure_channel"
    kind: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    handler: int | None = None
    protected: bool | None = None


@dataclass(slots=True)
class DisclosureLog(Row):
    """A report of wrongdoing as a line of a log, without who made it."""

    relation: ClassVar[str] = "disclosure_log"
    received_on: date | None = None
    channel: str = ""
    handled_on: date | None = None
    outcome: str = ""
    handler: int | None = None


@dataclass(slots=True)
class Analysis(Row):
    """A look at whether a mechanism works, and what was changed after it."""

    relation: ClassVar[str] = "analysis"
    mechanism: str = ""
    period: str = ""
    conclusion: str = ""
    changes: int | None = None


@dataclass(slots=True)
class ReportDelivery(Row):
    """A compliance report from somebody to somebody."""

    relation: ClassVar[str] = "report_delivery"
    kind: str = ""
    period: str = ""
    reporter: int | None = None
    receiver: str | int | None = None
    form: str = ""
    read_on: date | None = None
    acted: bool | None = None


@dataclass(slots=True)
class Training(Row):
    """A training that took place."""

    relation: ClassVar[str] = "training"
    hours: Decimal | None = None
    audience: str = ""
    attended: int | None = None
    due: int | None = None
    topic: str = ""
    culture: bool | None = None


@dataclass(slots=True)
class Commitment(Row):
    """A signed promise to comply."""

    relation: ClassVar[str] = "commitment"
    person: int | None = None
    person_kind: str = ""
    valid_to: date | None = None


@dataclass(slots=True)
class Publicity(Row):
    """Compliance culture made known inside or outside."""

    relation: ClassVar[str] = "publicity"
    channel: str = ""
    kind: str = ""


@dataclass(slots=True)
class PersonnelAction(Row):
    """Hiring, promotion, award or sanction."""

    relation: ClassVar[str] = "personnel_action"
    kind: str = ""
    person: int | None = None
    culture_considered: bool | None = None
    reason: str = ""


@dataclass(slots=True)
class Accountability(Row):
    """A decision on somebody's wrongdoing."""

    relation: ClassVar[str] = "accountability"
    person: int | None = None
    decision: str = ""
    published_on: date | None = None


@dataclass(slots=True)
class Resource(Row):
    """People, money, tools or time given to a mechanism, and who approved it."""

    relation: ClassVar[str] = "resource"
    mechanism: str = ""
    kind: str = ""
    period: str = ""
    budget: Decimal | None = None
    spent: Decimal | None = None
    headcount: int | None = None
    approved_by: int | None = None
    document: str = ""


@dataclass(slots=True)
class Objective(Row):
    """A compliance objective of the firm itself, its target, and how far it was reached."""

    relation: ClassVar[str] = "objective"
    period: str = ""
    indicator: str = ""
    target: Decimal | str | None = None
    actual: Decimal | str | None = None
    evaluated_on: date | None = None
    rate: Decimal | None = None


@dataclass(slots=True)
class Appraisal(Row):
    """The yearly assessment of compliance work of a person or department."""

    relation: ClassVar[str] = "appraisal"
    period: str = ""
    subject: str = ""
    person: int | None = None
    score: Decimal | str | None = None


@dataclass(slots=True)
class Survey(Row):
    """What employees, customers or partners answered."""

    relation: ClassVar[str] = "survey"
    audience: str = ""
    asked: int | None = None
    answered: int | None = None
    score: Decimal | None = None
    kind: str = ""


@dataclass(slots=True)
class Recusal(Row):
    """Somebody stood aside because of a conflict of interest, and who took over."""

    relation: ClassVar[str] = "recusal"
    person: int | None = None
    matter: str = ""
    replaced_by: int | None = None


@dataclass(slots=True)
class Opinion(Row):
    """A written opinion of an officer on a matter, before it is decided."""

    relation: ClassVar[str] = "opinion"
    person: int | None = None
    matter: str = ""
    decision_on: date | None = None


@dataclass(slots=True)
class MechanismChange(Row):
    """A measure or mechanism was adapted, and why."""

    relation: ClassVar[str] = "mechanism_change"
    trigger: str = ""
    what: str = ""
    mechanism: str = ""


RELATIONS: dict[str, type[Row]] = {
    kind.relation: kind
    for kind in (
        Appointment, Body, BodyMember, Meeting, Obligation, Risk, Response, DueDiligence, Policy, Check, Rectification,
        Review, MonitoringPlan, Audit, ManagementReview, Investigation, DisclosureChannel, DisclosureLog, Analysis,
        ReportDelivery, Training, Commitment, Publicity, PersonnelAction, Accountability, Resource, Objective,
        Appraisal, Survey, Recusal, Opinion, MechanismChange,
    )
}  # fmt: skip

#: Columns that every source has under the same name; a register may still map `on` or `title` to another field.
COMMON = tuple(field.name for field in fields(Row))


def columns(relation: str) -> tuple[str, ...]:
    """The columns of a relation, the common ones first."""
    return tuple(field.name for field in fields(RELATIONS[relation]))


def defaults(relation: str) -> tuple[Any, ...]:
    """What a column holds when no register fills it."""
    return tuple(field.default for field in fields(RELATIONS[relation]))
