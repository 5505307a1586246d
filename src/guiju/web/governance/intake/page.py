"""One stock: how far it has been read, the table to look through, the step into the library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guiju.access.policy import needs
from guiju.governance.enums import IntakeState
from guiju.governance.intake import actions, narrowing, queries, taking
from guiju.governance.intake.lines import Line
from guiju.governance.intake.narrowing import Wanted
from guiju.governance.models import Intake
from guiju.jobs.models import Job, JobState
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.web import links, place
from guiju.web.governance.intake import here, tabling

_FIRST_WORDS = 5


@needs(here.IMPORT)
@require_safe
def one(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The stock as it stands."""
    intake = here.intake_of(request, code, uid)
    return _page(request, intake)


def _page(request: HttpRequest, intake: Intake, problem: Problem | None = None) -> HttpResponse:
    context = {
        "title": intake.name,
        "trail": here.trail(intake.unit),
        "unit": intake.unit,
        "intake": intake,
        "word": intake.get_state_display(),
        "tone": here.STATES[intake.state],
        "may_take": here.may_take(request, intake),
        "problem": problem or refused(intake),
        "urls": {name: here.address(intake, name) for name in ("add", "many", "confirm", "drop", "again")},
        "history": trail.history("intake", str(intake.uid), limit=20),
    }
    status = problem.status if problem else 200
    if intake.state in {IntakeState.READING, IntakeState.TAKING}:
        return render(request, "governance/intake/reading.html", {**context, "job": job(intake)}, status=status)
    found = queries.lines_of(intake)
    context |= {"statistics": queries.statistics(found), "is_open": queries.is_open(intake)}
    if intake.state != IntakeState.READY:
        context |= _left(intake, found, tabling.wanted_of(request).q)
        return render(request, "governance/intake/closed.html", context, status=status)
    context |= tabling.table(request, intake, found)
    context |= {"years": taking.years(), "adding": request.GET.get("add") == "1"}
    return render(request, "governance/intake/review.html", context, status=status)


def _left(intake: Intake, found: Sequence[Line], q: str) -> dict[str, Any]:
    """What a finished stock left behind; of its rules those that are looked for."""
    unit = intake.unit.code
    record = Entry.objects.filter(uid=intake.stocktake).first() if intake.stocktake else None
    return {
        "standing": record.body.data.get("total") if record is not None else None,
        "record_url": links.record("policy_stocktakes", intake.stocktake) if intake.stocktake else "",
        "library_url": reverse("governance-policies", args=[unit]),
        "new_url": reverse("governance-intakes-new", args=[unit]),
        "plans_url": links.register("policy_plans", unit=unit),
        "entered": [
            {"name": line.name, "url": reverse("governance-policies-one", args=[unit, line.item.entry])}
            for line in narrowing.narrow(found, Wanted(q=q))
            if line.item.entry
        ],
        "search": {"value": q, "placeholder": _("Search by title, number or file")},
        "drafts": sum(1 for line in found if line.policy is not None),
    }


# --- in the background ----------------------------------------------------------------------------------------------


def job(intake: Intake) -> dict[str, Any]:
    """The bar while a job reads or takes over."""
    key = actions.key(intake) if intake.state == IntakeState.READING else actions.taking_key(intake)
    row = Job.objects.filter(unique_key=key).order_by("-pk").first()
    done, total = queries.progress(intake) if intake.state == IntakeState.READING else (0, 0)
    label = _("Reading the files") if intake.state == IntakeState.READING else _("Taking the rules into the library")
    return {
        "label": label,
        "done": done,
        "total": total,
        "left": left(row, total - done) if total else "",
        "url": here.address(intake, "progress"),
        "finished": False,
        "failed": row is not None and row.state == JobState.FAILED,
    }


def left(row: Job | None, waiting: int) -> str:
    """How long the rest takes at the pace so far, in words; nothing before a few files are read."""
    if row is None or row.attempted_at is None or row.done_count < _FIRST_WORDS:
        return ""
    seconds = (clock.now() - row.attempted_at).total_seconds() / row.done_count * waiting
    if seconds < 60:
        return _("less than a minute")
    minutes = round(seconds / 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


@needs(here.IMPORT)
@require_safe
def progress(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The bar alone; when there is nothing left to wait for, the page is loaded anew."""
    intake = here.intake_of(request, code, uid)
    bar = job(intake)
    if intake.state not in {IntakeState.READING, IntakeState.TAKING} or bar["failed"]:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    actions.go_on(intake=intake, by=place.by(request))
    return render(request, "components/progress.html", {"job": bar})


@needs(here.IMPORT)
@require_POST
def again(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Have it read on after its job failed."""
    intake = here.intake_of(request, code, uid)
    actions.go_on(intake=intake, by=place.by(request), again=True)
    return redirect(here.address(intake))


# --- its end --------------------------------------------------------------------------------------------------------


@needs(here.IMPORT)
@require_POST
def confirm(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Everything that is not left out comes into the library, or nothing does."""
    intake = here.intake_of(request, code, uid)
    try:
        done = actions.confirm(
            intake=intake, version=_number(request, "version"), year=_number(request, "year"), by=place.by(request)
        )
    except Problem as problem:
        return _page(request, queries.find(place.by(request), uid), problem)
    if done.state == IntakeState.CONFIRMED:
        messages.success(request, _("The stock has been taken into the library."))
    return redirect(here.address(intake))


@needs(here.IMPORT)
@require_POST
def drop(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Give the stock up; nothing of it is saved."""
    intake = here.intake_of(request, code, uid)
    actions.drop(intake=intake, by=place.by(request))
    messages.info(request, _("The stock was dropped; nothing of it came into the library."))
    return redirect(reverse("governance-intakes", args=[intake.unit.code]))


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def refused(intake: Intake) -> Problem | None:
    """Why the last attempt to take the stock over in the background was refused; None once something changed."""
    if intake.state != IntakeState.READY:
        return None
    row = Job.objects.filter(unique_key=actions.taking_key(intake)).order_by("-pk").first()
    if row is None or row.arguments.get("kwargs", {}).get("version") != intake.version:
        return None
    if row.state == JobState.FAILED:
        return Problem("intake.failed", _("Taking the stock over failed; nothing was saved."), fix=_("Try it again."))
    told = row.result if isinstance(row.result, dict) else None
    return Problem("intake.refused", told["what"], fix=" ".join([told["fix"], *told["faults"]])) if told else None
