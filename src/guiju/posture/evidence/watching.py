"""Checks, monitoring, audits, reviews and what follows from what they find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Outcome, Seen, Strength, UnitFacts
from guiju.posture.facts import (
    Accountability,
    Audit,
    Check,
    Disclosure,
    Investigation,
    ManagementReview,
    MonitoringPlan,
    Rectification,
    Row,
)
from guiju.posture.models import Status


class Checked(kinds.Cycle):
    focus: known.Focuses = ()


class CheckRegular(kinds.CycleTest):
    name = "check.regular"
    label = _l("Checks are made regularly")
    strength = Strength.DATED
    reads = (Check,)
    Params = Checked
    grounds = ("checker", "signer")
    full = ("result",)
    match = {"focus": "focus"}
    question = _l("Was there a check in every %(every)s of the last %(months)s months?")
    ask = _l("Enter the checks with checker and result; nothing found is a result too")

    def asks(self, params: Any) -> base.Text:
        return _FOCUSED if params.focus else self.question


_FOCUSED = _l("Was there a check (%(focus)s) in every %(every)s of the last %(months)s months?")


class Coverage(kinds.ShareWindow):
    percent: int = Field(default=80, ge=1, le=100)


class CheckCoverage(kinds.ShareTest):
    name = "check.coverage"
    label = _l("Checks cover what was to be checked")
    strength = Strength.COVERAGE
    reads = (Check,)
    Params: ClassVar[type[base.TestParams]] = Coverage
    state = False
    is_share = False
    grounds = ("checker", "signer")
    question = _l(
        "Did the checks of the last %(months)s months cover at least %(percent)s%% of what was to be checked?"
    )
    ask = _l("Enter in each check how much was to be checked and how much was")

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        good = [item.row for item in seen if not item.why and isinstance(item.row, Check)]
        due = sum(row.due_count or 0 for row in good)
        done = sum(min(row.done_count or 0, row.due_count or 0) for row in good)
        outcome.figure = {"ok": done, "of": due, "rows": len(seen)}
        outcome.n, outcome.ok = (due, done) if due else (len(seen), 0)
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        if not outcome.figure.get("of"):
            return Status.PARTLY if outcome.figure.get("rows") else Status.UNMET
        return super().status(outcome, params)


class Used(kinds.ShareWindow):
    percent: int = Field(default=60, ge=1, le=100)


class CheckUsed(kinds.WhenAnyTest):
    name = "check.used"
    label = _l("What checks find is used for improvement")
    strength = Strength.OUTCOME
    reads = (Check,)
    Params = Used
    grounds = ("checker", "signer")
    full = ("used",)
    question = _l("Were at least %(percent)s%% of the checks with findings of the last %(months)s months used?")
    ask = _l("Tick in the checks with findings that the result was used")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Check) and row.result in {"general", "major"}


class Plans(kinds.Window):
    key: bool = Field(default=False, description=_n("it must cover key people, posts and links"))
    indicators: bool = Field(default=True, description=_n("it must name warning indicators"))


class MonitoringPlanned(kinds.RowsTest):
    name = "monitoring.planned"
    label = _l("There is a monitoring plan with a cycle and indicators")
    strength = Strength.DOCUMENT
    reads = (MonitoringPlan,)
    Params = Plans
    grounds = ("owner", "indicators")
    full = ("cycle",)
    question = _l("Was a monitoring plan with a cycle approved in the last %(months)s months?")
    ask = _l("Enter the monitoring plan with cycle, indicators and the key people, posts and links it covers")

    def asks(self, params: Any) -> base.Text:
        return _INDICATORS if params.indicators else self.question

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params) or base.in_force(row, on)
        if not why and params.indicators and not base.filled(row, "indicators"):
            return base.LACKS["indicators"]
        lacking = params.key and isinstance(row, MonitoringPlan) and not row.covers_key
        return why or (base.LACKS["covers_key"] if lacking else "")

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(MonitoringPlan):
            yield from base.force_turns(row)


_INDICATORS = _l("Was a monitoring plan with a cycle and warning indicators approved in the last %(months)s months?")


class Audits(kinds.Window):
    kinds: known.Audits = ()


class AuditDone(kinds.RowsTest):
    name = "audit.done"
    label = _l("Compliance audits are carried out")
    strength = Strength.DATED
    reads = (Audit,)
    Params = Audits
    grounds = ("number", "auditor")
    match = {"kind": "kinds"}
    question = _l("Was there at least %(need)s compliance audit with a report in the last %(months)s months?")
    ask = _l("Enter the audit with its report and the number of findings")


class Managed(kinds.Window):
    triggers: known.Triggers = ()


class ManagementReviewDone(kinds.RowsTest):
    name = "management_review.done"
    label = _l("Management reviews compliance")
    strength = Strength.DATED
    reads = (ManagementReview,)
    Params = Managed
    grounds = ("chaired_by",)
    full = ("chaired_by",)
    match = {"trigger": "triggers"}
    question = _l("Did management review compliance (%(triggers)s) in the last %(months)s months?")
    ask = _l("Enter the management review with who chaired it and how many measures followed")

    def status(self, outcome: Outcome, params: Any) -> Status:
        """Whether there was something new to review, only a person can say."""
        status = super().status(outcome, params)
        asks_new = bool(params.triggers) and _NEW.issuperset(params.triggers)
        return Status.PERSON if asks_new and not outcome.n else status


#: What comes up when it comes up; a periodic review is due whatever happens.
_NEW = frozenset({"new_policy", "new_business", "new_product", "new_market", "event"})


class Signals(kinds.ShareWindow):
    percent: int = Field(default=80, ge=1, le=100)
    days: int = Field(default=30, ge=1, le=365)
    disclosures: bool = Field(default=True, description=_n("reports of wrongdoing are signals too"))


class InvestigationOpened(kinds.Asked):
    name = "investigation.opened"
    label = _l("Signals are followed by an investigation")
    strength = Strength.CROSS_CHECKED
    reads = (Investigation, Check, Disclosure)
    Params = Signals
    question = _l(
        "Were at least %(percent)s%% of the signals of the last %(months)s months followed by an investigation"
        " within %(days)s days?"
    )
    ask = _l("Enter the investigation of each grave finding or disclosure")

    def signals(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Row]:
        """Grave findings and disclosures of the window."""
        since = base.months_before(on, params.months)
        rows: list[Row] = [row for row in facts.of(Check) if row.alert or row.result == "major"]
        if params.disclosures:
            rows += facts.of(Disclosure)
        for row in rows:
            if row.on is not None and since <= row.on <= on:
                yield row

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        opened = [(row.on, row) for row in facts.of(Investigation) if row.on is not None and row.on <= on and row.lead]
        opened.sort(key=lambda item: (item[0], item[1].entry_id))
        # Each investigation answers one signal, the earliest still open.
        for row in sorted(self.signals(facts, on, params), key=lambda row: (row.on or on, row.entry_id)):
            assert row.on is not None
            last = row.on + timedelta(days=params.days)
            match = next((item for item in opened if row.on <= item[0] <= last), None)
            if match is not None:
                opened.remove(match)
                yield Seen(row, "")
            elif on <= last:
                yield Seen(row, _PENDING)
            else:
                yield Seen(row, _NOT_INVESTIGATED)
        # Others were opened on signals that are not in these registers, such as a doubt that somebody voiced.
        since = base.months_before(on, params.months)
        for day, inquiry in opened:
            if day >= since:
                yield Seen(inquiry, "")

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        """Signals whose time is still running are not counted."""
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        outcome.n -= sum(1 for item in seen if item.why is _PENDING)
        outcome.figure = self.figure(outcome, facts, params)
        return outcome

    def figure(self, outcome: Outcome, facts: UnitFacts, params: Any) -> dict[str, Any]:
        return {"ok": outcome.ok, "of": outcome.n}

    def status(self, outcome: Outcome, params: Any) -> Status:
        return kinds.share_status(outcome, params.percent) if outcome.n else Status.PERSON

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        for kind in self.reads:
            for row in facts.of(kind):
                yield from base.window_turns(row, params.months)
                yield row.on + timedelta(days=params.days + 1) if row.on is not None else None


_PENDING = _n("there is still time to investigate")
_NOT_INVESTIGATED = _n("no investigation in time")


class Closed(kinds.Eventual):
    percent: int = Field(default=80, ge=1, le=100)
    in_time: bool = Field(default=True, description=_n("done by the due date"))


class ClosedOf(Closed):
    sources: known.Origins = ()


class RectificationClosed(kinds.WhenAnyTest):
    name = "rectification.closed"
    label = _l("What was found is put right in time and accepted by another person")
    strength = Strength.OUTCOME
    reads = (Rectification,)
    Params = ClosedOf
    match = {"source": "sources"}
    dated = "due_on"
    grounds = ("owner",)
    full = ("done_on", "acceptor")
    question = _l(
        "Were at least %(percent)s%% of the rectifications due in the last %(months)s months done in time and"
        " accepted by another person?"
    )
    ask = _l("Close the rectifications: done on, accepted by another person")

    def asks(self, params: Any) -> base.Text:
        if params.sources:
            return _OF_SOURCES if params.in_time else _DONE_OF_SOURCES
        return self.question if params.in_time else _DONE

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Rectification) and row.due_on is not None and super().concerns(row, params)

    def day(self, row: Row) -> date | None:
        """The day it was due, or done before."""
        days = (row.due_on, row.done_on) if isinstance(row, Rectification) else ()
        return min((day for day in days if day is not None), default=None)

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Rectification) or row.done_on is None or row.due_on is None:
            return why
        if row.acceptor == row.owner:
            return _SAME
        return _LATE if params.in_time and row.done_on > row.due_on else ""


_DONE = _l(
    "Were at least %(percent)s%% of the rectifications due in the last %(months)s months done and accepted by another"
    " person?"
)
_OF_SOURCES = _l(
    "Were at least %(percent)s%% of the rectifications (found by: %(sources)s) due in the last %(months)s months done in"
    " time and accepted by another person?"
)
_DONE_OF_SOURCES = _l(
    "Were at least %(percent)s%% of the rectifications (found by: %(sources)s) due in the last %(months)s months done"
    " and accepted by another person?"
)
_SAME = _n("accepted by the person who did it")
_LATE = _n("done after the due date")


class Accounted(kinds.Eventual):
    percent: int = Field(default=50, ge=1, le=100)


class RectificationAccounted(kinds.WhenAnyTest):
    name = "rectification.accounted"
    label = _l("Wrongdoing is put right and somebody is held to account")
    strength = Strength.COVERAGE
    reads = (Rectification, Accountability)
    Params = Accounted
    grounds = ("owner",)
    full = ("done_on",)
    question = _l(
        "Were at least %(percent)s%% of the faults found in the last %(months)s months put right and accounted for?"
    )
    ask = _l("Enter in the rectification when it was done and that somebody was held to account")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Rectification) or row.accountable:
            return why
        decided = any(
            each.rectification == row.uid and each.on is not None and each.on <= on for each in facts.of(Accountability)
        )
        return "" if decided and row.uid is not None else base.LACKS["accountable"]

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Accountability):
            yield row.on


class Recurrence(base.TestParams):
    months: int = Field(default=12, ge=1, le=60)
    most: int = Field(default=0, ge=0, le=20, description=_n("at most so many causes may come back"))


class RecurrenceNone(kinds.Asked):
    name = "recurrence.none"
    label = _l("The same fault does not come back")
    strength = Strength.OUTCOME
    reads = (Check, Rectification)
    Params = Recurrence
    question = _l("Did no cause of a fault come back in the last %(months)s months, checks having been made?")
    ask = _l("Make checks, and name the cause in each rectification")

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        since = base.months_before(on, params.months)
        for check in facts.of(Check):
            if check.on is not None and since <= check.on <= on:
                yield Seen(check, "" if check.checker or check.signer or check.file_count else base.NO_BASIS)
        seen: Counter[str] = Counter()
        for row in sorted(facts.of(Rectification), key=lambda row: (row.on or on, row.entry_id)):
            day = row.on
            if day is not None and since <= day <= on:
                if not row.cause and row.repeats is None:
                    yield Seen(row, base.LACKS["cause"])
                    continue
                seen[row.cause] += 1
                again = row.repeats is not None or (row.cause and seen[row.cause] > 1)
                early = row.source in {"self_check", "monitoring"}
                yield Seen(row, (_EARLY if early else _AGAIN) if again else "")

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        checks = sum(1 for item in seen if isinstance(item.row, Check) and not item.why)
        again = sum(1 for item in seen if item.why is _AGAIN)
        early = sum(1 for item in seen if item.why is _EARLY)
        unnamed = sum(1 for item in seen if item.why is base.LACKS["cause"])
        outcome.figure = {"checks": checks, "again": again, "early": early, "unnamed": unnamed}
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        figure = outcome.figure
        if figure.get("again", 0) > params.most:
            return Status.UNMET
        if not figure.get("checks"):
            return Status.PARTLY if outcome.n else Status.UNMET
        return Status.PARTLY if figure.get("unnamed") or figure.get("early") else Status.MET

    def figure_text(self, outcome: Outcome) -> str:
        figure = {"again": 0, "checks": 0, **outcome.figure}
        back = figure["again"] + figure.get("early", 0)
        return _("%(again)s came back, %(checks)s checks made") % {**figure, "again": back}

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        for check in facts.of(Check):
            yield from base.window_turns(check, params.months)
        for row in facts.of(Rectification):
            yield from base.window_turns(row, params.months)


_AGAIN = _n("the same cause as before")
_EARLY = _n("the same cause as before, but the firm found it itself")


class GapsClosed(kinds.WhenAnyTest):
    name = "gaps.closed"
    label = _l("Gaps in the system found by audits and investigations are closed")
    strength = Strength.CROSS_CHECKED
    reads = (Rectification, Audit)
    Params = Closed
    grounds = ("owner",)
    full = ("cause", "done_on")
    question = _l(
        "Were at least %(percent)s%% of the systemic gaps and audits with findings of the last %(months)s months"
        " taken up and closed with their cause?"
    )
    ask = _l("Close the rectifications and name the cause of each")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Rectification) and bool(row.systemic)

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        yield from super().look(facts, on, params)
        since = base.months_before(on, params.months)
        found = [row.on for row in facts.of(Rectification) if row.on is not None and row.on <= on]
        for audit in facts.of(Audit):
            if audit.findings and audit.on is not None and since <= audit.on <= on:
                yield Seen(audit, "" if any(day >= audit.on for day in found) else _NOT_TAKEN_UP)

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(Rectification):
            yield row.on
        for audit in facts.of(Audit):
            yield from base.window_turns(audit, params.months)


_NOT_TAKEN_UP = _n("its findings were not taken up")


class Published(kinds.Eventual):
    percent: int = Field(default=80, ge=1, le=100)
    days: int = Field(
        default=0, ge=0, le=1000, description=_n("from finding the fault to the decision; 0 asks nothing")
    )


class DecisionPublished(kinds.WhenAnyTest):
    name = "decision.published"
    label = _l("Decisions on wrongdoing are made known")
    strength = Strength.COVERAGE
    reads = (Accountability, Rectification)
    Params = Published
    grounds = ("person", "decided_by")
    full = ("published_on",)
    question = _l("Were at least %(percent)s%% of the decisions on wrongdoing of the last %(months)s months published?")
    ask = _l("Enter the decision and the day it was published")

    def asks(self, params: Any) -> base.Text:
        return _IN_DAYS if params.days else self.question

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not params.days or not isinstance(row, Accountability) or row.on is None or row.rectification is None:
            return why
        found = next((each.on for each in facts.of(Rectification) if each.uid == row.rectification), None)
        return _TARDY if found is not None and (row.on - found).days > params.days else ""


_IN_DAYS = _l(
    "Were at least %(percent)s%% of the decisions on wrongdoing of the last %(months)s months made within %(days)s"
    " days and published?"
)
_TARDY = _n("decided too late")


class DecisionTaken(kinds.WhenAnyTest):
    name = "decision.taken"
    label = _l("Wrongdoing leads to decisions")
    strength = Strength.DATED
    reads = (Accountability,)
    Params = kinds.Eventual
    grounds = ("person", "decided_by")
    question = _l("Was somebody held to account for wrongdoing in the last %(months)s months?")
    ask = _l("Enter the decision with the person and who decided")
