"""The library of a unit as a whole: figures, the matrix of businesses and levels, and what is plainly missing in it.

A constant number of questions, however many policies there are.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.governance.enums import AT_WORK
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import gaps, guiding
from guiju.governance.policies.gaps import BASIC, GUIDELINE, SPECIFIC, Gap
from guiju.governance.policies.guiding import FINDINGS, Fields
from guiju.governance.policies.terms import DRAFT, ISSUED, PLANS, REGISTER
from guiju.lib import clock
from guiju.org import queries as org
from guiju.org.enums import UnitKind
from guiju.org.models import LAST, Unit
from guiju.org.places import Seat
from guiju.org.tree import own
from guiju.registers import queries, taxonomy
from guiju.registers.models import Entry

#: Months after which a rule that nobody has issued, revised or reviewed since is to be looked at.
STALE_MONTHS = 36
LEVELS = (BASIC, SPECIFIC, GUIDELINE)
#: Units shown one by one below a group.
_UNITS = 200


def rows(by: Actor, register: str, seat: Seat, *, below: bool = False) -> QuerySet[Entry]:
    """The rows of a register that belong to a library: those of a company with its departments, or of all levels."""
    if seat.through is not None:
        return queries.visible(by, register, within=seat.through, sparse=True)
    found = queries.visible(by, register, within=seat.company, sparse=True)
    return found if below else found.filter(own(seat.company))


def months_before(on: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def stale_q(on: date) -> Q:
    """Neither issued nor reviewed since so many months."""
    since = months_before(on, STALE_MONTHS)
    return Q(date_1__lt=since) | Q(date_1__isnull=True, on__lt=since)


def bare(found: QuerySet[Entry]) -> QuerySet[Entry]:
    """Those in force of which nobody can read a word: no file, and no text of a version."""
    held = PolicyVersion.objects.filter(policy=OuterRef("uid"), state=S.IN_FORCE).exclude(text="")
    return found.filter(~Exists(held), status=ISSUED, file_count=0)


@dataclass(frozen=True, slots=True)
class Cell:
    """How many rules stand at one crossing of the matrix, or in it altogether."""

    in_force: int = 0
    draft: int = 0
    stale: int = 0

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.in_force + other.in_force, self.draft + other.draft, self.stale + other.stale)


@dataclass(slots=True)
class Counts:
    """Rules by business and level; "" stands for what has not been said."""

    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    #: A basic rule on compliance as a whole is in force or being drafted.
    has_whole: bool = False

    def at(self, business: str, level: str) -> Cell:
        """One crossing."""
        return self.cells.get((business, level), Cell())

    def business(self, code: str) -> Cell:
        """A row of the matrix."""
        return sum((cell for (business, _level), cell in self.cells.items() if business == code), Cell())

    def level(self, code: str) -> Cell:
        """A column of the matrix."""
        return sum((cell for (_business, level), cell in self.cells.items() if level == code), Cell())

    @property
    def total(self) -> Cell:
        """All of them."""
        return sum(self.cells.values(), Cell())

    @property
    def businesses(self) -> list[str]:
        """Businesses with any rule, without those nobody has sorted."""
        return sorted({business for (business, _level), cell in self.cells.items() if business and cell != Cell()})


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A legal entity below: how many rules are in force there, by level."""

    unit: Unit
    by_level: Mapping[str, int]

    @property
    def total(self) -> int:
        """All levels."""
        return sum(self.by_level.values())


@dataclass
class Overview:
    """What the page of the library shows."""

    counts: Counts
    charter: Entry | None
    at_work: Mapping[str, int]
    bare: int
    gaps: list[Gap] = field(default_factory=list)

    @cached_property
    def open_gaps(self) -> list[Gap]:
        """Gaps that nobody has planned for or judged."""
        return [gap for gap in self.gaps if gap.is_open]

    def gap_at(self, business: str, level: str) -> Gap | None:
        """The gap at one crossing of the matrix."""
        return next((gap for gap in self.gaps if gap.business == business and gap.level == level), None)


def overview(*, by: Actor, seat: Seat, below: bool = False) -> Overview:
    """The library as it stands today; gaps are those of one firm, so none are told of all levels together."""
    found = rows(by, REGISTER, seat, below=below)
    counts = _counts(found)
    charter = _charter(found)
    seen = Overview(counts, charter, _at_work(found), bare(found).count())
    if not below and seat.through is None:
        seen.gaps = _gaps(by, seat, counts, charter)
    return seen


def _counts(found: QuerySet[Entry]) -> Counts:
    old = Count("pk", filter=Q(status=ISSUED) & stale_q(clock.today()))
    whole = Count("pk", filter=Q(kind="all", level=BASIC))
    told = found.filter(status__in=(ISSUED, DRAFT)).order_by()
    counts = Counts()
    for row in told.values("text_4", "level", "status").annotate(n=Count("pk"), old=old, whole=whole):
        held, draft = (row["n"], 0) if row["status"] == ISSUED else (0, row["n"])
        at = (row["text_4"], row["level"])
        counts.cells[at] = counts.cells.get(at, Cell()) + Cell(held, draft, row["old"])
        counts.has_whole = counts.has_whole or bool(row["whole"])
    return counts


def _charter(found: QuerySet[Entry]) -> Entry | None:
    """The articles of association: the record that says so, else one of that name."""
    named = found.filter(status__in=(ISSUED, DRAFT), title__contains="章程").select_related("body", "unit")
    likely = sorted(named.order_by("on", "pk")[:20], key=lambda row: (not _says(row), row.status != ISSUED))
    first = next(iter(likely), None)
    if first is not None and (_says(first) or first.title.strip("《》").endswith("公司章程")):
        return first
    return found.filter(status=ISSUED, level=BASIC, body__data__charter=True).select_related("unit").first()


def _says(row: Entry) -> bool:
    return bool(row.body.data.get("charter"))


def _at_work(found: QuerySet[Entry]) -> dict[str, int]:
    going = PolicyVersion.objects.filter(state__in=AT_WORK, policy__in=found.values("uid")).order_by()
    return dict(going.values_list("state").annotate(n=Count("pk")))


# --- gaps -----------------------------------------------------------------------------------------------------------


def _gaps(by: Actor, seat: Seat, counts: Counts, charter: Entry | None) -> list[Gap]:
    held = Counts({at: cell for at, cell in counts.cells.items() if cell.in_force or cell.draft}, counts.has_whole)
    worked = worked_in(seat, held.businesses)
    found = gaps.find(
        has_charter=charter is not None,
        has_compliance=held.has_whole or bool(held.at("legal", BASIC).in_force + held.at("legal", BASIC).draft),
        specific={code for code in held.businesses if held.at(code, SPECIFIC) != Cell()},
        worked=worked,
        risky=guideline_fields(by, seat).missing,
    )
    return gaps.answered(found, _answers(by, seat))


def _answers(by: Actor, seat: Seat) -> list[Entry]:
    """Rows of the plan that may answer a gap; what was judged of one problem says nothing of its field."""
    answers = rows(by, PLANS, seat).filter(gaps.answering(), kind="enact")
    return list(answers.order_by("pk")[:2_000])


def guideline_fields(by: Actor, seat: Seat, *, below: bool = False) -> Fields:
    """Which fields ask for a guideline, and which have one."""
    registers = {"risks": "risk_list", "findings": FINDINGS, "rules": REGISTER}
    return guiding.fields(**{name: rows(by, code, seat, below=below) for name, code in registers.items()})


def guideline_gaps(by: Actor, seat: Seat, found: Fields) -> list[Gap]:
    """Fields that lack one, with what is planned or was judged about each, as the overview has them."""
    return gaps.answered(gaps.guidelines(found.missing), _answers(by, seat))


def worked_in(seat: Seat, held: Iterable[str]) -> dict[str, str]:
    """In which businesses the firm works, and how that is known: every firm, a rule, a department's name, abroad."""
    found = dict.fromkeys(gaps.EVERYWHERE, gaps.BY_NATURE)
    for department in seat.departments:
        if department.kind == UnitKind.DEPARTMENT:
            found.update({code: department.label for code in gaps.businesses_of(department.name) if code not in found})
    found.update({code: gaps.BY_RULE for code in held if code not in found})
    attributes = org.attributes(seat.company, on=clock.today())
    if attributes.get("has_overseas_business") or attributes.get("overseas"):
        found.setdefault("overseas", gaps.BY_ATTRIBUTE)
    found.pop("other", None)
    order = [code for code, *_rest in taxonomy.BUSINESSES]
    return {code: found[code] for code in order if code in found}


# --- all levels -----------------------------------------------------------------------------------------------------


def units_below(*, by: Actor, seat: Seat) -> tuple[list[UnitLine], int]:
    """Legal entities of all levels with their rules in force, those without any first; and how many there are."""
    company = seat.company
    told: dict[int, dict[str, int]] = defaultdict(dict)
    held = rows(by, REGISTER, seat, below=True).filter(status=ISSUED).order_by()
    for row in held.values("unit_id", "level").annotate(n=Count("pk")):
        told[row["unit_id"]][row["level"]] = row["n"]
    reach = scope.units(by, P.REGISTER_ENTRY_VIEW)
    inside = reach.filter(path__gte=company.path, path__lt=company.path + LAST, kind=UnitKind.COMPANY)
    units = inside.filter(closed_on__isnull=True).only("pk", "uid", "name", "short_name", "code", "path", "kind")
    lines = [UnitLine(unit, told.get(unit.pk, {})) for unit in units.order_by("path")]
    lines.sort(key=lambda line: (line.unit.pk != company.pk, line.total > 0))
    return lines[:_UNITS], len(lines)


def has_levels(seat: Seat) -> bool:
    """Do legal entities lie below?"""
    path = seat.company.path
    below = Unit.objects.filter(path__gt=path, path__lt=path + LAST, kind=UnitKind.COMPANY, closed_on__isnull=True)
    return seat.through is None and below.exists()


# --- rules that want a look -----------------------------------------------------------------------------------------

STALE, BARE, UNSORTED, UNGRADED = "stale", "bare", "unsorted", "ungraded"


def attention(found: QuerySet[Entry], what: str) -> QuerySet[Entry]:
    """Rules in force of one sort that want a look: not reviewed, without text, unsorted, ungraded."""
    if what == BARE:
        return bare(found)
    narrowed = {STALE: stale_q(clock.today()), UNSORTED: Q(text_4=""), UNGRADED: Q(level="")}[what]
    return found.filter(narrowed, status=ISSUED)
