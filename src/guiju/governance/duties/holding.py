"""Whose duties the documents lay down, who holds the office or sits in the body, and how each duty stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.governance.duties import sorting, terms
from guiju.governance.duties.organisation import Ask, counted, serving, together
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org import queries as org
from guiju.org.enums import Size
from guiju.org.models import Unit
from guiju.posture import queries as posture
from guiju.posture.queries import Line, Lines
from guiju.registers import queries as registers
from guiju.registers.models import Entry
from guiju.workflow import queries as workflow
from guiju.workflow.models import TaskStatus


@dataclass(slots=True)
class Holding:
    """One office or body: who holds it, what it must do, and how many tasks wait there."""

    code: str
    #: Appointments of the office that hold today.
    appointments: list[Entry] = field(default_factory=list)
    #: Bodies of the kind that stand today, each with whoever chairs it.
    bodies: list[tuple[Entry, str]] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    waiting: int = 0
    late: int = 0
    #: The body in whose place it stands in a small or micro firm.
    instead_of: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """How its duties stand."""
        return counted(self.asks)

    @property
    def is_held(self) -> bool:
        """Is anybody there?"""
        return bool(self.appointments or self.bodies)


def holdings(*, by: Actor, unit: Unit) -> list[Holding]:
    """Every office and body that has duties here or is filled, in the order of the hierarchy."""
    asked, instead = posture.asked(by=by, unit=unit), stand_ins(unit)
    found = {code: Holding(code) for code in terms.HOLDERS}
    for code, lines in by_holder(asked, instead).items():
        found[code].asks = together(lines, {}, instead=instead)
        found[code].instead_of = _replaced(lines, code)
    _fill(found, by=by, unit=unit)
    return [one for one in found.values() if one.asks or one.is_held]


def holding(*, by: Actor, unit: Unit, code: str) -> Holding:
    """One of them, each duty with the records that show it."""
    if code not in terms.HOLDERS:
        raise NotFound(_("No office or body with duties has the code “%(code)s”.") % {"code": code})
    instead = stand_ins(unit)
    lines = by_holder(posture.asked(by=by, unit=unit), instead).get(code, [])
    relations = frozenset(relation for line in lines for one in line.measures for relation in one.instance.reads)
    proofs = posture.proofs(by=by, unit=unit, rows=lines, relations=relations)
    found = {code: Holding(code, asks=together(lines, proofs, instead=instead), instead_of=_replaced(lines, code))}
    _fill(found, by=by, unit=unit)
    return found[code]


def stand_ins(unit: Unit) -> Mapping[str, str]:
    """Body -> who answers in its place: in a small or micro firm the bodies that it need not have and has not."""
    today = clock.today()
    if org.size_of(unit, on=today).size not in {Size.SMALL, Size.MICRO}:
        return {}
    wanted = {kind: code for code in terms.INSTEAD for kind in terms.KINDS[code]}
    rows = _standing(Entry.objects.filter(register=terms.BODIES, unit=unit, kind__in=list(wanted)), today)
    held = {wanted[kind] for kind in rows.values_list("kind", flat=True)}
    return {code: other for code, other in terms.INSTEAD.items() if code not in held}


def _replaced(lines: Iterable[Line], code: str) -> str:
    """The body whose duties stand here among the holder's own."""
    return next((one for line in lines if (one := sorting.holder(line.requirement)) != code), "")


def by_holder(asked: Lines, instead: Mapping[str, str]) -> dict[str, list[Line]]:
    """What the documents ask, by whose duty it is; what the firm as a whole must do belongs to nobody here."""
    found: dict[str, list[Line]] = {}
    for line in asked.rows:
        code = sorting.holder(line.requirement, instead=instead)
        if code and (line.asks or line.requirement.judgement):
            found.setdefault(code, []).append(line)
    return found


def _fill(found: Mapping[str, Holding], *, by: Actor, unit: Unit) -> None:
    today = clock.today()
    for row in serving(by, unit, on=today):
        if row.kind in found and row.person is not None:
            found[row.kind].appointments.append(row)
    kinds = {kind: code for code, wanted in terms.KINDS.items() if code in found for kind in wanted}
    seen = registers.visible(by, terms.BODIES, sparse=True).filter(unit=unit, kind__in=list(kinds))
    rows = list(_standing(seen, today).order_by("on", "pk"))
    chairs = _chairs(rows, today) if rows else {}
    for body in rows:
        found[kinds[body.kind]].bodies.append((body, chairs.get(str(body.uid), "")))
    for role, waiting, late in _tasks(by, unit, today):
        if role in found:
            found[role].waiting, found[role].late = waiting, late


def _standing(rows: QuerySet[Entry], on: date) -> QuerySet[Entry]:
    return rows.filter(Q(done_on__isnull=True) | Q(done_on__gte=on)).exclude(status="dissolved")


def _chairs(bodies: Iterable[Entry], on: date) -> dict[str, str]:
    rows = Entry.objects.filter(
        Q(done_on__isnull=True) | Q(done_on__gte=on),
        register=terms.MEMBERS,
        ref_1__in=[one.uid for one in bodies],
        kind="chair",
    )
    return {str(body): name for body, name in rows.order_by("on").values_list("ref_1", "person__name") if name}


def _tasks(by: Actor, unit: Unit, on: date) -> list[tuple[str, int, int]]:
    rows = workflow.visible(by=by, within=unit).filter(unit=unit, status=TaskStatus.OPEN, shown_on__lte=on)
    counts = rows.order_by().values("role").annotate(n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)))
    return [(row["role"], row["n"], row["late"]) for row in counts]
