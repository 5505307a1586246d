"""Keep, amend or repeal: each file of a stock beside the others and beside the library. Pure of saving."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any
from uuid import UUID

from guiju.governance.enums import Advice
from guiju.governance.intake import finding

#: After so many years without revision a rule is to be looked at again.
OLD_YEARS = 5
TRIAL_YEARS = 2
_SKETCH = 32
_ALIKE = 26
_SHORTEST_LINE = 8

Reason = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """A policy of the library."""

    uid: UUID
    title: str
    number: str
    status: str


@dataclass(slots=True)
class Item:
    """A file of a stock as it is judged."""

    pk: int
    ordinal: int
    name: str
    found: Mapping[str, Any]
    advice: Advice = Advice.KEEP
    why: list[Reason] = field(default_factory=list)
    same_as: int | None = None
    policy: UUID | None = None

    @property
    def key(self) -> str:
        """The name as it is compared."""
        return finding.key(str(self.found.get("name", "")))

    @property
    def day(self) -> str:
        """The last day it gives itself; empty when none is known."""
        years = self.found.get("years") or []
        day = str(self.found.get("reviewed_on") or self.found.get("issued_on") or "")
        return max(day, f"{max(years)}-01-01") if years else day

    def add(self, advice: Advice | None, **reason: Any) -> None:
        """One more reason; the graver advice wins."""
        self.why.append(reason)
        grave = [Advice.KEEP, Advice.AMEND, Advice.REPEAL]
        if advice is not None and grave.index(advice) > grave.index(self.advice):
            self.advice = advice


def sketch(text: str) -> tuple[str, list[int]]:
    """A digest of the words, and the smallest hashes of their lines: who shares most of them says nearly the same."""
    lines = ["".join(line.split()) for line in text.split("\n")]
    hashes = {_hash(line) for line in lines if len(line) >= _SHORTEST_LINE}
    whole = blake2b("".join(lines).encode(), digest_size=16).hexdigest()
    return whole, sorted(hashes)[:_SKETCH]


def _hash(line: str) -> int:
    return int.from_bytes(blake2b(line.encode(), digest_size=6).digest(), "big")


def judge(items: Sequence[Item], library: Sequence[Known], *, today: date) -> None:
    """Fill advice, reasons and likeness of every file."""
    _copies(items)
    _names(items)
    _by_library(items, library)
    _by_each_other(items)
    for item in items:
        _by_itself(item, today)


def _copies(items: Sequence[Item]) -> None:
    """The same words twice: the later file points to the earlier one."""
    first: dict[str, Item] = {}
    by_hash: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        exact, hashes = item.found.get("exact"), item.found.get("sketch") or []
        other = first.get(exact) if exact else None
        if other is not None:
            item.same_as = other.pk
            item.add(None, code="copy", ordinal=other.ordinal, name=other.name)
            continue
        if exact:
            first[exact] = item
        shared = Counter(earlier.pk for one in hashes for earlier in by_hash[one])
        near = [earlier for earlier in items if shared.get(earlier.pk, 0) >= _ALIKE] if shared else []
        if near and len(hashes) == _SKETCH:
            item.same_as = near[0].pk
            item.add(None, code="alike", ordinal=near[0].ordinal, name=near[0].name)
        for one in hashes:
            by_hash[one].append(item)


def _names(items: Sequence[Item]) -> None:
    """The same name twice in the stock: all but the newest are to go."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.key:
            groups[item.key].append(item)
    for group in groups.values():
        if len(group) < 2:
            continue
        newest = max(group, key=lambda item: (item.day, -item.ordinal))
        for item in group:
            if item is newest or (item.same_as is not None and item.found.get("exact") == newest.found.get("exact")):
                continue
            item.add(Advice.REPEAL, code="newer", ordinal=newest.ordinal, day=newest.day or "—")
            newest.add(None, code="older", ordinal=item.ordinal, day=item.day or "—")


def _by_library(items: Sequence[Item], library: Sequence[Known]) -> None:
    in_force = {finding.key(one.title): one for one in library if one.status == "issued"}
    repealed = {finding.key(one.title): one for one in library if one.status == "repealed"}
    numbers = {one.number: one for one in library if one.status == "issued" and one.number}
    for item in items:
        there = in_force.get(item.key)
        if there is not None:
            item.policy = there.uid
            item.add(None, code="there", title=there.title)
        ends = [in_force.get(finding.key(name)) for name in item.found.get("ends") or []]
        ends += [numbers.get(number) for number in item.found.get("ends_numbers") or []]
        for one in dict.fromkeys(filter(None, ends)):
            item.add(None, code="ends_there", title=one.title)
        for name in item.found.get("refers") or []:
            gone = repealed.get(finding.key(name))
            if gone is not None and finding.key(name) not in in_force:
                item.add(Advice.AMEND, code="refers_repealed", title=gone.title)


def _by_each_other(items: Sequence[Item]) -> None:
    """A file that repeals another one of the stock by name or by number."""
    by_key: dict[str, list[Item]] = defaultdict(list)
    by_number: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_key[item.key].append(item)
        if item.found.get("number"):
            by_number[str(item.found["number"])].append(item)
    for item in items:
        ended = [one for name in item.found.get("ends") or [] for one in by_key.get(finding.key(name), [])]
        ended += [one for number in item.found.get("ends_numbers") or [] for one in by_number.get(number, [])]
        for one in _once(ended):
            if one is not item and one.key != item.key and (one.day or "") <= (item.day or "9999"):
                one.add(Advice.REPEAL, code="replaced", name=item.found.get("name", ""), ordinal=item.ordinal)


def _once(items: Iterable[Item]) -> list[Item]:
    return list({item.pk: item for item in items}.values())


def _by_itself(item: Item, today: date) -> None:
    found = item.found
    if found.get("ended"):
        by = found.get("ended_by")
        item.add(Advice.REPEAL, **({"code": "ended_by", "name": by} if by else {"code": "ended"}))
    if found.get("draft"):
        item.add(None, code="draft")
    day = _date(item.day)
    if day is not None:
        age = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
        trial = int(found.get("trial_years") or TRIAL_YEARS)
        if found.get("trial") and age >= trial:
            item.add(Advice.AMEND, code="trial_over", years=trial, day=day.isoformat())
        elif age >= OLD_YEARS:
            item.add(Advice.AMEND, code="old", years=OLD_YEARS, day=day.isoformat())
    if not found.get("issued_on"):
        item.add(None, code="no_day")
    if not found.get("business"):
        item.add(None, code="no_business")
    if found.get("cut"):
        item.add(None, code="cut", pages=found.get("pages") or 0)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
