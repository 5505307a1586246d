"""What every evidence test is: a named question with typed parameters that looks at one unit's facts on one day.

A test is a pure function of the facts: the same code answers live, as of an earlier day, and for the list of
evidence, so the three can never disagree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import IntEnum
from functools import cache, lru_cache
from typing import Any, ClassVar, NamedTuple, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import BaseModel, ConfigDict

from guiju.posture.facts import RELATIONS, Row
from guiju.posture.models import Status

Text = str | Promise
R = TypeVar("R", bound=Row)
DAY = timedelta(days=1)
Turns = Iterator[date | None]


class Strength(IntEnum):
    """How hard it would be to fake: from a mere statement to a measured outcome."""

    DECLARED = 1
    DOCUMENT = 2
    DATED = 3
    COVERAGE = 4
    CROSS_CHECKED = 5
    OUTCOME = 6

    @property
    def code(self) -> str:
        """The word in JSON."""
        return self.name.lower()

    @property
    def label(self) -> Text:
        """The words people read."""
        return _STRENGTHS[self]


_STRENGTHS: dict[Strength, Text] = {
    Strength.DECLARED: _l("Only declared"),
    Strength.DOCUMENT: _l("A document exists"),
    Strength.DATED: _l("Dated records with people"),
    Strength.COVERAGE: _l("Counted coverage"),
    Strength.CROSS_CHECKED: _l("Checked against another source"),
    Strength.OUTCOME: _l("Measured outcome"),
}


class TestParams(BaseModel):
    """Parameters of a test: typed, bounded, and no others."""

    __test__ = False
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Seen(NamedTuple):
    """A row that was looked at; `why` says why it does not count, empty when it does."""

    row: Row
    why: str


@dataclass(slots=True)
class Outcome:
    """Mergeable counts: `ok` of `n`; the figure people read; the last day on which this stays true unaided."""

    n: int = 0
    ok: int = 0
    latest_on: date | None = None
    figure: dict[str, Any] = field(default_factory=dict)
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What would turn the answer: a sentence, the relation whose register to fill, and columns known already."""

    sentence: str
    relation: str
    values: Mapping[str, Any]


class Headcount(NamedTuple):
    """How many people belong to the unit on the day, and the next day on which that changes by itself."""

    people: int
    changes_on: date | None


class Department(NamedTuple):
    """A department of a legal entity, or of a branch of it; `units` are it and what stands below it."""

    pk: int
    uid: str
    name: str
    units: frozenset[int]
    founded_on: date | None = None
    closed_on: date | None = None

    def stands(self, on: date) -> bool:
        """Was it there on the day?"""
        begun = self.founded_on is None or self.founded_on <= on
        return begun and (self.closed_on is None or self.closed_on >= on)


class UnitFacts:
    """The facts of one unit: rows by relation, its headcount and its departments."""

    __slots__ = ("departments", "headcount", "last", "rows", "unit_id")

    def __init__(
        self,
        unit_id: int,
        rows: Mapping[str, list[Any]],
        headcount: Headcount | None = None,
        departments: Sequence[Department] = (),
    ) -> None:
        self.unit_id = unit_id
        self.rows = rows
        self.headcount = headcount or Headcount(0, None)
        self.departments = departments
        #: What a test picked last, so that looking and timing pick once.
        self.last: tuple[object, object, list[Any]] = (None, None, [])

    def of(self, kind: type[R]) -> Sequence[R]:
        """The unit's rows of one relation."""
        found: Sequence[R] = self.rows.get(kind.relation, ())
        return found


# Reasons why a row does not count: msgids, translated when somebody reads them (they are compared a million times).
FUTURE = _n("has not happened yet")
OLD = _n("too long ago")
ENDED = _n("no longer in force")
NO_DATE = _n("only declared: no date")
NO_BASIS = _n("only declared: no person, document or file")
UNSUITED = _n("does not fit")
WHOLE = _n("for compliance as a whole, not for this in particular")
NOT_LEADER = _n("not by or to somebody who leads the firm")
NOT_IN_OFFICE = _n("did not hold the office then")

#: Why a row with this column empty does not count.
LACKS: dict[str, str] = {
    "acceptor": _n("accepted by nobody"),
    "accountable": _n("nobody was held to account"),
    "acted": _n("nothing was done about it"),
    "actual": _n("no actual value"),
    "analysed_on": _n("not analysed"),
    "answered": _n("no number of answers"),
    "answered_on": _n("not answered yet"),
    "approved_by": _n("approved by nobody"),
    "arises_from": _n("it does not say which finding it arose from"),
    "asked": _n("no number of people asked"),
    "attended": _n("no attendance recorded"),
    "authority": _n("no authorising body"),
    "budget": _n("no amount"),
    "business": _n("not linked with business, product or service"),
    "cause": _n("no cause named"),
    "chaired_by": _n("nobody chaired it"),
    "checked": _n("figures not checked against the registers"),
    "classified": _n("not sorted by business"),
    "considered": _n("compliance culture was not considered"),
    "contents": _n("no contents laid down"),
    "covers_key": _n("key people, posts and links are not covered"),
    "cutoff_on": _n("no day up to which it was taken"),
    "cycle": _n("no cycle laid down"),
    "decided_by": _n("nobody decided it"),
    "document": _n("no document"),
    "done_count": _n("no number of items looked at"),
    "done_on": _n("not finished"),
    "due_count": _n("no number of items due"),
    "due_on": _n("no due date"),
    "duties": _n("position and duties are not written down"),
    "effective": _n("not found effective"),
    "embedded": _n("not in use in an information system"),
    "evaluated_on": _n("not evaluated"),
    "findings": _n("no number of findings"),
    "fits": _n("not found to fit"),
    "form": _n("no form laid down"),
    "graded": _n("not graded by level"),
    "handler": _n("nobody handles it"),
    "headcount": _n("no number of people"),
    "impact": _n("no impact"),
    "indicators": _n("no indicators"),
    "level": _n("no level"),
    "mandate": _n("no mandate"),
    "measure": _n("no measure followed"),
    "measured": _n("no measure linked"),
    "measures": _n("no measure followed from it"),
    "method": _n("no method laid down"),
    "next_plan": _n("the work of the next period was not arranged"),
    "outcome": _n("no outcome"),
    "owner": _n("no responsible person"),
    "person": _n("no person"),
    "priority": _n("no order of priority"),
    "probability": _n("no probability"),
    "process": _n("no process laid down"),
    "programme": _n("the tasks of the programme were not part of it"),
    "protected": _n("confidentiality and protection are not written down"),
    "protects": _n("confidentiality and protection are not written down"),
    "published_on": _n("not published"),
    "qualification": _n("no qualification"),
    "quantified": _n("its goals cannot be measured"),
    "read_on": _n("not read by the receiver"),
    "reason": _n("no reason"),
    "receiver": _n("no receiver"),
    "replaced_by": _n("nobody took over"),
    "reported_on": _n("not reported to the leading body"),
    "reporter": _n("no reporter"),
    "result": _n("no result"),
    "reviewer": _n("no reviewer"),
    "risk": _n("no word on whether a risk was found"),
    "rules": _n("no rules of procedure"),
    "scheduled": _n("owners and schedule are not set"),
    "score": _n("no score"),
    "settled_on": _n("not handled yet"),
    "signed_by": _n("not signed by the leading body"),
    "signer": _n("signed by nobody"),
    "target": _n("no target"),
    "total": _n("no number of rules"),
    "truth": _n("no demand for truth and completeness"),
    "used": _n("the result was not used"),
    "uses": _n("no number of uses"),
    "veto": _n("no right of veto laid down"),
    "works_with": _n("no other mechanism named"),
    "written": _n("not in writing"),
}


class EvidenceTest(ABC):
    """One evidence test; a subclass declares its name, sentence, strength and what it reads."""

    name: ClassVar[str]
    label: ClassVar[Text]
    strength: ClassVar[Strength]
    reads: ClassVar[tuple[type[Row], ...]]
    #: Asks for a share of the rows that are there: each row that does not count weighs against it.
    is_share: ClassVar[bool] = False
    #: Also depends on how many people the unit has.
    counts_people: ClassVar[bool] = False
    #: Also depends on which departments the unit has.
    counts_departments: ClassVar[bool] = False
    Params: ClassVar[type[TestParams]] = TestParams

    def relations(self, params: Any) -> frozenset[str]:
        """What is read with these parameters: all that it may read, unless a parameter chooses."""
        return frozenset(row.relation for row in self.reads)

    @abstractmethod
    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterable[Seen]:
        """Every row this question concerns, each with why it does not count, if so."""

    @abstractmethod
    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterable[date | None]:
        """Days on which the answer may change without any write, past ones included."""

    @abstractmethod
    def explain(self, params: Any) -> str:
        """The question in full, with its parameters."""

    @abstractmethod
    def missing(self, outcome: Outcome, params: Any) -> Missing:
        """What to do when it is not met."""

    def need(self, params: Any) -> int:
        """How many rows are needed."""
        return int(vars(params).get("need", 1))

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        """The answer for one unit on one day."""
        return self.fold(self.look(facts, on, params), facts, on, params)

    def fold(self, seen: Iterable[Seen], facts: UnitFacts, on: date, params: Any) -> Outcome:
        """Count what was looked at."""
        n = ok = 0
        latest: date | None = None
        for row, why in seen:
            n += 1
            if not why:
                ok += 1
                if row.on is not None and (latest is None or row.on > latest):
                    latest = row.on
        outcome = Outcome(n, ok, latest, valid_until=first_turn(self.turns(facts, params, on), on))
        outcome.figure = self.figure(outcome, facts, params)
        return outcome

    def figure(self, outcome: Outcome, facts: UnitFacts, params: Any) -> dict[str, Any]:
        """The figure kept with the answer."""
        return {"ok": outcome.ok, "need": self.need(params)}

    def status(self, outcome: Outcome, params: Any) -> Status:
        """Enough rows that count: met. Some rows: partly. None: not met."""
        if outcome.ok >= self.need(params):
            return Status.MET
        return Status.PARTLY if outcome.n else Status.UNMET

    def figure_text(self, outcome: Outcome) -> str:
        """The figure as people read it."""
        figure = outcome.figure
        if "of" in figure:
            if not figure["of"]:
                return _("nothing recorded yet")
            return _("%(ok)s of %(of)s") % figure
        return _("%(ok)s, %(need)s needed") % {"ok": figure.get("ok", outcome.ok), "need": figure.get("need", 1)}


def first_turn(turns: Iterable[date | None], on: date) -> date | None:
    """The last day before the first turn after `on`."""
    first: date | None = None
    for turn in turns:
        if turn is not None and turn > on and (first is None or turn < first):
            first = turn
    return first - DAY if first is not None else None


@lru_cache(maxsize=4096)
def months_before(on: date, months: int) -> date:
    """The same day some months earlier (the month's last day where there is none)."""
    return _shift(on, -months)


@lru_cache(maxsize=16384)
def months_after(on: date, months: int) -> date:
    """The first day that lies more than some months after: the day a window closes behind `on`."""
    day = _shift(on, months)
    # Shifting forward may shorten (31 Jan + 1 month): the window, counted backwards, closes only when
    # `months_before(day)` has passed `on`.
    while months_before(day, months) <= on:
        day += DAY
    return day


def _shift(on: date, months: int) -> date:
    total = on.year * 12 + on.month - 1 + months
    year, month = max(total // 12, 1), total % 12 + 1
    for day in (on.day, 30, 29, 28):
        if day <= on.day:
            try:
                return date(year, month, day)
            except ValueError:
                continue
    return date(year, month, 28)


def filled(row: Row, column: str) -> bool:
    """Is the column of this row filled (a false flag is not)?"""
    value = getattr(row, column)
    return value is not None and value != "" and value is not False


@cache
def _end_columns(relation: str) -> tuple[tuple[str, timedelta], ...]:
    """Where a relation says when a state ends, and by how much the last day lies before."""
    names = {each.name for each in fields(RELATIONS[relation])}
    last = [(name, timedelta(0)) for name in ("ends_on", "valid_to") if name in names]
    return (*last, *((name, DAY) for name in ("repealed_on", "closed_on") if name in names))


def end_of(row: Row) -> date | None:
    """The last day on which a state held."""
    for column, before in _end_columns(row.relation):
        value: date | None = getattr(row, column)
        if value is not None:
            return value - before
    return None


def in_force(row: Row, on: date) -> str:
    """Empty while the state holds, else why not. A row without a start holds, but is only declared."""
    if row.on is not None and row.on > on:
        return FUTURE
    end = end_of(row)
    return ENDED if end is not None and end < on else ""


def force_turns(row: Row) -> Iterator[date | None]:
    """The days on which a state begins and has ended."""
    yield row.on
    end = end_of(row)
    yield end + DAY if end else None


def window_turns(row: Row, months: int) -> Iterator[date | None]:
    """The days on which an event enters and leaves a window of some months."""
    yield row.on
    yield months_after(row.on, months) if row.on is not None else None
