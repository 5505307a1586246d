"""Where somebody stands among checks: the unit (also of a department's officer), the run, the addresses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.compliance.checks import cycles
from guiju.compliance.checks import queries as checks
from guiju.compliance.enums import ItemResult, RunState
from guiju.compliance.models import CheckRun
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.web import links, place
from guiju.workflow.models import Task

VIEW, EDIT, CREATE, SIGN = (
    P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT, P.REGISTER_ENTRY_CREATE, P.COMPLIANCE_CHECK_SIGN,
)  # fmt: skip
#: How each result is drawn, and the big words on its button.
RESULTS: tuple[tuple[str, Any, str], ...] = (
    (ItemResult.NONE.value, pgettext_lazy("check", "Nothing found"), "met"),
    (ItemResult.GENERAL.value, pgettext_lazy("check", "General problem"), "partly"),
    (ItemResult.MAJOR.value, pgettext_lazy("check", "Major problem"), "unmet"),
)
TONES = {code: tone for code, _word, tone in RESULTS}
STATES = {
    RunState.DUE.value: "na", RunState.RUNNING.value: "partly", RunState.FINISHED.value: "met",
    RunState.MISSED.value: "unmet",
}  # fmt: skip


def unit_of(request: HttpRequest, code: str, permission: P = VIEW) -> Unit:
    """The unit of an address: for its people, and for the officers of its departments."""
    found = check.keeper(place.by(request), permission, code)
    if place.may(request, P.ORG_UNIT_VIEW, found):
        place.enter(request, found)
    return found


def run_of(request: HttpRequest, code: str, uid: UUID) -> CheckRun:
    """The run of an address, or 404."""
    unit = unit_of(request, code)
    found = checks.find(place.by(request), uid)
    if unit.pk not in {found.unit_id, found.department_id}:
        raise NotFound(_("There is no such check here."), fix=_("Open it from the list of checks."))
    return found


def way(task: Task) -> str:
    """The page of the run that a task is about."""
    run = _of_task(task.about_uid) if task.about_uid else None
    return address(run) if run is not None else ""


def _of_task(uid: UUID) -> CheckRun | None:
    return CheckRun.objects.select_related("unit").filter(uid=uid).first()


def address(run: CheckRun, name: str = "run", *more: Any) -> str:
    """A page of a run."""
    return reverse(f"compliance-checks-{name}", args=[run.unit.code, run.uid, *more])


def trail(unit: Unit, run: CheckRun | None = None) -> list[dict[str, str]]:
    """The places above."""
    found = [
        {"label": unit.label, "url": links.unit(unit.code)},
        {"label": str(_("Checks")), "url": reverse("compliance-checks", args=[unit.code])},
    ]
    return [*found, {"label": run.title, "url": address(run)}] if run is not None else found


def state_words(run: CheckRun) -> str:
    """Where the run stands; an unbegun one past its day is missed, whatever the night has marked."""
    return str(RunState(state_of(run)).label)


def state_of(run: CheckRun) -> str:
    """The state as it is today."""
    if run.state == RunState.DUE and run.due_on < clock.today():
        return RunState.MISSED.value
    return run.state


def line(run: CheckRun, progress: checks.Progress | None = None) -> dict[str, Any]:
    """A run as a line of a list."""
    state = state_of(run)
    return {
        "run": run,
        "url": address(run),
        "period": cycles.words(run.period),
        "state": state,
        "tone": STATES[state],
        "word": state_words(run),
        "progress": progress,
        "left": (run.due_on - clock.today()).days,
    }
