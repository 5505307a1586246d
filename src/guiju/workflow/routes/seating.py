"""Who sits at a step: holders of its office on the day, never somebody who is shut out of the matter.

An office that nobody with an account holds falls to the next one up, as tasks do (`owners.CHAINS`). Whoever decides
(the head, the leading body, the last step) has not spoken on the matter at an earlier step, if anybody else is left.
Who has left, or whose account is closed, is asked no more and has nobody stand in.

A part binds its offices (`OFFICES`): nobody gives the opinion of the compliance department, signs as its head or speaks for
the leading body who holds none of them, neither by a hand-over nor in somebody's stead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guiju.lib.errors import Conflict
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.org.tree import ancestors
from guiju.registers.models import Entry
from guiju.workflow.owners import CHAINS, REGISTER, Offices
from guiju.workflow.routes import rules
from guiju.workflow.routes.models import Delegation
from guiju.workflow.routes.rules import Step

DECIDING = frozenset({rules.HEAD, rules.BODY})
_TOP = (Role.FIRST_RESPONSIBLE, Role.LEGAL_REPRESENTATIVE)
#: Who may sit at the parts that only an office takes, the nearest office first; in the unit or in one above it.
OFFICES: Mapping[str, tuple[str, ...]] = {
    rules.COMPLIANCE: (Role.COMPLIANCE_STAFF, Role.COMPLIANCE_HEAD, Role.GENERAL_COUNSEL, *_TOP),
    rules.HEAD: (Role.COMPLIANCE_HEAD, Role.GENERAL_COUNSEL, *_TOP),
    rules.BODY: (*_TOP, Role.ACTUAL_CONTROLLER),
}
_MOST = 30
#: Who sits in the leading bodies of a unit; entered by whoever keeps those.
_leaders: list[Callable[[Unit, date], set[int]]] = []


def register_leaders(found: Callable[[Unit, date], set[int]]) -> None:
    """From where it is known who sits in the leading bodies of a unit and of those above it."""
    if found not in _leaders:
        _leaders.append(found)


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody for a step, and the office he holds; without one where he is named himself."""

    person: Person
    role: str


def sitters(
    step: Step,
    *,
    unit: Unit,
    department: Unit | None,
    shut_out: Collection[int],
    spoken: Collection[int] = (),
    on: date,
    is_last: bool = False,
) -> list[Sitter]:
    """The people of a step, at least one; refuses with what to do where nobody is left."""
    barred = set(shut_out)
    fewer = barred | set(spoken) if is_last or step.part in DECIDING else barred
    for out in [fewer, barred] if fewer != barred else [barred]:
        found = _named(step, unit, out, on) if step.people else _by_office(step, unit, department, out, on)
        if found:
            return found[:_MOST]
    raise Conflict(
        _("Nobody can take the step “%(step)s”: its office is vacant, has no account, or is held by who submitted it.")
        % {"step": step.name},
        fix=_("Appoint somebody in the register of appointments, or change the route; then try again."),
        code="route.nobody",
    )


def office_of(step: Step, person: Person, *, unit: Unit, on: date) -> str | None:
    """By which office somebody may take the step: empty where it asks for none, None where he holds none of its offices."""
    wanted = OFFICES.get(step.part)
    if wanted is None:
        return ""
    units = [one.pk for one in ancestors(unit, itself=True)]
    offices = Offices(units, on=on)
    held: set[str] = set().union(*(offices.roles_of(pk, person.pk) for pk in units))
    if (found := next((role for role in wanted if role in held), None)) is not None:
        return found
    if step.part == rules.BODY and any(person.pk in leaders(unit, on) for leaders in _leaders):
        return ""
    return None


def holders_of(step: Step, *, unit: Unit, on: date) -> list[Person]:
    """Whoever holds an office by which the step may be taken, the nearest office first."""
    units = [one.pk for one in ancestors(unit, itself=True)][::-1]
    offices = Offices(units, on=on)
    wanted = OFFICES.get(step.part, ())
    ids = [one.person_id for role in wanted for pk in units for one in offices.people(pk, role)]
    if step.part == rules.BODY:
        ids += sorted({pk for leaders in _leaders for pk in leaders(unit, on)})
    held = _able(on).select_related("unit", "department").in_bulk(ids)
    return [held[pk] for pk in dict.fromkeys(ids) if pk in held]


def is_able(person: Person, *, on: date) -> bool:
    """Can somebody act at all: still there, with an account that may sign in?"""
    return _able(on).filter(pk=person.pk).exists()


def is_signer(person: Person, *, on: date) -> bool:
    """Does somebody hold an office that gives the opinion of the compliance department, signs, or leads, wherever it be?"""
    wanted = {role for roles in OFFICES.values() for role in roles}
    held = Entry.objects.filter(register=REGISTER, person=person, kind__in=wanted, on__lte=on)
    if held.filter(Q(done_on__isnull=True) | Q(done_on__gte=on)).exists():
        return True
    return any(person.pk in leaders(person.unit, on) for leaders in _leaders)


def preview(
    step: Step, *, unit: Unit, department: Unit | None, on: date, shut_out: Collection[int] = ()
) -> list[Sitter]:
    """The people of a step as it would be filled; empty where nobody is there."""
    try:
        return sitters(step, unit=unit, department=department, shut_out=shut_out, on=on)
    except Conflict:
        return []


def _named(step: Step, unit: Unit, out: Collection[int], on: date) -> list[Sitter]:
    rows = _able(on).filter(uid__in=step.people, unit__root_id=unit.root_id or unit.pk).exclude(pk__in=out)
    found = [(one, office_of(step, one, unit=unit, on=on)) for one in rows.order_by("sort_key")]
    return [Sitter(one, office) for one, office in found if office is not None]


def _by_office(step: Step, unit: Unit, department: Unit | None, out: Collection[int], on: date) -> list[Sitter]:
    if step.role == Role.DEPARTMENT_OFFICER:
        place = _department(step, unit) or department
        if place is not None and (found := _people(_officers(place, on), out, Role.DEPARTMENT_OFFICER, on)):
            return found
    # The leading body answers through the first responsible person where a route names nobody.
    office = step.role or (Role.FIRST_RESPONSIBLE if step.part == rules.BODY else "")
    chain: Sequence[str] = CHAINS.get(office, (office,))
    offices = Offices([unit.pk], on=on)
    for role in chain:
        if role == Role.DEPARTMENT_OFFICER:
            continue  # those of other departments do not stand in
        if found := _people([one.person_id for one in offices.people(unit.pk, role)], out, role, on):
            return found
    return []


def _department(step: Step, unit: Unit) -> Unit | None:
    if not step.department:
        return None
    return Unit.objects.filter(code=step.department, root_id=unit.root_id or unit.pk).first()


def _officers(department: Unit, on: date) -> list[int]:
    held = Entry.objects.filter(register=REGISTER, kind=Role.DEPARTMENT_OFFICER, on__lte=on, person__isnull=False)
    held = held.filter(Q(unit=department) | Q(department=department), Q(done_on__isnull=True) | Q(done_on__gte=on))
    return [pk for pk in held.order_by("on", "pk").values_list("person_id", flat=True) if pk]


def _people(ids: Iterable[int], out: Collection[int], role: str, on: date) -> list[Sitter]:
    wanted = [pk for pk in dict.fromkeys(ids) if pk not in out]
    held = _able(on).in_bulk(wanted)
    return [Sitter(held[pk], role) for pk in wanted if pk in held]


def _able(on: date) -> QuerySet[Person]:
    """People who can act on a day: still there, with an account that may sign in."""
    return Person.objects.filter(Q(left_on__isnull=True) | Q(left_on__gte=on), user__is_active=True)


def stands_for(user_id: int, *, on: date) -> list[int]:
    """The people an account may act as: its own person, and whoever has asked him to stand in today."""
    own = _able(on).filter(user_id=user_id).values_list("pk", flat=True).first()
    if own is None:
        return []
    given = Delegation.objects.filter(taker_id=own, starts_on__lte=on, ends_on__gte=on, ended_at__isnull=True)
    given = given.filter(Q(giver__left_on__isnull=True) | Q(giver__left_on__gte=on))
    return [own, *given.order_by("pk").values_list("giver_id", flat=True)]


def deputies_of(person: int, *, on: date) -> list[Person]:
    """Who stands in for somebody on a day."""
    given = Delegation.objects.filter(giver_id=person, starts_on__lte=on, ends_on__gte=on, ended_at__isnull=True)
    return list(_able(on).filter(pk__in=given.values("taker_id")).order_by("sort_key"))
