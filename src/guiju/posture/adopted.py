"""Which packs legal entities answer to on a day, and which programmes have run to their end for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q, QuerySet

from guiju.org.enums import UnitKind
from guiju.org.models import Unit
from guiju.posture.models import Adoption
from guiju.posture.programme import Terms


class Ended(NamedTuple):
    """A programme that ran to its end: its last day, for which the posture stays."""

    on: date
    terms: Terms


@dataclass(slots=True)
class Held:
    """The packs of one unit, by id: those it answers to now, and the ended programmes."""

    live: dict[int, Terms] = field(default_factory=dict)
    ended: dict[int, Ended] = field(default_factory=dict)
    #: The adoption that decides, by pack.
    adoptions: dict[int, int] = field(default_factory=dict)


def open_on(on: date) -> QuerySet[Adoption]:
    """The adoptions that hold on a day, of legal entities that still exist."""
    return Adoption.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=on),
        Q(unit__closed_on__isnull=True) | Q(unit__closed_on__gte=on),
        from_on__lte=on,
        unit__kind=UnitKind.COMPANY,
    )


def ended_before(on: date) -> QuerySet[Adoption]:
    """The adoptions whose programme ran to its end before a day, of legal entities that existed to the end."""
    return Adoption.objects.filter(
        Q(unit__closed_on__isnull=True) | Q(unit__closed_on__gte=F("to_on")),
        to_on=F("programme_end"),
        to_on__lt=on,
        unit__kind=UnitKind.COMPANY,
    )


def of(unit_ids: Iterable[int], on: date) -> dict[int, Held]:
    """What the units answer to on a day: of the adoptions of one document, the last that has begun decides.

    Ended as a programme means: it was not broken off, and the unit existed until then. Anything else that has ended
    leaves nothing behind.
    """
    rows = (
        Adoption.objects.filter(unit_id__in=list(unit_ids), from_on__lte=on, unit__kind=UnitKind.COMPANY)
        .order_by("from_on", "pk")
        .values_list(
            "unit_id", "pack_id", "pack__urn", "base_date", "from_on", "to_on", "programme_end", "unit__closed_on", "pk"
        )
    )
    last = {(row[0], row[2]): row for row in rows}
    found: dict[int, Held] = {}
    for unit, pack, _urn, base, start, end, programme_end, closed, adoption in last.values():
        held = found.setdefault(unit, Held())
        terms = Terms(base, start)
        if end is None or end >= on:
            if closed is not None and closed < on:
                continue
            held.live[pack] = terms
        elif end == programme_end and (closed is None or closed >= end):
            held.ended[pack] = Ended(end, terms)
        else:
            continue
        held.adoptions[pack] = adoption
    return found


def answers_to_any(unit: Unit, on: date) -> bool:
    """Does a legal entity answer to any document on a day?"""
    held = of([unit.pk], on).get(unit.pk)
    return held is not None and bool(held.live)
