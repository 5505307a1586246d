"""Department by department: which of them have what each must have?

A row counts for the department it names, else for the department that keeps it. A unit without departments is one
itself, and all its rows count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n
from django.utils.translation import pgettext
from pydantic import Field

from guiju.posture import facts as rows
from guiju.posture.evidence import base, kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Department, Missing, Outcome, Seen, Strength, UnitFacts
from guiju.posture.evidence.lists import ListsInUse, Three
from guiju.posture.facts import Appointment, Body, ListVersion, Rectification, Row
from guiju.posture.models import Status

#: How many departments that lack something are named.
NAMED = 3


class Places:
    """The departments of a unit on a day, and to which of them a row belongs."""

    def __init__(self, facts: UnitFacts, on: date) -> None:
        standing = [each for each in facts.departments if each.stands(on)]
        self.whole = not standing
        self.there: Sequence[Department] = standing or [Department(0, "", "", frozenset())]
        self._of = {unit: each.pk for each in standing for unit in each.units}

    def of(self, row: Row) -> int | None:
        """The department that the row names, else the one that keeps it; None when it is none of the unit's."""
        if self.whole:
            return 0
        named: int | None = getattr(row, "department", None)
        return self._of.get(row.unit_id if named is None else named)


class DepartmentsTest(kinds.RowsTest):
    """At least `percent` of the departments have rows that suffice."""

    Params: ClassVar[type[base.TestParams]] = kinds.Share
    strength = Strength.COVERAGE
    counts_departments = True

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        places = Places(facts, on)
        for row, why in self.rows(facts, on, params):
            yield Seen(row, why or ("" if places.of(row) is not None else ELSEWHERE))

    def rows(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        """The rows as they are, whichever department they belong to."""
        return super().look(facts, on, params)

    def suffices(self, found: Sequence[Row], params: Any) -> bool:
        """Are these rows of one department enough?"""
        return bool(found)

    def asked(self, places: Places, facts: UnitFacts, on: date) -> Sequence[Department]:
        """The departments that must have it."""
        return places.there

    def measure(self, facts: UnitFacts, on: date, params: Any) -> Outcome:
        seen = list(self.look(facts, on, params))
        outcome = self.fold(seen, facts, on, params)
        places = Places(facts, on)
        asked = self.asked(places, facts, on)
        found: dict[int | None, list[Row]] = {}
        for row, why in seen:
            if not why:
                found.setdefault(places.of(row), []).append(row)
        lacking = [each for each in asked if not self.suffices(found.get(each.pk, []), params)]
        outcome.n = len(asked)
        outcome.ok = outcome.n - len(lacking)
        outcome.figure = {"ok": outcome.ok, "of": outcome.n, "rows": len(seen)}
        if lacking and not places.whole:
            outcome.figure["lacking"] = [each.name for each in lacking[:NAMED]]
            outcome.figure["first"] = lacking[0].uid
        return outcome

    def status(self, outcome: Outcome, params: Any) -> Status:
        status = kinds.share_status(outcome, params.percent)
        return Status.PARTLY if status == Status.UNMET and outcome.figure.get("rows") else status

    def missing(self, outcome: Outcome, params: Any) -> Missing:
        found = super().missing(outcome, params)
        names = outcome.figure.get("lacking")
        if not names:
            return found
        more = outcome.n - outcome.ok > len(names)
        told = pgettext("list", ", ").join(names) + (" …" if more else "")
        return replace(found, sentence=_("%(said)s Lacking: %(names)s.") % {"said": found.sentence, "names": told})

    def remaining(self, outcome: Outcome, params: Any) -> Mapping[str, Any]:
        lacking = outcome.figure.get("first")
        return {**self.prefill(params), **({"department": lacking} if lacking else {})}

    def figure_text(self, outcome: Outcome) -> str:
        if not outcome.figure.get("of"):
            return super().figure_text(outcome)
        return _("%(ok)s of %(of)s departments") % outcome.figure

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from self.row_turns(facts, params, on)
        for each in facts.departments:
            yield each.founded_on
            yield each.closed_on + base.DAY if each.closed_on else None

    def row_turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        """The days on which a row begins or ceases to count."""
        return super().turns(facts, params, on)


ELSEWHERE = _n("of none of the unit's departments")


class ByDepartment(Three):
    percent: int = Field(default=100, ge=1, le=100)


class ListsByDepartment(DepartmentsTest, ListsInUse):
    name = "lists.by_department"
    label = _l("The departments have their lists")
    strength = Strength.COVERAGE
    Params = ByDepartment
    question = _l("Have at least %(percent)s%% of the departments a version in force of each: %(kinds)s?")
    ask = _l("Enter the version of the department with its number of rows and who approved it: %(kinds)s")

    def suffices(self, found: Sequence[Row], params: Any) -> bool:
        there = {row.kind for row in found if isinstance(row, ListVersion)}
        return there >= set(params.kinds)


class OfficersParams(kinds.Share):
    most: int | None = Field(default=None, ge=1, le=100, description=_n("more in one department do not count"))


class DepartmentOfficers(DepartmentsTest):
    """The compliance department is the second line: it needs no officer of the first."""

    name = "department.officers"
    label = _l("The departments have compliance officers")
    reads = (Appointment, Body)
    Params = OfficersParams
    state = True
    grounds = ("document",)
    full = ("person",)
    question = _l("Do at least %(percent)s%% of the departments have a compliance officer of their own?")
    ask = _l("Enter the appointment of the department's compliance officer with its document")

    def asks(self, params: Any) -> base.Text:
        return _AT_MOST if params.most else self.question

    def concerns(self, row: Row, params: Any) -> bool:
        return isinstance(row, Appointment) and row.role == "department_officer"

    def asked(self, places: Places, facts: UnitFacts, on: date) -> Sequence[Department]:
        bodies = [row for row in facts.of(Body) if row.kind == "department" and not base.in_force(row, on)]
        own, names = {row.department for row in bodies}, {row.name for row in bodies}
        return [each for each in places.there if each.pk not in own and each.name not in names] or places.there

    def row_turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().row_turns(facts, params, on)
        for row in facts.of(Body):
            if row.kind == "department":
                yield from base.force_turns(row)

    def prefill(self, params: Any) -> dict[str, Any]:
        return {"role": "department_officer"}

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        seen = list(super().look(facts, on, params))
        places = Places(facts, on)
        officers: dict[int | None, set[int | None]] = {}
        for row, why in seen:
            if not why and isinstance(row, Appointment):
                officers.setdefault(places.of(row), set()).add(row.person)
        # Without departments nobody can say how many officers each has.
        most = None if places.whole else params.most
        for row, why in seen:
            many = most and len(officers.get(places.of(row), ())) > most
            yield Seen(row, why or (_TOO_MANY if many else ""))


_AT_MOST = _l("Do at least %(percent)s%% of the departments have one to %(most)s compliance officers of their own?")
_TOO_MANY = _n("more officers in the department than asked for")


class _Kept(kinds.RowsTest):
    """The rows of one relation by which a department is covered."""

    def __init__(
        self, kind: type[Row], *, state: bool = False, grounds: tuple[str, ...] = (), full: tuple[str, ...] = ()
    ) -> None:
        self.reads = (kind,)  # type: ignore[misc]
        self.state = state  # type: ignore[misc]
        self.grounds = grounds  # type: ignore[misc]
        self.full = full  # type: ignore[misc]


_BY: dict[str, _Kept] = {
    "risk": _Kept(rows.Risk, state=True, grounds=("owner", "department", "business"), full=("level",)),
    "check": _Kept(rows.Check, grounds=("checker", "signer"), full=("result",)),
    "list": _Kept(rows.ListVersion, state=True, grounds=("approved_by",)),
    "training": _Kept(rows.Training, grounds=("attended",), full=("attended",)),
    "policy": _Kept(rows.Policy, state=True, grounds=("number",)),
    "response": _Kept(rows.Response, grounds=("owner",)),
    "self_check": _Kept(rows.SelfCheck, grounds=("person", "number"), full=("person",)),
    "review": _Kept(rows.Review, grounds=("reviewer",), full=("reviewer", "outcome")),
    "consultation": _Kept(rows.Consultation, grounds=("answered_by",), full=("answered_on",)),
}


class CoveredParams(kinds.ShareWindow):
    by: known.Kept = Field(description=_n("of what each department must have at least one"))
    percent: int = Field(default=80, ge=1, le=100)


class DepartmentCovered(DepartmentsTest):
    """Risks, lists and rules count while they are in force, everything else when it happened in the window."""

    name = "department.covered"
    label = _l("The departments are covered")
    reads = tuple(each.reads[0] for each in _BY.values())
    Params = CoveredParams
    question = _l("Are at least %(percent)s%% of the departments covered (by: %(by)s; last %(months)s months)?")
    ask = _l("Enter it for each department (%(by)s)")

    def relations(self, params: Any) -> frozenset[str]:
        return frozenset({_BY[params.by].reads[0].relation})

    def rows(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        return _BY[params.by].look(facts, on, params)

    def row_turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        return _BY[params.by].turns(facts, params, on)

    def first(self, outcome: Outcome, params: Any) -> kinds.First | None:
        kind = _BY[params.by].reads[0]
        known_values = self.remaining(outcome, params)
        return kinds.First(self.ask, kind, {} if params.by == "training" else known_values)


class Assigned(kinds.Eventual):
    sources: known.Origins = ()


class RectificationAssigned(kinds.WhenAnyTest):
    """In a unit without departments whoever is responsible stands in their place."""

    name = "rectification.assigned"
    label = _l("Every problem found is assigned to a department")
    strength = Strength.COVERAGE
    reads = (Rectification,)
    Params = Assigned
    counts_departments = True
    match = {"source": "sources"}
    grounds = ("department", "owner")
    question = _l(
        "Do at least %(percent)s%% of the problems found in the last %(months)s months (found by: %(sources)s) name the"
        " department that must put them right?"
    )
    ask = _l("Enter in each rectification the department that must put it right")

    def look(self, facts: UnitFacts, on: date, params: Any) -> Iterator[Seen]:
        places = Places(facts, on)
        for row, why in super().look(facts, on, params):
            yield Seen(row, why or self._unassigned(row, places))

    @staticmethod
    def _unassigned(row: Row, places: Places) -> str:
        if places.of(row) is not None:
            return ""
        return ELSEWHERE if base.filled(row, "department") else NO_DEPARTMENT

    def turns(self, facts: UnitFacts, params: Any, on: date) -> Iterator[date | None]:
        yield from super().turns(facts, params, on)
        for each in facts.departments:
            yield each.founded_on
            yield each.closed_on + base.DAY if each.closed_on else None


NO_DEPARTMENT = _n("no department named")
