"""The shapes of evidence tests. A concrete test declares one of these with its relation, columns and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, ClassVar, NamedTuple, get_origin

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from pydantic import Field
from pydantic.fields import FieldInfo

from guiju.lib import period
from guiju.posture.evidence import base
from guiju.posture.evidence.base import EvidenceTest, Missing, Outcome, Seen, Text, UnitFacts
from guiju.posture.evidence.terms import Every, listed, term
from guiju.posture.evidence.vocabulary import Words
from guiju.posture.facts import Row
from guiju.posture.models import Status


class Need(base.TestParams):
    """How many rows."""

    need: int = Field(default=1, ge=1, le=1000)


class Window(Need):
    """How many rows within how many months."""

    months: int = Field(default=12, ge=1, le=120)


class Share(base.TestParams):
    """Which share of the rows."""

    percent: int = Field(default=100, ge=1, le=100)


class ShareWindow(Share):
    """Which share of the rows of some months."""

    months: int = Field(default=12, ge=1, le=120)


class Eventual(ShareWindow):
    """When nothing of the kind happened, a person must say whether that is right; a `quiet` test has nothing to say."""

    quiet: bool = False


class Cycle(base.TestParams):
    """A row in every period, as far back as `months`; fewer than `at_least` periods do not yet show a rhythm."""

    every: Every = "quarter"
    months: int = Field(default=12, ge=1, le=60)
    at_least: int = Field(default=2, ge=1, le=24)


class First(NamedTuple):
    """A step: what to do, the relation whose register to fill, and columns known already."""

    ask: Text
    fills: type[Row]
    values: Mapping[str, Any]


#: What parameters of the same name say wherever they stand; others are described where they are declared.
COMMON: dict[str, Text] = {
    "need": _l("at least so many"),
    "every": _l("the length of each period"),
    "at_least": _l("so many periods are needed to call it regular"),
    "scope": _l("only external or only internal obligations; empty: both"),
    "quiet": _l("when nothing of the kind happened: true leaves this test out, false asks a person"),
    "mechanism": _l("the mechanism the records must be about; all: any of them"),
    "to": _l("what each must be linked with"),
    "score": _l("at least so many points of a hundred"),
}
EACH, ANY = _l("each one given is asked for"), _l("any one of those given counts")
NONE_GIVEN = _l("none given: all count")


class Flag(NamedTuple):
    """A parameter that asks for one more thing: the column it asks for, and how people read that."""

    column: str
    says: Text


def is_list(field: FieldInfo) -> bool:
    """Does the parameter take several values?"""
    return get_origin(field.annotation) is tuple


@cache
def _vocabulary(params: type[base.TestParams]) -> dict[str, Mapping[str, Text]]:
    """The words of each parameter that has a vocabulary of its own."""
    return {
        name: words.by_code
        for name, field in params.model_fields.items()
        for words in field.metadata
        if isinstance(words, Words)
    }


class Asked(EvidenceTest):
    """Adds the words and the prefilled columns to a test."""

    #: The question, with %(parameter)s.
    question: ClassVar[Text]
    #: What to do.
    ask: ClassVar[Text]
    #: Column -> parameter: rows are narrowed to these values (an empty parameter narrows nothing).
    match: ClassVar[Mapping[str, str]] = {}
    #: Parameter -> what it asks for besides, when it is on; the question says so where it has %(also)s.
    flags: ClassVar[Mapping[str, Flag]] = {}
    #: Lists of which each value is asked for; of any other list one is enough.
    together: ClassVar[tuple[str, ...]] = ()

    def words(self, params: Any) -> dict[str, str]:
        """The parameters as people read them."""
        values = params.model_dump()
        if values.get("mechanism") == "all":
            values["mechanism"] = "whole"
        known = _vocabulary(self.Params)
        found = {}
        for name, value in values.items():
            own = known.get(name, {})
            if isinstance(value, list | tuple):
                found[name] = listed(own.get(code, code) for code in value)
            else:
                found[name] = term(own.get(value, value))
        besides = [str(flag.says) for name, flag in self.flags.items() if values[name]]
        also = _(" (also: %(flags)s)") % {"flags": listed(besides)} if besides else ""
        return {**found, "also": also}

    def asks(self, params: Any) -> Text:
        """The question before its parameters are put in."""
        return self.question

    def described(self) -> tuple[str, dict[str, str]]:
        """For authors of packs: the question with the names of its parameters, and what each parameter means."""
        return self.pattern, self.says()

    @property
    def pattern(self) -> str:
        """The question with the names of its parameters where their values go."""
        names = {name: f"<{name}>" for name in self.Params.model_fields}
        return " ".join((str(self.question) % {**names, "also": ""}).split())

    def asks_each(self, name: str) -> bool:
        """Of a list: is each value asked for, or is any one enough?"""
        return name in self.together

    def says(self) -> dict[str, str]:
        """What each parameter means, for authors of packs."""
        return {name: told for name, field in self.Params.model_fields.items() if (told := self._said(name, field))}

    def _said(self, name: str, field: FieldInfo) -> str:
        if field.description:
            return _(field.description)
        if name in self.flags:
            return _("asks besides: %(what)s") % {"what": self.flags[name].says}
        if not is_list(field):
            return str(COMMON.get(name, ""))
        said = str(EACH if self.asks_each(name) else ANY)
        return (
            said
            if field.is_required() or field.default
            else _("%(said)s; %(none)s")
            % {
                "said": said,
                "none": NONE_GIVEN,
            }
        )

    def explain(self, params: Any) -> str:
        """The question with its parameters."""
        text = str(self.asks(params)) % self.words(params)
        # A full share reads as words, in the reader's language.
        for share, word in ((_("at least 100% of"), _("all of")), (_("at least 100% "), _("all "))):
            text = text.replace(share, word)
        return text

    def missing(self, outcome: Outcome, params: Any) -> Missing:
        """What to do, beginning with where it stands."""
        step = self.first(outcome, params) or First(self.ask, self.fills, self.remaining(outcome, params))
        sentence = _("%(question)s Now: %(figure)s. %(ask)s") % {
            "question": self.explain(params),
            "figure": self.figure_text(outcome),
            "ask": str(step.ask) % self.words(params),
        }
        whole = sentence if sentence.endswith((".", "。")) else f"{sentence}."
        return Missing(whole, step.fills.relation, step.values)

    def first(self, outcome: Outcome, params: Any) -> First | None:
        """What must be entered before the rest makes sense, such as a body before its members."""
        return None

    def remaining(self, outcome: Outcome, params: Any) -> Mapping[str, Any]:
        """Known columns of the row that is still missing."""
        return self.prefill(params)

    @property
    def fills(self) -> type[Row]:
        """The relation whose register people should fill: the first it reads unless the test says otherwise."""
        return self.reads[0]

    def prefill(self, params: Any) -> dict[str, Any]:
        """Columns of the missing row that the parameters already tell."""
        values: dict[str, Any] = {}
        for column, name in self.match.items():
            value = getattr(params, name)
            if isinstance(value, list | tuple):
                value = value[0] if value else None
            if value not in {None, ""}:
                values[column] = value
        return values

    def concerns(self, row: Row, params: Any) -> bool:
        """Is this row one of those the question is about?"""
        given = vars(params)
        for column, name in self.match.items():
            wanted = given[name]
            if not wanted:
                continue
            value = getattr(row, column)
            if (value not in wanted) if isinstance(wanted, tuple) else (value != wanted):
                return False
        return True


#: What a test of its own may look beyond the rows it is about with.
_DECIDING = frozenset({"measure", "look", "concerned", "fold", "figure", "turns"})


class RowsTest(Asked):
    """At least `need` good rows of the first relation, of the last months or (`state`) in force on the day."""

    Params: ClassVar[type[base.TestParams]] = Window
    #: The rows describe a state that holds from-to, not an event.
    state: ClassVar[bool] = False
    #: Any of these, or a file, makes a row more than a statement.
    grounds: ClassVar[tuple[str, ...]] = ()
    #: Every one of these must be filled.
    full: ClassVar[tuple[str, ...]] = ()
    #: The date that places the row in time.
    dated: ClassVar[str] = "on"
    #: Further relations of `reads` whose rows count like those of the first.
    also: ClassVar[tuple[type[Row], ...]] = ()
    #: Nothing but the rows it is about decides: without any, it answers the same for every unit.
    is_by_rows: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__module__ != __name__ and not _DECIDING.isdisjoint(vars(cls)):
            cls.is_by_rows = False

    def concerned(self, facts: UnitFacts, params: Any) -> list[Any]:
        """The rows that the question is about."""
        test, known, rows = facts.last
        if test is not self or known is not params:
            kinds = (self.reads[0], *self.also)
            rows = [row for kind in kinds for row in facts.of(kind) if self.concerns(row, params)]
            facts.last = (self, params, rows)
        return rows

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        months = vars(params).get("months")
        since = None if self.state or not months else base.months_before(on, months)
        for row in self.concerned(facts, params):
            why = self.timely(row, on, since)
            if not why:
                yield Seen(row, self.fault(row, facts, on, params))

    def day(self, row: Row) -> date | None:
        """The date that places the row in time."""
        value: date | None = getattr(row, self.dated)
        return value

    def timely(self, row: Row, on: date, since: date | None) -> str:
        """Empty when the row belongs to the day looked at."""
        if self.state:
            return base.in_force(row, on)
        day = self.day(row)
        if (day is not None and day > on) or (row.on is not None and row.on > on):
            return base.FUTURE
        if day is not None and since is not None and day < since:
            return base.OLD
        return ""

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        """Why a row in time does not count, empty when it does."""
        if self.day(row) is None:
            return base.NO_DATE
        if not row.file_count and not any(base.filled(row, column) for column in self.grounds):
            return base.NO_BASIS
        for column in self.full:
            if not base.filled(row, column):
                return base.LACKS[column]
            value = getattr(row, column)
            if isinstance(value, date) and value > on:
                return base.FUTURE
        for name, flag in self.flags.items():
            if getattr(params, name) and not base.filled(row, flag.column):
                return base.LACKS[flag.column]
        return ""

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        months = vars(params).get("months")
        for row in self.concerned(facts, params):
            if self.state:
                yield from base.force_turns(row)
            else:
                day = self.day(row)
                yield row.on
                yield day
                if day is not None and months:
                    yield base.months_after(day, months)
            for column in self.full:
                value = getattr(row, column)
                if isinstance(value, date):
                    yield value


class KindsTest(RowsTest):
    """Good rows, one or `need` of them, for each wanted value of a column (people, budget, tools; parties and staff)."""

    by: ClassVar[str] = "kind"
    wanted: ClassVar[str] = "kinds"

    def asks_each(self, name: str) -> bool:
        return name == self.wanted or super().asks_each(name)

    def concerns(self, row: Row, params: Any) -> bool:
        return super().concerns(row, params) and getattr(row, self.by) in getattr(params, self.wanted)

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        counts = Counter(getattr(item.row, self.by) for item in seen if not item.why)
        there = {kind for kind, count in counts.items() if count >= self.each(params)}
        outcome.ok = len(there)
        outcome.figure = {"ok": len(there), "of": self.need(params), "kinds": sorted(there)}
        return outcome

    def each(self, params: Any) -> int:
        """How many rows of each value are needed."""
        return int(vars(params).get("need", 1))

    def need(self, params: Any) -> int:
        return len(set(getattr(params, self.wanted)))

    def prefill(self, params: Any) -> dict[str, Any]:
        return {**super().prefill(params), self.by: getattr(params, self.wanted)[0]}

    def remaining(self, outcome: Outcome, params: Any) -> Mapping[str, Any]:
        there = outcome.figure.get("kinds", ())
        lacking = next((kind for kind in getattr(params, self.wanted) if kind not in there), None)
        return {**self.prefill(params), **({self.by: lacking} if lacking else {})}


def share_status(outcome: Outcome, percent: int) -> Status:
    """Met at `percent` of at least one row, partly when some count."""
    if outcome.n and outcome.ok * 100 >= percent * outcome.n:
        return Status.MET
    return Status.PARTLY if outcome.ok else Status.UNMET


class ShareTest(RowsTest):
    """At least `percent` of the rows are good; no rows at all is not met."""

    Params: ClassVar[type[base.TestParams]] = Share
    state = True
    is_share = True

    def figure(self, outcome: Outcome, facts: UnitFacts, params: Any) -> dict[str, Any]:
        return {"ok": outcome.ok, "of": outcome.n}

    def status(self, outcome: Outcome, params: Any) -> Status:
        return share_status(outcome, params.percent)


class WhenAnyTest(ShareTest):
    """A share of what happened; when nothing of the kind happened, only a person can say whether that is right."""

    Params: ClassVar[type[base.TestParams]] = Eventual
    state = False

    def status(self, outcome: Outcome, params: Any) -> Status:
        if outcome.n:
            return super().status(outcome, params)
        return Status.NA if getattr(params, "quiet", False) else Status.PERSON


class CycleTest(RowsTest):
    """Something happened in each period since it began, at most `months` back."""

    Params: ClassVar[type[base.TestParams]] = Cycle

    def periods(self, days: Iterable[date], on: date, params: Any) -> list[period.Period]:
        """The periods to be covered: from the first row within the months, the running one only once it is covered."""
        first = min(days, default=None)
        if first is None:
            return []
        step = period.of(max(first, base.months_before(on, params.months)), params.every)
        running = period.of(on, params.every)
        found = []
        while step < running:
            found.append(step)
            step = step.next
        return found

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        since = period.of(base.months_before(on, params.months), params.every).start
        for row in self.concerned(facts, params):
            if not self.timely(row, on, since):
                yield Seen(row, self.fault(row, facts, on, params))

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        good = [(item.row, day) for item in seen if not item.why and (day := self.day(item.row)) is not None]
        days = [day for row, day in good]
        covered = self.covered(good, params)
        due = set(self.periods(days, on, params)) | (covered & {period.of(on, params.every)})
        outcome.figure = {"ok": len(covered & due), "of": len(due), "rows": len(seen), "every": params.every}
        outcome.n, outcome.ok = len(due) or len(seen), len(covered & due)
        return outcome

    def covered(self, good: Iterable[tuple[Row, date]], params: Any) -> set[period.Period]:
        """The periods in which there is what is needed."""
        return {period.of(day, params.every) for _row, day in good}

    def status(self, outcome: Outcome, params: Any) -> Status:
        due = outcome.figure.get("of", 0)
        if due >= params.at_least and outcome.ok >= due:
            return Status.MET
        return Status.PARTLY if outcome.n else Status.UNMET

    def figure_text(self, outcome: Outcome) -> str:
        if not outcome.figure.get("of"):
            return super().figure_text(outcome)
        return _("%(ok)s of %(of)s periods (%(every)s)") % {
            **outcome.figure,
            "every": term(outcome.figure.get("every", "")),
        }

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield period.of(on, params.every).next.start
        # The window opens at a period, which moves whenever the day some months back enters the next period.
        yield base.months_after(period.of(base.months_before(on, params.months), params.every).end, params.months)
        for row in self.concerned(facts, params):
            day = self.day(row)
            yield row.on
            yield day
            yield base.months_after(day, params.months) if day else None


class EachCycleTest(CycleTest):
    """Something happened in each period for each wanted value of a column, such as each office."""

    by: ClassVar[str] = "role"
    wanted: ClassVar[str] = "roles"

    def asks_each(self, name: str) -> bool:
        return name == self.wanted or super().asks_each(name)

    def covered(self, good: Iterable[tuple[Row, date]], params: Any) -> set[period.Period]:
        there: dict[period.Period, set[object]] = {}
        for row, day in good:
            there.setdefault(period.of(day, params.every), set()).add(getattr(row, self.by))
        wanted = set(getattr(params, self.wanted))
        return {step for step, values in there.items() if wanted <= values}


PENDING = _n("there is still time to handle it")
LATE = _n("handled too late")


class PromptTest(WhenAnyTest):
    """A share of what came in was settled within so many `days`; what is open and still has time is not counted."""

    #: The day it was settled.
    settled: ClassVar[str]

    def fault(self, row: Row, facts: UnitFacts, on: date, params: Any) -> str:
        settled: date | None = getattr(row, self.settled)
        is_open = settled is None or settled > on
        if is_open and row.on is not None and (on - row.on).days <= params.days:
            return PENDING
        why = super().fault(row, facts, on, params)
        if why or row.on is None or settled is None:
            return why
        return "" if (settled - row.on).days <= params.days else LATE

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        """What is still within its time is not counted."""
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        outcome.n -= sum(1 for item in seen if item.why is PENDING)
        outcome.figure = self.figure(outcome, facts, params)
        return outcome

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for row in facts.of(self.reads[0]):
            yield getattr(row, self.settled)
            yield row.on + timedelta(days=params.days + 1) if row.on is not None else None


class PeopleTest(RowsTest):
    """How many of the unit's people are covered by rows of the last months."""

    Params: ClassVar[type[base.TestParams]] = ShareWindow
    counts_people = True

    def covered(self, seen: list[Seen]) -> int:
        """How many people the rows cover."""
        return len({getattr(item.row, "person", None) for item in seen if not item.why})

    def due(self, facts: UnitFacts, params: Any) -> int:
        """How many there are to cover."""
        return facts.headcount.people

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        due = self.due(facts, params)
        outcome.n, outcome.ok = max(due, len(seen)) if due == 0 else due, self.covered(seen)
        outcome.figure = {"ok": outcome.ok, "of": due, "rows": len(seen)}
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        due = outcome.figure.get("of", 0)
        if due and outcome.ok * 100 >= params.percent * due:
            return Status.MET
        return Status.PARTLY if outcome.ok or outcome.figure.get("rows") else Status.UNMET

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        yield facts.headcount.changes_on
