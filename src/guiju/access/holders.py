"""Who: the grants of `scope` read the other way round, for many units at once (whom a deadline is told to)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from guiju.access.models import Grant
from guiju.access.permissions import Permission
from guiju.access.roles import roles_with
from guiju.org.tree import ancestor_paths


@dataclass(frozen=True, slots=True)
class Holders:
    """The accounts that hold roles on some units or above them on a day."""

    #: Path of the granted unit -> (account, role, with everything below).
    by_path: Mapping[str, list[tuple[int, str, bool]]] = field(default_factory=dict)

    def may(self, path: str, permission: Permission) -> frozenset[int]:
        """The accounts that hold the permission on the unit at this path."""
        roles = roles_with(permission)
        return frozenset(
            user
            for step in ancestor_paths(path, itself=True)
            for user, role, below in self.by_path.get(step, ())
            if role in roles and (below or step == path)
        )

    def nearest(self, path: str, role: str) -> tuple[int, ...]:
        """The accounts that hold the role on the unit, else on the nearest unit above it."""
        for step in reversed(ancestor_paths(path, itself=True)):
            found = {
                user for user, held, below in self.by_path.get(step, ()) if held == role and (below or step == path)
            }
            if found:
                return tuple(sorted(found))
        return ()


def of(paths: Iterable[str], *, on: date) -> Holders:
    """Everybody who holds a role on the units at these paths: one query."""
    wanted = {step for path in paths for step in ancestor_paths(path, itself=True)}
    rows = Grant.objects.holding(on).filter(unit__path__in=wanted, user__is_active=True)
    found: dict[str, list[tuple[int, str, bool]]] = {}
    for user, role, below, path in rows.values_list("user_id", "role", "with_subtree", "unit__path"):
        found.setdefault(path, []).append((user, role, below))
    return Holders(found)


def seats(user_id: int, role: str, *, on: date) -> list[int]:
    """The units on which an account has been granted a role, without those below them."""
    rows = Grant.objects.holding(on).filter(user_id=user_id, role=role)
    return list(rows.order_by("unit_id").values_list("unit_id", flat=True).distinct())
