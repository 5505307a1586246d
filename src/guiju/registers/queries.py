"""Reading entries: what somebody may see, one of them, and those that refer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.registers.directory import as_uid
from guiju.registers.models import Entry
from guiju.registers.spec import RegisterSpec

if TYPE_CHECKING:
    from guiju.registers.listing import ListPage, ListQuery

VIEW = Permission.REGISTER_ENTRY_VIEW


def visible(
    by: Actor,
    register: RegisterSpec | str,
    within: Unit | None = None,
    *,
    permission: Permission = VIEW,
    sparse: bool | None = None,
) -> QuerySet[Entry]:
    """The entries of a register that this actor may touch, optionally only below one unit."""
    code = register if isinstance(register, str) else register.code
    rows = Entry.objects.filter(register=code)
    return scope.restrict(rows, by=by, permission=permission, within=within, sparse=sparse)


def find(by: Actor, uid: object, permission: Permission = VIEW, *, register: str = "") -> Entry:
    """The entry of this uid, with unit and body; 404 where it is not, or not for this actor."""
    known = as_uid(uid)
    rows = Entry.objects.filter(uid=known) if known else Entry.objects.none()
    if register:
        rows = rows.filter(register=register)
    joined = rows.select_related("unit", "department", "person", "owner", "body")
    found = joined.first()
    # The grant is looked at for the one row: cheaper than restricting a query for it.
    if found is None or not scope.scope(by, permission).covers_row(found.unit, found.department):
        raise NotFound(
            _("There is no such record here."), fix=_("It may have been removed, or belongs to a unit you do not see.")
        )
    return found


def listing(by: Actor, spec: RegisterSpec, query: ListQuery) -> ListPage:
    """A page of any register."""
    from guiju.registers import listing as lists
    from guiju.registers import store

    return lists.listing(by, store.of(spec), query)


def related(entry: Entry) -> QuerySet[Entry]:
    """The entries that refer to this one."""
    return Entry.objects.filter(Q(ref_1=entry.uid) | Q(ref_2=entry.uid)).order_by("-recorded_at", "-id")


def related_for(by: Actor, entry: Entry) -> QuerySet[Entry]:
    """Those of them that this actor may see."""
    return scope.restrict(related(entry), by=by, permission=VIEW)


def late_days(entry: Any, spec: RegisterSpec) -> int:
    """Days between the event and its first entry (补录)."""
    from guiju.registers import actions

    return actions.late_days(spec, entry)
