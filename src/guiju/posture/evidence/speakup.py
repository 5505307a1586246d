"""Speaking up and reporting upwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence.base import Outcome, Seen, Strength, UnitFacts
from guiju.posture.evidence.organisation import MASTERS, leaders
from guiju.posture.evidence.terms import Every, covers
from guiju.posture.facts import (
    Appointment,
    Body,
    BodyMember,
    Disclosure,
    DisclosureChannel,
    MechanismReview,
    ReportDelivery,
    Row,
)
from guiju.posture.models import Status


class Channels(kinds.Need):
    handled: bool = Field(default=True, description=_n("somebody must handle what comes in"))


class ChannelOpen(kinds.RowsTest):
    name = "channel.open"
    label = _l("A channel for reports of wrongdoing is open and somebody handles it")
    strength = Strength.DOCUMENT
    reads = (DisclosureChannel,)
    Params: ClassVar[type[base.TestParams]] = Channels
    state = True
    grounds = ("rule", "handler", "announced")
    question = _l("Is at least %(need)s channel for reports of wrongdoing open?")
    ask = _l("Enter the channel (informal ones too), who handles it and how the staff learned of it")

    def asks(self, params: Any) -> base.Text:
        return _HANDLED if params.handled else self.question

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        return why or ("" if not params.handled or base.filled(row, "handler") else base.LACKS["handler"])


_HANDLED = _l("Is at least %(need)s channel for reports of wrongdoing open, with somebody who handles it?")


class ChannelProtected(kinds.RowsTest):
    name = "channel.protected"
    label = _l("Confidentiality and protection from retaliation are written down")
    strength = Strength.DOCUMENT
    reads = (DisclosureChannel,)
    Params = kinds.Need
    state = True
    grounds = ("rule",)
    full = ("protected",)
    question = _l("Are confidentiality and protection written down for at least %(need)s open channel?")
    ask = _l("Tick in the channel that protection is written down, and say where")


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


class HandledInTime(kinds.Eventual):
    percent: int = Field(default=90, ge=1, le=100)
    days: int = Field(default=60, ge=1, le=365)


class DisclosureHandled(kinds.PromptTest):
    name = "disclosure.handled"
    label = _l("Reports of wrongdoing are handled in time, with an outcome")
    strength = Strength.OUTCOME
    reads = (Disclosure,)
    Params = HandledInTime
    settled = "settled_on"
    grounds = ("handler",)
    full = ("settled_on", "outcome")
    question = _l(
        "Were at least %(percent)s%% of the reports of wrongdoing of the last %(months)s months handled"
        " within %(days)s days?"
    )
    ask = _l("Enter in the log when each report was handled and with what outcome")


class Analysed(base.TestParams):
    years: int = Field(default=1, ge=1, le=3, description=_n("so many complete years back"))


class DisclosureAnalysed(kinds.Asked):
    """A complete year without any report of wrongdoing needs an analysis of whether the channel works.

    It may be made in that year or later about it; in the half-year after it is not late yet. A year with reports asks
    nothing here, nor does one before a channel was open; but without any channel there is nothing to be content with.
    """

    name = "disclosure.analysed"
    label = _l("The channel is analysed when nobody reported")
    strength = Strength.CROSS_CHECKED
    reads = (MechanismReview, Disclosure, DisclosureChannel)
    Params = Analysed
    question = _l("Was the channel analysed for each of the last %(years)s year(s) in which nobody reported anything?")
    ask = _l("Enter the analysis of the channel for the year, with responsible person and conclusion")

    def analyses(self, facts: UnitFacts, on: date) -> Iterator[MechanismReview]:
        """Analyses of the channel by the day."""
        for row in facts.of(MechanismReview):
            if covers(row.mechanism, "speakup") and row.on is not None and row.on <= on:
                yield row

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        since = date(on.year - params.years, 1, 1)
        for row in self.analyses(facts, on):
            if row.on is not None and row.on >= since:
                yield Seen(row, "" if row.owner or row.file_count else base.NO_BASIS)

    def concerns_year(self, row: MechanismReview, year: int) -> bool:
        """Is the analysis about that year?"""
        if row.period:
            return row.period.startswith(str(year))
        return row.on is not None and date(year, 1, 1) <= row.on <= date(year + 1, 12, 31)

    def silent(self, facts: UnitFacts, on: date, params: Any) -> list[int]:
        """The complete years in which a channel was open and nobody reported."""
        opened = [row.on.year for row in facts.of(DisclosureChannel) if row.on is not None and row.on <= on]
        heard = {row.on.year for row in facts.of(Disclosure) if row.on is not None}
        years = range(on.year - params.years, on.year)
        return [year for year in years if year not in heard and opened and min(opened) <= year]

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        outcome = super().measure(facts, on, params)
        rows = [row for row in self.analyses(facts, on) if row.owner or row.file_count]
        years = self.silent(facts, on, params)
        done = [year for year in years if any(self.concerns_year(row, year) for row in rows)]
        opened = any(row.on is not None and row.on <= on for row in facts.of(DisclosureChannel))
        grace = on < date(on.year, 7, 1) and years == [on.year - 1]
        outcome.figure = {"ok": len(done), "of": len(years), "open": opened, "grace": grace}
        outcome.n, outcome.ok = len(years), len(done)
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        figure = outcome.figure
        if not figure.get("of"):
            return Status.NA if figure.get("open") else Status.UNMET
        if outcome.ok >= figure["of"]:
            return Status.MET
        return Status.PARTLY if outcome.ok or figure.get("grace") else Status.UNMET

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"mechanism": "speakup", "kind": "review"}

    def first(self, outcome: Outcome, params: Any) -> kinds.First | None:
        if outcome.figure.get("open"):
            return None
        return kinds.First(_l("Enter the channel first"), DisclosureChannel, {})

    def figure_text(self, outcome: Outcome) -> str:
        return _("%(ok)s of %(of)s years without reports analysed") % {
            "ok": outcome.ok,
            "of": outcome.figure.get("of", 0),
        }

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield date(on.year + 1, 1, 1)
        yield date(on.year, 7, 1)
        for kind in self.reads:
            for row in facts.of(kind):
                yield row.on


class Delivered(kinds.Cycle):
    top: bool = Field(default=True, description=_n("the receiver leads the firm"))
    every: Every = "half"
    months: int = Field(default=12, ge=1, le=60)
    at_least: int = Field(default=1, ge=1, le=24)


class ReportDelivered(kinds.CycleTest):
    name = "report.delivered"
    label = _l("Compliance reports reach the top regularly")
    strength = Strength.DATED
    reads = (ReportDelivery, Appointment, Body, BodyMember)
    Params = Delivered
    grounds = ("reporter",)
    full = ("reporter", "receiver")
    question = _l("Was a compliance report delivered in every %(every)s of the last %(months)s months?")
    ask = _l("Enter the report with reporter, receiver and the report itself")

    def concerns(self, row: Row, params: Any) -> bool:
        return upward(row)

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"kind": "regular"}

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not params.top or not isinstance(row, ReportDelivery) or row.on is None:
            return why
        return "" if row.receiver in leaders(facts, MASTERS, row.on) else base.NOT_LEADER


def upward(row: Row) -> bool:
    """A compliance report, not what a liaison tells the compliance officer about a violation."""
    return isinstance(row, ReportDelivery) and row.kind != "violation"


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

    def concerns(self, row: Row, params: Any) -> bool:
        return upward(row)

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

    def concerns(self, row: Row, params: Any) -> bool:
        return upward(row)
