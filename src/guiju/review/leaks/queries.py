"""Reading what the leak finder found: runs, findings with what became of them, rates.

runs(by, unit)               -> the looks of a unit, the latest first
latest(by, unit)             -> the latest of each sort, of which `shown_first` is where a page begins
run(by, uid)                 -> one of them, or 404
findings(run, kind, state)   -> its findings with their settlements
rates(run)                   -> the three rates, whole and unit by unit
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.jobs.models import Job, JobState
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.review.enums import LeakKind, LeakState
from guiju.review.leaks import looking
from guiju.review.leaks.rates import KINDS
from guiju.review.models import LeakFinding, LeakRun, LeakSettlement

#: Kinds of findings that weigh against a rate.
EXCEPTIONS = (LeakKind.UNREVIEWED, LeakKind.LATE, LeakKind.ENTERED, LeakKind.EXPIRED)
PAGE = 50
#: How many units are named under a rate of all levels.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, and what a person made of it."""

    row: LeakFinding
    settled: LeakSettlement | None

    @property
    def state(self) -> str:
        """Open where nobody has said anything."""
        return str(self.settled.state) if self.settled is not None else str(LeakState.OPEN)

    @property
    def version(self) -> int:
        """What somebody has seen who acts on it."""
        return self.settled.version if self.settled is not None else 0


@dataclass(frozen=True, slots=True)
class RateLine:
    """One rate: of the whole, or of one unit."""

    kind: str
    n: int
    ok: int
    unit: str = ""
    name: str = ""
    #: How many were reviewed and carried out as reviewed; None for looks that did not count them.
    clean: int | None = None
    #: {kind of leak: how many}: what weighs against the rate, and what is told beside it.
    against: Mapping[str, int] = field(default_factory=dict)
    beside: Mapping[str, int] = field(default_factory=dict)

    @property
    def percent(self) -> int | None:
        """Rounded down; None where there was nothing."""
        return self.ok * 100 // self.n if self.n else None

    @property
    def entered(self) -> int:
        """How many have a review that was entered afterwards (补录)."""
        return self.against.get(LeakKind.ENTERED, 0)

    @property
    def percent_with_entered(self) -> int | None:
        """What the rate would be with them, rounded down."""
        return (self.ok + self.entered) * 100 // self.n if self.n else None


def runs(by: Actor, unit: Unit) -> QuerySet[LeakRun]:
    """The looks over a unit, the latest first; over all levels only for who sees all levels."""
    check.require(by, P.REVIEW_MATTER_VIEW, unit)
    rows = LeakRun.objects.filter(unit=unit).select_related("unit").order_by("-made_at", "-pk")
    return rows if scope.scope(by, P.REVIEW_MATTER_VIEW).covers_below(unit) else rows.filter(below=False)


def latest(by: Actor, unit: Unit) -> list[LeakRun]:
    """The latest look of each sort: with ledgers or without, over all levels or not; the latest first."""
    rows = runs(by, unit)
    found = [
        sort.filter(below=below).first()
        for below in (False, True)
        for sort in (rows.filter(ledgers=[]), rows.exclude(ledgers=[]))
    ]
    return sorted((one for one in found if one is not None), key=lambda one: (one.made_at, one.pk), reverse=True)


def shown_first(held: Sequence[LeakRun]) -> LeakRun | None:
    """Of the latest of each sort the one that a page begins with: a look of the night takes no other's place."""
    return next((one for one in held if one.by != looking.HOUSE.name), next(iter(held), None))


def run(by: Actor, uid: UUID | str) -> LeakRun:
    """One look, or 404."""
    row = LeakRun.objects.select_related("unit").filter(uid=uid).first()
    if row is None or not _is_seen(by, row):
        raise NotFound(_("There is no such look for leaks here."), fix=_("Open it from the page of the unit."))
    return row


def _is_seen(by: Actor, row: LeakRun) -> bool:
    held = scope.scope(by, P.REVIEW_MATTER_VIEW)
    return held.covers(row.unit) and (not row.below or held.covers_below(row.unit))


def finding(by: Actor, uid: UUID | str) -> Found:
    """One finding, or 404."""
    row = LeakFinding.objects.select_related("run", "run__unit", "unit").filter(uid=uid).first()
    if row is None or not _is_seen(by, row.run):
        raise NotFound(_("There is no such finding here."), fix=_("Open it from the page of the unit."))
    return Found(row, LeakSettlement.objects.filter(unit=row.unit, key=row.key).first())


def findings(
    held: LeakRun, *, kind: str = "", state: str = "", rate: str = "", at: int = 0, size: int = PAGE
) -> tuple[list[Found], int]:
    """The findings of a run from a place on, and how many there are; three questions.

    `rate` narrows to the exceptions of one rate, with a `kind` to what is told of it in that kind.
    """
    rows = _of(held, kind, state)
    if rate in KINDS:
        rows = rows.filter(sides__rate=rate)
        if kind not in LeakKind.values:
            rows = rows.filter(kind__in=EXCEPTIONS)
    shown = list(rows.select_related("unit").order_by("ordinal")[at : at + size])
    for row in shown:
        row.run = held
    return joined(shown), rows.count()


def open_count(held: LeakRun) -> int:
    """How many findings of a run nobody has settled; one question."""
    return _of(held, "", LeakState.OPEN).count()


def joined(shown: Sequence[LeakFinding]) -> list[Found]:
    """Findings with what became of them; one question."""
    rows = LeakSettlement.objects.filter(key__in=[row.key for row in shown])
    settled = {(row.unit_id, row.key): row for row in rows}
    return [Found(row, settled.get((row.unit_id, row.key))) for row in shown]


def job_of(by: Actor, unit: Unit, uid: UUID | None = None) -> Job | None:
    """The account's own look over a unit that is under way, or the one named, in whatever state."""
    rows = Job.objects.filter(user_id=by.user_id, unique_key__startswith=f"{looking.job_key(unit)}:")
    rows = rows.filter(uid=uid) if uid is not None else rows.filter(state__in=[JobState.WAITING, JobState.RUNNING])
    return rows.order_by("-id").first() if by.user_id else None


def _of(held: LeakRun, kind: str, state: str) -> QuerySet[LeakFinding]:
    rows = LeakFinding.objects.filter(run=held)
    if kind in LeakKind.values:
        rows = rows.filter(kind=kind)
    if state in LeakState.values:
        same = LeakSettlement.objects.filter(unit=OuterRef("unit"), key=OuterRef("key"))
        wanted = Exists(same.filter(state=state))
        rows = rows.filter(wanted if state != LeakState.OPEN else ~Exists(same.exclude(state=LeakState.OPEN)))
    return rows


def standing(held: LeakRun) -> dict[str, dict[str, int]]:
    """How many findings of each kind are in which state; two questions."""
    found = {kind: dict.fromkeys(LeakState.values, 0) for kind in LeakKind.values}
    rows = list(LeakFinding.objects.filter(run=held).values_list("kind", "unit_id", "key"))
    settled = {
        (unit, key): state
        for unit, key, state in LeakSettlement.objects.filter(
            key__in=LeakFinding.objects.filter(run=held).values("key")
        ).values_list("unit_id", "key", "state")
    }
    for kind, unit, key in rows:
        found[kind][settled.get((unit, key), LeakState.OPEN)] += 1
    return found


def rates(held: LeakRun) -> tuple[list[RateLine], list[RateLine]]:
    """The three rates of the whole, and those of single units where it has several, the lowest first."""
    lines = [_line(one) for one in held.rates]
    whole = [_together(kind, [one for one in lines if one.kind == kind]) for kind in KINDS]
    single = sorted(lines, key=lambda one: (one.percent or 0, -(one.n - one.ok), one.unit, one.kind))
    return whole, single


def _together(kind: str, lines: Sequence[RateLine]) -> RateLine:
    """All levels together (全级次): what was counted is added, never averaged."""
    counted = [one.clean for one in lines if one.clean is not None]
    return RateLine(
        kind, sum(one.n for one in lines), sum(one.ok for one in lines),
        clean=sum(counted) if len(counted) == len(lines) else None,
        against=_sum(one.against for one in lines), beside=_sum(one.beside for one in lines),
    )  # fmt: skip


def _sum(several: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for one in several:
        found.update(one)
    return {kind: found[kind] for kind in LeakKind.values if found[kind]}


def _line(one: dict[str, Any]) -> RateLine:
    return RateLine(
        str(one["kind"]), int(one["n"]), int(one["ok"]), str(one["unit"]), str(one["name"]), clean=one.get("clean"),
        against=one.get("against") or {}, beside=one.get("beside") or {},
    )  # fmt: skip
