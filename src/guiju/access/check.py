"""The decision itself: may this actor do this here?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib.errors import Denied, NotFound
from guiju.org.models import Unit

_SEEING = {
    "register": Permission.REGISTER_ENTRY_VIEW,
    "compliance": Permission.REGISTER_ENTRY_VIEW,
    "governance": Permission.REGISTER_ENTRY_VIEW,
    "org": Permission.ORG_UNIT_VIEW,
    "posture": Permission.POSTURE_FINDING_VIEW,
    "admin": Permission.ORG_UNIT_VIEW,
    "audit": Permission.AUDIT_TRAIL_VIEW,
    "review": Permission.REVIEW_MATTER_VIEW,
    "workflow": Permission.WORKFLOW_TASK_VIEW,
}


def can(by: Actor, permission: Permission, unit: Unit, department: Unit | None = None) -> bool:
    """True when the actor holds the permission on the unit, or on the department that answers for its row."""
    return scope.scope(by, permission).covers_row(unit, department)


def can_anywhere(by: Actor, permission: Permission) -> bool:
    """True when the actor holds the permission on at least one unit."""
    return not scope.scope(by, permission).is_empty


def require(by: Actor, permission: Permission, unit: Unit, department: Unit | None = None) -> None:
    """Refuse with 404 where the actor sees nothing, with 403 where he sees but may not act."""
    if can(by, permission, unit, department):
        return
    seeing = _SEEING[permission.value.split(":", 1)[0]]
    if permission != seeing and can(by, seeing, unit, department):
        raise Denied(
            _("You may look at %(unit)s but not do this there.") % {"unit": unit.name},
            fix=_("Ask the security administrator of your organisation for a role that allows it."),
            lacks=permission.value,
        )
    raise NotFound(_("There is nothing here for you."), fix=_("Check the address, or sign in with another account."))


def touches(by: Actor, permission: Permission, unit: Unit) -> bool:
    """True when the actor holds the permission on the unit, or on one of its departments' rows."""
    return scope.scope(by, permission).touches(unit)


def unit(by: Actor, permission: Permission, code: str) -> Unit:
    """The unit with this code, or 404 where the permission does not hold."""
    return _known(scope.units(by, permission).filter(code=code).first(), code)


def keeper(by: Actor, permission: Permission, code: str) -> Unit:
    """The unit with this code, in which the actor may touch some rows: its own, or those of a department."""
    found = Unit.objects.filter(code=code).first()
    return _known(found if found is not None and touches(by, permission, found) else None, code)


def _known(found: Unit | None, code: str) -> Unit:
    if found is None:
        raise NotFound(
            _("There is no unit with the code “%(code)s” here.") % {"code": code},
            fix=_("Choose the unit from the tree; a code is written exactly as in the list of units."),
        )
    return found
