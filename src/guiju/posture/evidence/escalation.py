"""Risks that are reported upwards: in time to the head, and settled."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.posture.evidence import kinds
from guiju.posture.evidence.base import Strength, UnitFacts
from guiju.posture.facts import RiskReport, Row


class Analysed(kinds.Eventual):
    percent: int = Field(default=80, ge=1, le=100)
    days: int = Field(default=5, ge=0, le=90, description=_n("days from finding to analysis"))


class ReportAnalysed(kinds.WhenAnyTest):
    name = "risk_report.analysed"
    label = _l("Major risks are reported to the head and analysed in time")
    strength = Strength.CROSS_CHECKED
    reads = (RiskReport,)
    Params = Analysed
    grounds = ("reporter",)
    full = ("analysed_on",)
    question = _l(
        "Were at least %(percent)s%% of the major risks of the last %(months)s months reported and analysed within"
        " %(days)s days of being found?"
    )
    ask = _l("Enter major risks as risk reports on the day they are found, and the head's analysis with its day")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, RiskReport) and row.level == "major"

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, RiskReport) or row.on is None or row.analysed_on is None:
            return why
        return _TOO_LATE if (row.analysed_on - row.on).days > params.days else ""


_TOO_LATE = _n("analysed too late")


class Settled(kinds.Eventual):
    percent: int = Field(default=80, ge=1, le=100)


class ReportSettled(kinds.WhenAnyTest):
    name = "risk_report.settled"
    label = _l("Major risks that were reported are removed")
    strength = Strength.OUTCOME
    reads = (RiskReport,)
    Params = Settled
    dated = "due_on"
    grounds = ("owner", "reporter")
    full = ("done_on",)
    question = _l("Were at least %(percent)s%% of the reported major risks due in the last %(months)s months removed?")
    ask = _l("Settle the risk reports whose time has come: what was done, and when")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, RiskReport) and row.level == "major" and (row.due_on or row.done_on) is not None

    def day(self, row: Row) -> date | None:
        """The day it was due, or settled before."""
        days = (row.due_on, row.done_on) if isinstance(row, RiskReport) else ()
        return min((day for day in days if day is not None), default=None)
