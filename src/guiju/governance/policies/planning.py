"""The yearly plan of rules to enact, amend, repeal and interpret: its rows, how far they are, and what begins one.

for_gap / decline_gap(key=, at=, by=)              -> the row that closes a gap, or says that it need not be closed
for_finding / decline_finding(finding=, by=)       -> the same for a problem that asks for a guideline
for_policy(entry=, action=, by=)                   -> a row that amends, repeals or interprets a rule in force
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import causes, gaps, library
from guiju.governance.policies.gaps import GUIDELINE, Gap
from guiju.governance.policies.terms import DRAFT, PLANS, REPEALED
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault
from guiju.org import places
from guiju.org.models import Unit
from guiju.org.places import Seat
from guiju.registers import actions as registers
from guiju.registers import rows as rules
from guiju.registers import writing
from guiju.registers.models import Entry

ACTIONS = ("enact", "amend", "repeal", "interpret")
PLANNED, DONE, DROPPED, NOT_NEEDED = "planned", "done", "dropped", "not_needed"
LATE = "late"
#: Rows shown on the page of a year.
MOST = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """How far the rows of one action, or of one department, are."""

    code: str
    planned: int = 0
    done: int = 0
    late: int = 0

    @property
    def total(self) -> int:
        """Everything that is planned or done."""
        return self.planned + self.done

    @property
    def percent(self) -> int:
        """The share done, rounded down so that only all of it is 100."""
        return self.done * 100 // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the plan with the version that carries it out, if one is begun."""

    entry: Entry
    state: str
    version: PolicyVersion | None

    @property
    def policy(self) -> UUID | None:
        """The rule that it is about."""
        return self.version.policy if self.version is not None else self.entry.ref_1


@dataclass(frozen=True, slots=True)
class Year:
    """The plan of one year."""

    year: int
    whole: Tally
    actions: tuple[Tally, ...]
    departments: tuple[Tally, ...]
    lines: tuple[Line, ...]
    count: int
    not_needed: int


def year(*, by: Actor, seat: Seat, year: int, below: bool = False) -> Year:
    """Rows and progress of a year, in a fixed number of questions."""
    today = clock.today()
    found = rows_of(by, seat, year, below=below)
    late = Count("pk", filter=Q(status=PLANNED, due_on__lt=today))
    told = found.order_by().values("kind", "department__name", "status").annotate(n=Count("pk"), late=late)
    counted = list(told)
    live = [row for row in counted if row["status"] in (PLANNED, DONE)]
    shown = found.filter(status__in=(PLANNED, DONE)).select_related("unit", "department", "owner", "body")
    rows = list(shown.order_by("status", "due_on", "pk")[:MOST])
    rows.sort(key=lambda row: (row.status != PLANNED, row.due_on or date.max, row.pk))
    drafts = drafts_of(row.uid for row in rows)
    return Year(
        year=year,
        whole=_tally("", live),
        actions=tuple(_tally(code, [row for row in live if row["kind"] == code]) for code in ACTIONS),
        departments=_by_department(live),
        lines=tuple(Line(row, state_of(row, today), drafts.get(row.uid)) for row in rows),
        count=sum(row["n"] for row in live),
        not_needed=sum(row["n"] for row in counted if row["status"] == NOT_NEEDED),
    )


def rows_of(by: Actor, seat: Seat, year: int, *, below: bool = False) -> QuerySet[Entry]:
    """The rows of the plan of a year, of whatever state."""
    return library.rows(by, PLANS, seat, below=below).filter(period__startswith=str(year))


def years(by: Actor, seat: Seat) -> list[int]:
    """This year, and those for which anything is planned, the latest first."""
    told = library.rows(by, PLANS, seat, below=True).order_by().values_list("period", flat=True).distinct()
    found = {int(period[:4]) for period in told if period[:4].isdecimal()}
    return sorted(found | {clock.today().year}, reverse=True)


def state_of(row: Entry, today: date) -> str:
    """planned, late, done, dropped or not_needed."""
    is_late = row.status == PLANNED and row.due_on is not None and row.due_on < today
    return LATE if is_late else row.status


def drafts_of(uids: Iterable[UUID]) -> dict[UUID, PolicyVersion]:
    """The latest version that carries out each row."""
    held = PolicyVersion.objects.filter(plan__in=list(uids)).defer("text").order_by("number", "pk")
    return {row.plan: row for row in held if row.plan is not None}


def going(policies: Iterable[UUID]) -> dict[UUID, Entry]:
    """The row of the plan that is about each of these rules and not done yet."""
    rows = Entry.objects.filter(register=PLANS, ref_1__in=list(policies), status=PLANNED).order_by("-pk")
    return {row.ref_1: row for row in rows if row.ref_1 is not None}


def _tally(code: str, rows: Sequence[Mapping[str, Any]]) -> Tally:
    def add(name: str, status: str = "") -> int:
        return sum(int(row[name]) for row in rows if not status or row["status"] == status)

    return Tally(code, add("n", PLANNED), add("n", DONE), add("late"))


def _by_department(rows: Sequence[Mapping[str, Any]]) -> tuple[Tally, ...]:
    names = {str(row["department__name"] or "") for row in rows}
    found = [_tally(name, [row for row in rows if str(row["department__name"] or "") == name]) for name in names]
    return tuple(sorted(found, key=lambda one: (one.code == "", -one.late, -one.total, one.code)))


# --- from a gap -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Whose plan: a company, and the department that answers where somebody works for one only."""

    company: Unit
    department: Unit | None = None


def place_of(seat: Seat) -> Place:
    """Where somebody of this seat plans."""
    return Place(seat.company, seat.through or (None if seat.whole else seat.departments[0]))


@transaction.atomic
def for_gap(*, key: str, at: Place, by: Actor, year: int | None = None, name: str = "") -> Entry:
    """Plan the rule that closes a gap."""
    gap = gaps.parse(key)
    _refuse_answered(gap, at)
    values = {**_of_gap(gap), "reason": gaps.ground(gap), "department": _answering(gap, at)}
    return _begin(at, values, year=year, name=name or gap.name, by=by)


@transaction.atomic
def decline_gap(*, key: str, at: Place, reason: str, by: Actor) -> Entry:
    """Judge that the firm needs no such rule; the row keeps who said so, when and why."""
    gap = gaps.parse(key)
    if gap.kind == gaps.CHARTER:
        what = _("Every company has articles of association.")
        raise rules.invalid([Fault("gap", what, _("Enter them in the library, or plan them."))])
    _refuse_answered(gap, at)
    return _decline(at, _of_gap(gap), name=gap.name, reason=reason, by=by)


def _of_gap(gap: Gap) -> dict[str, object]:
    return {"action": "enact", "level": gap.level, "business": gap.business, "field": gap.field}


def _answering(gap: Gap, at: Place) -> str:
    """The department whose name speaks of the business; empty where none does."""
    if gap.kind != gaps.SPECIFIC:
        return ""
    found = (one for one in places.departments_of(at.company) if gap.business in gaps.businesses_of(one.name))
    return next((str(one.uid) for one in found), "")


def _refuse_answered(gap: Gap, at: Place) -> None:
    """The same gap is planned for, or judged, once."""
    writing.lock_value("policy_gap", at.company.pk, gap.key)
    rows = Entry.objects.filter(gaps.answering(), register=PLANS, unit=at.company, kind="enact", level=gap.level)
    rows = rows.filter(text_3=gap.field) if gap.kind == GUIDELINE else rows.filter(text_1=gap.business)
    _refuse(next((row for row in rows.order_by("pk")[:50] if gaps.key_of(row) == gap.key), None))


def _refuse(row: Entry | None) -> None:
    if row is None:
        return
    planned = row.status == PLANNED
    what = _("“%(title)s” is in the plan already.") if planned else _("“%(title)s” was judged not to be needed.")
    fix = (
        _("Open that row of the plan.")
        if planned
        else _("Open that row and take it up again if it is needed after all.")
    )
    problem = Conflict(what % {"title": row.title}, fix=fix, code="policy_plan.duplicate")
    problem.data = {"plan": str(row.uid)}
    raise problem


# --- from a finding -------------------------------------------------------------------------------------------------


@transaction.atomic
def for_finding(*, finding: Entry, by: Actor, year: int | None = None, name: str = "") -> Entry:
    """Plan the guideline that answers a problem."""
    check.require(by, P.REGISTER_ENTRY_VIEW, finding.unit, finding.department)
    _refuse_named(finding)
    values = {**_of_finding(finding), "reason": f"针对发现的问题：{finding.title}"}
    return _begin(_place_of_row(finding), values, year=year, name=name or _named(finding), by=by)


@transaction.atomic
def decline_finding(*, finding: Entry, reason: str, by: Actor) -> Entry:
    """Judge that a problem asks for no guideline."""
    check.require(by, P.REGISTER_ENTRY_VIEW, finding.unit, finding.department)
    _refuse_named(finding)
    return _decline(_place_of_row(finding), _of_finding(finding), name=_named(finding), reason=reason, by=by)


def _of_finding(finding: Entry) -> dict[str, object]:
    department = str(finding.department.uid) if finding.department is not None else ""
    return {
        "action": "enact", "level": GUIDELINE, "field": finding.level, "finding": str(finding.uid),
        "department": department, "business": causes.agreed(finding),
    }  # fmt: skip


def _named(finding: Entry) -> str:
    label = gaps.parse(f"{GUIDELINE}:{finding.level}").name if finding.level else "专项合规指引"
    return f"{label}（{finding.title[:60]}）"


def _place_of_row(row: Entry) -> Place:
    """The company that keeps a record, and the department where that keeps it itself."""
    company = places.company_of(row.unit)
    return Place(company, row.unit if row.unit_id != company.pk else None)


def _refuse_named(finding: Entry) -> None:
    writing.lock_value("policy_finding", finding.uid)
    rows = Entry.objects.filter(register=PLANS, root_id=finding.root_id, ref_2=finding.uid)
    _refuse(rows.filter(status__in=(PLANNED, NOT_NEEDED)).order_by("pk").first())


# --- from a rule in force -------------------------------------------------------------------------------------------


@transaction.atomic
def for_policy(*, entry: Entry, action: str, reason: str, by: Actor, year: int | None = None) -> Entry:
    """Plan to amend, repeal or interpret a rule in force."""
    check.require(by, P.REGISTER_ENTRY_VIEW, entry.unit, entry.department)
    if action not in ACTIONS[1:]:
        raise rules.invalid([Fault("action", _("There is no such choice."))])
    if entry.status == REPEALED:
        raise Conflict(_("“%(title)s” has been repealed.") % {"title": entry.title}, code="policy.repealed")
    if entry.status == DRAFT:
        what = _("“%(title)s” is being drafted already.") % {"title": entry.title}
        raise Conflict(what, fix=_("Go on with that draft."), code="policy.not_in_force")
    writing.lock_value("policy_plan", entry.uid)
    _refuse(Entry.objects.filter(register=PLANS, ref_1=entry.uid, status=PLANNED).order_by("pk").first())
    department = str(entry.department.uid) if entry.department is not None else ""
    owner = str(entry.owner.uid) if entry.owner is not None else ""
    values = {"action": action, "level": entry.level, "business": entry.text_4, "policy": str(entry.uid),
              "department": department, "owner": owner, "reason": reason.strip()}  # fmt: skip
    return _begin(_place_of_row(entry), values, year=year, name=entry.title, by=by)


# --- rows -----------------------------------------------------------------------------------------------------------


def _begin(at: Place, values: Mapping[str, object], *, year: int | None, name: str, by: Actor) -> Entry:
    return registers.create(register=PLANS, unit=at.company, values=_filled(at, values, name, year), by=by)


def _decline(at: Place, values: Mapping[str, object], *, name: str, reason: str, by: Actor) -> Entry:
    said = reason.strip()
    if not said:
        raise rules.invalid([Fault("reason", _("The reason is missing."), _("Say why the firm needs no such rule."))])
    given = {**_filled(at, values, name, None), "reason": said, "due_on": None}
    return registers.create(register=PLANS, unit=at.company, values=given, status=NOT_NEEDED, by=by, reason=said[:500])


def _filled(at: Place, values: Mapping[str, object], name: str, year: int | None) -> dict[str, object]:
    today = clock.today()
    wanted = year or today.year
    if not today.year <= wanted <= today.year + 1:
        what = _("Changes are planned for this year or the next.")
        raise rules.invalid(
            [Fault("year", what, _("Choose one of: %(years)s.") % {"years": f"{today.year}、{today.year + 1}"})]
        )
    given = {
        **values,
        "name": name.strip()[:200],
        "period": str(wanted),
        "planned_on": today,
        "due_on": date(wanted, 12, 31),
    }
    if at.department is not None:
        given["department"] = str(at.department.uid)
    return {code: value for code, value in given.items() if value not in ("", None)}
