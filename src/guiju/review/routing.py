"""Which route a matter takes: the nearest unit's own table, else the one that is shipped; and what it must contain.

Who signs a major decision follows from the documents that the unit answers to: the leading body where one of them asks for
its signature (003 第6.6条b), the officer of a small or micro firm that none asks (d), else the compliance head.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib.errors import Fault, Problem
from guiju.org import places
from guiju.org import queries as org
from guiju.org.enums import Role, Size
from guiju.org.models import Person, Unit
from guiju.org.tree import ancestors
from guiju.posture import queries as posture
from guiju.review import floor, lookalikes, subjects
from guiju.review.models import Matter
from guiju.workflow.routes import deciding, rules
from guiju.workflow.routes.models import Route

PURPOSE = floor.PURPOSE
#: The evidence test whose parameter `signed` asks for the signature of the leading body.
_TEST = "decision.reviewed"
FILE = "review-routes.yaml"


def facts(matter: Matter) -> rules.Facts:
    """What its route may branch on."""
    above = [unit.code for unit in ancestors(matter.unit, itself=True)]
    return rules.Facts(
        kind=matter.kind,
        units=above,
        amount=matter.amount,
        overseas=matter.overseas,
        major=matter.major,
        level=matter.level,
    )


def table(unit: Unit) -> tuple[Route | None, tuple[rules.Row, ...]]:
    """The table that holds for a unit, and the route it comes from; None for the shipped one."""
    found = deciding.in_force(unit, PURPOSE)
    if found is not None:
        return found, rules.read(found.rows)
    small = is_small(unit)
    return None, shipped(small, signer(unit).part == rules.BODY, small and keeps_lines(unit))


def chosen(matter: Matter) -> tuple[Route | None, rules.Row]:
    """The row that fits a matter; refuses where none does, or where a major one would lack its signature."""
    route, rows = table(matter.unit)
    found = rules.match(rows, facts(matter))
    if found is None:
        raise Problem(
            "review.no_route",
            _("No route fits this matter."),
            fix=_("Ask the compliance department to add a row for “%(kind)s” to the route.")
            % {"kind": subjects.said(subjects.get(matter.kind))},
            status=422,
        )
    _require_amount(matter, rows[: found[0]])
    require_signature(found[1], matter.major, matter.unit)
    floor.require(route, found[1], facts(matter), matter.unit)
    return route, lookalikes.step_added(found[1], lookalikes.look_of(matter))


def assumed(row: rules.Row, unit: Unit, department: Unit | None) -> str:
    """What an answer to “who would review it” takes for granted where no department is named; empty where nothing."""
    steps = [
        one.name for one in row.steps if one.role == Role.DEPARTMENT_OFFICER and not (one.department or one.people)
    ]
    if department is not None or not steps or not places.departments_of(unit):
        return ""
    return _(
        "No department is chosen: the answer is for a matter that no department brings. At the step “%(step)s” the officer of "
        "the department that brings it is asked; choose a department to see who that is."
    ) % {"step": "、".join(steps)}


def _require_amount(matter: Matter, passed_over: Sequence[rules.Row]) -> None:
    """Where an amount decides who looks at it, a contract without one is not taken for a small one."""
    if matter.amount is not None or not subjects.get(matter.kind).amount:
        return
    known = facts(matter)
    if any(row.when.fits_but_amount(known) for row in passed_over):
        what = _("Give the amount: it decides who reviews this.")
        fix = _("Without a total, write the most it may come to.")
        raise Problem("review.amount", what, fix=fix, where="amount", status=422, faults=[Fault("amount", what, fix)])


def save(*, unit: Unit, rows: object, by: Actor, note: str = "", version: int = 0) -> Route:
    """Write the draft of a unit's route, if what it names is there: kinds of matters, people and departments of the group."""
    check.require(by, P.WORKFLOW_ROUTE_EDIT, unit)
    table = rules.read(rows)
    _refuse([*_unknown_kinds(table), *_strangers(table, unit)] or _below_floor(table, unit))
    return deciding.save(unit=unit, purpose=PURPOSE, rows=rules.write(table), note=note, version=version, by=by)


def publish(*, unit: Unit, version: int, by: Actor) -> Route:
    """Put the draft in force, if it still stands on the floor: offices and the route above may have changed since."""
    check.require(by, P.WORKFLOW_ROUTE_EDIT, unit)
    held = deciding.draft_of(unit, PURPOSE)
    if held is not None and held.version == version:
        _refuse(_below_floor(rules.read(held.rows), unit))
    return deciding.publish(unit=unit, purpose=PURPOSE, version=version, by=by)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise Problem(
            "route.invalid", _("The route cannot be used like this; nothing was saved."),
            fix=_("Correct the places below."), faults=faults, status=422,
        )  # fmt: skip


def _below_floor(table: Sequence[rules.Row], unit: Unit) -> list[Fault]:
    """What no route leaves out (`floor`), and the signature at rows that were made for major decisions."""
    known, found = subjects.all_of(), floor.faults(unit, table)
    for place, row in enumerate(table, 1):
        if row.when.major or (row.when.kinds and all(code in known and known[code].major for code in row.when.kinds)):
            try:
                require_signature(row, True, unit)
            except Problem as problem:
                found.append(Fault(f"rows.{place}.steps", problem.what, problem.fix))
    return found


def _unknown_kinds(table: Sequence[rules.Row]) -> list[Fault]:
    known = subjects.all_of()
    return [
        Fault(f"rows.{place}.when.kinds", _("There is no kind of matter “%(code)s”.") % {"code": code[:40]})
        for place, row in enumerate(table, 1)
        for code in row.when.kinds
        if code not in known
    ]


def _strangers(table: Sequence[rules.Row], unit: Unit) -> list[Fault]:
    """People of steps are of the group; departments exist."""
    root = unit.root_id or unit.pk
    uids = {uid for row in table for step in row.steps for uid in step.people}
    people = Person.objects.filter(Q(unit__root_id=root) | Q(unit_id=root), uid__in=uids)
    known = {str(uid) for uid in people.values_list("uid", flat=True)}
    codes = {step.department for row in table for step in row.steps} - {""}
    held = set(Unit.objects.filter(code__in=codes, root_id=root).values_list("code", flat=True)) | {""}
    return [
        Fault(f"rows.{r}.steps.{s}.who", _("This person or department does not belong to the group."))
        for r, row in enumerate(table, 1)
        for s, step in enumerate(row.steps, 1)
        if {uid.lower() for uid in step.people} - known or step.department not in held
    ]


def require_signature(row: rules.Row, major: bool, unit: Unit) -> None:
    """A major decision is signed by the last step of its route."""
    wanted = signer(unit)
    if not major or wanted.part == rules.COMPLIANCE or (row.steps and row.steps[-1].part in {wanted.part, rules.BODY}):
        return
    if wanted.part == rules.BODY:
        words = {"document": wanted.document, "row": row.name}
        raise Problem(
            "review.unsigned",
            _("“%(document)s” asks that the leading body signs major decisions; the route “%(row)s” has no such step.")
            % words,
            fix=_("Add that step at the end of the route."),
            status=422,
        )
    raise Problem(
        "review.unsigned",
        _(
            "A major decision needs the signature of the compliance head or the leading body; the route “%(row)s” has none."
        )
        % {"row": row.name},
        fix=_("Add that step at the end of the route."),
        status=422,
    )


@dataclass(frozen=True, slots=True)
class Signer:
    """The part of a route that signs major decisions, and the document that says so."""

    part: str
    document: str = ""


def signer(unit: Unit) -> Signer:
    """Who signs major decisions of a unit."""
    asked = (want for want in posture.demands(unit, _TEST, on=clock.today()) if want.params.get("signed"))
    if (want := next(asked, None)) is not None:
        return Signer(rules.BODY, want.document)
    return Signer(rules.COMPLIANCE if is_small(unit) else rules.HEAD)


def is_small(unit: Unit) -> bool:
    """A small or micro firm."""
    return org.size_of(unit, on=clock.today()).size in {Size.SMALL, Size.MICRO}


def keeps_lines(unit: Unit) -> bool:
    """A state-owned firm that answers to a document keeps the first line, however small (001 任务10, 002 任务6、10).

    A company of a group is state-owned as the nearest one above it is of which that was entered.
    """
    today = clock.today()
    if not posture.answers_to_any(unit, today):
        return False
    line = list(ancestors(unit, itself=True))
    held = org.attributes_of([one.pk for one in line], on=today)
    said = [
        held[one.pk]["state_owned"]
        for one in sorted(line, key=lambda one: -len(one.path))
        if "state_owned" in held[one.pk]
    ]
    return bool(said and said[0])


@lru_cache(maxsize=8)
def shipped(small: bool, signed: bool = False, lines: bool = False) -> tuple[rules.Row, ...]:
    """The table that is shipped: for small and micro firms the short one; major matters first where the body signs them.

    With `lines` the short one begins with the department's officer.
    """
    path = Path(settings.PACK_DIRS[0]) / "base" / FILE
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    kind = ("small_lines" if lines else "small") if small else "rows"
    rows = found[kind]
    if signed:
        own = found[f"{kind}_signed"]
        taken = [one["when"] for one in own]
        rows = [*own, *(one for one in rows if one.get("when") not in taken)]
    return rules.read(rows)
