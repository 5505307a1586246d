"""The three rates (规章制度、经济合同、重大决策审查率): what was reviewed before it was carried out, of all there was. Pure.

Counted is whatever was carried out in the period: rules issued, contracts signed, major decisions taken. Of these
count as reviewed (经合规审查) those for which a review had passed on that day or before and held on it: review is the
step that has to come before (必经前置程序), and without it nothing is carried out (未经审查不得实施). Against the rate
weigh: no review, a review afterwards, a review that had ended.

Of a review that was held on paper the record shows it, entered on that day or before. One that was entered later (补录)
does not show that it came before: it weighs against the rate too, and how many these are, and what the rate would be
with them, is told beside it.

What was reviewed in time and then done otherwise than reviewed (changed, in pieces, before its condition) stays
reviewed; it is told beside the rate, kind by kind, together with how many were reviewed and carried out as reviewed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from guiju.lib.pairing import Verdict

if TYPE_CHECKING:
    from guiju.review.leaks.finding import Paired

KINDS = ("policy", "contract", "decision")


@dataclass(slots=True)
class Rate:
    """One rate of one company, with what weighs against it, and what is told beside it: {kind of leak: how many}."""

    unit: str
    kind: str
    n: int = 0
    ok: int = 0
    #: Of those reviewed, how many were carried out as reviewed: nothing at all was found on them.
    clean: int = 0
    exceptions: list[Paired] = field(default_factory=list)
    against: dict[str, int] = field(default_factory=dict)
    beside: dict[str, int] = field(default_factory=dict)
    #: Keys of the deeds on which something is told beside the rate.
    noted: set[str] = field(default_factory=set)

    @property
    def percent(self) -> int | None:
        """Rounded down, so that only all of them is 100; None where there was nothing."""
        return self.ok * 100 // self.n if self.n else None

    def count(self, one: Paired, kinds: Collection[str]) -> None:
        """One thing carried out, with the kinds of leaks found on it."""
        self.n += 1
        if one.verdict is not Verdict.REVIEWED:
            self.exceptions.append(one)
            kind = str(one.verdict)
            self.against[kind] = self.against.get(kind, 0) + 1
            return
        self.ok += 1
        self.clean += not kinds
        for kind in sorted(kinds):
            self.beside[kind] = self.beside.get(kind, 0) + 1
            self.noted.add(one.deed.key)


def rates(counted: Iterable[Paired], told: Mapping[str, Collection[str]] | None = None) -> tuple[Rate, ...]:
    """The three rates of every company that did anything; `told` are the kinds of leaks found on each deed, by key."""
    found: dict[tuple[str, str], Rate] = {}
    for one in counted:
        if one.deed.kind not in KINDS:
            continue
        rate = found.setdefault((one.deed.unit, one.deed.kind), Rate(one.deed.unit, one.deed.kind))
        rate.count(one, (told or {}).get(one.deed.key, ()))
    return tuple(found[key] for key in sorted(found))
