"""With which parameters the documents that a unit answers to want one test; what they ask is no secret.

wants(unit, test)     -> every use of the test
demands(unit, test)   -> those that surely concern the unit, with no other way to meet them
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from guiju.org.models import Unit
from guiju.packs.models import Pack
from guiju.posture import adopted, standing, wiring
from guiju.posture.models import RequirementTest


class Want(NamedTuple):
    """One use of a test: wants of the same group are alternatives."""

    group: tuple[int, int]
    params: Mapping[str, Any]
    document: str
    #: The day from which the unit answers to the document.
    since: date


def wants(unit: Unit, test: str, *, on: date) -> list[Want]:
    """Every use of a test by a live document: two questions."""
    held = adopted.of([unit.pk], on).get(unit.pk)
    if held is None or not held.live:
        return []
    rows = RequirementTest.objects.filter(instance__test=test, requirement__pack_id__in=list(held.live))
    columns = ("requirement_id", "order", "instance__params", "requirement__pack__title", "requirement__pack_id")
    return [
        Want((requirement, order), params, title, held.live[pack].from_on)
        for requirement, order, params, title, pack in rows.order_by("requirement_id", "order", "pk").values_list(
            *columns
        )
    ]


def demands(unit: Unit, test: str, *, on: date) -> list[Want]:
    """Every use of a test that concerns the unit by its size and attributes as entered, and has no alternative beside it."""
    held = adopted.of([unit.pk], on).get(unit.pk)
    if held is None or not held.live:
        return []
    wired = wiring.of(held.live)
    asked = [
        (pack_id, row, order, pack.instances[place[0]])
        for pack_id, pack in wired.items()
        for row in pack.requirements
        for order, place in enumerate(row.places)
        if len(place) == 1 and pack.instances[place[0]].test.name == test
    ]
    if not asked:
        return []
    about = standing.circumstances([unit.pk], on=on)[unit.pk]
    titles = dict(Pack.objects.filter(pk__in=wired).values_list("pk", "title"))
    found = []
    for pack_id, row, order, instance in asked:
        concerns = standing.applies(row, about)
        if concerns.yes and not concerns.unknown:
            since = held.live[pack_id].from_on
            found.append(Want((row.pk, order), instance.params.model_dump(), titles[pack_id], since))
    return found
