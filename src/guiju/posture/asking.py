"""Putting tests to the facts of units, and the answers in the form in which they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from guiju.posture import reading
from guiju.posture.evidence.base import Outcome, UnitFacts
from guiju.posture.evidence.kinds import RowsTest
from guiju.posture.standing import Circumstances
from guiju.posture.wiring import Instance

Answer = dict[str, Any]


def facts(
    questions: Mapping[int, Sequence[Instance]],
    about: Mapping[int, Circumstances],
    on: date,
    recorded_by: datetime | None = None,
) -> dict[int, UnitFacts]:
    """What the questions of each unit read, in a number of queries that does not grow with the units."""
    asked = {instance.pk: instance for each in questions.values() for instance in each}.values()
    relations = sorted({relation for instance in asked for relation in instance.reads})
    people = any(instance.test.counts_people for instance in asked)
    entities = [pk for pk, each in questions.items() if each]
    attributes = {pk: about[pk].attributes for pk in entities}
    return reading.read(entities, relations, on=on, people=people, recorded_by=recorded_by, attributes=attributes)


def answer(instance: Instance, known: UnitFacts, on: date, nothing: dict[int, Answer]) -> Answer:
    """One answer; units without any row of what the test is about share it through `nothing`."""
    test = instance.test
    if test.counts_people or test.counts_departments:
        return ask(instance, known, on)
    if not instance.reads.isdisjoint(known.rows) and not _finds_nothing(instance, known):
        return ask(instance, known, on)
    if instance.pk not in nothing:
        nothing[instance.pk] = ask(instance, known, on)
    return nothing[instance.pk]


def _finds_nothing(instance: Instance, known: UnitFacts) -> bool:
    """There are rows of the relation, but none that the question is about: half of all questions of a cold start."""
    test = instance.test
    return (
        isinstance(test, RowsTest)
        and test.is_by_rows
        and len(instance.reads) == 1 + len(test.also)
        and not test.concerned(known, instance.params)
    )


def ask(instance: Instance, known: UnitFacts, on: date) -> Answer:
    """One unit's answer, as it is stored."""
    return to_answer(instance, instance.test.measure(known, on, instance.params))


def to_answer(instance: Instance, outcome: Outcome) -> Answer:
    """An outcome as JSON."""
    return {
        "n": outcome.n,
        "ok": outcome.ok,
        "s": instance.test.status(outcome, instance.params).value,
        "on": outcome.latest_on.isoformat() if outcome.latest_on else None,
        "until": outcome.valid_until.isoformat() if outcome.valid_until else None,
        "f": outcome.figure,
    }


def to_outcome(stored: Answer) -> Outcome:
    """The stored form back."""
    return Outcome(
        stored["n"],
        stored["ok"],
        date.fromisoformat(stored["on"]) if stored["on"] else None,
        stored["f"],
        date.fromisoformat(stored["until"]) if stored["until"] else None,
    )
