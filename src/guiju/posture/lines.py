"""All that a unit's live documents ask, as stored: in a few queries, however many documents and requirements.

Nothing is measured again: statuses come from `Standing`, figures and what is missing from `UnitAnswers`. Records are
read only where somebody asks which of them prove it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from guiju.lib import clock
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack, Requirement
from guiju.posture import adopted, asking, findings, reading, standing, wiring
from guiju.posture.findings import Evidence, Gap
from guiju.posture.models import Standing, Status, UnitAnswers
from guiju.posture.wiring import Instance, Wired, Wiring

__all__ = ["Gap", "Line", "Lines", "Measure", "lines", "proofs"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One test of a requirement with its stored answer; `relation` is what its rows are rows of."""

    instance: Instance
    status: Status
    figure: str
    n: int
    ok: int
    latest_on: date | None
    gap: Gap | None

    @property
    def name(self) -> str:
        """The test's name."""
        return self.instance.test.name

    @property
    def relation(self) -> str:
        """The relation of the rows it counts."""
        return relation_of(self.instance)

    @property
    def falls_short(self) -> bool:
        """Are there records that should count and do not? One more record would not help then."""
        return self.status != Status.MET and self.ok < self.n and self.instance.test.is_share

    @property
    def params(self) -> Mapping[str, Any]:
        """Its parameters."""
        found: dict[str, Any] = self.instance.params.model_dump()
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement of a document that the unit answers to."""

    pack: Pack
    requirement: Requirement
    status: Status
    #: The tests that decide; of alternatives those that are met, if one is.
    measures: tuple[Measure, ...]
    #: Every test of the requirement: its name, the relation it counts, its parameters.
    asks: tuple[Instance, ...]
    #: The alternative that is met in its place, or a document that asks nothing now.
    is_spare: bool = False

    @property
    def code(self) -> str:
        """The requirement's code."""
        return self.requirement.code

    @property
    def gaps(self) -> list[Gap]:
        """What is missing, with the registers to fill."""
        return [one.gap for one in self.measures if one.gap is not None]


@dataclass(frozen=True, slots=True)
class Lines:
    """What the live documents of one unit ask of it, and the circumstances that decide what they ask."""

    rows: tuple[Line, ...]
    packs: tuple[Pack, ...]
    attributes: Mapping[str, Any]
    size: str
    #: Attributes on which something depends and which nobody has entered.
    unknown: tuple[str, ...]


def relation_of(instance: Instance) -> str:
    """What the rows that a test counts are rows of: of one department by department, what it was asked by."""
    reads = instance.test.reads
    if len(instance.reads) == 1:
        return next(iter(instance.reads))
    return reads[0].relation if reads else ""


def lines(unit: Unit) -> Lines:
    """Everything that applies to the unit, documents in the catalogue's order, requirements in the documents' own."""
    on = clock.today()
    held = adopted.of([unit.pk], on).get(unit.pk)
    about = standing.circumstances([unit.pk], on=on)[unit.pk]
    live = set(held.live) if held is not None else set()
    packs = _packs(live)
    if not packs:
        return Lines((), (), about.attributes, about.size, about.unknown)
    wired = wiring.of(live)
    stored = dict(Standing.objects.filter(unit=unit, pack__in=live).values_list("pack_id", "statuses"))
    answers = UnitAnswers.objects.filter(unit=unit).values_list("answers", flat=True).first() or {}
    rows = [
        line
        for pack in packs
        if pack.pk in stored
        for line in _of_pack(pack, wired[pack.pk], stored[pack.pk], about, answers)
    ]
    unknown = {
        code for pack in packs for concern in standing.profile(wired[pack.pk], about).applies if concern.yes
        for code in concern.unknown
    }  # fmt: skip
    return Lines(tuple(rows), tuple(packs), about.attributes, about.size, tuple(sorted(unknown)))


def _packs(ids: set[int]) -> list[Pack]:
    """The documents in the catalogue's order; of an older version that is still answered to, as it was loaded."""
    current = [pack for pack in catalogue.packs() if pack.pk in ids]
    older = ids - {pack.pk for pack in current}
    return current + (list(Pack.objects.filter(pk__in=older).order_by("urn", "pk")) if older else [])


def _of_pack(
    pack: Pack, wired: Wiring, letters: str, about: standing.Circumstances, answers: Mapping[str, Any]
) -> Iterator[Line]:
    applies = standing.profile(wired, about).applies
    for requirement in catalogue.requirements(pack):
        place = wired.by_code.get(requirement.code)
        if place is None or place.at >= len(letters):
            continue
        status = standing.BY_LETTER.get(letters[place.at])
        if status is None or not applies[place.at].yes:
            continue
        asks = tuple(wired.instances[pk] for pk in place.instances)
        measures = tuple(_measures(place, wired, status, answers, about.attributes))
        yield Line(pack, requirement, status, measures, asks, status == Status.NA)


def _measures(
    place: Wired, wired: Wiring, status: Status, answers: Mapping[str, Any], attributes: Mapping[str, Any]
) -> Iterator[Measure]:
    found = {pk: Status(answers[str(pk)]["s"]) for pk in place.instances if str(pk) in answers}
    for pk in standing.telling(place, found):
        instance, outcome = wired.instances[pk], asking.to_outcome(answers[str(pk)])
        is_open = status not in {Status.MET, Status.NA} and found[pk] not in {Status.MET, Status.NA}
        missing = instance.test.missing(outcome, instance.params) if is_open else None
        yield Measure(
            instance,
            found[pk],
            instance.test.figure_text(outcome),
            outcome.n,
            outcome.ok,
            outcome.latest_on,
            None if missing is None else findings.gap_of(missing, instance, attributes),
        )


def proofs(unit: Unit, rows: Iterable[Line], relations: frozenset[str], *, most: int = 3) -> dict[int, list[Evidence]]:
    """Requirement (by id) -> the newest records that count for it, of tests that read nothing but these relations."""
    asked = {
        measure.instance.pk: measure.instance
        for row in rows
        for measure in row.measures
        if measure.instance.reads <= relations and not measure.instance.test.counts_people
    }
    if not asked:
        return {}
    on = clock.today()
    needed = sorted({relation for instance in asked.values() for relation in instance.reads})
    facts = reading.read([unit.pk], needed, on=on, titles=True)[unit.pk]
    seen = {pk: _seen(instance, facts, on) for pk, instance in asked.items()}
    return {row.requirement.pk: _newest(row, seen, most) for row in rows}


def _seen(instance: Instance, facts: Any, on: date) -> Sequence[Any]:
    rows = [item for item in instance.test.look(facts, on, instance.params) if not item.why]
    return sorted(rows, key=findings.newest_good)


def _newest(row: Line, seen: Mapping[int, Sequence[Any]], most: int) -> list[Evidence]:
    found: dict[str, Evidence] = {}
    for measure in row.measures:
        for item in seen.get(measure.instance.pk, ())[:most]:
            told = findings.evidence_of(item)
            found.setdefault(told.uid, told)
    return list(findings.without_stock(list(found.values())[:most]))
