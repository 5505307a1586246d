"""Facts of training, commitment and culture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from guiju.posture.facts.base import Row


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
class Exam(Row):
    """An examination, an assessment, or sitting in on a court hearing."""

    relation: ClassVar[str] = "exam"
    day: ClassVar[str] = "held_on"
    kind: str = ""
    due: int | None = None
    attended: int | None = None
    passed: Decimal | None = None


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
