"""Facts of obligations, rules, lists, reviews and plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from guiju.posture.facts.base import Row


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
class Policy(Row):
    """A rule of the firm for a mechanism."""

    relation: ClassVar[str] = "policy"
    day: ClassVar[str] = "issued_on"
    mechanism: str = ""
    level: str = ""
    name: str = ""
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
class CounselOpinion(Row):
    """Advice of outside counsel."""

    relation: ClassVar[str] = "counsel_opinion"
    day: ClassVar[str] = "given_on"
    kind: str = ""
    counsel: str = ""
    adopted: bool | None = None


@dataclass(slots=True)
class Consultation(Row):
    """A question about compliance and its answer."""

    relation: ClassVar[str] = "consultation"
    day: ClassVar[str] = "asked_on"
    kind: str = ""
    answered_on: date | None = None
    answered_by: int | None = None
    department: int | None = None


@dataclass(slots=True)
class Review(Row):
    """A compliance review of a policy, contract, decision or product."""

    relation: ClassVar[str] = "review"
    day: ClassVar[str] = "reviewed_on"
    subject: str = ""
    name: str = ""
    number: str = ""
    about: str = ""
    party: str = ""
    reference: str = ""
    submitter: int | None = None
    reviewer: int | None = None
    outcome: str = ""
    valid_until: date | None = None
    decided_on: date | None = None
    reported_on: date | None = None
    signed_by: str = ""
    adopted: bool | None = None
    department: int | None = None
    #: Since when the row says what it says; None where the review was held here and the row follows it.
    said_on: date | None = None
    #: Why it speaks for nothing that was carried out; empty where it may.
    bar: str = ""
    #: Its number, unless a review that was held here has that number.
    own_number: str = ""


@dataclass(slots=True)
class Contract(Row):
    """A contract that was signed."""

    relation: ClassVar[str] = "contract"
    day: ClassVar[str] = "signed_on"
    name: str = ""
    number: str = ""
    party: str = ""
    amount: Decimal | None = None
    review: UUID | None = None
    department: int | None = None


@dataclass(slots=True)
class Resolution(Row):
    """A major decision that was taken by a meeting."""

    relation: ClassVar[str] = "resolution"
    day: ClassVar[str] = "decided_on"
    name: str = ""
    reviewed_as: str = ""
    department: int | None = None
