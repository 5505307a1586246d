"""Are rules carried out: checks that looked at one, in the last twelve months, and rules that nobody has looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from guiju.access.actor import Actor
from guiju.governance.policies import library
from guiju.governance.policies.gaps import BASIC, SPECIFIC
from guiju.governance.policies.terms import ISSUED, REGISTER
from guiju.lib import clock
from guiju.org.places import Seat
from guiju.registers.directory import as_uid
from guiju.registers.models import Entry

CHECKS = "checks"
FINDINGS = "rectifications"
FOCUS = "policy"
MONTHS = 12
#: Results of a check.
NOTHING, GENERAL, MAJOR = "none", "general", "major"
_CHECKS, _WAITING = 1_000, 30


@dataclass(frozen=True, slots=True)
class Look:
    """One check: the rule it looked at, where it names one, and the record in which its problem is put right."""

    check: Entry
    policy: Entry | None
    rectification: Entry | None

    @property
    def is_clean(self) -> bool:
        """Was nothing found?"""
        return self.check.level == NOTHING


@dataclass(frozen=True, slots=True)
class Execution:
    """How the rules of a library are carried out, as far as anybody has looked."""

    since: date
    looks: tuple[Look, ...]
    #: Rules in force, and those of them that were looked at since.
    total: int
    looked: int
    waiting: tuple[Entry, ...]

    @property
    def percent(self) -> int:
        """The share of rules in force that were looked at."""
        return self.looked * 100 // self.total if self.total else 0

    @property
    def problems(self) -> int:
        """Checks that found something."""
        return sum(not look.is_clean for look in self.looks)

    @property
    def loose(self) -> int:
        """Problems that nobody has entered for rectification yet."""
        return sum(not look.is_clean and look.rectification is None for look in self.looks)


def execution(*, by: Actor, seat: Seat, below: bool = False) -> Execution:
    """The last twelve months, in a fixed number of questions."""
    since = library.months_before(clock.today(), MONTHS)
    checks = list(
        library.rows(by, CHECKS, seat, below=below)
        .filter(kind=FOCUS, on__gte=since)
        .select_related("unit", "department", "person", "body")
        .order_by("-on", "-pk")[:_CHECKS]
    )
    named = {check.pk: policy_of(check) for check in checks}
    in_force = library.rows(by, REGISTER, seat, below=below).filter(status=ISSUED)
    uids = {uid for uid in named.values() if uid is not None}
    policies = (
        {row.uid: row for row in library.rows(by, REGISTER, seat, below=below).filter(uid__in=uids)} if uids else {}
    )
    put_right = _put_right(by, seat, checks, below=below)
    looks = [Look(check, policies.get(named[check.pk] or UUID(int=0)), put_right.get(_said(check))) for check in checks]
    return Execution(
        since=since,
        looks=tuple(looks),
        total=in_force.count(),
        looked=sum(row.status == ISSUED for row in policies.values()),
        waiting=tuple(_waiting(in_force, set(policies))),
    )


def policy_of(check: Entry) -> UUID | None:
    """The rule that a check looked at."""
    found = as_uid(check.body.data.get("policy"))
    return UUID(str(found)) if found else None


def _waiting(in_force: QuerySet[Entry], looked: set[UUID]) -> list[Entry]:
    """Rules that nobody has looked at: basic ones first, then those in force longest."""
    order = Case(When(level=BASIC, then=Value(0)), When(level=SPECIFIC, then=Value(1)), default=Value(2),
                 output_field=IntegerField())  # fmt: skip
    rest = in_force.exclude(uid__in=looked) if looked else in_force
    return list(
        rest.annotate(_order=order).select_related("unit", "department").order_by("_order", "on", "pk")[:_WAITING]
    )


def _said(check: Entry) -> tuple[int, str]:
    """What a rectification that came of a check says: the problem in its words, at the same unit."""
    return check.unit_id, str(check.body.data.get("problem") or check.title)[:200]


def _put_right(by: Actor, seat: Seat, checks: list[Entry], *, below: bool) -> dict[tuple[int, str], Entry]:
    problems = {_said(check)[1] for check in checks if check.level != NOTHING}
    if not problems:
        return {}
    rows = library.rows(by, FINDINGS, seat, below=below).filter(title__in=problems)
    return {(row.unit_id, row.title): row for row in rows.order_by("pk")}


def of_policy(entry: Entry, *, most: int = 5) -> list[Entry]:
    """The latest checks that looked at one rule."""
    rows = Entry.objects.filter(Q(body__data__policy=str(entry.uid)), register=CHECKS, kind=FOCUS, unit=entry.unit)
    return list(rows.select_related("unit", "department", "person").order_by("-on", "-pk")[:most])
