"""Ways to and from readings: the unit and the reading of an address, the page of a policy, tasks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.governance.enums import ReadingState
from guiju.governance.models import Reading
from guiju.governance.policies.terms import ISSUED
from guiju.governance.reading import queries
from guiju.lib.errors import Fault, Problem
from guiju.org.models import Unit
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.governance.policies.panels import Line, Panel
from guiju.workflow.models import Task

VIEW, ISSUE = P.REGISTER_ENTRY_VIEW, P.GOVERNANCE_READING_ISSUE
TONES = {ReadingState.ISSUING.value: "partly", ReadingState.OPEN.value: "info", ReadingState.CLOSED.value: "na"}
_LINES = 6


def unit_of(request: HttpRequest, code: str) -> Unit:
    """The unit or department of an address, for whoever sees records there."""
    found = check.keeper(place.by(request), VIEW, code)
    if place.may(request, P.ORG_UNIT_VIEW, found):
        place.enter(request, found)
    return found


def enter(request: HttpRequest, code: str, uid: UUID) -> tuple[Unit, Reading]:
    """The unit whose people are looked at, and the reading."""
    return unit_of(request, code), queries.find(place.by(request), uid)


def address(row: Reading, name: str = "one", *, code: str = "", more: tuple[object, ...] = ()) -> str:
    """A page of a reading, as seen from a unit (its own if none is named)."""
    return reverse(f"governance-readings-{name}", args=[code or row.unit.code, row.uid, *more])


def trail(unit: Unit) -> list[dict[str, str]]:
    """The places above."""
    return [
        {"label": unit.label, "url": links.unit(unit.code)},
        {"label": _("Policies"), "url": reverse("governance-policies", args=[unit.code])},
        {"label": _("Read and confirm"), "url": reverse("governance-readings", args=[unit.code])},
    ]


def papers(request: HttpRequest, row: Reading, unit: Unit) -> list[dict[str, Any]]:
    """The signed lists of this unit; of all units for whoever gave the rule out."""
    if not place.may(request, ISSUE, unit):
        return []
    whole = place.may(request, ISSUE, row.unit)
    return [one for one in row.papers if whole or one.get("unit") == unit.code]


def of_task(task: Task) -> str:
    """A task and the notices it sends lead to the own text, or to the figures."""
    return reverse("reading-go", args=[task.about_uid]) if task.about_uid else ""


def of_late(task: Task) -> str:
    """To those of a department or unit who have not confirmed."""
    if task.about_uid is None:
        return ""
    row = Reading.objects.select_related("unit").filter(uid=task.about_uid).first()
    return address(row, code=task.unit.code) + "?state=pending" if row is not None else ""


def panel(request: HttpRequest, entry: Entry) -> Panel | None:
    """On the page of a policy: to whom it was given out, and how many have confirmed."""
    rows = [row for row in queries.of_policy(entry.uid)[:_LINES] if place.may(request, VIEW, row.unit)]
    may = entry.status == ISSUED and place.may(request, ISSUE, entry.unit)
    if not rows and not may:
        return None
    return Panel(
        id="readings",
        title=_("Read and confirm"),
        lines=tuple(_line(row) for row in rows),
        empty=_("It has not been given out to be read and confirmed yet."),
        url=reverse("governance-readings-new", args=[entry.unit.code]) + f"?policy={entry.uid}" if may else "",
        action=_("Give it out to be read"),
    )


def _line(row: Reading) -> Line:
    words = {"done": row.confirmed_count, "all": row.person_count, "day": row.due_on.isoformat()}
    return Line(
        label=_("Given out on %(day)s") % {"day": row.issued_at.date().isoformat()},
        url=address(row),
        hint=_("%(done)d of %(all)d confirmed, until %(day)s") % words,
        tone=TONES[row.state],
        word=str(ReadingState(row.state).label),
    )


def worded(problem: Problem, labels: dict[str, Any]) -> Problem:
    """The refusal with the names of fields as they stand on the page."""
    problem.where = "" if problem.faults else str(labels.get(problem.where, ""))
    problem.faults = tuple(Fault(str(labels.get(one.where, "")), one.what, one.fix) for one in problem.faults)
    return problem
