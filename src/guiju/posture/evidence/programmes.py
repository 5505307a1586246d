"""Plans, looks abroad, and what a programme of the authority makes of appraisals and awards."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _l
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Strength, UnitFacts
from guiju.posture.evidence.organisation import holders
from guiju.posture.evidence.terms import RoleCode
from guiju.posture.facts import Appointment, Appraisal, Award, OverseasReview, Plan, Row


class Plans(base.TestParams):
    kinds: known.Plans = Field(min_length=1)
    months: int = Field(default=12, ge=1, le=120)
    quantified: bool = False
    scheduled: bool = False


class PlanMade(kinds.KindsTest):
    name = "plan.made"
    label = _l("A plan was approved")
    strength = Strength.DOCUMENT
    reads = (Plan,)
    Params = Plans
    grounds = ("document", "owner")
    flags = {
        "quantified": kinds.Flag("quantified", _l("goals that can be measured")),
        "scheduled": kinds.Flag("scheduled", _l("owners and a schedule")),
    }
    question = _l("Was each of these approved in the last %(months)s months: %(kinds)s%(also)s?")
    ask = _l("Enter the plan with its document, owner and day of approval: %(kinds)s")


class Abroad(base.TestParams):
    kinds: known.Overseas = Field(min_length=1)
    months: int = Field(default=12, ge=1, le=60)
    measured: bool = False


class OverseasReviewed(kinds.KindsTest):
    name = "overseas.reviewed"
    label = _l("Compliance abroad was looked at")
    strength = Strength.DATED
    reads = (OverseasReview,)
    Params = Abroad
    grounds = ("owner",)
    flags = {"measured": kinds.Flag("measure", _l("measures taken"))}
    question = _l("Was each of these looked at in the last %(months)s months: %(kinds)s%(also)s?")
    ask = _l("Enter the look abroad with responsible person, findings and measures: %(kinds)s")


class Appraised(base.TestParams):
    months: int = Field(default=12, ge=1, le=60)
    roles: tuple[RoleCode, ...] = Field(default=("compliance_head",), max_length=8, strict=False)


class AppraisalProgramme(kinds.RowsTest):
    name = "appraisal.programme"
    label = _l("The tasks of the programme are part of appraisals")
    strength = Strength.CROSS_CHECKED
    reads = (Appraisal, Appointment)
    Params = Appraised
    grounds = ("person", "score", "grade")
    full = ("programme",)
    question = _l(
        "Were the tasks of the programme part of the appraisal of the %(roles)s in the last %(months)s months?"
    )
    ask = _l("Enter the appraisal, with its result, and tick that the tasks of the programme were part of it")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Appraisal) and bool(row.programme)

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not params.roles or not isinstance(row, Appraisal) or row.on is None:
            return why
        if row.score is None and not row.grade and not row.file_count:
            return base.LACKS["score"]
        in_office = holders(facts, params.roles, row.on) - {None}
        return "" if row.person in in_office else base.NOT_IN_OFFICE

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"subject": "staff"}


class Awarded(kinds.Window):
    months: int = Field(default=24, ge=1, le=120)


class AwardGiven(kinds.RowsTest):
    name = "award.given"
    label = _l("Units or people were singled out for compliance work")
    strength = Strength.DATED
    reads = (Award,)
    Params = Awarded
    grounds = ("document",)
    question = _l("Was at least %(need)s award for compliance work given in the last %(months)s months?")
    ask = _l("Enter the award with its document")
