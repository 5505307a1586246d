"""One record, all documents: which requirements of every document rest on the same question and the same register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack, Requirement
from guiju.posture import asking, engine, reading, standing, wiring
from guiju.posture.evidence.base import Strength
from guiju.posture.models import Standing, Status, UnitAnswers
from guiju.posture.wiring import Instance, Wiring
from guiju.registers import spec
from guiju.registers.models import Entry


@dataclass(frozen=True, slots=True)
class Served:
    """A requirement that a question serves, as it stands; `spare` when an alternative beside it is met."""

    requirement: Requirement
    status: Status


@dataclass(slots=True)
class CrossRow:
    """One question to the records: its answer, the registers it reads, and per document (URN) what it serves."""

    name: str
    question: str
    strength: Strength
    registers: tuple[str, ...]
    status: Status | None
    figure: str
    cells: dict[str, list[Served]] = field(default_factory=dict)

    @property
    def requirement_count(self) -> int:
        """How many requirements of all documents rest on it."""
        return sum(len(cell) for cell in self.cells.values())

    @property
    def is_shared(self) -> bool:
        """Does it serve more than one document?"""
        return len(self.cells) > 1


@dataclass(slots=True)
class Rests:
    """How many requirements of a document rest on a register, and how many of them are met."""

    count: int = 0
    met: int = 0


@dataclass(slots=True)
class RegisterSummary:
    """One register and the documents that rest on it, by URN."""

    register: str
    title: str
    packs: dict[str, Rests] = field(default_factory=dict)

    @property
    def requirement_count(self) -> int:
        """How many requirements of all documents rest on it."""
        return sum(each.count for each in self.packs.values())

    @property
    def met_count(self) -> int:
        """How many of them are met."""
        return sum(each.met for each in self.packs.values())


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """All documents a unit answers to; the questions, the most widely shared first; the registers likewise."""

    packs: tuple[Pack, ...]
    rows: tuple[CrossRow, ...]
    registers: tuple[RegisterSummary, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A requirement that a record is evidence for."""

    pack: Pack
    requirement: Requirement
    status: Status


def crosswalk(*, by: Actor, unit: Unit) -> Crosswalk:
    """Which requirements of all documents a unit answers to rest on the same questions; from what is stored."""
    check.require(by, Permission.POSTURE_FINDING_VIEW, unit)
    held = _standings(unit.pk, frozen=True)
    wirings = wiring.of(held)
    stored = UnitAnswers.objects.filter(unit=unit).values_list("answers", flat=True).first() or {}
    feeders = _feeders()
    rows: dict[int, CrossRow] = {}
    summaries: dict[str, RegisterSummary] = {}
    packs = sorted(held.values(), key=lambda row: row.pack.urn)
    for row in packs:
        wired = wirings[row.pack_id]
        by_code = {each.code: each for each in catalogue.requirements(row.pack)}
        for each in wired.requirements:
            status = standing.BY_LETTER.get(row.statuses[each.at], Status.NA)
            if status == Status.NA:
                continue
            served = Served(by_code[each.code], status)
            for pk in each.instances:
                if pk not in rows:
                    rows[pk] = _row(wired.instances[pk], stored.get(str(pk)), feeders)
                rows[pk].cells.setdefault(row.pack.urn, []).append(served)
            for code in dict.fromkeys(code for pk in each.instances for code in rows[pk].registers):
                _rest(summaries, code, row.pack.urn, status)
    return Crosswalk(
        packs=tuple(row.pack for row in packs),
        rows=tuple(sorted(rows.values(), key=lambda row: (-len(row.cells), -row.requirement_count, row.name))),
        registers=tuple(
            sorted(summaries.values(), key=lambda each: (-len(each.packs), -each.requirement_count, each.register))
        ),
    )


def _standings(unit_id: int, *, frozen: bool) -> dict[int, Standing]:
    rows = Standing.objects.filter(unit_id=unit_id).select_related("pack")
    if not frozen:
        rows = rows.filter(frozen_on__isnull=True)
    return {row.pack_id: row for row in rows}


def _feeders() -> dict[str, tuple[str, ...]]:
    """Relation -> the registers that feed it, in their order."""
    found: dict[str, dict[str, None]] = {}
    for item in spec.all_specs():
        for fact in item.facts:
            found.setdefault(fact.relation, {})[item.code] = None
    return {relation: tuple(codes) for relation, codes in found.items()}


def _row(instance: Instance, answer: asking.Answer | None, feeders: Mapping[str, tuple[str, ...]]) -> CrossRow:
    reads = [each.relation for each in instance.test.reads]
    return CrossRow(
        name=instance.test.name,
        question=instance.explain,
        strength=instance.test.strength,
        registers=tuple(dict.fromkeys(code for relation in reads for code in feeders.get(relation, ()))),
        status=Status(answer["s"]) if answer else None,
        figure=instance.test.figure_text(asking.to_outcome(answer)) if answer else "",
    )


def _rest(summaries: dict[str, RegisterSummary], code: str, urn: str, status: Status) -> None:
    summary = summaries.get(code)
    if summary is None:
        summary = summaries[code] = RegisterSummary(code, spec.get(code).title())
    rests = summary.packs.setdefault(urn, Rests())
    rests.count += 1
    rests.met += status == Status.MET


def proves(entry: Entry) -> list[Proof]:
    """The requirements that this record is now counted for, of the packs its legal entity answers to today.

    Only the facts are read that questions about what asks something read, and that this register feeds.
    """
    fed = {fact.relation for fact in spec.get(entry.register).facts}
    entity = engine.entity_of(entry.unit_id)
    if not fed or entity is None:
        return []
    held = _standings(entity, frozen=False)
    wirings = wiring.of(held)
    counted = _counted(entry, entity, _asked(held, wirings, fed))
    found: list[Proof] = []
    for pack_id, row in held.items():
        rows = {each.code: each for each in catalogue.requirements(row.pack)}
        for each in wirings[pack_id].requirements:
            status = standing.BY_LETTER.get(row.statuses[each.at], Status.NA)
            if status != Status.NA and counted.intersection(each.instances):
                found.append(Proof(row.pack, rows[each.code], status))
    return found


def _asked(held: Mapping[int, Standing], wirings: Mapping[int, Wiring], fed: set[str]) -> dict[int, Instance]:
    """The questions behind what is asked of the unit that read what the register feeds."""
    asked: dict[int, Instance] = {}
    for pack_id, row in held.items():
        wired = wirings[pack_id]
        for each in wired.requirements:
            if standing.BY_LETTER.get(row.statuses[each.at], Status.NA) != Status.NA:
                asked |= {pk: wired.instances[pk] for pk in each.instances if wired.instances[pk].reads & fed}
    return asked


def _counted(entry: Entry, entity: int, asked: Mapping[int, Instance]) -> set[int]:
    """Those of the questions for which the record counts."""
    if not asked:
        return set()
    on = clock.today()
    relations = sorted({relation for one in asked.values() for relation in one.reads})
    people = any(one.test.counts_people for one in asked.values())
    facts = reading.read([entity], relations, on=on, people=people)[entity]
    return {
        pk
        for pk, one in asked.items()
        if any(item.row.entry_id == entry.pk and not item.why for item in one.test.look(facts, on, one.params))
    }
