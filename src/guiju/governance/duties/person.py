"""What one person must do by the offices held, and what the records say that was done in a span."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission as P
from guiju.governance.duties import terms
from guiju.governance.duties.holding import by_holder, stand_ins
from guiju.governance.duties.organisation import Ask, serving, together
from guiju.governance.models import Sitting
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.lib.period import Kind, Period
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.org.tree import own
from guiju.posture import queries as posture
from guiju.registers.directory import as_uid
from guiju.registers.models import Entry
from guiju.workflow.models import Task, TaskStatus

#: Register, column of the entry that names the person, that column's field, column and field of the day.
_DONE: tuple[tuple[str, str, str, str, str], ...] = (
    ("duty_logs", "person", "person", "on", "done_on"),
    ("leader_actions", "person", "person", "on", "acted_on"),
    ("checks", "person", "checker", "on", "checked_on"),
    ("zero_risk_reports", "person", "checker", "on", "made_on"),
    ("self_check_opinions", "person", "person", "on", "given_on"),
    ("decision_opinions", "person", "person", "on", "given_on"),
    ("reviews", "person", "reviewer", "on", "reviewed_on"),
    ("consultations", "person", "answered_by", "done_on", "answered_on"),
    ("risk_reports", "person", "reporter", "on", "found_on"),
    ("report_deliveries", "owner", "reporter", "on", "delivered_on"),
    ("authority_reports", "person", "sender", "on", "sent_on"),
    ("decisions", "owner", "owner", "done_on", "done_on"),
    ("rectifications", "owner", "owner", "done_on", "done_on"),
    ("meetings", "person", "chaired_by", "on", "held_on"),
    ("recusals", "person", "person", "on", "declared_on"),
    ("commitments", "person", "person", "on", "signed_on"),
)
_TASKS = 100
#: The evidence test by which a document asks for a duty log, and the office it means where it names none.
_TEST, _ROLES = "duty.logged", (Role.COMPLIANCE_STAFF.value,)


@dataclass(frozen=True, slots=True)
class Done:
    """So many records of one register, the latest on a day; `where` is the list that shows them."""

    register: str
    count: int
    latest_on: date | None
    where: dict[str, str]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the duty log: how many lines, and whether it lies in a period that lacks what a document asks for."""

    period: Period
    count: int
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Work:
    """One person's duties and work."""

    person: Person
    period: Period
    offices: tuple[Entry, ...]
    seats: tuple[Entry, ...]
    duties: dict[str, list[Ask]]
    #: May the reader see how the company stands? Otherwise the duties are told without answers.
    sees_findings: bool
    tasks: tuple[Task, ...]
    tasks_done: int
    tasks_late: int
    done: tuple[Done, ...]
    attended: int
    months: tuple[Month, ...]
    #: Periods in which a document asks for a line and none was written.
    lacking: tuple[Period, ...]


def find(*, by: Actor, unit: Unit, uid: object) -> Person:
    """The person, oneself or one whom this actor may look at; 404 for anybody else."""
    known = as_uid(uid)
    root = unit.root_id or unit.pk
    rows = Person.objects.select_related("unit", "department").filter(uid=known) if known else Person.objects.none()
    found = rows.filter(Q(unit__root_id=root) | Q(unit_id=root)).first()
    if found is None or not (is_me(by, found) or scope.people(by, P.ORG_PERSON_VIEW).filter(pk=found.pk).exists()):
        raise NotFound(_("There is no such person here."))
    return found


def is_me(by: Actor, person: Person) -> bool:
    """Is this the reader's own page?"""
    return by.user is not None and by.token is None and person.user_id == by.user.pk


def work(*, by: Actor, unit: Unit, person: Person, period: Period) -> Work:
    """Everything of one person in one company."""
    today = clock.today()
    offices = tuple(row for row in serving(by, unit, on=today) if row.person_id == person.pk)
    roles = {row.kind for row in offices}
    tasks = Task.objects.filter(root_id=unit.root_id or unit.pk)
    mine = tasks.filter(Q(owner=person) | Q(owner__isnull=True, role__in=roles, unit=unit))
    waiting = mine.filter(status=TaskStatus.OPEN, shown_on__lte=today).select_related("unit").order_by("due_on", "pk")
    closed = list(
        tasks.filter(owner=person, status=TaskStatus.DONE, done_on__range=(period.start, period.end))
        .values_list("done_on", "due_on")
    )  # fmt: skip
    done = tuple(_done(by, unit, person, period))
    sees = scope.scope(by, P.POSTURE_FINDING_VIEW).covers(unit)
    written = _written(unit, person, period)
    lacking = tuple(_lacking(unit, period, offices, written))
    return Work(
        person, period, offices, tuple(_seats(unit, person, today)), _duties(unit, roles), sees,
        tuple(waiting[:_TASKS]),
        len(closed), sum(on is not None and on > due for on, due in closed), done, _attended(unit, person, period),
        tuple(_months(period, written, lacking)), lacking,
    )  # fmt: skip


def _duties(unit: Unit, roles: set[str]) -> dict[str, list[Ask]]:
    """Duties by office: what documents ask is no secret, how the company stands to it may be."""
    wanted = [code for code in terms.HOLDERS if code in roles]
    if not wanted:
        return {}
    instead = stand_ins(unit)
    found = by_holder(posture.asked(by=system("guiju"), unit=unit), instead)
    return {code: together(found[code], {}, instead=instead) for code in wanted if code in found}


def _seats(unit: Unit, person: Person, on: date) -> Sequence[Entry]:
    rows = Entry.objects.filter(register=terms.MEMBERS, unit=unit, person=person, on__lte=on)
    return list(rows.filter(Q(done_on__isnull=True) | Q(done_on__gte=on)).order_by("on", "pk")[:20])


def _done(by: Actor, unit: Unit, person: Person, period: Period) -> list[Done]:
    """Records that name the person, by one question: counted per register in its own column and day."""
    span = (period.start, min(period.end, clock.today()))
    wanted = Q(pk__in=[])
    for register, column, _field, day, _name in _DONE:
        wanted |= Q(register=register, **{column: person, f"{day}__range": span})
    rows = Entry.objects.filter(wanted).filter(own(unit))
    if not is_me(by, person):
        rows = scope.restrict(rows, by=by, permission=terms.VIEW, sparse=True)
    counts = rows.values("register").annotate(n=Count("pk"), on=Max("on"), finished=Max("done_on"))
    held = {row["register"]: row for row in counts}
    found = []
    for register, _column, name, day, field in _DONE:
        row = held.get(register)
        if row is None:
            continue
        where = {
            f"f.{name}": str(person.uid),
            f"f.{field}__from": span[0].isoformat(),
            f"f.{field}__to": span[1].isoformat(),
        }
        found.append(Done(register, row["n"], row["on"] if day == "on" else row["finished"], where))
    return found


def _attended(unit: Unit, person: Person, period: Period) -> int:
    """Meetings of the span at which the sheet says that somebody was there."""
    held = Entry.objects.filter(register=terms.MEETINGS, unit=unit, on__range=(period.start, period.end))
    sheets = Sitting.objects.filter(unit=unit, meeting__in=held.values("uid")).values_list("attendance", flat=True)
    return sum(
        any(one.get("person") == str(person.uid) and one.get("state") == "present" for one in sheet) for sheet in sheets
    )


def _written(unit: Unit, person: Person, period: Period) -> list[date]:
    """The days of the log, from the beginning of the year: a period of a document may be longer than the span."""
    span = (date(period.start.year, 1, 1), period.end)
    rows = Entry.objects.filter(own(unit), register=terms.LOGS, person=person, on__range=span)
    return [on for on in rows.values_list("on", flat=True) if on is not None]


def _lacking(unit: Unit, period: Period, offices: Sequence[Entry], written: Sequence[date]) -> list[Period]:
    """The periods, as long as the documents have them, in which an office was held, a line asked for and none written.

    The present one lacks nothing before it is over.
    """
    today = clock.today()
    begun: dict[str, date] = {}
    for row in offices:
        if row.on is not None:
            begun[row.kind] = min(row.on, begun.get(row.kind, row.on))
    found: set[Period] = set()
    for want in posture.wants(unit, _TEST, on=today) if begun else ():
        held = [begun[role] for role in want.params.get("roles", _ROLES) if role in begun]
        every = want.params.get("every", Kind.MONTH)
        covered = {Period.of(on, every) for on in written}
        one = Period.of(period.start, every)
        while held and one.start <= period.end and one.end < today:
            if one not in covered and one.end >= max(want.since, min(held)):
                found.add(one)
            one = one.next
    # A quarter without a line says all that its half-year would.
    return sorted(
        (
            one
            for one in found
            if not any(other != one and one.start <= other.start and other.end <= one.end for other in found)
        ),
        key=lambda one: one.start,
    )


def _months(period: Period, written: Sequence[date], lacking: Sequence[Period]) -> list[Month]:
    """The months of the span with the lines of each; those of a period that lacks its line are missing."""
    counts = Counter(Period.of(on, Kind.MONTH) for on in written)
    found = []
    one = Period.of(period.start, Kind.MONTH)
    while one.start <= min(period.end, clock.today()):
        missing = any(other.start <= one.start and one.end <= other.end for other in lacking)
        found.append(Month(one, counts[one], missing))
        one = one.next
    return found
