"""A refusal tells more than no: who sees the page or may take the step, and whom to ask. One place for every such page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from guiju.access import holders
from guiju.access.models import User
from guiju.access.permissions import Permission
from guiju.access.roles import ROLES, roles_with
from guiju.lib import clock
from guiju.lib.errors import Denied, Problem
from guiju.org.models import Person, Unit
from guiju.web import nav, place

#: Who knows what belongs to whose work, and who gives roles.
_OFFICE, _GIVER = "compliance_office", "security_admin"
#: So many of them are named.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody to ask: by office, and by name only for whoever may see names."""

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
    roles = roles_with(Permission(lacks))
    unit = _unit(request)
    return Refusal(
        page=_page(request),
        offices=tuple(str(spec.label) for code, spec in ROLES.items() if code in roles),
        asks=tuple(_asks(request, roles, unit)),
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


def _asks(request: HttpRequest, roles: frozenset[str], unit: Unit | None) -> list[Ask]:
    found = []
    mine = {spec.code for spec in place.roles(request)}
    if _OFFICE in roles and _OFFICE not in mine:
        found.append((_OFFICE, _("tells whether it belongs to your work")))
    found.append((_GIVER, _("gives roles to accounts")))
    named = unit is not None and place.may(request, Permission.ORG_PERSON_VIEW, unit)
    held = holders.of([unit.path], on=clock.today()) if unit is not None and named else holders.Holders()
    return [
        Ask(str(ROLES[code].label), why, _names(held.nearest(unit.path, code)) if unit is not None else "")
        for code, why in found
    ]


def _names(accounts: tuple[int, ...]) -> str:
    known = User.objects.filter(pk__in=accounts).order_by("name").values_list("name", flat=True)
    return "、".join(known[:_NAMED])
