"""Who came, whether that is enough, and whether a vote carries: by the rules that the body itself has entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from guiju.governance.meetings.terms import DEPUTY, PRESENT, VOTING


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many members vote, how many were there, how many are needed; `needed` is None without a rule."""

    members: int
    present: int
    needed: int | None

    @property
    def is_reached(self) -> bool:
        """Without a rule nobody can say that it was not."""
        return self.needed is None or self.present >= self.needed


def of(attendance: Iterable[Mapping[str, Any]], rules: Mapping[str, Any]) -> Quorum:
    """The quorum of a meeting; `rules` are the values of the body's record."""
    voting = [row for row in attendance if row.get("seat") in VOTING]
    return Quorum(len(voting), len(_there(voting, rules)), needed(str(rules.get("quorum") or ""), len(voting)))


def needed(rule: str, members: int) -> int | None:
    """How many must be there."""
    if rule == "majority":
        return members // 2 + 1 if members else 0
    if rule == "two_thirds":
        return -(-members * 2 // 3)
    return members if rule == "all" else None


def voters(attendance: Iterable[Mapping[str, Any]], rules: Mapping[str, Any], recused: Iterable[str]) -> int:
    """How many of those present may vote on an item: whoever stands aside is counted out."""
    aside = set(recused)
    there = _there([row for row in attendance if row.get("seat") in VOTING], rules)
    return sum(row.get("person") not in aside for row in there)


def carries(rule: str, votes_for: int, *, present: int, members: int) -> bool:
    """Do so many votes carry an item? Without a rule nobody can say that they do not, but nothing is carried by none."""
    if votes_for <= 0:
        return False
    if rule == "majority_present":
        return votes_for * 2 > present
    if rule == "majority_all":
        return votes_for * 2 > members
    if rule == "two_thirds_present":
        return votes_for * 3 >= present * 2
    return True


def carries_by_circulation(rule: str, votes_for: int, *, entitled: int, members: int) -> bool:
    """The same where nobody met: reckoned on everybody who may vote, for who did not sign has not agreed.

    Without a rule more than half of them.
    """
    if rule == "majority_all":
        return votes_for * 2 > members
    if rule == "two_thirds_present":
        return votes_for > 0 and votes_for * 3 >= entitled * 2
    return votes_for * 2 > entitled


def _there(voting: Iterable[Mapping[str, Any]], rules: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    counted = {PRESENT, DEPUTY} if rules.get("deputies_count") else {PRESENT}
    return [row for row in voting if row.get("state") in counted]
