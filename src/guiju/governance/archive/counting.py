"""What an archive of a unit would hold: rows of a span, how many of each, what has no file, what was entered late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.governance.archive import parts
from guiju.governance.archive.parts import STANDING, Part
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers import spec as registry
from guiju.registers import stock
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.registers.models import Entry
from guiju.registers.spec import RegisterSpec

VIEW = Permission.REGISTER_ENTRY_VIEW
#: Longer spans are asked for in pieces.
YEARS = 20


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day, both included."""

    begins_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.begins_on > self.ends_on:
            raise Problem(
                "archive.span",
                _("The span ends (%(to)s) before it begins (%(from)s).") % {"from": self.begins_on, "to": self.ends_on},
                fix=_("Exchange the two days."),
                where="to",
                status=422,
            )
        if self.ends_on.year - self.begins_on.year > YEARS:
            raise Problem(
                "archive.long",
                _("An archive covers %(years)d years at most.") % {"years": YEARS},
                fix=_("Make several archives, one after the other."),
                where="from",
                status=422,
            )


@dataclass(frozen=True, slots=True)
class Line:
    """One register in a part: records, files, how many records lack a file, how many were entered late."""

    spec: RegisterSpec
    rows: int = 0
    files: int = 0
    bare: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class PartCount:
    """A part with its registers."""

    part: Part
    lines: Sequence[Line]
    #: The appointments themselves say what the duties are.
    has_duties: bool = False

    @property
    def rows(self) -> int:
        return sum(line.rows for line in self.lines)

    @property
    def files(self) -> int:
        return sum(line.files for line in self.lines)

    @property
    def bare(self) -> int:
        return sum(line.bare for line in self.lines)

    @property
    def late(self) -> int:
        return sum(line.late for line in self.lines)

    @property
    def lacking(self) -> list[list[RegisterSpec]]:
        """Groups of registers of which one should hold something in the span and none does."""
        held = {line.spec.code: line for line in self.lines}
        groups = [[held[code] for code in group if code in held] for group in self.part.needed]
        empty = [[line.spec for line in group] for group in groups if group and not any(line.rows for line in group)]
        return [group for group in empty if not (self.has_duties and group[0].code == "duty_list")]


def year_so_far() -> Span:
    """The present year until today."""
    today = clock.today()
    return Span(today.replace(month=1, day=1), today)


def rows_of(by: Actor, unit: Unit, codes: Sequence[str], span: Span) -> QuerySet[Entry]:
    """The records of a unit, its departments and branches (not of its subsidiaries) that belong to the span.

    Of a department those that its company keeps of it as well; never more than this actor may see.
    """
    rows = scope.restrict(Entry.objects.filter(_of_span(codes, span)), by=by, permission=VIEW, within=unit)
    return rows if unit.kind in DEPARTMENT_KINDS else rows.filter(own(unit))


def departments(company: Unit) -> list[int]:
    """The departments and branches of a company, closed ones too: their records stay its own."""
    found: list[int] = []
    above = [company.pk]
    while above:
        below = Unit.objects.filter(parent_id__in=above, kind__in=DEPARTMENT_KINDS)
        above = list(below.order_by("path").values_list("pk", flat=True))
        found += above
    return found


def sees_whole(by: Actor, unit: Unit) -> bool:
    """Does this actor see the unit with all of its departments? An archive holds them all."""
    seen = scope.scope(by, VIEW)
    if seen.covers_below(unit):
        return True
    return seen.covers(unit) and all(seen.covers(one) for one in Unit.objects.filter(pk__in=departments(unit)))


def _of_span(codes: Sequence[str], span: Span) -> Q:
    standing = [code for code in codes if code in STANDING]
    dated = [code for code in codes if code not in STANDING]
    begins = datetime.combine(span.begins_on, time(), tzinfo=clock.SHANGHAI)
    ends = datetime.combine(span.ends_on + timedelta(days=1), time(), tzinfo=clock.SHANGHAI)
    begun = Q(on__lte=span.ends_on) | Q(on__isnull=True, created_at__lt=ends)
    holds = Q(done_on__isnull=True) | Q(done_on__gte=span.begins_on)
    within = Q(on__range=(span.begins_on, span.ends_on)) | Q(
        on__isnull=True, created_at__gte=begins, created_at__lt=ends
    )
    asked = [Q(register__in=standing) & begun & holds] if standing else []
    asked += [Q(register__in=dated) & within] if dated else []
    return reduce(or_, asked, Q(pk__in=[]))


def count(by: Actor, unit: Unit, span: Span, chosen: Sequence[Part] = parts.PARTS) -> list[PartCount]:
    """Every part with its registers: one question for all of them."""
    specs = {part.code: parts.specs_of(part) for part in chosen}
    codes = [spec.code for found in specs.values() for spec in found]
    with_files = [spec.code for found in specs.values() for spec in found if parts.has_files(spec)]
    found = rows_of(by, unit, codes, span).alias(_entered=TruncDate("created_at", tzinfo=clock.SHANGHAI))
    counted = (
        found.order_by()
        .values("register")
        .annotate(
            rows=Count("pk"),
            files=Sum("file_count"),
            bare=Count("pk", filter=Q(file_count=0, register__in=with_files)),
            late=Count("pk", filter=Q(_entered__gt=F("on"))),
        )
    )
    held = {row["register"]: row for row in counted}
    for code in {one.code for each in specs.values() for one in each if one.stock} & held.keys():
        held[code]["late"] -= _of_stock(found.filter(register=code), code)
    asks_duties = "appointments" in held and not {"duty_list", "posts"} & held.keys()
    duties = asks_duties and _say_duties(by, unit, span)
    return [PartCount(part, [_line(spec, held) for spec in specs[part.code]], duties) for part in chosen]


def _of_stock(found: QuerySet[Any], code: str) -> int:
    """Rows of before the register was kept here: they are not late."""
    told = list(found.order_by().values_list("unit_id", "on"))
    since = stock.begun(code, {unit for unit, _on in told})
    return sum(stock.is_of(registry.get(code), unit=unit, on=on, since=since) for unit, on in told)


def _say_duties(by: Actor, unit: Unit, span: Span) -> bool:
    return rows_of(by, unit, ["appointments"], span).filter(body__data__has_key="duties").exists()


def _line(spec: RegisterSpec, held: Mapping[str, Any]) -> Line:
    found = held.get(spec.code)
    if found is None:
        return Line(spec)
    return Line(spec, found["rows"], found["files"] or 0, found["bare"], found["late"])
