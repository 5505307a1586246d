"""What leaders and compliance people did themselves: acts, hearings, opinions, logs and answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field

from guiju.posture.evidence import base, kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Outcome, Seen, Strength, UnitFacts
from guiju.posture.evidence.organisation import BodyMeets, holders
from guiju.posture.evidence.terms import Every, RoleCode
from guiju.posture.facts import (
    Appointment,
    Consultation,
    CounselOpinion,
    DecisionOpinion,
    DutyLog,
    LeaderAction,
    Meeting,
    Review,
    Row,
    SelfCheck,
)
from guiju.posture.models import Status


class Acted(kinds.Window):
    kinds: known.Acts = ()
    roles: tuple[RoleCode, ...] = Field(default=("first_responsible",), min_length=1, max_length=8, strict=False)


class LeaderActs(kinds.RowsTest):
    name = "leader.acts"
    label = _l("The leader acts himself")
    strength = Strength.CROSS_CHECKED
    reads = (LeaderAction, Appointment)
    Params = Acted
    grounds = ("person", "document")
    full = ("person",)
    match = {"kind": "kinds"}
    question = _l("Did the %(roles)s act (%(kinds)s) at least %(need)s time(s) in the last %(months)s months?")
    ask = _l("Enter what the %(roles)s did, and when, with the record of it")

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        why = super().fault(row, facts, on, params)
        if why or not isinstance(row, LeaderAction) or row.on is None:
            return why
        return "" if row.person in holders(facts, params.roles, row.on) else base.NOT_IN_OFFICE


class HearingParams(kinds.Cycle):
    at_least: int = Field(default=1, ge=1, le=24)
    chairs: tuple[RoleCode, ...] = Field(
        default=("first_responsible",),
        strict=False,
        description=_n("one of these must have chaired; none given: anybody"),
    )
    next_plan: bool = True


class HearingHeld(BodyMeets):
    name = "hearing.held"
    label = _l("The leader hears the compliance people regularly and arranges what comes next")
    strength = Strength.CROSS_CHECKED
    Params = HearingParams
    match = {}
    flags = {"next_plan": kinds.Flag("next_plan", _l("the work of the next period arranged"))}
    question = _l("Was there a hearing in every %(every)s of the last %(months)s months%(also)s?")
    ask = _l("Enter the hearings as meetings, with chair, minutes and whether the next period's work was arranged")

    def asks(self, params: Any) -> base.Text:
        return _CHAIRED if params.chairs else self.question

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Meeting) and row.topic == "quarterly_hearing"

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"topic": "quarterly_hearing"}


_CHAIRED = _l(
    "Was there a hearing chaired by one of: %(chairs)s, in every %(every)s of the last %(months)s months%(also)s?"
)


class Opined(kinds.Cycle):
    roles: tuple[RoleCode, ...] = Field(min_length=1, max_length=8, strict=False)
    months: int = Field(default=12, ge=1, le=60)
    at_least: int = Field(default=1, ge=1, le=24)
    subjects: known.Checked = ()


class SelfCheckOpined(kinds.EachCycleTest):
    name = "self_check.opined"
    label = _l("A written opinion follows each self-check")
    strength = Strength.DATED
    reads = (SelfCheck,)
    Params = Opined
    grounds = ("person", "number")
    full = ("person", "risk")
    match = {"role": "roles", "subject": "subjects"}
    question = _l(
        "Did each of the %(roles)s give an opinion after a self-check (%(subjects)s) in every %(every)s of the last"
        " %(months)s months?"
    )
    ask = _l("Enter the opinions of the %(roles)s after their self-checks, with the risk found")


class Logged(kinds.Cycle):
    roles: tuple[RoleCode, ...] = Field(default=("compliance_staff",), min_length=1, max_length=8, strict=False)
    every: Every = "month"
    months: int = Field(default=6, ge=1, le=60)
    at_least: int = Field(default=1, ge=1, le=24)


class DutyLogged(kinds.EachCycleTest):
    name = "duty.logged"
    label = _l("Compliance people keep a log of what they do")
    strength = Strength.DATED
    reads = (DutyLog,)
    Params = Logged
    grounds = ("person",)
    full = ("person",)
    match = {"role": "roles"}
    question = _l("Did each of the %(roles)s log what they did in every %(every)s of the last %(months)s months?")
    ask = _l("Enter what the %(roles)s did in the log")


class CounselConsulted(kinds.RowsTest):
    name = "counsel.consulted"
    label = _l("Outside counsel is consulted")
    strength = Strength.DATED
    reads = (CounselOpinion,)
    Params = kinds.Window
    grounds = ("counsel",)
    question = _l("Did outside counsel give at least %(need)s opinion(s) in the last %(months)s months?")
    ask = _l("Enter the opinion of outside counsel with who gave it")


class Answered(kinds.ShareWindow):
    percent: int = Field(default=90, ge=1, le=100)
    days: int = Field(default=30, ge=1, le=365)


class ConsultationAnswered(kinds.PromptTest):
    name = "consultation.answered"
    label = _l("Questions about compliance are answered in time")
    strength = Strength.COVERAGE
    reads = (Consultation,)
    Params = Answered
    settled = "answered_on"
    grounds = ("answered_by",)
    full = ("answered_on",)
    question = _l(
        "Were at least %(percent)s%% of the questions of the last %(months)s months answered within %(days)s days?"
    )
    ask = _l("Enter in the consultations when each was answered and by whom")


class HeardParams(kinds.ShareWindow):
    roles: tuple[RoleCode, ...] = Field(
        default=("compliance_head", "compliance_staff"), min_length=1, max_length=8, strict=False
    )


class DecisionHeard(kinds.Asked):
    """Decisions are told apart by their moment and their matter: the agenda item, the review, else the words.

    Opinions that name no matter are told apart by their day alone: of each day, the most of one office.

    An opinion counts when whoever gave it held the office on the day he gave it, in writing, no later than the decision.
    """

    name = "decision.heard"
    together = ("roles",)
    label = _l("Compliance people gave a written opinion before each major decision")
    strength = Strength.CROSS_CHECKED
    reads = (DecisionOpinion, Appointment, Review)
    Params = HeardParams
    question = _l(
        "Did each of the %(roles)s give a written opinion before at least %(percent)s%% of the major decisions of the"
        " last %(months)s months?"
    )
    ask = _l("Enter the written opinion of each (%(roles)s) before the decision, and the day it was decided")

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        opinions, reviews = _within(facts, params, on)
        told = matters(opinions, reviews)
        heard = set()
        for row in opinions:
            why = self.fault(row, facts)
            heard |= set() if why else {told[id(row)]}
            yield Seen(row, why)
        for review in reviews:
            yield Seen(review, "" if told[id(review)] in heard else _UNHEARD)

    def fault(self, row: DecisionOpinion, facts: UnitFacts) -> str:
        """Why an opinion does not count, empty when it does."""
        if row.on is None:
            return base.NO_DATE
        if not row.written and not row.file_count:
            return base.LACKS["written"]
        if row.decided_on is not None and row.on > row.decided_on:
            return _AFTER
        in_office = row.person is not None and row.person in holders(facts, (row.role,), row.on)
        return "" if in_office else base.NOT_IN_OFFICE

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        outcome.n = outcome.ok = 0
        told = matters(
            [row for row, _why in seen if isinstance(row, DecisionOpinion)],
            [row for row, _why in seen if isinstance(row, Review)],
        )
        rows: Counter[tuple[Key, str]] = Counter()
        good: Counter[tuple[Key, str]] = Counter()
        for row, why in seen:
            office = row.role if isinstance(row, DecisionOpinion) else ""
            rows[told[id(row)], office] += 1
            good[told[id(row)], office] += not why
        roles = set(params.roles)
        for key in {key for key, _office in rows}:
            most = None if key[1] is None else 1  # two people of one office on one matter are no two decisions
            due = most or max(rows[key, office] for office in (*roles, ""))
            outcome.n += due
            outcome.ok += min(due, *(good[key, role] for role in roles))
        outcome.figure = {"ok": outcome.ok, "of": outcome.n, "rows": len(seen)}
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        """Without any decision a person must say whether there was none."""
        return kinds.share_status(outcome, params.percent) if outcome.n else Status.PERSON

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"role": params.roles[0]}

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        rows: list[DecisionOpinion | Review] = [*facts.of(DecisionOpinion), *facts.of(Review)]
        for row in rows:
            yield row.on
            yield row.decided_on
            yield base.months_after(row.decided_on, params.months) if row.decided_on else None


#: The day of a decision, and what stands for its matter; None where nothing says which that was.
Key = tuple[date | None, object]


def _within(facts: UnitFacts, params: Any, on: date) -> tuple[list[DecisionOpinion], list[Review]]:
    """Opinions of the offices asked for, and reviews of decisions, that were decided within the window."""
    since = base.months_before(on, params.months)
    opinions = [row for row in facts.of(DecisionOpinion) if row.role in params.roles and _decided(row, since, on)]
    reviews = [row for row in facts.of(Review) if row.subject == "decision" and _decided(row, since, on)]
    return opinions, reviews


def matters(opinions: Sequence[DecisionOpinion], reviews: Sequence[Review]) -> dict[int, Key]:
    """Which decision each row is about, by its identity.

    Rows of one day are about one matter where they name the same agenda item or review, or say the same words and
    nothing that they name tells them apart.
    """
    groups = _Groups()
    marks: dict[int, list[tuple[str, object]]] = {}
    every: list[DecisionOpinion | Review] = [*opinions, *reviews]
    said: dict[tuple[date | None, str], list[int]] = {}
    for row in every:
        marks[id(row)] = named = _marks(row)
        words = _words(row.name)
        if words:
            said.setdefault((row.decided_on, words), []).append(id(row))
        groups.join([(row.decided_on, id(row)), *((row.decided_on, mark) for mark in named)])
    for (day, words), same in said.items():
        named_by = Counter(kind for kind, _value in {mark for one in same for mark in marks[one]})
        if all(count == 1 for count in named_by.values()):
            groups.join([(day, words), *((day, one) for one in same)])
    return {
        id(row): groups.of((row.decided_on, id(row))) if marks[id(row)] or _words(row.name) else (row.decided_on, None)
        for row in every
    }


def _marks(row: DecisionOpinion | Review) -> list[tuple[str, object]]:
    """What says beyond doubt which matter a row is about: agenda item, review, number of the review."""
    if isinstance(row, Review):
        found = [("review", row.uid), ("number", row.number)]
    else:
        number = _PLACE.sub("", row.number) if _PLACE.search(row.number) else ""
        found = [("item", row.item), ("review", row.review), ("number", number)]
    return [(kind, value) for kind, value in found if value]


def _words(name: str) -> str:
    """Words of a matter without the number that a register adds to tell two rows apart."""
    return _SUFFIX.sub("", name).strip()


#: “-1.2.1”: round, step and place in a review; and that number behind a title.
_PLACE = re.compile(r"-\d+\.\d+\.\d+$")
_SUFFIX = re.compile(r"（审\d{4}-[\d.-]+）$")


class _Groups:
    """Marks that belong together because some row bears both."""

    def __init__(self) -> None:
        self._above: dict[Key, Key] = {}

    def of(self, mark: Key) -> Key:
        """The mark that stands for the whole group."""
        while (above := self._above.get(mark, mark)) != mark:
            mark = above
        return mark

    def join(self, marks: Sequence[Key]) -> None:
        """All of these are of one group."""
        for mark in marks:
            self._above.setdefault(self.of(mark), self.of(marks[0]))
            self._above[self.of(mark)] = self.of(marks[0])


def _decided(row: DecisionOpinion | Review, since: date, on: date) -> bool:
    """Was it decided within the window, and the row's own day not ahead?"""
    if row.on is not None and row.on > on:
        return False
    return row.decided_on is not None and since <= row.decided_on <= on


_AFTER = _n("given after the decision")
_UNHEARD = _n("no written opinion before the decision")
