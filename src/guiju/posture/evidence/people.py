"""Studies, examinations, training by audience, and ways to make compliance known."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field, model_validator

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Strength
from guiju.posture.evidence.terms import Every
from guiju.posture.facts import Exam, Publicity, Study, Training, TrainingPlan


class Studied(kinds.Cycle):
    kinds: known.Studies = ()
    every: Every = "year"
    months: int = Field(default=24, ge=1, le=60)
    at_least: int = Field(default=1, ge=1, le=24)


class StudyHeld(kinds.CycleTest):
    name = "study.held"
    label = _l("The Party committee studies")
    strength = Strength.DATED
    reads = (Study,)
    Params = Studied
    grounds = ("chaired_by", "document", "attended")
    match = {"kind": "kinds"}
    question = _l("Was there a study (%(kinds)s) in every %(every)s of the last %(months)s months?")
    ask = _l("Enter the study with who chaired it, attendance and record")


class Examined(base.TestParams):
    kinds: known.Exams = Field(min_length=1)
    months: int = Field(default=12, ge=1, le=60)


class ExamHeld(kinds.KindsTest):
    name = "exam.held"
    label = _l("Examinations are held")
    strength = Strength.DATED
    reads = (Exam,)
    Params = Examined
    grounds = ("attended",)
    full = ("attended",)
    question = _l("Was each of these held in the last %(months)s months: %(kinds)s?")
    ask = _l("Enter the examination with how many were due and how many came: %(kinds)s")


class Trained(base.TestParams):
    audiences: known.Audiences = Field(min_length=1)
    months: int = Field(default=12, ge=1, le=60)


class TrainingAudiences(kinds.KindsTest):
    name = "training.audiences"
    label = _l("Each audience is trained")
    strength = Strength.DATED
    reads = (Training,)
    Params = Trained
    by = "audience"
    wanted = "audiences"
    grounds = ("attended",)
    full = ("attended",)
    question = _l("Was each of these trained in the last %(months)s months: %(audiences)s?")
    ask = _l("Enter the training of each audience with its attendance: %(audiences)s")


class TrainingsPlanned(Trained):
    audiences: known.Audiences = ()


class TrainingPlanned(kinds.KindsTest):
    """Without named audiences one line of a plan will do."""

    name = "training.planned"
    label = _l("Training is planned")
    strength = Strength.DATED
    reads = (TrainingPlan,)
    Params = TrainingsPlanned
    by = "audience"
    wanted = "audiences"
    grounds = ("owner",)
    question = _l("Was training of each audience (%(audiences)s) planned in the last %(months)s months?")
    ask = _l("Enter the plan of trainings with audience and responsible person")

    def concerns(self, row: Any, params: Any) -> bool:
        return not params.audiences or row.audience in params.audiences

    def need(self, params: Any) -> int:
        return super().need(params) or 1

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"audience": params.audiences[0]} if params.audiences else {}

    def remaining(self, outcome: base.Outcome, params: Any) -> dict[str, Any]:
        return dict(super().remaining(outcome, params)) if params.audiences else {}


class Varied(kinds.Window):
    kinds: known.MadeKnown = Field(min_length=1, description=_n("the ways that count; need says how many of them"))
    need: int = Field(default=1, ge=1, le=11, description=_n("so many different kinds"))

    @model_validator(mode="after")
    def enough(self) -> Varied:
        """More kinds cannot be asked for than are named."""
        if self.need > len(set(self.kinds)):
            names = {"need": self.need, "kinds": len(set(self.kinds))}
            raise ValueError(_("“need” is %(need)s, but only %(kinds)s kinds are named.") % names)
        return self


class PublicityVaried(kinds.KindsTest):
    name = "publicity.varied"
    label = _l("Compliance is made known in different ways")
    strength = Strength.DATED
    reads = (Publicity,)
    Params = Varied
    grounds = ("channel",)
    question = _l(
        "Was compliance made known in at least %(need)s of these ways in the last %(months)s months: %(kinds)s?"
    )
    ask = _l("Enter what was published or held, with its channel: %(kinds)s")

    def each(self, params: Any) -> int:
        return 1

    def need(self, params: Any) -> int:
        return int(params.need)
