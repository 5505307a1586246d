"""From answers to statuses: applicability, the tests of a requirement together, judgement, and 或 alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guiju.org import queries as org
from guiju.org.models import Unit
from guiju.org.size import SizeFinding
from guiju.posture.models import LETTERS, NOT_ADDRESSED, Judgement, Status
from guiju.posture.wiring import Wired, Wiring

BY_LETTER = {letter: status for status, letter in LETTERS.items()}
#: From what must be looked at first to what asks nothing.
SEVERITY = (Status.UNMET, Status.PARTLY, Status.PERSON, Status.NOT_DUE, Status.MET, Status.NA)
#: What is not due yet is none of these.
_LATE = frozenset({Status.UNMET, Status.PARTLY, Status.PERSON})


@dataclass(slots=True)
class Circumstances:
    """What decides which requirements apply to a unit on a day."""

    attributes: Mapping[str, Any]
    size: str
    unknown: tuple[str, ...] = ()


@dataclass(slots=True)
class Applies:
    """Whether a requirement applies; `unknown` names attributes that nobody has entered."""

    yes: bool
    unknown: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """The status of one requirement and where it came from; `quiet` when its tests find that nothing is asked now."""

    status: Status
    via: str = ""
    quiet: bool = False
    unknown: tuple[str, ...] = ()
    judgement: Judgement | None = None
    #: What it will be if nothing happens, while it is not due yet.
    otherwise: Status | None = None


#: Most requirements of a pack are for other sizes; their reading is never changed.
_NOT_APPLICABLE = Reading(Status.NA)


def circumstances(
    unit_ids: Iterable[int], *, on: date, recorded_by: datetime | None = None
) -> dict[int, Circumstances]:
    """Attributes and size of units on a day."""
    ids = list(unit_ids)
    held = org.attributes_of(ids, on=on, recorded_by=recorded_by)
    sizes = org.sizes_of(ids, on=on, recorded_by=recorded_by)
    places = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "country"))
    return {pk: _circumstances(held[pk], sizes[pk], places.get(pk, "CN")) for pk in ids}


def _circumstances(held: Mapping[str, Any], size: SizeFinding, country: str) -> Circumstances:
    values = {**held, "overseas": country not in {"CN", ""}, "country": country}
    if size.size:
        values["size"] = size.size
    return Circumstances(values, size.size, tuple(size.missing))


def applies(row: Wired, about: Circumstances) -> Applies:
    """Does the requirement concern a unit in these circumstances?"""
    condition = dict(row.applies)
    if row.sizes:
        mine = Applies(about.size in row.sizes) if about.size else Applies(True, about.unknown or ("size",))
        if not mine.yes or mine.unknown:
            return mine
    return _holds(condition, about)


def _holds(condition: Mapping[str, Any], about: Circumstances) -> Applies:
    """All that is given must hold; of `any`, one. What is not known makes the answer unknown unless it is no anyway."""
    parts: list[Applies] = []
    if condition.get("sizes"):
        known = bool(about.size)
        parts.append(Applies(about.size in condition["sizes"]) if known else Applies(True, about.unknown or ("size",)))
    if condition.get("attribute"):
        code = condition["attribute"]
        value = about.attributes.get(code)
        parts.append(Applies(True, (code,)) if value is None else Applies(value == condition.get("is", True)))
    if condition.get("any"):
        parts.append(_any([_holds(item, about) for item in condition["any"]]))
    if any(not part.yes for part in parts):
        return Applies(False)
    return Applies(True, tuple(code for part in parts for code in part.unknown))


def _any(parts: list[Applies]) -> Applies:
    if any(part.yes and not part.unknown for part in parts):
        return Applies(True)
    unknown = tuple(code for part in parts for code in part.unknown)
    return Applies(bool(unknown), unknown)


@dataclass(frozen=True, slots=True)
class Profile:
    """What concerns all units in the same circumstances: per requirement, and the test instances of those that do."""

    applies: tuple[Applies, ...]
    instances: frozenset[int]


def profile(wiring: Wiring, about: Circumstances) -> Profile:
    """The profile of a unit's circumstances, worked out once for all units alike."""
    key = (about.size, about.unknown, tuple(repr(about.attributes.get(code)) for code in wiring.attributes))
    held: Profile | None = wiring.profiles.get(key)
    if held is None:
        concerns = tuple(applies(row, about) for row in wiring.requirements)
        rows = zip(wiring.requirements, concerns, strict=True)
        asked = {pk for row, concern in rows if row.addressed and concern.yes for pk in row.instances}
        held = wiring.profiles[key] = Profile(concerns, frozenset(asked))
    return held


#: Of alternatives, what one shows outweighs what another lacks.
_WEIGHT = (Status.MET, Status.PARTLY, Status.PERSON, Status.UNMET)


def either(statuses: Iterable[Status]) -> Status:
    """Alternatives within one row: the best of them; those with nothing to say do not count."""
    found = set(statuses) - {Status.NA}
    return min(found, key=_WEIGHT.index, default=Status.NA)


def together(statuses: Iterable[Status]) -> Status:
    """All tests of a requirement: met when all are, not met when none shows anything, else partly.

    A test with nothing to say drops out; when all of them do, nothing is asked now.
    """
    found = set(statuses) - {Status.NA}
    if not found:
        return Status.NA
    if found == {Status.MET}:
        return Status.MET
    if Status.PERSON in found and found <= {Status.MET, Status.PERSON}:
        return Status.PERSON
    return Status.UNMET if found <= {Status.UNMET, Status.PERSON} else Status.PARTLY


def telling(row: Wired, statuses: Mapping[int, Status]) -> tuple[int, ...]:
    """The tests that decide: of alternatives only those that are met, if one is."""
    found: list[int] = []
    for place in row.places:
        there = [pk for pk in place if pk in statuses]
        found += [pk for pk in there if statuses[pk] == Status.MET] or there
    return tuple(found)


def read(
    wiring: Wiring,
    about: Circumstances,
    answers: Mapping[int, Status],
    judgements: Mapping[int, Judgement],
    *,
    dues: Sequence[date | None] = (),
    on: date | None = None,
) -> list[Reading | None]:
    """The reading of every requirement, in order; None for those not addressed to the unit.

    `dues` are the deadlines under the unit's adoption (`Wiring.dues`), `on` the day looked at.
    """
    concerns = profile(wiring, about).applies
    found = [
        _one(row, concern, answers, judgements.get(row.pk))
        for row, concern in zip(wiring.requirements, concerns, strict=True)
    ]
    if dues and on is not None:
        _postpone(found, dues, on)
    met: dict[str, list[str]] = {}
    for row, reading in zip(wiring.requirements, found, strict=True):
        if row.group and reading is not None and reading.status == Status.MET:
            met.setdefault(row.group, []).append(row.code)
    for row, reading in zip(wiring.requirements, found, strict=True):
        if reading is not None and row.group in met and reading.status not in {Status.MET, Status.NA}:
            reading.status, reading.via = Status.NA, met[row.group][0]
    return found


def _one(row: Wired, concerns: Applies, answers: Mapping[int, Status], judgement: Judgement | None) -> Reading | None:
    if not row.addressed:
        return None
    if not concerns.yes:
        return _NOT_APPLICABLE
    if judgement is not None:
        return Reading(Status(judgement.status), judgement=judgement, unknown=concerns.unknown)
    found = [either(answers[pk] for pk in place) for place in row.places if all(pk in answers for pk in place)]
    if concerns.unknown or row.judgement or not found:
        return Reading(Status.PERSON, unknown=concerns.unknown)
    status = together(found)
    return Reading(status, quiet=status == Status.NA)


def _postpone(readings: Iterable[Reading | None], dues: Sequence[date | None], on: date) -> None:
    """What is not met, but not late either, is not due yet. What is met is met at once; a person's word stands."""
    for reading, due in zip(readings, dues, strict=True):
        if due is None or on > due or reading is None or reading.judgement is not None:
            continue
        if reading.status in _LATE:
            reading.otherwise, reading.status = reading.status, Status.NOT_DUE


def next_due(readings: Iterable[Reading | None], dues: Sequence[date | None]) -> date | None:
    """The last day on which all that is not due yet stays so."""
    if not dues:
        return None
    waiting = (
        due
        for reading, due in zip(readings, dues, strict=True)
        if due is not None and reading is not None and reading.status == Status.NOT_DUE
    )
    return min(waiting, default=None)


def letters(readings: Iterable[Reading | None]) -> str:
    """The readings as `Standing.statuses`."""
    return "".join(NOT_ADDRESSED if reading is None else LETTERS[reading.status] for reading in readings)


def judged(
    unit_ids: Iterable[int], *, on: date, recorded_by: datetime | None = None
) -> dict[int, dict[int, Judgement]]:
    """The judgements that hold on a day, by unit and requirement."""
    rows = Judgement.objects.filter(unit_id__in=list(unit_ids), on__lte=on, expires_on__gte=on)
    if recorded_by is None:
        rows = rows.filter(superseded_at__isnull=True)
    else:
        rows = rows.filter(recorded_at__lt=recorded_by).exclude(superseded_at__lt=recorded_by)
    found: dict[int, dict[int, Judgement]] = {}
    for row in rows.order_by("recorded_at", "pk"):
        found.setdefault(row.unit_id, {})[row.requirement_id] = row
    return found
