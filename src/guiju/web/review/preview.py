"""Who would look at a matter: the row of the route that fits, its steps, and today's holders of their offices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib import money
from guiju.lib import text as letters
from guiju.lib.errors import Problem
from guiju.org.models import Person, Unit
from guiju.org.tree import ancestors
from guiju.review import floor, lookalikes, routing
from guiju.review import subjects as kinds
from guiju.web.review import words
from guiju.web.review.figures import in_yuan
from guiju.workflow.routes import deciding, rules
from guiju.workflow.routes.models import Route


def of_values(
    unit: Unit,
    department: Unit | None,
    kind: str,
    values: Mapping[str, Any],
    owner: Person | None,
    *,
    texts: Iterable[str] = (),
    system: str = "",
    ref: str = "",
) -> dict[str, Any]:
    """For a form as it stands; an amount that cannot be read is none.

    What is like a vetoed matter of the unit shows the step that it will get for it, as when it is submitted.
    """
    facts = rules.Facts(
        kind=kind,
        units=[one.code for one in ancestors(unit, itself=True)],
        amount=amount(values.get("amount")),
        overseas=values.get("overseas") is True,
        major=values.get("major") is True or kinds.get(kind).major,
        level=str(values.get("level") or ""),
    )
    route, rows = routing.table(unit)
    look = lookalikes.Look(
        unit_id=unit.pk, title=str(values.get("title") or ""), form=values.get("form") or {}, texts=frozenset(texts),
        system=letters.word(system), ref=letters.word(ref),
    )  # fmt: skip
    if (found := rules.match(rows, facts)) is not None:
        place, row = found
        rows = (*rows[:place], lookalikes.step_added(row, look), *rows[place + 1 :])
    return of_rows(rows, facts, unit=unit, department=department, owner=owner, route=route) | {
        "table": table_name(route, unit)
    }


def of_rows(
    rows: tuple[rules.Row, ...],
    facts: rules.Facts,
    *,
    unit: Unit,
    department: Unit | None,
    owner: Person | None = None,
    route: Route | None = None,
) -> dict[str, Any]:
    """Row, steps and people, or that none fits."""
    out = [owner.pk] if owner is not None else []
    row, tried = deciding.try_out(rows, facts, unit=unit, department=department, shut_out=out)
    problem: Problem | None = None
    if row is not None:
        try:
            routing.require_signature(row, facts.major, unit)
            floor.require(route, row, facts, unit)
        except Problem as refused:
            problem = refused
    return {
        "row": row.name if row else "",
        "assumed": routing.assumed(row, unit, department) if row else "",
        "problem": problem,
        "steps": [
            words.step_row(one.step)
            | {
                "told": _told(one),
                "is_named_later": one.step.part == rules.COUNSEL and not (one.step.role or one.step.people),
            }
            for one in tried
        ],
        "days": sum(one.step.days for one in tried),
    }


def _told(one: deciding.Tried) -> str:
    """The people, and in whose place they sit."""
    people = "、".join(dict.fromkeys(sitter.person.name for sitter in one.sitters))
    office = _instead(one)
    if not office:
        return people
    return _("%(people)s (as %(office)s: the office itself is vacant, or held by who brings the matter)") % {
        "people": people, "office": office,
    }  # fmt: skip


def _instead(one: deciding.Tried) -> str:
    """The office that takes the step because nobody of its own can."""
    held = {sitter.role for sitter in one.sitters if sitter.role}
    if not held or one.step.role in held or not one.step.role:
        return ""
    return "、".join(words.role(role) for role in held)


def amount(written: object) -> Decimal | None:
    """A figure from a form; None where there is none to read."""
    return money.written(in_yuan(str(written or "")))


def table_name(route: Route | None, unit: Unit) -> dict[str, Any]:
    """Which table holds: the unit's own, one from above, or the one that is shipped."""
    if route is None:
        return {"kind": "shipped", "unit": "", "number": 0}
    own = route.unit_id == unit.pk
    return {"kind": "own" if own else "inherited", "unit": route.unit.name, "number": route.number}
