"""Facts of risks, checks and what was done about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from guiju.posture.facts.base import Row


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
class ZeroReport(Row):
    """The report of a check that found nothing: of which check, and who signed it when."""

    relation: ClassVar[str] = "zero_report"
    day: ClassVar[str] = "made_on"
    of_check: UUID | None = None
    due_count: int | None = None
    done_count: int | None = None
    checker: int | None = None
    signer: int | None = None
    signed_on: date | None = None
    department: int | None = None


@dataclass(slots=True)
class Alert(Row):
    """An early warning: until when it was to be dealt with, and when it was released."""

    relation: ClassVar[str] = "alert"
    day: ClassVar[str] = "issued_on"
    level: str = ""
    field: str = ""
    owner: int | None = None
    department: int | None = None
    due_on: date | None = None
    done_on: date | None = None


@dataclass(slots=True)
class RiskReport(Row):
    """A risk that somebody reported upwards, when it was analysed and when it was settled."""

    relation: ClassVar[str] = "risk_report"
    day: ClassVar[str] = "found_on"
    level: str = ""
    field: str = ""
    reporter: int | None = None
    owner: int | None = None
    department: int | None = None
    due_on: date | None = None
    analysed_on: date | None = None
    done_on: date | None = None


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
class Inspection(Row):
    """The third line, or somebody above, looked at how compliance is carried out."""

    relation: ClassVar[str] = "inspection"
    day: ClassVar[str] = "reported_on"
    kind: str = ""
    field: str = ""
    inspector: str = ""
    findings: int | None = None
    settled: int | None = None
    number: str = ""
    department: int | None = None


@dataclass(slots=True)
class ManagementReview(Row):
    """Management looks at compliance, periodically or because something is new."""

    relation: ClassVar[str] = "management_review"
    day: ClassVar[str] = "held_on"
    trigger: str = ""
    chaired_by: int | None = None
    measures: int | None = None


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
    field: str = ""
    department: int | None = None


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
