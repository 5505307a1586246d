"""What was found for each requirement of a unit, with the rows that prove it and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib import clock
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import programme, reading, standing, wiring
from guiju.posture.evidence.base import DAY, Missing, Outcome, Seen, Strength, UnitFacts
from guiju.posture.facts import Body
from guiju.posture.models import Adoption, Judgement, Status
from guiju.posture.programme import Terms
from guiju.posture.standing import Reading
from guiju.posture.wiring import Instance, Wired, Wiring
from guiju.registers import spec, stock
from guiju.registers.models import Entry

#: How many rows of evidence stand with one test; the counts are always complete.
MOST = 50


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row that was looked at; `late_days` is the days between the event and its entry (补录)."""

    register: str
    register_title: str
    uid: str
    title: str
    on: date | None
    recorded_on: date | None
    late_days: int
    counted: bool
    why: str

    def as_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "register": self.register,
            "uid": self.uid,
            "title": self.title,
            "on": self.on.isoformat() if self.on else None,
            "recorded_on": self.recorded_on.isoformat() if self.recorded_on else None,
            "late_days": self.late_days,
            "counted": self.counted,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Gap:
    """What would turn the finding: a sentence, the register to fill, and field values known already."""

    sentence: str
    register: str
    values: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """JSON."""
        return {"sentence": self.sentence, "register": self.register, "values": dict(self.values)}


@dataclass(frozen=True, slots=True)
class Asked:
    """One test of a requirement with its answer."""

    name: str
    question: str
    strength: Strength
    status: Status
    figure: str
    n: int
    ok: int
    latest_on: date | None
    evidence: tuple[Evidence, ...]
    gap: Gap | None
    #: Not needed here: an alternative to it within the same row is met.
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """The finding for one requirement."""

    code: str
    status: Status
    as_of: date
    strength: Strength | None = None
    tests: tuple[Asked, ...] = ()
    via: str = ""
    missing: str = ""
    judgement: Judgement | None = None
    #: The (first) deadline under the unit's adoption, if the document sets one.
    due_on: date | None = None

    @property
    def figure(self) -> str:
        """The figures of the tests that decide."""
        return _("; ").join(test.figure for test in self.tests if not test.spare)

    @property
    def evidence(self) -> list[Evidence]:
        """The rows of the tests that decide, each once, those that count first."""
        rows: dict[tuple[str, str], Evidence] = {}
        for test in (each for each in self.tests if not each.spare):
            for row in test.evidence:
                held = rows.get((row.register, row.uid))
                if held is None or (row.counted and not held.counted):
                    rows[row.register, row.uid] = row
        return sorted(rows.values(), key=lambda row: not row.counted)

    @property
    def gaps(self) -> list[Gap]:
        """What is missing, with the registers to fill."""
        return [test.gap for test in self.tests if test.gap is not None]

    def as_dict(self) -> dict[str, Any]:
        """The contract's JSON."""
        return {
            "id": self.code,
            "status": self.status.value,
            "strength": self.strength.code if self.strength else None,
            "figure": self.figure or None,
            "as_of": self.as_of.isoformat(),
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "via": self.via or None,
            "evidence": [row.as_dict() for row in self.evidence],
            "missing": self.missing or None,
            "fill": [gap.as_dict() for gap in self.gaps],
        }


def findings(
    unit: Unit, pack: Pack, *, as_of: date | None = None, codes: Iterable[str] | None = None
) -> list[Finding] | None:
    """All findings of a unit for a pack on a day; None when it does not answer to the pack then.

    One code path answers for today and for any earlier day: facts that had happened and were recorded by then.
    A pack whose adoption has ended is answered as of its last day.
    """
    day = as_of or clock.today()
    adoption = adoption_on(unit, pack, day, past=as_of is not None)
    if adoption is None:
        return None
    over = adoption.to_on is not None and adoption.to_on < day
    if over and adoption.to_on is not None:
        day = adoption.to_on
    past = reading.end_of_day(day) if day < clock.today() else None
    return read_all(
        unit,
        wiring.one(adoption.pack),
        on=day,
        past=past,
        codes=None if codes is None else set(codes),
        terms=programme.terms(adoption),
        over=over and adoption.to_on == adoption.programme_end,
    )


def adoption_on(unit: Unit, pack: Pack, on: date, *, past: bool = False) -> Adoption | None:
    """The adoption that holds on a day, else the last one that ended before; of whichever version of the pack."""
    rows = Adoption.objects.filter(unit=unit, pack__urn=pack.urn, from_on__lte=on).select_related("pack")
    if past:
        rows = rows.filter(recorded_at__lt=reading.end_of_day(on))
    found: Adoption | None = None
    for row in rows.order_by("from_on", "pk"):
        if found is None or row.to_on is None or (found.to_on is not None and row.to_on >= found.to_on):
            found = row
    return found


def read_all(
    unit: Unit,
    wired: Wiring,
    *,
    on: date,
    past: datetime | None = None,
    codes: set[str] | None = None,
    terms: Terms | None = None,
    over: bool = False,
) -> list[Finding]:
    """The findings on a day from the rows as they are, or from past versions as recorded before a moment.

    Without the terms of an adoption nothing has a deadline. `over` says that the day was the programme's last and has
    passed: what was due on it is no longer to come.
    """
    dues = wired.dues(terms) if terms is not None else ()
    about = standing.circumstances([unit.pk], on=on, recorded_by=past)[unit.pk]
    asked = {pk: wired.instances[pk] for pk in standing.profile(wired, about).instances}
    if codes is not None:
        asked = _narrow(wired, asked, codes)
    facts = reading.read(
        [unit.pk],
        sorted({relation for instance in asked.values() for relation in instance.reads}),
        on=on,
        people=any(instance.test.counts_people for instance in asked.values()),
        recorded_by=past,
        titles=True,
        attributes={unit.pk: about.attributes},
    )[unit.pk]
    outcomes = {pk: instance.test.measure(facts, on, instance.params) for pk, instance in asked.items()}
    statuses = {pk: instance.test.status(outcomes[pk], instance.params) for pk, instance in asked.items()}
    judged = standing.judged([unit.pk], on=on, recorded_by=past).get(unit.pk, {})
    found = standing.read(wired, about, statuses, judged, dues=dues, on=on + DAY if over else on)
    told: dict[int, Asked] = {}
    result: list[Finding] = []
    for row, read in zip(wired.requirements, found, strict=True):
        if read is None or (codes is not None and row.code not in codes):
            continue
        for pk in row.instances:
            if pk in asked and pk not in told:
                told[pk] = _tell(asked[pk], outcomes[pk], statuses[pk], facts, on, about.attributes)
        result.append(_finding(row, read, told, on, dues[row.at] if dues else None))
    return result


def _narrow(wired: Wiring, asked: Mapping[int, Instance], codes: set[str]) -> dict[int, Instance]:
    """Only what these requirements and their alternatives need."""
    groups = {row.group for row in wired.requirements if row.code in codes and row.group}
    needed = {
        pk for row in wired.requirements if row.code in codes or (row.group and row.group in groups)
        for pk in row.instances
    }  # fmt: skip
    return {pk: instance for pk, instance in asked.items() if pk in needed}


def _finding(row: Wired, read: Reading, told: Mapping[int, Asked], on: date, due: date | None) -> Finding:
    asked = {pk: told[pk] for pk in row.instances if pk in told}
    deciding = set(standing.telling(row, {pk: test.status for pk, test in asked.items()}))
    hidden = read.status == Status.NA and not read.via and not read.quiet
    return Finding(
        code=row.code,
        status=read.status,
        as_of=on,
        strength=None if read.status == Status.NA else _strength(row, asked),
        tests=() if hidden else tuple(_beside(test, pk in deciding) for pk, test in asked.items()),
        via=read.via,
        missing=_missing(row, read, asked, due),
        judgement=read.judgement,
        due_on=due if row.when is not None else None,
    )


def _beside(test: Asked, deciding: bool) -> Asked:
    """A test whose alternative is met leaves nothing to fill."""
    return test if deciding else replace(test, spare=True, gap=None)


def _strength(row: Wired, asked: Mapping[int, Asked]) -> Strength | None:
    """The weakest test; of alternatives that are met the strongest."""
    found: list[Strength] = []
    for place in row.places:
        there = [asked[pk] for pk in place if pk in asked]
        met = [test.strength for test in there if test.status == Status.MET]
        if there:
            found.append(max(met) if met else min(test.strength for test in there))
    return min(found, default=None)


def _missing(row: Wired, read: Reading, asked: Mapping[int, Asked], due: date | None) -> str:
    """What would turn it, beginning with the deadline while it is not due yet."""
    if read.status != Status.NOT_DUE or due is None:
        return _lacks(row, read, asked, read.status)
    begin = _("Due on %(day)s.") % {"day": due.isoformat()}
    return " ".join(filter(None, [begin, _lacks(row, read, asked, read.otherwise)]))


def _lacks(row: Wired, read: Reading, asked: Mapping[int, Asked], status: Status | None) -> str:
    if read.via:
        return _("Not needed: met by the alternative %(code)s.") % {"code": read.via}
    if status in {Status.MET, Status.NA}:
        return ""
    if read.unknown:
        labels = [_label(code) for code in dict.fromkeys(read.unknown)]
        return _("Enter first, so that it is clear whether this applies: %(attributes)s.") % {
            "attributes": ", ".join(labels)
        }
    sentences = [_lacking([asked[pk] for pk in place if pk in asked]) for place in row.places]
    if status == Status.PERSON:
        sentences.insert(0, _("A person must look at this and record a judgement with the reason."))
    return " ".join(sentence for sentence in sentences if sentence)


def _lacking(choices: Sequence[Asked]) -> str:
    """What one place lacks: any one of the alternatives will do."""
    if any(test.status == Status.MET for test in choices):
        return ""
    sentences = [test.gap.sentence for test in choices if test.gap is not None]
    if len(sentences) < 2:
        return " ".join(sentences)
    return _("One of these is enough: %(choices)s") % {
        "choices": " ".join(f"({number}) {sentence}" for number, sentence in enumerate(sentences, start=1))
    }


def _label(code: str) -> str:
    found = catalogue.attributes().get(code)
    return found.label if found is not None else code


def _tell(
    instance: Instance,
    outcome: Outcome,
    status: Status,
    facts: UnitFacts,
    on: date,
    attributes: Mapping[str, Any],
) -> Asked:
    test = instance.test
    seen = _shown(sorted(test.look(facts, on, instance.params), key=newest_good), is_met=status == Status.MET)
    missing = None if status in {Status.MET, Status.NA} else test.missing(outcome, instance.params)
    return Asked(
        name=test.name,
        question=instance.explain,
        strength=test.strength,
        status=status,
        figure=test.figure_text(outcome),
        n=outcome.n,
        ok=outcome.ok,
        latest_on=outcome.latest_on,
        evidence=without_stock([evidence_of(item) for item in seen]),
        gap=None if missing is None else gap_of(missing, instance, attributes),
    )


def _shown(seen: Sequence[Seen], *, is_met: bool) -> Sequence[Seen]:
    """Some of the rows; while something is missing, those that do not count have half of the room at least."""
    bad = sum(1 for item in seen if item.why)
    if is_met or len(seen) <= MOST or not bad:
        return seen[:MOST]
    good = len(seen) - bad
    room = min(good, MOST - min(bad, MOST // 2))
    return [*seen[:room], *seen[good : good + MOST - room]]


def newest_good(item: Seen) -> tuple[bool, int, int]:
    """Sorts what counts first, the newest of it before the older."""
    return bool(item.why), -(item.row.on.toordinal() if item.row.on else 0), -item.row.entry_id


def evidence_of(item: Seen) -> Evidence:
    """A row that was looked at, as people read it."""
    row = item.row
    entered = clock.day_of(row.created_at) if row.created_at else None
    late = max((entered - row.on).days, 0) if entered is not None and row.on is not None else 0
    return Evidence(
        register=row.register,
        register_title=spec.get(row.register).title(),
        uid=str(row.uid),
        title=row.title,
        on=row.on,
        recorded_on=entered,
        late_days=late,
        counted=not item.why,
        why=_(item.why) if item.why else "",
    )


def without_stock(found: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Rows of before their register was kept here are not late."""
    late = [one.uid for one in found if one.late_days and spec.get(one.register).stock]
    if not late:
        return tuple(found)
    units = {str(uid): unit for uid, unit in Entry.objects.filter(uid__in=late).values_list("uid", "unit_id")}
    registers = {one.register for one in found if one.uid in units}
    since = {code: stock.begun(code, units.values()) for code in registers}

    def is_stock(one: Evidence) -> bool:
        told = spec.get(one.register)
        return one.uid in units and stock.is_of(told, unit=units[one.uid], on=one.on, since=since[one.register])

    return tuple(replace(one, late_days=0) if is_stock(one) else one for one in found)


#: Which body leads a firm: with a board a committee, without one a leading group.
_BY_BOARD: Mapping[bool, str] = {True: "committee", False: "leading_group"}


def gap_of(missing: Missing, instance: Instance, attributes: Mapping[str, Any]) -> Gap:
    """The step; where a committee or a leading group will do, the one that a firm with, or without, a board sets up."""
    values, wanted = missing.values, _BY_BOARD.get(attributes.get("has_board", ""), "")
    either = missing.relation == Body.relation and values.get("kind") in _BY_BOARD.values()
    if either and wanted in getattr(instance.params, "kinds", ()):
        values = {**values, "kind": wanted}
    return Gap(missing.sentence, *to_fill(missing.relation, values))


def to_fill(relation: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The register that feeds a relation, and the values in terms of its fields."""
    for item in spec.all_specs():
        for fact in item.facts:
            if fact.relation == relation:
                fields = {fact.columns[name]: value for name, value in values.items() if name in fact.columns}
                return item.code, {name: value for name, value in fields.items() if not name.startswith("_")}
    return "", {}
