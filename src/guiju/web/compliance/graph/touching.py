"""Whom a change of a record touches, in a few lines: departments first, then posts, duties and the rest by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.compliance.graph import queries, shape
from guiju.compliance.graph.queries import Around
from guiju.org.models import Unit
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.compliance.graph import here

#: So many of each kind are named, so many records around the cause are read.
NAMED, MOST = 3, 300
#: Whose work it is comes before what is written about it.
_FIRST = ("posts", "duty_list")


@dataclass(frozen=True, slots=True)
class Line:
    """The first of a kind, and how many there are where not all are named."""

    label: str
    names: tuple[dict[str, str], ...]
    in_all: int


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change of one record would mark, as far as the reader may see it; `waiting` have been marked already."""

    count: int
    lines: tuple[Line, ...]
    url: str
    waiting: int = 0
    waiting_url: str = ""
    only_end: bool = False
    is_cut: bool = False


def of(request: HttpRequest, entry: Entry) -> Touched | None:
    """Whom a change of the record touches; None for records whose change asks nothing of others."""
    if entry.register not in shape.SUBSTANCE:
        return None
    by = place.by(request)
    found = queries.around(entry.uid, by=by, most=MOST)
    rows = [found.entries[uid] for uid in carried(found)]
    waiting = queries.open_marks(by=by).filter(cause=entry.uid).count()
    return Touched(
        count=len(rows),
        lines=lines(rows),
        url=reverse("compliance-graph-impact", args=[entry.unit.code, entry.uid]),
        waiting=waiting,
        waiting_url=f"{reverse('compliance-graph-marks', args=[entry.unit.code])}?cause={entry.uid}",
        only_end=not shape.SUBSTANCE[entry.register],
        is_cut=found.is_cut,
    )


def carried(found: Around) -> set[UUID]:
    """The records that a change would mark: along joints that carry it, through records in use."""
    if found.start.register not in shape.SUBSTANCE:
        return set()
    reached: set[UUID] = set()
    frontier = {found.start.uid}
    for _step in range(shape.STEPS):
        fresh = {
            far
            for edge in found.edges
            for near, far in ((edge.one, edge.other), (edge.other, edge.one))
            if near in frontier and _carries(found.entries[near], found.entries[far])
        } - reached - {found.start.uid}  # fmt: skip
        reached |= fresh
        frontier = fresh
    return reached


def _carries(near: Entry, far: Entry) -> bool:
    return far.register in shape.CARRIES.get(near.register, ()) and shape.is_live(far.register, far.status)


def lines(rows: Sequence[Entry]) -> tuple[Line, ...]:
    """Departments and units, then the records by kind, those that are somebody's work first."""
    counted = Counter(row.department or row.unit for row in rows)
    kinds = {code: [row for row in rows if row.register == code] for code in {row.register for row in rows}}
    return summed(counted, {code: (len(some), some) for code, some in kinds.items()})


def summed(counted: Mapping[Unit, int], kinds: Mapping[str, tuple[int, Iterable[Entry]]]) -> tuple[Line, ...]:
    """The same of what was counted already: records by department, else unit, and by kind with those to be named."""
    found = [_line(_("Departments and units"), _places(counted), len(counted))]
    found += [_line(here.kind(code), _records(kinds[code][1]), kinds[code][0]) for code in in_order(kinds)]
    return tuple(line for line in found if line.names)


def in_order(kinds: Iterable[str]) -> list[str]:
    """Kinds of records as the lines have them."""
    return sorted(shape.in_order(kinds), key=lambda code: _FIRST.index(code) if code in _FIRST else len(_FIRST))


def _places(counted: Mapping[Unit, int]) -> list[dict[str, str]]:
    """Those with the most records first."""
    return [{"title": at.label, "url": ""} for at in sorted(counted, key=lambda at: (-counted[at], at.path))]


def _records(rows: Iterable[Entry]) -> list[dict[str, str]]:
    ordered = sorted(rows, key=lambda row: (row.number, row.title_key, row.pk))
    return [{"title": row.title or row.number, "url": links.record(row.register, row.uid)} for row in ordered]


def _line(label: str, names: list[dict[str, str]], count: int) -> Line:
    return Line(label, tuple(names[:NAMED]), count if count > NAMED else 0)
