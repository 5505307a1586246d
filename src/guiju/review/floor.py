"""What no route may leave out: the floor under every table that a unit makes itself.

faults(unit, table)               -> what stands against a table, each at its place: when it is written and put in force
require(route, row, facts, unit)  -> the same for the one row that a matter takes, when it is submitted

1. Each row has a step of compliance: its department, its head, or the leading body (001 任务6, 002 任务18).
2. A part binds its office: the step of the head is the head's (or of whoever stands above), whatever the step is called;
   outside counsel holds none and is named when asked.
3. A row made for major decisions ends with the signature that the documents of the unit ask for (`routing.signer`); small and
   micro firms whose documents let the officer decide need none.
4. Below a route of the group a unit may ask for more, never for less: parts and veto of the row above stay.

The table that is shipped is no floor: it says what holds where nobody has decided yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import product

from django.utils.translation import gettext as _

from guiju.lib import clock
from guiju.lib.errors import Fault, Problem
from guiju.org.models import Person, Unit
from guiju.org.tree import ancestors
from guiju.registers.models import Entry
from guiju.review import subjects
from guiju.workflow.owners import REGISTER
from guiju.workflow.routes import deciding, rules, seating
from guiju.workflow.routes.models import Route
from guiju.workflow.routes.rules import Facts, Row, Step

PURPOSE = "review"
_SECOND = frozenset({rules.COMPLIANCE, rules.HEAD, rules.BODY})
_CENT = Decimal("0.01")


def faults(unit: Unit, table: Sequence[Row]) -> list[Fault]:
    """Everything that stands against a table of a unit's own."""
    found = [fault for place, row in enumerate(table, 1) for fault in _of_row(row, f"rows.{place}", unit)]
    if found:
        return found
    upper = above(unit)
    return [] if upper is None else list(_looser(unit, table, upper))


def require(route: Route | None, row: Row, facts: Facts, unit: Unit) -> None:
    """A matter takes no row below the floor, whenever that was published."""
    if route is None:
        return
    found = _of_row(row, "rows", unit, named=False)
    upper = above(route.unit)
    if not found and upper is not None and (held := rules.match(rules.read(upper.rows), facts)) is not None:
        found = [_less(lost, upper, "rows") for lost in [_lost(held[1], row)] if lost]
    if found:
        raise Problem(
            "review.floor",
            _("The route “%(row)s” of %(unit)s asks for less than it has to: %(what)s")
            % {"row": row.name, "unit": route.unit.name, "what": found[0].what},
            fix=_("The compliance department changes the route, or gives it up so that the one above holds."),
            status=422,
        )


def above(unit: Unit) -> Route | None:
    """The route of the nearest unit above that has made one."""
    return deciding.in_force(unit.parent, PURPOSE) if unit.parent is not None else None


# --- one row --------------------------------------------------------------------------------------------------------


def _of_row(row: Row, where: str, unit: Unit, *, named: bool = True) -> list[Fault]:
    found = []
    if not any(step.part in _SECOND for step in row.steps):
        what = _("No step of “%(row)s” is one of compliance.") % {"row": row.name}
        found.append(Fault(f"{where}.steps", what, _("Add a step of the compliance department.")))
    for number, step in enumerate(row.steps, 1):
        wrong = _unbound(step, unit, named=named)
        if wrong is not None:
            fix = _("Choose an office that may take it, or say that the step is for something else.")
            if step.part == rules.COUNSEL:
                fix = _("Leave the office empty: the counsel is named when he is asked.")
            found.append(Fault(f"{where}.steps.{number}.who", wrong, fix))
    return found


def _unbound(step: Step, unit: Unit, *, named: bool) -> str | None:
    """What is wrong with who sits at a step whose part binds its office. People are looked at anew when they are seated."""
    if step.part == rules.COUNSEL and step.role:
        return _("The step “%(step)s” is of outside counsel, and no office of the firm is that.") % {"step": step.name}
    wanted = seating.OFFICES.get(step.part)
    if wanted is None:
        return None
    if step.role and step.role not in wanted:
        return _("The office of the step “%(step)s” does not go with what the step is for.") % {"step": step.name}
    if not step.people or not named:
        return None
    strangers = _strangers(step, wanted, unit)
    if not strangers:
        return None
    return _("%(names)s hold no office that goes with what the step “%(step)s” is for.") % {
        "names": "、".join(strangers), "step": step.name,
    }  # fmt: skip


def _strangers(step: Step, wanted: Sequence[str], unit: Unit) -> list[str]:
    today = clock.today()
    held = Entry.objects.filter(register=REGISTER, kind__in=wanted, on__lte=today, root_id=unit.root_id or unit.pk)
    held = held.exclude(done_on__lt=today)
    people = list(Person.objects.filter(uid__in=step.people).exclude(pk__in=held.values("person")).order_by("sort_key"))
    return [one.name for one in people if seating.office_of(step, one, unit=unit, on=today) is None]


# --- a unit below a group -------------------------------------------------------------------------------------------


def _looser(unit: Unit, table: Sequence[Row], upper: Route) -> Iterator[Fault]:
    """Rows by which some matter would see less than along the route above; each row once."""
    over, told = rules.read(upper.rows), set()
    for facts in _cases(unit, [*table, *over]):
        own, held = rules.match(table, facts), rules.match(over, facts)
        if own is None or held is None or own[0] in told:
            continue
        if lost := _lost(held[1], own[1]):
            told.add(own[0])
            yield _less(lost, upper, f"rows.{own[0] + 1}.steps")


def _lost(over: Row, own: Row) -> list[str]:
    """What the row above has and the own one lacks, by the names of its steps."""
    parts = {step.part for step in own.steps}
    if rules.BODY in parts:
        parts.add(rules.HEAD)
    found = [step.name for step in over.steps if step.part not in parts]
    vetoes = [step.name for step in over.steps if step.veto]
    if not found and vetoes and not any(step.veto for step in own.steps):
        found = [_("%(step)s (may veto)") % {"step": vetoes[-1]}]
    return found


def _less(lost: Sequence[str], upper: Route, where: str) -> Fault:
    what = _("The route of %(unit)s asks for “%(steps)s” as well.") % {
        "unit": upper.unit.name, "steps": "、".join(lost),
    }  # fmt: skip
    return Fault(where, what, _("Below it a route may ask for more, not for less: add it."))


def _cases(unit: Unit, rows: Iterable[Row]) -> Iterator[Facts]:
    """One matter for each way in which the conditions of the rows can come out."""
    held = list(rows)
    kinds = {code for row in held for code in row.when.kinds}
    rest = next((code for code in subjects.all_of() if code not in kinds), "")
    bounds = {one for row in held for one in (row.when.amount_from, row.when.amount_below) if one is not None}
    amounts = [None, *sorted({Decimal(0), *bounds, *(one - _CENT for one in bounds if one >= _CENT)})]
    levels = sorted({"", *(level for row in held for level in row.when.levels)})
    chain = [one.code for one in ancestors(unit, itself=True)]
    below = sorted({code for row in held for code in row.when.units} - set(chain))
    for kind, amount, level, more, overseas, major in product(
        sorted(kinds | {rest}), amounts, levels, ["", *below], [False, True], [False, True]
    ):
        units = [*chain, more] if more else chain
        yield Facts(kind=kind, units=units, amount=amount, overseas=overseas, major=major, level=level)
