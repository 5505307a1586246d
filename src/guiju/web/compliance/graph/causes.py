"""Whom each of several changes touches: counted by the database, and only those read who are named."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from guiju.access.actor import Actor
from guiju.compliance.graph import queries
from guiju.compliance.models import Mark
from guiju.org.models import Unit
from guiju.registers.models import Entry
from guiju.web.compliance.graph import touching
from guiju.web.compliance.graph.touching import Line


def lines(marks: QuerySet[Mark], *, most: int, by: Actor) -> dict[UUID, tuple[Line, ...]]:
    """By cause the first lines on what the marks name; four questions however many there are."""
    entry = queries.seen(Entry.objects.filter(uid=OuterRef("target")), by=by)
    # Where the record belongs today; what the reader does not see, or is there no longer, has no home.
    at = Subquery(entry.annotate(home=Coalesce("department_id", "unit_id")).values("home")[:1])
    rows = marks.order_by().annotate(home=at).filter(home__isnull=False)
    homes, kinds = _homes(rows), _kinds(rows, entry, most=most - 1)
    known = queries.entries({uid for found in kinds.values() for _count, uids in found.values() for uid in uids}, by=by)
    return {
        cause: touching.summed(
            counted,
            {
                code: (count, [known[uid] for uid in uids if uid in known])
                for code, (count, uids) in kinds.get(cause, {}).items()
            },
        )
        for cause, counted in homes.items()
    }


def _homes(rows: QuerySet[Any]) -> dict[UUID, Counter[Unit]]:
    """By cause how many marked records each department, else unit, answers for."""
    counted = list(rows.values_list("cause", "home").annotate(count=Count("pk")))
    units = Unit.objects.in_bulk({home for _cause, home, _count in counted})
    found: dict[UUID, Counter[Unit]] = defaultdict(Counter)
    for cause, home, count in counted:
        found[cause][units[home]] += count
    return found


def _kinds(rows: QuerySet[Any], entry: QuerySet[Entry], *, most: int) -> dict[UUID, dict[str, tuple[int, list[UUID]]]]:
    """By cause the first kinds of records, how many of each are marked, and the first of them."""
    kind = [F("cause"), F("target_register")]
    order = [Subquery(entry.values(field)[:1]) for field in ("number", "title_key", "pk")]
    first = rows.annotate(
        rank=Window(RowNumber(), partition_by=kind, order_by=order), count=Window(Count("pk"), partition_by=kind)
    ).filter(rank__lte=touching.NAMED)
    found: dict[UUID, dict[str, tuple[int, list[UUID]]]] = defaultdict(dict)
    for cause, register, count, uid in first.values_list("cause", "target_register", "count", "target"):
        found[cause].setdefault(register, (count, []))[1].append(uid)
    return {cause: {code: held[code] for code in touching.in_order(held)[:most]} for cause, held in found.items()}
