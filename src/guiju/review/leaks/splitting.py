"""Contracts cut into pieces so that none reaches the amount at which the route asks for more. Pure."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

from guiju.lib import pairing
from guiju.review.enums import LeakKind
from guiju.review.leaks.facts import Deed, Leak, Terms, Threshold

if TYPE_CHECKING:
    from guiju.review.leaks.finding import Paired, ThresholdsOf

#: What tells pieces of one thing apart: numbers, parts, batches, brackets around them.
_PIECE = re.compile(
    r"\([^()]*\)|第?[0-9一二三四五六七八九十]+(?:期|批|次|标段|标|包|部分|段|阶段|号|份)?|[a-z](?=标|包|段|部|区|$)"
)

#: So many open clusters with one rare pair are compared, the latest ones.
_NEAR = 200


def find(
    paired: Sequence[Paired], judged: Iterable[Paired], *, thresholds: ThresholdsOf, terms: Terms
) -> Iterator[Leak]:
    """Groups of contracts that are one, of which at least one is judged."""
    wanted = {one.deed.key for one in judged}
    groups: dict[tuple[str, str], list[Paired]] = {}
    for one in paired:
        deed = one.deed
        if deed.kind == "contract" and deed.amount is not None and deed.amount > 0 and pairing.party_key(deed.party):
            groups.setdefault((deed.unit, pairing.party_key(deed.party)), []).append(one)
    for (unit, _party), held in groups.items():
        if len(held) < 2 or not any(one.deed.key in wanted for one in held):
            continue
        for cluster in clusters(held, terms):
            if any(one.deed.key in wanted for one in cluster):
                yield from _passing(cluster, thresholds(unit))


def clusters(held: Iterable[Paired], terms: Terms) -> Iterator[list[Paired]]:
    """Contracts of alike names, each near the first one of its cluster: of several that fit the earliest takes it.

    Alike names share one of their rarest pairs of signs, so only clusters with one of those are compared: a party with
    a hundred thousand contracts of different names is looked through in time.
    """
    rows = sorted(held, key=lambda each: (each.deed.on, each.deed.key))
    names = [_Name.of(one.deed.title) for one in rows]
    common = Counter(pair for name in names for pair in name.pairs)
    open_: list[tuple[_Name, list[Paired]]] = []
    places: dict[str, deque[int]] = {}
    oldest = 0
    for one, name in zip(rows, names, strict=True):
        while oldest < len(open_) and (one.deed.on - open_[oldest][1][0].deed.on).days > terms.near_days:
            oldest += 1
        marks = name.marks(common, terms.alike)
        near = {at for mark in marks for at in places.get(mark, ()) if at >= oldest}
        found = next((at for at in sorted(near) if open_[at][0].is_like(name, terms.alike)), None)
        if found is not None:
            open_[found][1].append(one)
            continue
        for mark in marks:
            places.setdefault(mark, deque(maxlen=_NEAR)).append(len(open_))
        open_.append((name, [one]))
    yield from (cluster for _name, cluster in open_ if len(cluster) > 1)


def is_like(one: str, other: str, share: float) -> bool:
    """Do two names speak of one thing?"""
    return _Name.of(one).is_like(_Name.of(other), share)


@dataclass(frozen=True, slots=True)
class _Name:
    """What a name is about, and its pairs of signs."""

    about: str
    pairs: frozenset[str]

    @classmethod
    def of(cls, title: str) -> _Name:
        about = core(title)
        return cls(about, frozenset(about[at : at + 2] for at in range(len(about) - 1)))

    def marks(self, common: Mapping[str, int], share: float) -> list[str]:
        """What every alike name has at least one of: itself, or so many of its rarest pairs that the rest is too little."""
        rarest = sorted(self.pairs, key=lambda pair: (common[pair], pair))
        return [f"={self.about}", *rarest[: len(rarest) - ceil(share * len(rarest)) + 1]] if self.about else []

    def is_like(self, other: _Name, share: float) -> bool:
        """Do two names speak of one thing, but for the number of the piece?"""
        if not self.about or not other.about:
            return False
        if self.about == other.about:
            return True
        if not self.pairs or not other.pairs:
            return False
        return len(self.pairs & other.pairs) >= share * len(self.pairs | other.pairs)


def core(title: str) -> str:
    """A name without what numbers its piece."""
    return _PIECE.sub("", pairing.title_key(title))


def _passing(cluster: Sequence[Paired], thresholds: Iterable[Threshold]) -> Iterator[Leak]:
    """The highest threshold that all together reach and none does alone."""
    for limit in sorted(thresholds, key=lambda one: one.amount, reverse=True):
        below = [one for one in cluster if (one.deed.amount or Decimal(0)) < limit.amount]
        total = sum((one.deed.amount or Decimal(0) for one in below), Decimal(0))
        if len(below) < 2 or total < limit.amount or _went_the_long_way(below, limit):
            continue
        told = (("total", f"{total:.2f}"), ("threshold", f"{limit.amount:.2f}"), ("row", limit.name))
        deeds: tuple[Deed, ...] = tuple(one.deed for one in below)
        yield Leak(LeakKind.SPLIT, "split", deeds, below[0].review, told)
        return


def _went_the_long_way(cluster: Sequence[Paired], limit: Threshold) -> bool:
    """Each was reviewed as the whole would have been, or all under one review of the whole amount."""
    reviews = {one.review.key: one.review for one in cluster if one.review is not None and not one.review.state}
    if not all(one.review is not None and not one.review.state for one in cluster):
        return False
    if len(reviews) == 1:
        (only,) = reviews.values()
        return only.amount is not None and only.amount >= limit.amount
    return bool(limit.parts) and all(limit.parts <= one.parts for one in reviews.values())
