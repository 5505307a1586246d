"""Departments and people that a file names and a person wants entered: made with the rows, or not at all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib.errors import Conflict, Denied
from guiju.org import actions as org
from guiju.org.enums import UnitKind
from guiju.org.models import Person, Unit
from guiju.org.tree import ancestors
from guiju.registers.deciding import Decisions
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.registers.models import ImportRun
from guiju.registers.spec import RegisterSpec


def permission(kind: str) -> Permission:
    """What is needed to make a row for a word of such a field."""
    return Permission.ORG_UNIT_EDIT if kind == "department" else Permission.ORG_PERSON_EDIT


def company(unit: Unit) -> Unit:
    """Where new departments and people of an import belong: the company above a department."""
    if unit.kind not in DEPARTMENT_KINDS:
        return unit
    return ancestors(unit).exclude(kind__in=DEPARTMENT_KINDS).last() or unit


def may(kind: str, unit: Unit, *, by: Actor) -> bool:
    """May this account make them?"""
    return check.can(by, permission(kind), company(unit))


def require(spec: RegisterSpec, unit: Unit, decided: Decisions, *, by: Actor) -> None:
    """Nobody plans what he may not do."""
    kinds = {spec.by_code[code].type for code, words in decided.values.items() if any(a.makes for a in words.values())}
    for kind in sorted(kinds):
        if not may(kind, unit, by=by):
            what = (
                _("You may not enter new departments.") if kind == "department" else _("You may not enter new people.")
            )
            raise Denied(what, fix=_("Choose one that is there, or leave it empty."))


def make(spec: RegisterSpec, run: ImportRun, *, by: Actor) -> None:
    """Enter them, within the transaction of the import."""
    wanted = run.summary.get("makes") or []
    if not wanted:
        return
    home = company(run.unit)
    reason = _("Import of %(name)s") % {"name": run.file_name[:120]}
    for one in wanted:
        if _is_there(home, one):
            raise Conflict(
                _("“%(name)s” has been entered by somebody else in the meantime; nothing was saved.")
                % {"name": one["name"]},
                fix=_("Import the file again: the preview will show the present state."),
                where=run.file_name,
                code="import.outdated",
            )
        if one["type"] == "department":
            _department(home, one, by=by, reason=reason)
        else:
            org.add_person(unit=home, name=one["name"], by=by, reason=reason, uid=UUID(one["uid"]))


def _is_there(home: Unit, one: dict[str, Any]) -> bool:
    if one["type"] == "department":
        return Unit.objects.filter(parent=home, name=one["name"]).exists()
    return Person.objects.filter(unit=home, name=one["name"]).exists()


def _department(home: Unit, one: dict[str, Any], *, by: Actor, reason: str) -> None:
    stem = f"{home.code[:30]}-BM"
    taken = set(Unit.objects.filter(code__startswith=stem).values_list("code", flat=True))
    code = next(code for number in range(1, 10_000) if (code := f"{stem}{number:02d}") not in taken)
    org.create_unit(
        code=code, name=one["name"], kind=UnitKind.DEPARTMENT, parent=home, by=by, reason=reason, uid=UUID(one["uid"])
    )
