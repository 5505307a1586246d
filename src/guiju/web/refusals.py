"""A refusal tells more than no: who sees the page or may take the step, and whom to ask. One place for every such page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from guiju.access import holders, scope
from guiju.access.models import User
from guiju.access.permissions import Permission
from guiju.access.roles import ROLES, roles_with
from guiju.lib import clock
from guiju.lib.errors import Denied, Problem
from guiju.org.models import Person, Unit
from guiju.org.tree import ancestor_paths
from guiju.web import nav, place

#: Who knows what belongs to whose work, and who gives roles.
_OFFICE, _GIVER = "compliance_office", "security_admin"
#: So many of them are named.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody to ask: by office, and by name only for whoever finds that person among the people he may see."""

    who: str
    why: str
    names: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the page of a refusal adds: the page by its name in the menu, whose it is, whom to ask, of which unit."""

    page: str
    offices: tuple[str, ...]
    asks: tuple[Ask, ...]
    unit: str


def told(request: HttpRequest, problem: Problem) -> Refusal | None:
    """Whose the refused page or step is; None where no role would help, or nobody has signed in."""
    lacks = problem.lacks if isinstance(problem, Denied) else ""
    if not lacks or not isinstance(request.user, User):
        return None
    permission = Permission(lacks)
    roles = roles_with(permission)
    unit = _unit(request)
    return Refusal(
        page=_page(request),
        offices=tuple(str(spec.label) for code, spec in ROLES.items() if code in roles),
        asks=tuple(_asks(request, permission, unit)),
        unit=unit.name if unit is not None else "",
    )


def _page(request: HttpRequest) -> str:
    """What the menu calls the page, where it stands in one."""
    found = next((row for row in nav.places().values() if row.url == request.path), None)
    return str(found.label) if found is not None else ""


def _unit(request: HttpRequest) -> Unit | None:
    """Whose people to ask: the unit somebody works in, else the one of a role or of his entry among the people."""
    here = place.current_or_none(request)
    if here is None and (held := place.grants(request)):
        here = held[0].unit
    if here is None:
        person = Person.objects.select_related("unit").filter(user_id=place.by(request).user_id or 0).first()
        here = person.unit if person is not None else None
    return here


def _asks(request: HttpRequest, lacks: Permission, unit: Unit | None) -> list[Ask]:
    found = []
    mine = {spec.code for spec in place.roles(request)}
    if _OFFICE in roles_with(lacks) and _OFFICE not in mine:
        found.append((_OFFICE, _("tells whether it belongs to your work")))
    found.append((_GIVER, _("gives roles to accounts")))
    if unit is None:
        return [Ask(str(ROLES[code].label), why) for code, why in found]
    # Who gives somebody a role looks after every unit in which the account holds one already (`access.accounts`).
    paths = {unit.path, *(grant.unit.path for grant in place.grants(request))}
    held = holders.of(paths, on=clock.today())
    give = frozenset.intersection(*(held.may(path, Permission.ADMIN_GRANT_MANAGE) for path in paths))
    able = {_OFFICE: held.may(unit.path, lacks), _GIVER: give}
    me = frozenset({request.user.pk})
    return [_ask(request, unit, code, why, *_nearest(held, unit, code, able[code] - me)) for code, why in found]


def _nearest(held: holders.Holders, unit: Unit, role: str, able: frozenset[int]) -> tuple[str, list[int]]:
    """Those of the accounts that hold the role on the unit, else on the nearest one above, and the path of that unit."""
    for step in reversed(ancestor_paths(unit.path, itself=True)):
        rows = held.by_path.get(step, ())
        if found := [
            user for user, code, below in rows if code == role and user in able and (below or step == unit.path)
        ]:
            return step, found
    return unit.path, []


def _ask(request: HttpRequest, unit: Unit, role: str, why: str, at: str, accounts: list[int]) -> Ask:
    """Where they sit above and the reader does not see them, he is told that much."""
    who, names = str(ROLES[role].label), _names(request, accounts, at)
    return Ask(who if names or at == unit.path else _("%(role)s of a level above") % {"role": who}, why, names)


def _names(request: HttpRequest, accounts: list[int], at: str) -> str:
    """Those whom the reader finds among the people; an account without a person stands where it holds the role."""
    by = place.by(request)
    seen = Q(person__in=scope.people(by, Permission.ORG_PERSON_VIEW))
    if scope.units(by, Permission.ORG_PERSON_VIEW).filter(path=at).exists():
        seen |= Q(person__isnull=True)
    known = User.objects.filter(seen, pk__in=accounts).order_by("name")
    return "、".join(known.values_list("name", flat=True)[:_NAMED])
