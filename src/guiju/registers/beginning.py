"""In which state a new row begins, where not everybody may let it begin in the first one."""

from __future__ import annotations

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.org.models import Unit
from guiju.registers.spec import RegisterSpec


def state(spec: RegisterSpec, *, by: Actor, unit: Unit) -> str:
    """The state of a row that names none: empty for the first one, which some registers keep for who may give it."""
    if not spec.initial_permission or check.can(by, Permission(spec.initial_permission), unit):
        return ""
    return spec.initial_without


def told(spec: RegisterSpec, *, by: Actor, unit: Unit) -> str:
    """The word for the state in which this person's rows begin, where it is not the usual one; for pages."""
    found = spec.state(state(spec, by=by, unit=unit))
    return found.label() if found is not None else ""


def require_first(spec: RegisterSpec, *, by: Actor, unit: Unit, department: Unit | None = None) -> None:
    """Refuse whoever names the first state and may not give it."""
    if spec.initial_permission:
        check.require(by, Permission(spec.initial_permission), unit, department)
