"""Facts of offices, bodies, leaders and what they are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from guiju.posture.facts.base import Row


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
    department: int | None = None
    rules: UUID | None = None


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
class Recusal(Row):
    """Somebody stood aside because of a conflict of interest, and who took over."""

    relation: ClassVar[str] = "recusal"
    day: ClassVar[str] = "declared_on"
    person: int | None = None
    replaced_by: int | None = None
    kind: str = ""


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
class LeaderAction(Row):
    """What a leader did himself: deployed, researched on the spot, instructed, urged."""

    relation: ClassVar[str] = "leader_action"
    day: ClassVar[str] = "acted_on"
    kind: str = ""
    person: int | None = None
    document: str = ""


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
    #: On what: the words, the number of the review with the place in it, the agenda item and the review.
    name: str = ""
    number: str = ""
    item: UUID | None = None
    review: UUID | None = None


@dataclass(slots=True)
class DutyLog(Row):
    """A line of what a compliance person did."""

    relation: ClassVar[str] = "duty_log"
    day: ClassVar[str] = "done_on"
    role: str = ""
    person: int | None = None
    kind: str = ""


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
class Award(Row):
    """A unit or person singled out for compliance work."""

    relation: ClassVar[str] = "award"
    day: ClassVar[str] = "decided_on"
    kind: str = ""
    person: int | None = None
    level: str = ""
    document: str = ""
