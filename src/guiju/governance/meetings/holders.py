"""Who held some offices of a company on any day: one question for all days, because decisions are of many days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guiju.org.enums import Role
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers.models import Entry
from guiju.workflow.owners import REGISTER, Holder


@dataclass(frozen=True, slots=True)
class _Term:
    role: str
    holder: Holder
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Held:
    """The appointments of a company."""

    terms: tuple[_Term, ...]

    def people(self, role: str, on: date) -> tuple[Holder, ...]:
        """Who held exactly this office on a day."""
        found = (term.holder for term in self.terms if term.role == role and term.begins <= on <= term.ends)
        return tuple(dict.fromkeys(found))


def of(company: Unit, roles: Iterable[str]) -> Held:
    """What branches and departments keep counts for the company they belong to."""
    rows = Entry.objects.filter(
        own(company), register=REGISTER, kind__in=list(roles), person__isnull=False, on__isnull=False
    )
    columns = ("kind", "person_id", "person__name", "person__user_id", "on", "done_on", "person__left_on")
    return Held(
        tuple(
            _Term(Role(role), Holder(pk, name, user), begins, min(ended or date.max, left or date.max))
            for role, pk, name, user, begins, ended, left in rows.order_by("on", "pk").values_list(*columns)
        )
    )
