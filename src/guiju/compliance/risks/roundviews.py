"""How far rounds have come, and the rows of one department; a fixed number of questions however many risks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.compliance.enums import RoundState
from guiju.compliance.models import Assessment, Round
from guiju.compliance.risks import filling, matrix, reach, rounds
from guiju.compliance.risks.matrix import Grid
from guiju.org.models import Unit
from guiju.org.tree import ancestor_paths
from guiju.registers.models import Entry

VIEW, EDIT = Permission.REGISTER_ENTRY_VIEW, Permission.REGISTER_ENTRY_EDIT


@dataclass(slots=True)
class Part:
    """One department (or a unit's rows without a department) in a round."""

    unit: Unit
    rated: int
    left: int

    @property
    def total(self) -> int:
        return self.rated + self.left

    @property
    def percent(self) -> int:
        return 100 * self.rated // self.total if self.total else 100


@dataclass(slots=True)
class Company:
    """A legal entity with its departments."""

    unit: Unit
    parts: list[Part] = field(default_factory=list)

    @property
    def rated(self) -> int:
        return sum(part.rated for part in self.parts)

    @property
    def left(self) -> int:
        return sum(part.left for part in self.parts)


@dataclass(slots=True)
class Progress:
    """A round at a glance."""

    companies: list[Company]

    @property
    def rated(self) -> int:
        return sum(company.rated for company in self.companies)

    @property
    def left(self) -> int:
        return sum(company.left for company in self.companies)

    @property
    def total(self) -> int:
        return self.rated + self.left

    @property
    def waiting(self) -> int:
        """How many departments have something left."""
        return sum(bool(part.left) for company in self.companies for part in company.parts)


@dataclass(slots=True)
class Row:
    """One risk of a department as it is rated."""

    entry: Entry
    rating: dict[str, Any]
    given: str
    made: Assessment | None
    before: Assessment | None
    ties: int = 0
    may_edit: bool = True

    @property
    def by_hand(self) -> bool:
        """Does the level differ from the matrix?"""
        return bool(self.given and self.rating.get("level") and self.rating["level"] != self.given)

    @property
    def has_last(self) -> bool:
        """Is there a rating to repeat?"""
        return bool(self.entry.count_1 and self.entry.count_2)


def of_unit(unit: Unit, *, most: int = 50) -> list[Round]:
    """Rounds of this unit, and those from above that reach down to it; newest first."""
    above = ancestor_paths(unit.path)
    own = Q(unit=unit) | Q(unit__path__in=above, all_levels=True)
    if unit.kind in reach.PARTS:
        own |= Q(unit__path__in=above[-1:])
    found = Round.objects.filter(own).select_related("unit").order_by("-opened_on", "-pk")
    return list(found[:most])


def reaches(round_: Round, unit: Unit) -> bool:
    """Is the round about this unit? One that is not for all levels ends where the next company begins."""
    if not unit.path.startswith(round_.unit.path):
        return False
    return reach.units_of(round_.unit, all_levels=round_.all_levels).filter(pk=unit.pk).exists()


def progress(round_: Round, *, by: Actor) -> Progress:
    """Rated and left by company and department, as far as the actor sees them: five queries."""
    counts = reach.counts(round_)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=counts)}
    belongs, seen = reach.companies(units.values()), scope.scope(by, VIEW)
    companies: dict[int, Company] = {}
    for unit in sorted(units.values(), key=lambda one: one.path):
        home = belongs[unit.pk]
        if not (seen.covers(unit) or seen.covers(home)):
            continue
        rated, left = counts[unit.pk]
        companies.setdefault(home.pk, Company(home)).parts.append(Part(unit, rated, left))
    return Progress(sorted(companies.values(), key=lambda one: one.unit.path))


def left(round_: Round, *, by: Actor) -> list[tuple[Unit, str, str]]:
    """The risks that nobody had rated when the round was closed: (who answers, uid, title)."""
    units = Unit.objects.in_bulk({row["at"] for row in round_.unrated})
    seen = scope.scope(by, VIEW)
    homes = reach.companies(units.values())
    return [
        (units[row["at"]], row["risk"], row["title"])
        for row in round_.unrated
        if row["at"] in units and (seen.covers(units[row["at"]]) or seen.covers(homes[row["at"]]))
    ]


def rows(round_: Round, part: Unit, *, by: Actor) -> list[Row]:
    """The risks for which a department answers, those still to be rated with those that are done, in their order."""
    found = scope.restrict(reach.of_part(round_, part), by=by, permission=VIEW)
    entries = list(found.order_by(F("num_1").asc(nulls_last=True), "number", "pk"))
    return shown(round_, entries, by=by)


def one(round_: Round, entry: Entry, *, by: Actor) -> Row:
    """One risk as it stands now."""
    found = reach.risks(round_).filter(pk=entry.pk).select_related("body", "unit", "department", "owner")
    return shown(round_, list(found), by=by)[0]


def shown(round_: Round, entries: list[Entry], *, by: Actor) -> list[Row]:
    """Entries as rows: four queries."""
    if not entries:
        return []
    uids = [entry.uid for entry in entries]
    made = {row.risk: row for row in Assessment.objects.filter(round=round_, risk__in=uids)}
    before = rounds.last(uids, besides=round_)
    grids = matrix.of_many({entry.unit_id: entry.unit for entry in entries}.values())
    edit, orders = scope.scope(by, EDIT), _orders(entries)
    found = []
    for entry in entries:
        row = _row(entry, grids[entry.unit_id], made.get(entry.uid), before.get(entry.uid))
        row.ties = orders.get(row.rating["priority"], 1) - 1 if row.rating["priority"] else 0
        row.may_edit = edit.covers_row(entry.unit, entry.department) and round_.state == RoundState.OPEN
        found.append(row)
    return found


def _orders(entries: list[Entry]) -> dict[Any, int]:
    tally: dict[Any, int] = {}
    for entry in entries:
        place = entry.body.data.get("priority")
        tally[place] = tally.get(place, 0) + 1
    return tally


def _row(entry: Entry, grid: Grid, made: Assessment | None, before: Assessment | None) -> Row:
    data = entry.body.data
    names = (*filling.RATING, "level", "level_reason", "priority", "trend")
    rating = {name: data.get(name) if data.get(name) is not None else "" for name in names}
    return Row(entry, rating, matrix.level_from(grid, data), made, before)
