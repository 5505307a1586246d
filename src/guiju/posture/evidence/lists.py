"""The three lists, what runs in systems, and risks, checks and reviews by field and subject."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Outcome, Seen, Strength, UnitFacts
from guiju.posture.evidence.deciding import OF_OWN, is_of_own
from guiju.posture.evidence.risks import lacks
from guiju.posture.evidence.watching import CheckCoverage
from guiju.posture.facts import Alert, Check, ListVersion, Review, Risk, Row, SystemFeature, ZeroReport
from guiju.posture.models import Status

#: How long ago a feature may have been used to count as in use.
IN_USE = 6


class Three(base.TestParams):
    kinds: known.Lists = Field(default=("duty", "risk", "process"), min_length=1)


class ListsInUse(kinds.KindsTest):
    name = "lists.in_use"
    label = _l("The lists are in use")
    strength = Strength.DOCUMENT
    reads: ClassVar[tuple[type[Row], ...]] = (ListVersion,)
    Params = Three
    state = True
    grounds = ("approved_by",)
    question = _l("Is there a version in force of each: %(kinds)s?")
    ask = _l("Enter the version in force with its number of rows and who approved it: %(kinds)s")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        empty = isinstance(row, ListVersion) and row.rows == 0
        return super().fault(row, facts, on, params) or (EMPTY if empty else "")


EMPTY = _n("the list has no rows")


class ListsEmbedded(ListsInUse):
    """The list says that it is embedded, and the register of systems knows the feature."""

    name = "lists.embedded"
    label = _l("The lists are embedded in an information system")
    strength = Strength.CROSS_CHECKED
    reads = (ListVersion, SystemFeature)
    full = ("embedded",)
    question = _l("Is each of these embedded in an information system that is live: %(kinds)s?")
    ask = _l("Tick in the version that it is embedded in a system: %(kinds)s")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, ListVersion):
            return why
        wanted = f"lists_{row.kind}"
        live = (each for each in facts.of(SystemFeature) if each.kind == wanted and not base.in_force(each, on))
        return "" if any(each.on is not None for each in live) else _NO_SYSTEM

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        outcome = super().measure(facts, on, params)
        seen = self.look(facts, on, params)
        ready = {row.kind for row, why in seen if why is _NO_SYSTEM and isinstance(row, ListVersion)}
        outcome.figure["ticked"] = sorted(ready - set(outcome.figure["kinds"]))
        return outcome

    def first(self, outcome: Outcome, params: Any) -> kinds.First | None:
        ticked = outcome.figure.get("ticked")
        if not ticked:
            return None
        ask = _l("Enter in which system the list is embedded, and since when")
        return kinds.First(ask, SystemFeature, {"kind": f"lists_{ticked[0]}"})

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(SystemFeature):
            yield from base.force_turns(row)


_NO_SYSTEM = _n("no system in which it is embedded was entered")


class Features(base.TestParams):
    kinds: known.Features = Field(min_length=1)
    used: bool = False


class SystemFeatures(kinds.KindsTest):
    name = "system.features"
    label = _l("It runs in an information system")
    strength = Strength.DATED
    reads = (SystemFeature,)
    Params = Features
    state = True
    grounds = ("system",)
    flags = {"used": kinds.Flag("uses", _l("used in the last six months"))}
    question = _l("Does each of these run in an information system: %(kinds)s%(also)s?")
    ask = _l("Enter in which system it runs, since when, and how often it is used: %(kinds)s")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not params.used or not isinstance(row, SystemFeature):
            return why
        used = row.used_on is not None and base.months_before(on, IN_USE) <= row.used_on <= on
        return "" if used and row.uses else _UNUSED

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(SystemFeature) if params.used else ():
            yield row.used_on
            yield base.months_after(row.used_on, IN_USE) if row.used_on else None


_UNUSED = _n("not used in the last six months")


class RiskFields(base.TestParams):
    fields: known.Fields = Field(min_length=1)


class RiskField(kinds.KindsTest):
    name = "risk.field"
    label = _l("The risks of the field are assessed")
    strength = Strength.DATED
    reads = (Risk,)
    Params = RiskFields
    state = True
    by = "field"
    wanted = "fields"
    grounds = ("owner", "department", "business")
    full = ("level",)
    question = _l("Are there risks with a level in each of these fields: %(fields)s?")
    ask = _l("Enter the risks of the field with level and responsible person: %(fields)s")


class Library(kinds.Need):
    need: int = Field(default=3, ge=1, le=1000)


class RiskLibrary(kinds.RowsTest):
    name = "risk.library"
    label = _l("There is a library of risks with level and owner")
    strength = Strength.DATED
    reads = (Risk,)
    Params = Library
    state = True
    grounds = ("owner", "department", "business")
    full = ("level",)
    question = _l("Are there at least %(need)s risks with level and responsible person or department?")
    ask = _l("Enter the risks with level and who answers for each")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        return super().fault(row, facts, on, params) or lacks(row, "owner")


class CheckFields(RiskFields):
    months: int = Field(default=12, ge=1, le=60)


class CheckField(kinds.KindsTest):
    name = "check.field"
    label = _l("The field is checked")
    strength = Strength.DATED
    reads = (Check,)
    Params = CheckFields
    by = "field"
    wanted = "fields"
    grounds = ("checker", "signer")
    full = ("result",)
    question = _l("Was there a check in each of these fields in the last %(months)s months: %(fields)s?")
    ask = _l("Enter the checks with field, checker and result: %(fields)s")


class AllLevels(CheckCoverage):
    name = "check.all_levels"
    label = _l("A check reached all levels")
    Params = kinds.ShareWindow
    question = _l(
        "Did the checks of all levels of the last %(months)s months cover at least %(percent)s%% of what was to be"
        " checked?"
    )
    ask = _l("Enter the check of all levels with how many were to be checked and how many were")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Check) and row.focus == "all_levels"

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"focus": "all_levels"}


class Zero(kinds.ShareWindow):
    reported: bool = Field(
        default=False, description=_n("true: a signed zero-risk report of the check is asked for besides")
    )


class ZeroReported(kinds.WhenAnyTest):
    """With `reported` a record is half of it: the signed zero-risk report of that check must stand beside it."""

    name = "check.zero_reported"
    label = _l("A check that found nothing says what was looked at and is signed")
    strength = Strength.COVERAGE
    reads = (Check, ZeroReport)
    Params = Zero
    grounds = ("checker", "signer")
    full = ("due_count", "done_count", "signer")
    question = _l(
        "Do at least %(percent)s%% of the checks of the last %(months)s months that found nothing say how much was to"
        " be looked at and was, with a signature?"
    )
    with_report = _l(
        "Do at least %(percent)s%% of the checks of the last %(months)s months that found nothing say how much was to"
        " be looked at and was, and have a signed zero-risk report?"
    )
    ask = _l("Enter in each check that found nothing how much was due, how much was looked at, and who signed")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Check) and row.result == "none"

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, Check):
            return why
        if not (row.due_count and row.done_count):
            return _NOTHING_SEEN
        return _OWN_SIGNATURE if row.signer is not None and row.signer == row.checker else ""

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        signed = {row.of_check for row in facts.of(ZeroReport) if _is_signed(row, on)} if params.reported else None
        for row, why in super().look(facts, on, params):
            yield Seen(row, why or ("" if signed is None or row.uid in signed else _UNREPORTED))

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        if params.reported:
            outcome.figure["kept"] = sum(item.why == _UNREPORTED for item in seen)
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        found = super().status(outcome, params)
        return Status.PARTLY if found == Status.UNMET and outcome.figure.get("kept") else found

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        if params.reported:
            yield from (row.signed_on for row in facts.of(ZeroReport))

    def relations(self, params: Any) -> frozenset[str]:
        return super().relations(params) if params.reported else frozenset({Check.relation})

    def asks(self, params: Any) -> base.Text:
        return self.with_report if params.reported else self.question

    def first(self, outcome: Outcome, params: Any) -> kinds.First | None:
        if outcome.figure.get("kept"):
            return kinds.First(_REPORT_IT, ZeroReport, {})
        return None

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"result": "none"}


def _is_signed(row: ZeroReport, on: date) -> bool:
    """Signed by somebody else than the checker by that day."""
    if row.status != "signed" or row.signer is None or row.signer == row.checker:
        return False
    return row.signed_on is not None and row.signed_on <= on


_REPORT_IT = _l("Make the zero-risk report of each check that found nothing, and have it signed")
_UNREPORTED = _n("no signed zero-risk report")
_NOTHING_SEEN = _n("nothing was looked at")
_OWN_SIGNATURE = _n("signed by the checker himself")


class Handled(kinds.ShareWindow):
    percent: int = Field(default=80, ge=1, le=100)


class AlertHandled(kinds.WhenAnyTest):
    name = "alert.raised_handled"
    label = _l("Alerts that were raised are acted upon")
    strength = Strength.OUTCOME
    reads = (Check, Alert)
    also = (Alert,)
    Params = Handled
    grounds = ("checker", "signer")
    full = ("used",)
    question = _l("Were at least %(percent)s%% of the alerts of the last %(months)s months acted upon?")
    ask = _l("Release the early warnings that were dealt with; tick in checks that raised one that the result was used")

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Alert) or (isinstance(row, Check) and bool(row.alert))

    def day(self, row: Row) -> date | None:
        """A warning counts once it was to be dealt with, or was before."""
        if not isinstance(row, Alert):
            return super().day(row)
        return min((day for day in (row.due_on, row.done_on) if day is not None), default=row.on)

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        if not isinstance(row, Alert):
            return super().fault(row, facts, on, params)
        return "" if row.status in _DEALT_WITH else _NOT_DEALT_WITH

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        for row in self.concerned(facts, params):
            yield row.on
            yield self.day(row)
            if day := self.day(row):
                yield base.months_after(day, params.months)


#: States of the register `alerts` in which something was done.
_DEALT_WITH = frozenset({"handled", "released"})
_NOT_DEALT_WITH = _n("not dealt with in time")


class Reviewed(base.TestParams):
    subjects: known.Subjects = Field(min_length=1)
    months: int = Field(default=12, ge=1, le=60)


class ReviewSubjects(kinds.KindsTest):
    name = "review.subjects"
    label = _l("Each subject is reviewed")
    strength = Strength.DATED
    reads = (Review,)
    Params = Reviewed
    by = "subject"
    wanted = "subjects"
    grounds = ("reviewer",)
    full = ("reviewer", "outcome")
    question = _l("Was each of these reviewed in the last %(months)s months: %(subjects)s?")
    ask = _l("Enter the reviews with reviewer and outcome: %(subjects)s")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        own = isinstance(row, Review) and is_of_own(row)
        return super().fault(row, facts, on, params) or (OF_OWN if own else "")
