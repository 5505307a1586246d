"""What pages and the API read about posture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack, Requirement
from guiju.posture import asking, findings, programme, standing, wiring
from guiju.posture import lines as answered
from guiju.posture.adopted import answers_to_any
from guiju.posture.counting import ASKS_NOTHING, STATUSES, Count
from guiju.posture.crosswalk import Crosswalk, Proof, crosswalk, proves
from guiju.posture.evidence.base import Strength
from guiju.posture.findings import Evidence, Finding, Gap
from guiju.posture.lateness import Eve, Lateness, eve, lateness
from guiju.posture.levels import (
    Heat,
    MatrixRow,
    PackView,
    Point,
    TreeRow,
    heat,
    history,
    matrix,
    overview,
    overview_on,
    tree,
    visible,
)
from guiju.posture.lines import Line, Lines, Measure
from guiju.posture.models import LETTERS, Adoption, Standing, Status, UnitAnswers
from guiju.posture.programme import Programme, Rule
from guiju.posture.wanting import Want, demands, wants

__all__ = [
    "STATUSES", "Count", "Crosswalk", "DueDate", "Eve", "Evidence", "Gap", "Heat", "Lateness", "Line", "Lines",
    "MatrixRow", "Measure", "PackView", "Point", "Proof", "SheetRow", "Status", "Timetable", "TreeRow", "Want",
    "answers_to_any", "asked", "crosswalk", "demands", "eve", "heat", "history", "lateness", "matrix", "overview",
    "overview_on", "posture", "proofs", "proves", "requirement", "requirement_counts", "requirement_units", "sheet",
    "timetable", "tree", "wants",
]  # fmt: skip

_SEE = Permission.POSTURE_FINDING_VIEW


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One requirement of a unit as it stands, from what is stored (no facts are read)."""

    requirement: Requirement
    status: Status
    strength: Strength | None
    figure: str
    latest_on: date | None
    #: The last day of the ended programme for which this stands.
    frozen_on: date | None = None


@dataclass(frozen=True, slots=True)
class DueDate:
    """When a requirement is due under an adoption: its deadlines in order, for what comes again the next ones."""

    requirement: Requirement
    text: str
    rule: Rule
    deadlines: tuple[programme.Deadline, ...]


@dataclass(frozen=True, slots=True)
class Timetable:
    """The dates of a document as they hold for one unit."""

    adoption: Adoption
    programme: Programme | None
    dues: tuple[DueDate, ...]


def requirement_counts(*, by: Actor, unit: Unit, pack: Pack) -> dict[str, Count]:
    """Requirement code -> how many of the legal entities at all levels stand at which status."""
    check.require(by, _SEE, unit)
    columns: list[str] = list(
        Standing.objects.filter(pack=pack, unit__in=visible(by, unit)).values_list("statuses", flat=True)
    )
    found: dict[str, Count] = {}
    turned = ["".join(letters) for letters in zip(*columns, strict=True)]
    for row in wiring.one(pack).requirements:
        letters = turned[row.at] if turned else ""
        found[row.code] = Count(
            {status: letters.count(letter) for status, letter in LETTERS.items()},
            len(letters) - sum(letters.count(LETTERS[status]) for status in ASKS_NOTHING),
        )
    return found


def requirement_units(*, by: Actor, unit: Unit, pack: Pack, code: str) -> list[tuple[Unit, Status]]:
    """How each legal entity at all levels stands to one requirement, the worst first."""
    check.require(by, _SEE, unit)
    at = _wired(pack, code).at
    rows = Standing.objects.filter(pack=pack, unit__in=visible(by, unit)).select_related("unit")
    found = [(row.unit, standing.BY_LETTER[row.statuses[at]]) for row in rows if row.statuses[at] in standing.BY_LETTER]
    return sorted(found, key=lambda item: (standing.SEVERITY.index(item[1]), item[0].path))


def sheet(*, by: Actor, unit: Unit, pack: Pack) -> list[SheetRow]:
    """All requirements of a unit as stored; empty when it does not answer to the pack today.

    An ended programme is shown as it stood: its statuses are kept, its figures are read as of its last day.
    """
    check.require(by, _SEE, unit)
    row = Standing.objects.filter(unit=unit, pack=pack).first()
    if row is None:
        return []
    return list(_sheet(row, pack) if row.frozen_on is None else _frozen_sheet(row, unit, pack))


def asked(*, by: Actor, unit: Unit) -> Lines:
    """What all live documents ask of the unit, as stored: a few queries, no record is read."""
    check.require(by, _SEE, unit)
    return answered.lines(unit)


def proofs(*, by: Actor, unit: Unit, rows: Iterable[Line], relations: frozenset[str]) -> dict[int, list[Evidence]]:
    """Requirement id -> the newest records that count for it, as far as its tests read only these relations."""
    check.require(by, _SEE, unit)
    return answered.proofs(unit, rows, relations)


def _sheet(row: Standing, pack: Pack) -> Iterator[SheetRow]:
    answers = UnitAnswers.objects.filter(unit_id=row.unit_id).values_list("answers", flat=True).first() or {}
    wired = wiring.one(pack)
    for requirement in catalogue.requirements(pack):
        place = wired.by_code[requirement.code]
        letter = row.statuses[place.at]
        if letter not in standing.BY_LETTER:
            continue
        statuses = {pk: Status(answers[str(pk)]["s"]) for pk in place.instances if str(pk) in answers}
        told = [(wired.instances[pk], asking.to_outcome(answers[str(pk)])) for pk in standing.telling(place, statuses)]
        days = [outcome.latest_on for _instance, outcome in told if outcome.latest_on is not None]
        yield SheetRow(
            requirement,
            standing.BY_LETTER[letter],
            min((instance.test.strength for instance, _outcome in told), default=None),
            _("; ").join(instance.test.figure_text(outcome) for instance, outcome in told),
            max(days, default=None),
        )


def _frozen_sheet(row: Standing, unit: Unit, pack: Pack) -> Iterator[SheetRow]:
    by_code = {found.code: found for found in findings.findings(unit, pack) or []}
    wired = wiring.one(pack)
    for requirement in catalogue.requirements(pack):
        letter = row.statuses[wired.by_code[requirement.code].at]
        found = by_code.get(requirement.code)
        if letter not in standing.BY_LETTER:
            continue
        told = [test for test in found.tests if not test.spare] if found is not None else []
        yield SheetRow(
            requirement,
            standing.BY_LETTER[letter],
            min((test.strength for test in told), default=None),
            _("; ").join(test.figure for test in told),
            max((test.latest_on for test in told if test.latest_on is not None), default=None),
            row.frozen_on,
        )


def _wired(pack: Pack, code: str) -> wiring.Wired:
    found = wiring.one(pack).by_code.get(code)
    if found is None:
        raise NotFound(_("%(pack)s has no requirement “%(code)s”.") % {"pack": pack.urn, "code": code})
    return found


def requirement(*, by: Actor, unit: Unit, pack: Pack, code: str, as_of: date | None = None) -> Finding | None:
    """The finding for one requirement with its evidence; None when the unit does not answer to the pack."""
    check.require(by, _SEE, unit)
    _wired(pack, code)
    found = findings.findings(unit, pack, as_of=as_of, codes=[code])
    return found[0] if found else None


def posture(*, by: Actor, unit: Unit, pack: Pack, as_of: date | None = None) -> list[Finding] | None:
    """All findings of a unit with evidence; None when it does not answer to the pack on that day."""
    check.require(by, _SEE, unit)
    return findings.findings(unit, pack, as_of=as_of)


def timetable(*, by: Actor, adoption: Adoption, most: int = 12) -> Timetable:
    """Programme, stages and deadlines of an adopted document, shifted to its base date.

    Of what is due again and again the first `most` deadlines are told.
    """
    check.require(by, _SEE, adoption.unit)
    its, agreed = programme.calendar(adoption.pack), programme.terms(adoption)
    dues: list[DueDate] = []
    for row in catalogue.requirements(adoption.pack):
        rule = programme.rule(row.extra)
        if rule is not None:
            found = tuple(islice(programme.deadlines(rule, its, agreed), most))
            dues.append(DueDate(row, row.extra["when"].get("text", ""), rule, found))
    return Timetable(adoption, programme.under(adoption), tuple(dues))
