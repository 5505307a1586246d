"""What a run looks through: the rows of the list as they are on the day it begins, or the plan's own items."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guiju.compliance.checks.plans import OWN, Plan
from guiju.compliance.models import CheckItem, CheckRun
from guiju.lib.errors import Problem
from guiju.org import places
from guiju.org.models import Unit
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.registers.models import Entry

#: Nobody looks at more at once; a longer list wants a plan by field or department.
MOST = 2_000
#: Of each list: the state in which a row counts, and the fields that say what to look for.
_LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "risk": ("open", ("behaviour", "measure")),
    "duty": ("used", ("duty", "bottom_line")),
    "process": ("used", ("review_content", "measures")),
}


def items_of(plan: Plan, run: CheckRun) -> list[CheckItem]:
    """The items, not saved yet; refuses where there is nothing to look at, or too much."""
    found = _own(plan, run) if plan.kind == OWN else _rows(plan, run)
    if not found:
        raise Problem(
            "check.empty",
            _("There is nothing to look through: no row of the list fits this plan."),
            fix=_("Fill the list first, or change field, level and department of the plan."),
            status=409,
        )
    if len(found) > MOST:
        raise Problem(
            "check.too_many",
            _("The plan covers more than %(most)d rows.") % {"most": MOST},
            fix=_("Split it by field or department."),
            status=409,
        )
    return found


def version_of(plan: Plan, run: CheckRun) -> UUID | None:
    """The version of the list in force, the department's own before that of the whole unit."""
    if plan.kind == OWN:
        return None
    company, department = _place(run)
    of_all = Q(unit=company, department__isnull=True)
    mine = places.rows_q(company, department) if department is not None else Q(pk__in=[])
    rows = Entry.objects.filter(of_all | mine, register="list_versions", kind=plan.kind, status="in_force")
    ranked = sorted(
        rows.order_by("-on", "-pk"), key=lambda row: row.department_id is None and row.unit_id == company.pk
    )
    return ranked[0].uid if ranked else None


def _place(run: CheckRun) -> tuple[Unit, Unit | None]:
    """Whose list it is: a department's rows may stand in the company, naming it, or in the department itself."""
    return places.company_of(run.unit), run.department or (run.unit if run.unit.kind in DEPARTMENT_KINDS else None)


def _own(plan: Plan, run: CheckRun) -> list[CheckItem]:
    return [
        CheckItem(run=run, place=place, title=line[:200], detail=line if len(line) > 200 else "", way=plan.way)
        for place, line in enumerate(plan.items[: MOST + 1], start=1)
    ]


def _rows(plan: Plan, run: CheckRun) -> list[CheckItem]:
    _state, told = _LISTS[plan.kind]
    rows = _fitting(plan, run).select_related("body")[: MOST + 1]
    return [
        CheckItem(
            run=run,
            place=place,
            subject=row.uid,
            subject_register=row.register,
            subject_version=row.version,
            title=row.title[:200],
            detail=_detail(row.body.data, told, row.title),
            way=plan.way,
        )
        for place, row in enumerate(rows, start=1)
    ]


def _fitting(plan: Plan, run: CheckRun) -> QuerySet[Entry]:
    state, _told = _LISTS[plan.kind]
    rows = Entry.objects.filter(places.rows_q(*_place(run)), register=f"{plan.kind}_list", status=state)
    # A row of the process list carries no field; its slot `kind` is the key link.
    if plan.field and plan.kind != "process":
        rows = rows.filter(kind=plan.field)
    if plan.level and plan.kind == "risk":
        rows = rows.filter(level=plan.level)
    if plan.focus == "posts" and plan.kind == "duty":
        rows = rows.filter(flag_1=True)
    # Without a priority a risk comes last, on both databases.
    return rows.order_by("num_1", "number", "pk") if plan.kind != "risk" else _by_priority(rows)


def _by_priority(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    from django.db.models import F

    return rows.order_by(F("num_1").asc(nulls_last=True), "number", "pk")


def _detail(data: dict[str, Any], told: tuple[str, ...], title: str) -> str:
    parts = [str(data.get(code) or "").strip() for code in told]
    return "\n".join(part for part in parts if part and part != title)[:4_000]
