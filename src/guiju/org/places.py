"""A company, its departments, and what of them one person sees and keeps: whose lists, rules, meetings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.org.tree import ancestor_paths
from guiju.registers.directory import DEPARTMENT_KINDS

VIEW = Permission.REGISTER_ENTRY_VIEW


@dataclass(frozen=True, slots=True)
class Seat:
    """A company and those of its departments whose lists somebody sees; `whole` when also the company's own."""

    company: Unit
    departments: tuple[Unit, ...]
    whole: bool
    #: The department through whose address somebody came, if any.
    through: Unit | None = None

    @property
    def code(self) -> str:
        """The code that addresses of these pages begin with."""
        return (self.through or self.company).code

    def department(self, code: str) -> Unit | None:
        """The department of this code (None for the whole company); 404 where it is not among those seen."""
        if not code:
            if not self.whole:
                raise _absent(code)
            return None
        found = next((one for one in self.departments if one.code == code), None)
        if found is None:
            raise _absent(code)
        return found


def _absent(code: str) -> NotFound:
    return NotFound(
        _("There is no department with the code “%(code)s” here.") % {"code": code},
        fix=_("Choose one of the departments of the overview."),
        where="department",
    )


def company_of(unit: Unit) -> Unit:
    """The legal entity that a department or branch belongs to; a company is its own."""
    if unit.kind not in DEPARTMENT_KINDS:
        return unit
    above = Unit.objects.filter(path__in=ancestor_paths(unit.path)).exclude(kind__in=DEPARTMENT_KINDS)
    return above.order_by("-path").first() or unit


def departments_of(company: Unit) -> list[Unit]:
    """The departments and branches of a company that are not closed, in the order of the tree."""
    found: list[Unit] = []
    above = [company.pk]
    while above:
        below = Unit.objects.filter(parent_id__in=above, kind__in=DEPARTMENT_KINDS, closed_on__isnull=True)
        level = list(below.order_by("sort_key", "pk"))
        found += level
        above = [unit.pk for unit in level]
    return sorted(found, key=lambda unit: unit.path)


def seat(by: Actor, code: str, permission: Permission = VIEW) -> Seat:
    """The company behind an address and the departments that this actor sees of it; 404 where there is nothing."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise _no_unit(code)
    company = company_of(unit)
    found = scope.scope(by, permission)
    through = unit if unit.pk != company.pk else None
    whole = found.covers(company) and through is None
    everything = departments_of(company)
    if through is not None:
        everything = [one for one in everything if one.path.startswith(through.path)]
    departments = tuple(one for one in everything if found.covers_row(company, one) or found.covers(one))
    if not whole and not departments:
        raise _no_unit(code)
    return Seat(company, departments, whole, through)


def _no_unit(code: str) -> NotFound:
    return NotFound(
        _("There is no unit with the code “%(code)s” here.") % {"code": code},
        fix=_("Choose the unit from the tree; a code is written exactly as in the list of units."),
    )


def rows_q(company: Unit, department: Unit | None) -> Q:
    """The rows of a list: those that the company keeps of a department and the department's own; or all of them."""
    if department is not None:
        return Q(unit=company, department=department) | Q(unit=department)
    return Q(unit=company) | Q(unit_id__in=[one.pk for one in departments_of(company)])


def place_of(unit: Unit, data: Mapping[str, Any]) -> tuple[Unit, Unit | None]:
    """The company and the department that a version of a list is for."""
    stored = data.get("department")
    department = Unit.objects.filter(uid=stored).first() if stored else None
    if department is None and unit.kind in DEPARTMENT_KINDS:
        department = unit
    return company_of(unit), department


def may(by: Actor, permission: Permission, company: Unit, department: Unit | None) -> bool:
    """May the actor do this with the list of a department, or of the whole company?"""
    return check.can(by, permission, company, department)
