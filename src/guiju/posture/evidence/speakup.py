"""Speaking up and reporting upwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence.base import Outcome, Seen, Strength, UnitFacts
from guiju.posture.evidence.terms import Every
from guiju.posture.facts import Disclosure, DisclosureChannel, MechanismReview, ReportDelivery, Row
from guiju.posture.models import Status


class ChannelOpen(kinds.RowsTest):
    name = "channel.open"
    label = _l("A channel for reports of wrongdoing is open and somebody handles it")
    strength = Strength.DOCUMENT
    reads = (DisclosureChannel,)
    Params = kinds.Need
    state = True
    grounds = ("rule",)
    full: ClassVar[tuple[str, ...]] = ("handler",)
    question = _l("Is at least %(need)s channel for reports of wrongdoing open, with somebody who handles it?")
    ask = _l("Enter the channel with its handler")


class ChannelProtected(ChannelOpen):
    name = "channel.protected"
    label = _l("Confidentiality and protection from retaliation are written down")
    full = ("handler", "protected")
    question = _l("Are confidentiality and protection written down for at least %(need)s open channel?")
    ask = _l("Tick in the channel that protection is written down, and attach the rule")


class DisclosureReceived(kinds.RowsTest):
    name = "disclosure.received"
    label = _l("Reports of wrongdoing are received and logged")
    strength = Strength.DATED
    reads = (Disclosure,)
    Params = kinds.Window
    grounds = ("handler",)
    question = _l("Was at least %(need)s report of wrongdoing received and logged in the last %(months)s months?")
    ask = _l("Enter received reports in the log, without who made them")

    def status(self, outcome: Outcome, params: Any) -> Status:
        """That nobody reported can be good or bad: a person must say."""
        return super().status(outcome, params) if outcome.n else Status.PERSON


class HandledInTime(kinds.ShareWindow):
    percent: int = Field(default=90, ge=1, le=100)
    days: int = Field(default=60, ge=1, le=365)


class DisclosureHandled(kinds.WhenAnyTest):
    name = "disclosure.handled"
    label = _l("Reports of wrongdoing are handled in time, with an outcome")
    strength = Strength.OUTCOME
    reads = (Disclosure,)
    Params = HandledInTime
    grounds = ("handler",)
    full = ("settled_on", "outcome")
    question = _l(
        "Were at least %(percent)s%% of the reports of wrongdoing of the last %(months)s months handled"
        " within %(days)s days?"
    )
    ask = _l("Enter in the log when each report was handled and with what outcome")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Disclosure) or row.on is None or row.settled_on is None:
            return why
        return "" if (row.settled_on - row.on).days <= params.days else base.OLD


class Analysed(base.TestParams):
    years: int = Field(default=1, ge=1, le=3)


class DisclosureAnalysed(kinds.Asked):
    """Looks at the complete years behind and at the running one as soon as something can be said about it.

    A year without any disclosure needs an analysis of why, made in it or in the six months after; a year with
    disclosures needs one of their results. Until a first year is over, an analysis made in it counts.
    """

    name = "disclosure.analysed"
    label = _l("Reports of wrongdoing are analysed, also when nobody reported")
    strength = Strength.CROSS_CHECKED
    reads = (MechanismReview, Disclosure)
    Params = Analysed
    question = _l("Was the channel analysed for each of the last %(years)s year(s), also when nobody reported?")
    ask = _l("Enter the analysis of the channel for the year, with responsible person and conclusion")

    def good(self, facts: UnitFacts, on: date) -> Iterator[MechanismReview]:
        """Analyses of the channel by the day."""
        for row in facts.of(MechanismReview):
            if row.mechanism == "speakup" and row.on is not None and row.on <= on:
                yield row

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        since = date(on.year - params.years, 1, 1)
        for row in self.good(facts, on):
            if row.on is not None and row.on >= since:
                yield Seen(row, "" if row.owner or row.file_count else base.NO_BASIS)

    def covers(self, row: MechanismReview, year: int) -> bool:
        """Is the analysis about that year?"""
        if row.period:
            return row.period.startswith(str(year))
        return row.on is not None and date(year, 1, 1) <= row.on <= date(year + 1, 6, 30)

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        outcome = super().measure(facts, on, params)
        rows = [row for row in self.good(facts, on) if row.owner or row.file_count]
        years = range(on.year - params.years, on.year)
        done = [year for year in years if any(self.covers(row, year) for row in rows)]
        running = any(self.covers(row, on.year) for row in rows)
        received = sum(1 for row in facts.of(Disclosure) if row.on is not None and row.on.year in years)
        outcome.figure = {"ok": len(done), "of": len(years), "running": running, "received": received}
        outcome.n, outcome.ok = len(years), len(done)
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        if outcome.ok >= outcome.figure.get("of", 1):
            return Status.MET
        return Status.PARTLY if outcome.ok or outcome.figure.get("running") else Status.UNMET

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"mechanism": "speakup"}

    def figure_text(self, outcome: Outcome) -> str:
        return _("%(ok)s of %(of)s years analysed, %(received)s reports received") % {
            "ok": outcome.ok,
            "of": outcome.figure.get("of", 1),
            "received": outcome.figure.get("received", 0),
        }

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield date(on.year + 1, 1, 1)
        for row in facts.of(MechanismReview):
            yield row.on
        for log in facts.of(Disclosure):
            yield log.on


class Delivered(kinds.Cycle):
    every: Every = "half"
    months: int = Field(default=12, ge=1, le=60)
    at_least: int = Field(default=1, ge=1, le=24)


class ReportDelivered(kinds.CycleTest):
    name = "report.delivered"
    label = _l("Compliance reports reach the top regularly")
    strength = Strength.DATED
    reads = (ReportDelivery,)
    Params = Delivered
    grounds = ("reporter",)
    full = ("reporter", "receiver")
    question = _l("Was a compliance report delivered in every %(every)s of the last %(months)s months?")
    ask = _l("Enter the report with reporter, receiver and the report itself")


class Evidenced(kinds.ShareWindow):
    percent: int = Field(default=80, ge=1, le=100)


class ReportKept(kinds.ShareTest):
    name = "report.kept"
    label = _l("Reports are checked and kept unchanged")
    strength = Strength.COVERAGE
    reads = (ReportDelivery,)
    Params = Evidenced
    state = False
    grounds = ("reporter",)
    full = ("checked",)
    question = _l(
        "Were at least %(percent)s%% of the reports of the last %(months)s months checked against the registers,"
        " and are they kept as sealed files?"
    )
    ask = _l("Check the figures of the report and attach it as it was delivered")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        return super().fault(row, facts, on, params) or ("" if row.file_count else base.NO_BASIS)


class ReportActedOn(kinds.ShareTest):
    name = "report.acted_on"
    label = _l("Reports are read and acted on")
    strength = Strength.OUTCOME
    reads = (ReportDelivery,)
    Params = kinds.ShareWindow
    state = False
    grounds = ("reporter",)
    full = ("read_on", "acted")
    question = _l("Were at least %(percent)s%% of the reports of the last %(months)s months read and acted on?")
    ask = _l("Enter in the report when it was read and what was done")
