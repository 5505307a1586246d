"""The door of these pages: which register, who comes, and what may be done there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from guiju.access import check, policy
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib.errors import Denied, NotFound
from guiju.org.models import Unit
from guiju.registers import spec as specs
from guiju.registers import store as stores
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Store
from guiju.web import place

Rest = ParamSpec("Rest")

VIEW, CREATE, EDIT = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_CREATE, P.REGISTER_ENTRY_EDIT
REMOVE, IMPORT, EXPORT = P.REGISTER_ENTRY_REMOVE, P.REGISTER_ENTRY_IMPORT, P.REGISTER_ENTRY_EXPORT
ALL = (VIEW, CREATE, EDIT, REMOVE, IMPORT, EXPORT)


@dataclass(frozen=True, slots=True)
class Here:
    """Who stands in front of which register."""

    by: Actor
    spec: RegisterSpec
    store: Store

    def may(self, request: HttpRequest, unit: Unit, department: Unit | None = None) -> frozenset[P]:
        """What this person may do with rows of the register in the unit, for drawing buttons; no query."""
        found = {wanted for wanted in ALL if place.may(request, self.store.permission(wanted), unit, department)}
        return frozenset(found if self.spec.is_entry else found - {REMOVE})

    def require(self, permission: P, unit: Unit, department: Unit | None = None) -> None:
        """Refuse early."""
        check.require(self.by, self.store.permission(permission), unit, department)


RegisterView = Callable[Concatenate[HttpRequest, Here, Rest], HttpResponseBase]


def at_register(permission: P) -> Callable[[RegisterView[Rest]], Callable[..., HttpResponseBase]]:
    """A page of a register. Which right it takes depends on the register: units and people have rights of their own."""

    def mark(view: RegisterView[Rest]) -> Callable[..., HttpResponseBase]:
        @policy.signed_in(f"the register of the address decides which right {permission.value} is")
        @wraps(view)
        def inner(request: HttpRequest, register: str, **rest: Any) -> HttpResponseBase:
            return view(request, _here(request, register, permission), **rest)  # type: ignore[call-arg]

        return inner

    return mark


def _here(request: HttpRequest, register: str, permission: P) -> Here:
    by = place.by(request)
    spec = specs.get(register)
    store = stores.of(spec)
    needed = store.permission(permission)
    if place.may(request, needed):
        return Here(by, spec, store)
    if permission != VIEW and place.may(request, store.permission(VIEW)):
        raise Denied(
            _("You may look at this register but not do this with it."),
            fix=_("Ask the security administrator of your organisation for a role that allows it."),
            lacks=needed.value,
        )
    raise NotFound(_("There is nothing here for you."), fix=_("Check the address, or sign in with another account."))
