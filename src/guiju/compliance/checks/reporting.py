"""What the check-and-rectify report of a period rests on: checks due and done, findings, what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from guiju.access.actor import Actor
from guiju.compliance.checks import queries as checks
from guiju.compliance.checks.queries import Progress
from guiju.compliance.enums import RunState
from guiju.compliance.models import CheckRun
from guiju.org.models import Unit
from guiju.registers import queries as rows
from guiju.registers.models import Entry

#: The same cause in the same unit within so many days counts as a recurrence.
RECURRENCE = timedelta(days=365)
MOST = 2_000
#: Results of a check that found something.
_FOUND = ("general", "major")


@dataclass(frozen=True, slots=True)
class Done:
    """What was due and done of some runs."""

    runs: int
    finished: int
    missed: int
    items: int
    looked: int
    problems: int

    @property
    def open(self) -> int:
        """Neither finished nor missed."""
        return self.runs - self.finished - self.missed


@dataclass(frozen=True, slots=True)
class ByHand:
    """Checks that no plan asked for: entered as records, in the app or from a file."""

    count: int = 0
    items: int | None = None
    looked: int | None = None
    clean: int = 0
    found: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Problems by state, and zero-risk reports."""

    problems: int = 0
    closed: int = 0
    overdue: int = 0
    reports: int = 0
    signed: int = 0
    doubtful: int = 0

    @property
    def open(self) -> int:
        """Problems that are not put right and accepted."""
        return self.problems - self.closed


@dataclass(frozen=True, slots=True)
class Period:
    """Everything of one period, as far as the actor sees it."""

    total: Done
    by_plan: list[tuple[str, Done]]
    by_unit: list[tuple[str, Done]]
    problems: list[Entry]
    reports: list[Entry]
    recurring: list[Entry]
    as_of: date
    #: Records of checks beside the plans: how many, and those that found something.
    by_hand: ByHand = field(default_factory=ByHand)
    findings: list[Entry] = field(default_factory=list)
    #: How many there are of each, however few of them are listed above.
    found: Found = field(default_factory=Found)

    @property
    def closed(self) -> list[Entry]:
        """Problems that were put right and accepted."""
        return [row for row in self.problems if row.status == "closed"]

    @property
    def open(self) -> list[Entry]:
        """Problems that are not."""
        return [row for row in self.problems if row.status != "closed"]

    @property
    def overdue(self) -> list[Entry]:
        """Of these, past their day."""
        return [row for row in self.open if row.due_on is not None and row.due_on < self.as_of]


def of_period(by: Actor, unit: Unit, *, start: date, end: date, on: date) -> Period:
    """A fixed number of queries, however many units stand below."""
    runs = list(
        checks.visible(by, unit, below=True).filter(due_on__gte=start, due_on__lte=end).order_by("unit__path", "pk")
    )
    figures = checks.progress(run.pk for run in runs)
    found = rows.visible(by, "rectifications", within=unit).filter(kind="check", on__gte=start, on__lte=end)
    problems = list(found.select_related("unit", "department", "owner").order_by("on", "pk")[:MOST])
    beside = _beside(by, unit, start=start, end=end)
    zero = rows.visible(by, "zero_risk_reports", within=unit).filter(on__gte=start, on__lte=end)
    return Period(
        total=_done(runs, figures, on),
        by_plan=_grouped(runs, figures, on, lambda run: run.title),
        by_unit=_grouped(runs, figures, on, lambda run: run.department.name if run.department else run.unit.name),
        problems=problems,
        reports=list(zero.select_related("unit", "department", "person", "owner", "body").order_by("on", "pk")[:MOST]),
        recurring=_recurring(by, unit, problems),
        as_of=on,
        by_hand=_by_hand(beside),
        findings=list(
            beside.filter(level__in=_FOUND).select_related("unit", "department", "body").order_by("on", "pk")[:MOST]
        ),
        found=_counted(found, zero, on),
    )


def _beside(by: Actor, unit: Unit, *, start: date, end: date) -> QuerySet[Entry]:
    """The records of checks that are those of no run."""
    of_runs = CheckRun.objects.filter(check_entry__isnull=False).values("check_entry")
    held = rows.visible(by, "checks", within=unit).filter(on__gte=start, on__lte=end)
    return held.exclude(uid__in=of_runs)


def _by_hand(beside: QuerySet[Entry]) -> ByHand:
    return ByHand(
        **beside.order_by().aggregate(
            count=Count("pk"), items=Sum("count_1"), looked=Sum("count_2"),
            clean=Count("pk", filter=Q(level="none")), found=Count("pk", filter=Q(level__in=_FOUND)),
        )
    )  # fmt: skip


def _counted(found: QuerySet[Entry], zero: QuerySet[Entry], on: date) -> Found:
    return Found(
        **found.order_by().aggregate(
            problems=Count("pk"),
            closed=Count("pk", filter=Q(status="closed")),
            overdue=Count("pk", filter=~Q(status="closed") & Q(due_on__lt=on)),
        ),
        **zero.order_by().aggregate(
            reports=Count("pk"),
            signed=Count("pk", filter=Q(status="signed")),
            doubtful=Count("pk", filter=Q(flag_1=True)),
        ),
    )


def _done(runs: Sequence[CheckRun], figures: dict[int, Progress], on: date) -> Done:
    held = [figures.get(run.pk, Progress()) for run in runs]
    return Done(
        runs=len(runs),
        finished=sum(run.state == RunState.FINISHED for run in runs),
        missed=sum(run.state in {RunState.MISSED, RunState.DUE} and run.due_on < on for run in runs),
        items=sum(one.due for one in held),
        looked=sum(one.done for one in held),
        problems=sum(one.problems for one in held),
    )


def _grouped(runs: list[CheckRun], figures: dict[int, Progress], on: date, name: object) -> list[tuple[str, Done]]:
    groups: dict[str, list[CheckRun]] = {}
    for run in runs:
        groups.setdefault(name(run), []).append(run)  # type: ignore[operator]
    return [(key, _done(held, figures, on)) for key, held in groups.items()]


def _recurring(by: Actor, unit: Unit, problems: Iterable[Entry]) -> list[Entry]:
    """Problems said to repeat another, or with a cause that the same unit has had within a year."""
    held = list(problems)
    causes = {(row.unit_id, row.text_3) for row in held if row.text_3}
    if not causes:
        return [row for row in held if row.ref_1 is not None]
    first = min(row.on for row in held if row.on is not None)
    before = rows.visible(by, "rectifications", within=unit).filter(
        Q(unit__in={unit_id for unit_id, _cause in causes}), text_3__in={cause for _unit, cause in causes},
        on__gte=first - RECURRENCE,
    )  # fmt: skip
    known = list(before.values_list("unit_id", "text_3", "on", "pk"))
    return [row for row in held if row.ref_1 is not None or _seen_before(row, known)]


def _seen_before(row: Entry, known: Sequence[tuple[int, str, date | None, int]]) -> bool:
    if not row.text_3 or row.on is None:
        return False
    return any(
        unit == row.unit_id
        and cause == row.text_3
        and pk != row.pk
        and on is not None
        and row.on - RECURRENCE <= on < row.on
        for unit, cause, on, pk in known
    )
