"""What the overview shows: heat map, top risks, counts by field, department and unit; a fixed number of questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, IntegerField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.compliance.enums import RoundState
from guiju.compliance.models import Assessment, Round
from guiju.compliance.risks import matrix, reach
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers import queries as entries
from guiju.registers.models import Entry

VIEW = Permission.REGISTER_ENTRY_VIEW
#: A contingency plan that was not drilled for so long is named.
DRILL_DAYS = 365
_GRAVE = ("high", "medium")
#: high before medium before low before none.
TOP = 10
#: So many rated risks are looked through for levels given by hand.
MOST_BY_HAND = 2_000


@dataclass(slots=True)
class Cell:
    """One cell of the heat map: how many risks, and how many more or fewer than in the round before."""

    probability: int
    impact: int
    level: str
    count: int = 0
    before: int = 0

    @property
    def change(self) -> int:
        return self.count - self.before


@dataclass(slots=True)
class Heat:
    """The map in one of its views; `unrated` risks have no place on it."""

    kind: str
    rows: list[tuple[int, list[Cell]]]
    unrated: int
    since: Round | None = None


@dataclass(slots=True)
class Line:
    """Risks by level, of a field, department or unit."""

    key: Any
    label: str = ""
    total: int = 0
    levels: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*matrix.RANK, ""), 0))


def rows(*, by: Actor, unit: Unit, all_levels: bool, register: str = reach.REGISTER) -> QuerySet[Entry]:
    """The rows of a register that the overview is about, as far as the actor sees them."""
    found = entries.visible(by, register, within=unit)
    if unit.kind in reach.PARTS:
        return found
    return found if all_levels else found.filter(unit__in=reach.units_of(unit, all_levels=False).values("pk"))


def open_risks(*, by: Actor, unit: Unit, all_levels: bool) -> QuerySet[Entry]:
    """Risks that are managed now."""
    return rows(by=by, unit=unit, all_levels=all_levels).filter(status="open")


def heat(*, by: Actor, unit: Unit, all_levels: bool, kind: str) -> Heat:
    """Inherent or residual: counted in the database; `change` compares with the last closed round."""
    grid, found = matrix.of(unit), open_risks(by=by, unit=unit, all_levels=all_levels)
    cells = {(p, i): Cell(p, i, grid.cells[p, i]) for p in matrix.STEPS for i in matrix.STEPS}
    rated = 0
    for p, i, n in _counted(found, kind):
        if (p, i) in cells:
            cells[p, i].count += n
            rated += n
    since = last_round(unit, all_levels=all_levels) if kind == "change" else None
    if since is not None:
        for p, i, n in _counted_in(since, by=by, unit=unit):
            if (p, i) in cells:
                cells[p, i].before += n
    drawn = [(i, [cells[p, i] for p in matrix.STEPS]) for i in reversed(matrix.STEPS)]
    return Heat(kind, drawn, found.count() - rated, since)


def _counted(found: QuerySet[Entry], kind: str) -> Iterable[tuple[int, int, int]]:
    """(probability, impact, how many)."""
    rows: Iterable[tuple[int, int, int]]
    if kind == "inherent":
        plain = found.exclude(count_1=None).exclude(count_2=None).order_by()
        rows = plain.values_list("count_1", "count_2").annotate(n=Count("pk"))
        return rows
    left = _left(found.order_by())
    rows = left.exclude(p=None).exclude(i=None).values_list("p", "i").annotate(n=Count("pk"))
    return rows


def _left(found: QuerySet[Entry]) -> QuerySet[Any]:
    """With the rating after measures, where there is one, else that before."""
    return found.annotate(
        p=Coalesce(Cast(KeyTextTransform("residual_probability", "body__data"), IntegerField()), F("count_1")),
        i=Coalesce(Cast(KeyTextTransform("residual_impact", "body__data"), IntegerField()), F("count_2")),
    )


def of_cell(*, by: Actor, unit: Unit, all_levels: bool, probability: int, impact: int, most: int = 100) -> list[Entry]:
    """The risks that lie in one cell after measures, in their order."""
    found = _left(open_risks(by=by, unit=unit, all_levels=all_levels)).filter(p=probability, i=impact)
    return list(
        found.select_related("unit", "department", "owner").order_by(F("num_1").asc(nulls_last=True), "pk")[:most]
    )


def _counted_in(round_: Round, *, by: Actor, unit: Unit) -> Iterable[tuple[int, int, int]]:
    seen = entries.visible(by, reach.REGISTER, within=unit).values("uid")
    found = Assessment.objects.filter(round=round_, risk__in=seen)
    left = found.order_by().annotate(
        p=Coalesce(F("residual_probability"), F("probability")), i=Coalesce(F("residual_impact"), F("impact"))
    )
    return left.values_list("p", "i").annotate(n=Count("pk"))


def last_round(unit: Unit, *, all_levels: bool) -> Round | None:
    """The last closed round that rated the risks of this unit."""
    done = Round.objects.filter(state=RoundState.CLOSED).filter(
        Q(unit=unit) | Q(unit__path__in=[unit.path[:end] for end in range(4, len(unit.path), 4)], all_levels=True)
    )
    return (done.filter(all_levels=True) if all_levels else done).order_by("-opened_on", "-pk").first()


def top(*, by: Actor, unit: Unit, all_levels: bool, most: int = TOP) -> list[Entry]:
    """By the order that people gave; high risks to which nobody gave one are never left out for lower ones."""
    held = open_risks(by=by, unit=unit, all_levels=all_levels).select_related("unit", "department", "owner")
    graded = held.annotate(rank=_rank()).order_by("-rank", "-count_2", "-count_1", "pk")
    high = list(graded.filter(num_1=None, level="high")[:most])
    ordered = list(held.exclude(num_1=None).annotate(rank=_rank()).order_by("num_1", "-rank", "pk")[:most])
    # Ordered ones give way from the end, but never more than half of the list, nor a high one to a high one.
    give = max(0, min(len(ordered) + len(high) - most, most // 2, _lower_at_the_end(ordered)))
    found = [*ordered[: len(ordered) - give], *high][:most]
    rest = graded.filter(num_1=None).exclude(level__in=("", "high"))[: most - len(found)] if len(found) < most else []
    return [*found, *rest]


def _lower_at_the_end(ordered: Sequence[Entry]) -> int:
    """How many of the last ones are not high."""
    return next((at for at, row in enumerate(reversed(ordered)) if row.level == "high"), len(ordered))


@dataclass(frozen=True, slots=True)
class ByHand:
    """A risk whose level is not the one that its rating gives."""

    entry: Entry
    given: str
    reason: str


def by_hand(*, by: Actor, unit: Unit, all_levels: bool, most: int = MOST_BY_HAND) -> list[ByHand]:
    """Open risks with a level of their own, the graver first: they lie in a cell of another level."""
    from guiju.compliance.risks import filling

    held = open_risks(by=by, unit=unit, all_levels=all_levels).exclude(level="")
    rated = held.exclude(count_1=None).exclude(count_2=None).select_related("unit", "body").annotate(rank=_rank())
    rows_ = list(rated.order_by("-rank", "pk")[:most])
    grids = matrix.of_many({row.unit_id: row.unit for row in rows_}.values()) if rows_ else {}
    return [
        ByHand(row, matrix.level_from(grids[row.unit_id], row.body.data), str(row.body.data.get("level_reason") or ""))
        for row in rows_
        if filling.is_by_hand(grids[row.unit_id], row.body.data)
    ]


def _rank() -> Any:
    from django.db.models import Case, Value, When

    whens = [When(level=code, then=Value(place + 1)) for code, place in matrix.RANK.items()]
    return Case(*whens, default=Value(0), output_field=IntegerField())


def by_column(found: QuerySet[Entry], column: str) -> list[Line]:
    """Risks by what stands in a column, and by level: one query."""
    lines: dict[Any, Line] = {}
    for key, level, n in found.order_by().values_list(column, "level").annotate(n=Count("pk")):
        line = lines.setdefault(key, Line(key))
        line.total += n
        line.levels[level if level in line.levels else ""] += n
    return sorted(lines.values(), key=lambda line: (-line.levels["high"], -line.total, str(line.key)))


def by_unit(*, by: Actor, unit: Unit) -> list[Line]:
    """The units directly below that the actor sees, each with everything under it: two queries whatever their number.

    One that is out of sight is left out: a nought would claim that it has no risks.
    """
    children = list(Unit.objects.filter(parent=unit).exclude(kind__in=reach.PARTS).order_by("sort_key", "pk"))
    if not children:
        return []
    per = open_risks(by=by, unit=unit, all_levels=True).order_by().values_list("unit__path", "level")
    lines = {child.path: Line(child.code, child.label) for child in children}
    for path, level, n in per.annotate(n=Count("pk")):
        line = lines.get(path[: len(unit.path) + 4])
        if line is not None:
            line.total += n
            line.levels[level if level in line.levels else ""] += n
    seen = scope.scope(by, VIEW)
    return [lines[child.path] for child in children if lines[child.path].total or seen.covers(child)]


def unplanned(*, by: Actor, unit: Unit, all_levels: bool) -> QuerySet[Entry]:
    """High and medium risks without a response plan."""
    answered = Entry.objects.filter(register="risk_responses", kind__in=("plan", "handling"), ref_1__isnull=False)
    found = open_risks(by=by, unit=unit, all_levels=all_levels).filter(level__in=_GRAVE)
    return found.exclude(uid__in=answered.values("ref_1"))


def counts(*, by: Actor, unit: Unit, all_levels: bool) -> dict[str, int]:
    """What is open beside the risks."""
    today = clock.today()
    given = {"by": by, "unit": unit, "all_levels": all_levels}
    responses = rows(**given, register="risk_responses")  # type: ignore[arg-type]
    alerts = rows(**given, register="alerts")  # type: ignore[arg-type]
    reports = rows(**given, register="risk_reports")  # type: ignore[arg-type]
    return {
        "risks": open_risks(**given).count(),  # type: ignore[arg-type]
        "high": open_risks(**given).filter(level="high").count(),  # type: ignore[arg-type]
        "unplanned": unplanned(**given).count(),  # type: ignore[arg-type]
        "late": late(responses, today).count(),
        "alerts": alerts.exclude(status="released").count(),
        "major": alerts.exclude(status="released").filter(level="major").count(),
        "reports": reports.exclude(status="settled").count(),
    }


def late(responses: QuerySet[Entry], today: date) -> QuerySet[Entry]:
    """Responses whose day has passed."""
    return responses.filter(kind__in=("plan", "handling"), due_on__lt=today).exclude(status="done")


@dataclass(slots=True)
class Plan:
    """A contingency plan with its last drill."""

    entry: Entry
    last: Entry | None
    drills: int

    def is_stale(self, today: date) -> bool:
        """Never drilled, or too long ago."""
        return self.last is None or self.last.on is None or self.last.on < today - timedelta(days=DRILL_DAYS)


def contingency(*, by: Actor, unit: Unit, all_levels: bool) -> list[Plan]:
    """The contingency plans with their last drill: two queries."""
    found = rows(by=by, unit=unit, all_levels=all_levels, register="risk_responses")
    plans = list(found.filter(kind="contingency").select_related("unit", "owner", "department").order_by("on", "pk"))
    drills: dict[UUID | None, list[Entry]] = {}
    done = found.filter(kind="drill", ref_2__in=[plan.uid for plan in plans], on__lte=clock.today())
    for drill in done.select_related("body").order_by("-on", "-pk"):
        drills.setdefault(drill.ref_2, []).append(drill)
    held = [(plan, drills.get(plan.uid, [])) for plan in plans]
    return [Plan(plan, made[0] if made else None, len(made)) for plan, made in held]
