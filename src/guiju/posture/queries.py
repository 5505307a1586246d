"""What pages and the API read about posture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org.enums import UnitKind
from guiju.org.models import LAST, STEP, Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack, Requirement
from guiju.posture import engine, findings, reading, standing, wiring
from guiju.posture.evidence.base import Strength
from guiju.posture.findings import Finding
from guiju.posture.models import LETTERS, Adoption, PackRollup, Standing, Status, UnitAnswers
from guiju.registers import spec
from guiju.registers.models import Entry

_SEE = Permission.POSTURE_FINDING_VIEW
STATUSES = tuple(LETTERS)


@dataclass(frozen=True, slots=True)
class Count:
    """How many requirements stand at each status, of how many units."""

    by_status: Mapping[Status, int]
    units: int = 0

    @property
    def applicable(self) -> int:
        """All that ask something."""
        return sum(count for status, count in self.by_status.items() if status != Status.NA)

    @property
    def percent_met(self) -> int | None:
        """Met, of those that ask something, rounded down; None when nothing is asked."""
        return self.by_status[Status.MET] * 100 // self.applicable if self.applicable else None


@dataclass(frozen=True, slots=True)
class PackView:
    """One pack as a unit stands to it, itself and with all levels below."""

    pack: Pack
    adoption: Adoption | None
    own: Count | None
    all_levels: Count | None


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One unit in the tree of a pack's posture."""

    unit: Unit
    own: Count | None
    all_levels: Count | None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One unit with all levels below it, counted by section."""

    unit: Unit
    cells: Mapping[str, Count]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One requirement of a unit as it stands, from what is stored (no facts are read)."""

    requirement: Requirement
    status: Status
    strength: Strength | None
    figure: str
    latest_on: date | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A requirement that a record is evidence for."""

    pack: Pack
    requirement: Requirement
    status: Status


def overview(*, by: Actor, unit: Unit) -> list[PackView]:
    """The packs that a unit or one below it answers to, with counts of its own and of all levels."""
    check.require(by, _SEE, unit)
    adoptions = {
        row.pack_id: row for row in engine.open_adoptions(clock.today()).filter(unit=unit).select_related("pack")
    }
    counts: dict[tuple[int, str], Count] = {}
    packs: dict[int, Pack] = {row.pack_id: row.pack for row in adoptions.values()}
    for row in PackRollup.objects.filter(unit=unit).select_related("pack"):
        counts[row.pack_id, row.reach] = _count(row)
        packs[row.pack_id] = row.pack
    return [
        PackView(pack, adoptions.get(pk), counts.get((pk, "own")), counts.get((pk, "all")))
        for pk, pack in sorted(packs.items(), key=lambda item: item[1].urn)
    ]


def _count(row: PackRollup) -> Count:
    return Count({status: getattr(row, status.value) for status in STATUSES}, row.units)


def _visible(by: Actor, unit: Unit) -> QuerySet[Unit]:
    return scope.units(by, _SEE).filter(path__gte=unit.path, path__lt=unit.path + LAST)


def tree(*, by: Actor, unit: Unit, pack: Pack) -> list[TreeRow]:
    """The unit and its direct children that somebody may see, with their counts."""
    check.require(by, _SEE, unit)
    shown = [unit, *_visible(by, unit).filter(parent=unit, kind=UnitKind.COMPANY).order_by("sort_key", "pk")]
    counts = {
        (row.unit_id, row.reach): _count(row) for row in PackRollup.objects.filter(unit__in=shown, pack__urn=pack.urn)
    }
    return [TreeRow(each, counts.get((each.pk, "own")), counts.get((each.pk, "all"))) for each in shown]


def matrix(*, by: Actor, unit: Unit, pack: Pack) -> list[MatrixRow]:
    """The unit itself, then each direct child with all levels below it, counted by section of the pack."""
    check.require(by, _SEE, unit)
    rows = {each.path: each for each in _visible(by, unit).filter(parent=unit, kind=UnitKind.COMPANY)}
    rows[unit.path] = unit
    held: dict[str, list[str]] = {path: [] for path in rows}
    seen = Standing.objects.filter(pack=pack, unit__in=_visible(by, unit))
    for path, letters in seen.values_list("unit__path", "statuses"):
        child = path[: len(unit.path) + STEP]
        if child in held:
            held[child].append(letters)
    places = _sections(pack)
    ordered = sorted(rows.values(), key=lambda each: (each.pk != unit.pk, each.sort_key, each.pk))
    return [MatrixRow(each, _by_section(held[each.path], places)) for each in ordered]


def _by_section(standings: list[str], places: Mapping[str, list[int]]) -> dict[str, Count]:
    columns = ["".join(column) for column in zip(*standings, strict=True)]
    if not columns:
        return {}
    return {
        name: _counted(Counter("".join(columns[place] for place in at)), len(standings)) for name, at in places.items()
    }


def _counted(found: Counter[str], units: int) -> Count:
    return Count({status: found[letter] for status, letter in LETTERS.items()}, units)


def _sections(pack: Pack) -> dict[str, list[int]]:
    """Section -> places of its requirements in `Standing.statuses`."""
    found: dict[str, list[int]] = {}
    by_code = wiring.one(pack).by_code
    for row in catalogue.requirements(pack):
        found.setdefault(row.section, []).append(by_code[row.code].at)
    return found


def requirement_counts(*, by: Actor, unit: Unit, pack: Pack) -> dict[str, Count]:
    """Requirement code -> how many of the legal entities at all levels stand at which status."""
    check.require(by, _SEE, unit)
    columns: list[str] = list(
        Standing.objects.filter(pack=pack, unit__in=_visible(by, unit)).values_list("statuses", flat=True)
    )
    found: dict[str, Count] = {}
    turned = ["".join(letters) for letters in zip(*columns, strict=True)]
    for row in wiring.one(pack).requirements:
        letters = turned[row.at] if turned else ""
        found[row.code] = Count(
            {status: letters.count(letter) for status, letter in LETTERS.items()},
            len(letters) - letters.count(LETTERS[Status.NA]),
        )
    return found


def requirement_units(*, by: Actor, unit: Unit, pack: Pack, code: str) -> list[tuple[Unit, Status]]:
    """How each legal entity at all levels stands to one requirement, the worst first."""
    check.require(by, _SEE, unit)
    at = _wired(pack, code).at
    rows = Standing.objects.filter(pack=pack, unit__in=_visible(by, unit)).select_related("unit")
    found = [(row.unit, standing.BY_LETTER[row.statuses[at]]) for row in rows if row.statuses[at] in standing.BY_LETTER]
    worst = [Status.UNMET, Status.PARTLY, Status.PERSON, Status.MET, Status.NA]
    return sorted(found, key=lambda item: (worst.index(item[1]), item[0].path))


def sheet(*, by: Actor, unit: Unit, pack: Pack) -> list[SheetRow]:
    """All requirements of a unit as stored; empty when it does not answer to the pack today."""
    check.require(by, _SEE, unit)
    row = Standing.objects.filter(unit=unit, pack=pack).first()
    if row is None:
        return []
    held = UnitAnswers.objects.filter(unit=unit).first()
    answers = held.answers if held is not None else {}
    wired = wiring.one(pack)
    found: list[SheetRow] = []
    for requirement in catalogue.requirements(pack):
        place = wired.by_code[requirement.code]
        letter = row.statuses[place.at]
        if letter not in standing.BY_LETTER:
            continue
        statuses = {pk: Status(answers[str(pk)]["s"]) for pk in place.instances if str(pk) in answers}
        told = [(wired.instances[pk], engine.to_outcome(answers[str(pk)])) for pk in standing.telling(place, statuses)]
        days = [outcome.latest_on for _instance, outcome in told if outcome.latest_on is not None]
        found.append(
            SheetRow(
                requirement,
                standing.BY_LETTER[letter],
                min((instance.test.strength for instance, _outcome in told), default=None),
                "; ".join(instance.test.figure_text(outcome) for instance, outcome in told),
                max(days, default=None),
            )
        )
    return found


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


def proves(entry: Entry) -> list[Proof]:
    """The requirements that this record is now counted for, of the packs its legal entity answers to."""
    fed = {fact.relation for fact in spec.get(entry.register).facts}
    entity = engine.entity_of(entry.unit_id)
    if not fed or entity is None:
        return []
    held = {row.pack_id: row for row in Standing.objects.filter(unit_id=entity).select_related("pack")}
    wirings = wiring.of(held)
    asked = {pk: one for each in wirings.values() for pk, one in each.instances.items() if one.reads & fed}
    on = clock.today()
    relations = sorted({relation for one in asked.values() for relation in one.reads})
    facts = reading.read([entity], relations, on=on, people=True, titles=True)[entity]
    counted = {
        pk
        for pk, one in asked.items()
        if any(item.row.uid == entry.uid and not item.why for item in one.test.look(facts, on, one.params))
    }
    found: list[Proof] = []
    for pack_id, row in held.items():
        rows = {each.code: each for each in catalogue.requirements(row.pack)}
        for each in wirings[pack_id].requirements:
            letter = row.statuses[each.at]
            if counted.intersection(each.instances) and letter not in {"n", "-"}:
                found.append(Proof(row.pack, rows[each.code], standing.BY_LETTER[letter]))
    return found
