"""One reading as seen from a unit: how far it has come, who is missing, and what can be done about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.enums import ReadingState, ReceiptState, VersionState
from guiju.governance.models import PolicyVersion, Reading, Receipt
from guiju.governance.reading import audience, issuing, listing, managing, queries, tasks
from guiju.jobs import backend
from guiju.jobs.models import Job, JobState
from guiju.lib import clock, dates
from guiju.lib.errors import Conflict, Problem
from guiju.org.models import Unit
from guiju.trail import log as trail
from guiju.web import links, place
from guiju.web.governance.policies import doors
from guiju.web.governance.reading import here
from guiju.web.governance.reading.issuing import LABELS
from guiju.web.registers import asked

SIZE = 50
_STEPS = ("remind", "extend", "close", "paper", "export", "again")
STATES = (ReceiptState.PENDING.value, ReceiptState.CONFIRMED.value, queries.NO_ACCOUNT)


@needs(here.VIEW)
@require_safe
def one(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The figures, the people, the next step."""
    unit, row = here.enter(request, code, uid)
    return page(request, unit, row)


def page(request: HttpRequest, unit: Unit, row: Reading, problem: Problem | None = None) -> HttpResponse:
    """The page, perhaps with a refusal."""
    today = clock.today()
    found = queries.rates(row, unit, on=today, by=place.by(request))
    may = {"issue": place.may(request, here.ISSUE, row.unit), "here": place.may(request, here.ISSUE, unit)}
    is_open = row.state != ReadingState.CLOSED
    context = {
        "title": row.title,
        "trail": here.trail(unit),
        "unit": unit,
        "row": row,
        "above": row.unit if row.unit_id != unit.pk else None,
        "word": ReadingState(row.state).label,
        "tone": here.TONES[row.state],
        "audience": audience.words(audience.of(row.audience), row.unit),
        "is_late": is_open and row.due_on < today and found.whole.missing > 0,
        "is_open": is_open,
        "tally": found.whole,
        "places": _places(row, unit, found),
        "job": bar(row, unit) if row.state == ReadingState.ISSUING else None,
        "problem": here.worded(problem, dict(LABELS)) if problem is not None else None,
        "may": may,
        "urls": {name: here.address(row, name, code=unit.code) for name in _STEPS},
        "sign_url": here.address(row, "export", code=unit.code) + f"?state={queries.NO_ACCOUNT}",
        "policy_url": doors.text_url(row.unit.code, row.policy) + _version(row.policy_version),
        "newer": _newer(row) if is_open and may["issue"] else None,
        "is_repealed": is_open and row.policy_version is not None and row.policy_version.state == VersionState.REPEALED,
        "papers": [_paper(row, unit, paper) for paper in here.papers(request, row, unit)],
        "record_url": _record(row),
        "records": [("publicity", _("Publicity and culture")), ("work_records", _("Work records"))],
        "history": trail.history("reading", str(row.uid), limit=20),
        "can_export": place.may(request, P.REGISTER_ENTRY_EXPORT, unit),
        **_people(request, unit, row),
    }  # fmt: skip
    status = 200 if problem is None else 409 if isinstance(problem, Conflict) else 422
    return render(request, "governance/reading/one.html", context, status=status)


def _version(version: PolicyVersion | None) -> str:
    return f"?version={version.number}" if version is not None else ""


def _places(row: Reading, unit: Unit, found: queries.Rates) -> list[dict[str, Any]]:
    """Departments of the unit, then the units below, as lines of one table."""
    lines = [
        {
            "label": part.name if part is not None else _("Without a department"),
            "url": here.address(row, code=part.code) if part is not None else "",
            "tally": tally,
        }
        for part, tally in found.departments
    ]
    below = [
        {"label": one.label, "url": here.address(row, code=one.code), "tally": tally} for one, tally in found.units
    ]
    return lines + below if len(lines) + len(below) > 1 else []


def _newer(row: Reading) -> dict[str, Any] | None:
    """A later version has come into force while people still read this one."""
    held = PolicyVersion.objects.filter(policy=row.policy, state="in_force").defer("text").first()
    mine = row.policy_version
    if held is None or mine is None or held.number <= mine.number:
        return None
    url = reverse("governance-readings-new", args=[row.unit.code])
    return {"number": held.number, "url": f"{url}?policy={row.policy}&compared={mine.number}"}


def _paper(row: Reading, unit: Unit, paper: dict[str, Any]) -> dict[str, Any]:
    url = here.address(row, "file", code=unit.code, more=(paper["digest"], paper["name"]))
    return {**paper, "url": url}


def _record(row: Reading) -> str:
    register, _colon, uid = row.record.partition(":")
    return links.record(register, uid) if uid else ""


# --- people ---------------------------------------------------------------------------------------------------------


def chosen(request: HttpRequest, unit: Unit, row: Reading) -> tuple[QuerySet[Receipt], str, str]:
    """The people asked for by the address, which of them, and by which name."""
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    q = request.GET.get("q", "").strip()[:60]
    rows = queries.receipts(row, unit, by=place.by(request))
    return queries.people(rows, state=state, q=q), state, q


def _people(request: HttpRequest, unit: Unit, row: Reading) -> dict[str, Any]:
    rows, state, q = chosen(request, unit, row)
    start = _start(request)
    found = list(rows[start : start + SIZE + 1])
    today = clock.today()
    keep = "&".join(f"{name}={value}" for name, value in (("state", state), ("q", q)) if value)
    return {
        "people": [_person(one, row, unit, today) for one in found[:SIZE]],
        "state_chosen": state,
        "q": q,
        "views": [_view(code, label, state) for code, label in (
            ("", _("Everybody")), (STATES[0], _("Not yet confirmed")), (STATES[1], _("Confirmed")),
            (STATES[2], _("Without an account")),
        )],
        "keep": f"?{keep}" if keep else "",
        "prev_url": f"?{keep}&from={max(start - SIZE, 0)}" if start else "",
        "next_url": f"?{keep}&from={start + SIZE}" if len(found) > SIZE else "",
    }  # fmt: skip


def _start(request: HttpRequest) -> int:
    written = request.GET.get("from", "")
    return int(written) // SIZE * SIZE if written.isdecimal() and len(written) < 8 else 0


def _view(code: str, label: str, state: str) -> dict[str, Any]:
    return {
        "label": label,
        "url": f"?state={code}#people" if code else "?#people",
        "current": code == state,
        "count": None,
    }


def _person(one: Receipt, row: Reading, unit: Unit, today: Any) -> dict[str, Any]:
    done = one.state == ReceiptState.CONFIRMED
    late = not done and (one.due_on or row.due_on) < today and row.state != ReadingState.CLOSED
    return {
        "uid": one.person.uid,
        "name": one.person.name,
        "number": one.person.number,
        "post": one.person.post,
        "unit": one.unit.label if one.unit_id != unit.pk else "",
        "department": one.department.name if one.department else "",
        "has_account": one.person.user_id is not None,
        "done": done,
        "late": late,
        "word": ReceiptState(one.state).label,
        "tone": "met" if done else "unmet" if late else "partly",
        "way": listing.way(one.way),
        "at": one.confirmed_at,
        "opened": one.opened_at,
    }


# --- in the background ----------------------------------------------------------------------------------------------


def bar(row: Reading, unit: Unit) -> dict[str, Any]:
    """The bar while receipts are being made."""
    job = Job.objects.filter(unique_key=issuing.key(row)).order_by("-pk").first()
    return {
        "label": _("Giving it out"),
        "done": job.done_count if job else 0,
        "total": job.total_count if job else 0,
        "left": "",
        "url": here.address(row, "progress", code=unit.code),
        "finished": False,
        "failed": job is not None and job.state == JobState.FAILED,
    }


@needs(here.VIEW)
@require_safe
def progress(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The bar alone; when it is through, the page is loaded anew."""
    unit, row = here.enter(request, code, uid)
    shown = bar(row, unit)
    if row.state != ReadingState.ISSUING or shown["failed"]:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "components/progress.html", {"job": shown})


@needs(here.ISSUE)
@require_POST
def again(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Go on where a job broke off."""
    unit, row = here.enter(request, code, uid)
    if row.state == ReadingState.ISSUING and place.may(request, here.ISSUE, row.unit):
        by = place.by(request)
        backend.enqueue(tasks.give_out, by=by, title=row.title, unique_key=issuing.key(row), reading=row.pk)
    return redirect(here.address(row, code=unit.code))


# --- steps ----------------------------------------------------------------------------------------------------------


@needs(here.ISSUE)
@require_POST
def remind(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Tell those of the unit who have not confirmed."""
    unit, row = here.enter(request, code, uid)
    try:
        count = managing.remind(reading=row, unit=unit, by=place.by(request))
    except Problem as problem:
        return _refused(request, unit, row, problem)
    told = ngettext("%(count)d person is being reminded.", "%(count)d people are being reminded.", count)
    messages.success(request, told % {"count": count})
    return redirect(here.address(row, code=unit.code))


@needs(here.ISSUE)
@require_POST
def extend(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Another last day."""
    unit, row = here.enter(request, code, uid)
    try:
        day = dates.parse(request.POST.get("due_on", ""), where=str(LABELS["due_on"]))
        managing.extend(reading=row, due_on=day, version=asked.version(request), by=place.by(request))
    except Problem as problem:
        return _refused(request, unit, row, problem)
    messages.success(request, _("The last day is now %(day)s.") % {"day": day.isoformat()})
    return redirect(here.address(row, code=unit.code))


@needs(here.ISSUE)
@require_POST
def close(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Nobody is asked any more."""
    unit, row = here.enter(request, code, uid)
    try:
        record = request.POST.get("record", "")
        managing.close(reading=row, version=asked.version(request), by=place.by(request), record=record)
    except Problem as problem:
        return _refused(request, unit, row, problem)
    messages.success(request, _("The reading is closed."))
    return redirect(here.address(row, code=unit.code))


def _refused(request: HttpRequest, unit: Unit, row: Reading, problem: Problem) -> HttpResponse:
    if problem.status in {403, 404}:
        raise problem
    return page(request, unit, queries.find(place.by(request), row.uid), problem)
