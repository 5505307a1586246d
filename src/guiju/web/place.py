"""Where somebody works: the unit chosen in the switcher, within the scope of the grants.

Grants are read once per request; everything the frame asks is answered from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from guiju.access import actor, check, scope
from guiju.access.models import Grant
from guiju.access.permissions import Permission
from guiju.access.roles import ROLES, RoleSpec, roles_with
from guiju.lib.errors import NotFound
from guiju.org.enums import UnitKind
from guiju.org.models import Unit

if TYPE_CHECKING:
    from guiju.access.actor import Actor

SESSION_KEY = "unit"
#: Which role speaks for a person who holds several: whose work it is to act comes first.
_RANK = ("officer", "principal", "auditor", "staff", "employee", "supervisor", "admin")


def by(request: HttpRequest) -> Actor:
    """The one who asks."""
    return actor.of_request(request)


def grants(request: HttpRequest) -> list[Grant]:
    """The grants that hold today, outermost unit first: one query per request."""
    held: list[Grant] | None = getattr(request, "_grants", None)
    if held is None:
        held = [grant for grant in scope.grants(by(request)) if grant.role in ROLES]
        request._grants = held  # type: ignore[attr-defined]
    return held


def roles(request: HttpRequest) -> list[RoleSpec]:
    """The roles held, the one that speaks for the person first."""
    specs = {grant.role: ROLES[grant.role] for grant in grants(request)}
    return sorted(specs.values(), key=lambda spec: _RANK.index(spec.nav))


def may(request: HttpRequest, permission: Permission, unit: Unit | None = None, department: Unit | None = None) -> bool:
    """True when a grant allows it (on this unit); for drawing buttons: actions decide for themselves.

    A grant on a department of the unit reaches the rows of the unit that name this department.
    """
    allowed = roles_with(permission)
    held = [grant for grant in grants(request) if grant.role in allowed]
    if unit is None or any(_reaches(grant, unit) for grant in held):
        return bool(held)
    return department is not None and check.can(by(request), permission, unit, department)


def _reaches(grant: Grant, unit: Unit) -> bool:
    return grant.unit_id == unit.pk or (grant.with_subtree and unit.path.startswith(grant.unit.path))


def sees_below(request: HttpRequest, unit: Unit) -> bool:
    """Are records of units below open to this reader at all? A page of all levels would tell him nothing else. No query."""
    allowed = roles_with(Permission.REGISTER_ENTRY_VIEW)
    return any(
        grant.role in allowed
        and (
            (grant.with_subtree and unit.path.startswith(grant.unit.path))
            or (grant.unit.kind == UnitKind.COMPANY and grant.unit.path.startswith(unit.path) and grant.unit != unit)
        )
        for grant in grants(request)
    )


def _seeing(request: HttpRequest) -> list[Grant]:
    allowed = roles_with(Permission.ORG_UNIT_VIEW)
    return [grant for grant in grants(request) if grant.role in allowed]


def tops(request: HttpRequest) -> list[Unit]:
    """The outermost units of the scope."""
    found: list[Unit] = []
    for grant in _seeing(request):
        if not any(grant.unit.path.startswith(unit.path) for unit in found):
            found.append(grant.unit)
    return found


def units_in_scope(request: HttpRequest) -> QuerySet[Unit]:
    """The units that may be chosen."""
    return scope.units(by(request), Permission.ORG_UNIT_VIEW)


def current_or_none(request: HttpRequest) -> Unit | None:
    """The unit somebody works in, None without any in scope: at most one query per request."""
    if not hasattr(request, "_unit"):
        request._unit = _chosen(request)  # type: ignore[attr-defined]
    return cast("Unit | None", request._unit)  # type: ignore[attr-defined]


def _chosen(request: HttpRequest) -> Unit | None:
    seeing = _seeing(request)
    if not seeing:
        return None
    wanted = request.session.get(SESSION_KEY)
    if wanted is not None and wanted != seeing[0].unit_id:
        unit = Unit.objects.filter(pk=wanted).first()
        if unit is not None and any(_reaches(grant, unit) for grant in seeing):
            return unit
    return seeing[0].unit


def current_unit(request: HttpRequest) -> Unit:
    """The unit somebody works in, or 404 for an account without any."""
    unit = current_or_none(request)
    if unit is None:
        raise NotFound(_("Your account belongs to no unit yet."), fix=_("Ask the security administrator for a role."))
    return unit


def enter(request: HttpRequest, unit: Unit) -> Unit:
    """From here on this is the unit somebody works in; an address of a unit is a choice of it. No query."""
    held = request.session.get(SESSION_KEY)
    first = next(iter(_seeing(request)), None) if held is None else None
    if held != unit.pk and (first is None or first.unit_id != unit.pk):
        request.session[SESSION_KEY] = unit.pk
    request._unit = unit  # type: ignore[attr-defined]
    return unit


def has_below(unit: Unit) -> bool:
    """Does anything lie below it? A unit that an address opened knows."""
    found: bool | None = getattr(unit, "_has_below", None)
    return unit.children.exists() if found is None else found


def open_unit(
    request: HttpRequest, code: str, permission: Permission = Permission.ORG_UNIT_VIEW, *, entering: bool = True
) -> Unit:
    """The unit of an address, entered; 404 where the permission does not hold (no query tells more).

    Without `entering` a page about one department leaves its reader where he works.
    """
    allowed = roles_with(permission)
    below = Unit.objects.filter(parent=OuterRef("pk"))
    unit = Unit.objects.filter(code=code).annotate(_has_below=Exists(below)).first()
    if unit is None or not any(grant.role in allowed and _reaches(grant, unit) for grant in grants(request)):
        raise NotFound(
            _("There is no unit with the code “%(code)s” here.") % {"code": code},
            fix=_("Choose the unit from the tree; a code is written exactly as in the list of units."),
        )
    return enter(request, unit) if entering else unit
