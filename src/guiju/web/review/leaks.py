"""The leak finder of a unit: look, the three rates with their exceptions, and the findings by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from guiju.access import check, scope
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.jobs.backend import OPEN
from guiju.jobs.models import Job, JobState
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import LAST, Unit
from guiju.org.places import Seat
from guiju.review.enums import LeakKind, LeakState, LedgerKind
from guiju.review.leaks import following, looking, queries, spans, wording, workbook
from guiju.review.leaks.queries import RateLine
from guiju.review.leaks.rates import KINDS
from guiju.review.models import LeakRun
from guiju.web import place
from guiju.web.registers import exports
from guiju.web.review import here, leakwords

#: How many earlier looks are offered.
_EARLIER = 12


@dataclass(frozen=True, slots=True)
class At:
    """One visit: the company, the look that is shown, and whether this account looks itself."""

    seat: Seat
    run: LeakRun | None
    may: bool
    #: The own look that is under way, or the one whose end is shown.
    job: Job | None = None
    #: The latest look of each sort.
    sorts: Sequence[LeakRun] = ()

    @property
    def unit(self) -> Unit:
        """The company."""
        return self.seat.company


def company(request: HttpRequest, code: str) -> Seat:
    """The company of this address; a department has no page of its own."""
    seat = here.seen(request, code)
    if not seat.whole:
        raise NotFound(_("This page is about the whole company."), fix=_("Your own matters stand under “My reviews”."))
    return seat


@needs(P.REVIEW_MATTER_VIEW)
@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """What the last look found, or one before it."""
    at = _at(request, code)
    return _page(request, at)


def _at(request: HttpRequest, code: str) -> At:
    seat = company(request, code)
    held = queries.runs(place.by(request), seat.company)
    may = place.may(request, P.REVIEW_MATTER_MANAGE, seat.company)
    asked = _uid(request.GET.get("job", ""))
    job = queries.job_of(place.by(request), seat.company, asked) if may else None
    wanted = request.GET.get("run", "")
    run = None
    if wanted:
        uid = _uid(wanted)
        run = held.filter(uid=uid).first() if uid is not None else None
        if run is None:
            raise NotFound(_("There is no such look for leaks here."), fix=_("Open it from the page of the unit."))
    elif asked is not None and job is not None:
        run = held.filter(uid=looking.made_by(job)).first()
    sorts = queries.latest(place.by(request), seat.company)
    return At(seat, run or queries.shown_first(sorts), may, job, sorts)


def _uid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _page(request: HttpRequest, at: At, *, problem: Problem | None = None) -> HttpResponse:
    problem = problem or _ended(at.job)
    context = {
        "title": _("Leak finder"),
        "unit": at.unit,
        "code": at.seat.code,
        "trail": here.trail(request, at.unit),
        "views": here.tabs(request, at.seat.code, "review-leaks"),
        "may": at.may,
        "problem": problem,
        "job": _bar(at.seat.code, at.job) if at.job is not None and at.job.state in OPEN else None,
        "look": _look(request, at) if at.may else None,
        **(_shown(request, at, at.run) if at.run is not None else {"run": None}),
    }
    return render(request, "review/leaks.html", context, status=problem.status if problem else 200)


def _ended(job: Job | None) -> Problem | None:
    """Why a look came to nothing; None where it is under way or came to an end."""
    if job is None or job.state in OPEN:
        return None
    told = job.result if isinstance(job.result, dict) else {}
    if job.state == JobState.FAILED:
        return Problem("leaks.failed", _("The look broke off, and nothing was kept."), fix=_("Look again."), status=200)
    if told.get("run"):
        return None
    return Problem(
        str(told.get("code", "")), str(told.get("what", "")), fix=str(told.get("fix", "")),
        where=str(told.get("where", "")), status=200,
    )  # fmt: skip


def _bar(code: str, job: Job) -> dict[str, Any]:
    return {
        "label": _("Looking for leaks"),
        "done": job.done_count,
        "total": job.total_count,
        "url": reverse("review-leaks-progress", args=[code, job.uid]),
        "finished": False,
    }


@needs(P.REVIEW_MATTER_MANAGE)
@require_safe
def progress(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The bar of an own look; when it is over, the page is loaded anew."""
    seat = company(request, code)
    job = queries.job_of(place.by(request), seat.company, uid)
    if job is not None and job.state in OPEN:
        return render(request, "components/progress.html", {"job": _bar(seat.code, job)})
    answer = HttpResponse()
    answer["HX-Redirect"] = f"{reverse('review-leaks', args=[seat.code])}?{urlencode({'job': uid})}"
    return answer


def _look(request: HttpRequest, at: At) -> dict[str, Any]:
    """The form that looks anew."""
    asked = request.POST if request.method == "POST" else {}
    chosen = asked.get("period") or (at.run.period if at.run is not None else spans.YEAR)
    below = scope.scope(place.by(request), P.REVIEW_MATTER_MANAGE).covers_below(at.unit)
    has_below = below and Unit.objects.filter(
        path__gt=at.unit.path, path__lt=at.unit.path + LAST, kind=at.unit.kind
    ).exists()  # fmt: skip
    codes = list(dict.fromkeys([*spans.choices(), chosen]))
    return {
        "url": reverse("review-leaks-look", args=[at.seat.code]),
        "periods": [{"code": code, "label": wording.period(code), "chosen": code == chosen} for code in codes],
        "has_below": has_below,
        "below": bool(asked.get("below")) or (at.run is not None and at.run.below),
        "most": looking.MOST_FILES,
    }


# --- what was found -------------------------------------------------------------------------------------------------


def _shown(request: HttpRequest, at: At, run: LeakRun) -> dict[str, Any]:
    kind, state, rate = (request.GET.get(name, "") for name in ("kind", "state", "rate"))
    place_ = max(0, _number(request.GET.get("at", "")))
    found, count = queries.findings(run, kind=kind, state=state, rate=rate, at=place_)
    whole, single = queries.rates(run)
    standing = queries.standing(run)
    url = _url(at, run)
    return {
        "run": run,
        "made": {"at": run.made_at, "by": wording.looker(run.by), "period": wording.period(run.period)},
        "rates": [_rate(one, url) for one in whole],
        "single": [leakwords.unit_rate(one) for one in single[: queries.SHOWN]] if run.below else [],
        "gone": _gone(at, run),
        "kinds": _kinds(standing, url, kind, rate),
        "states": _states(standing, url, kind, state),
        "rate": wording.rate(rate) if rate in KINDS else "",
        "rate_kind": wording.kind(kind) if rate in KINDS and kind in LeakKind.values else "",
        "all_url": url(),
        "findings": [leakwords.line(one) for one in found],
        "count": count,
        "total": sum(run.counts.values()),
        "pager": _pager(url, place_, len(found), count, kind, state, rate),
        "ledgers": [{**one, "kind": LedgerKind(one["kind"]).label} for one in run.ledgers],
        "matched": sorted(run.matched.items()),
        "merged_url": reverse("review-leaks-merged", args=[at.seat.code, run.uid]) if run.ledgers else "",
        "file_url": reverse("review-leaks-file", args=[at.seat.code, run.uid]),
        "earlier": _earlier(request, at, run),
        "sorts": [_sort(at, one, run) for one in at.sorts],
    }


def _gone(at: At, run: LeakRun) -> dict[str, Any] | None:
    """What the look before had found and this one no longer does."""
    found = following.gone(run)
    if found is None:
        return None
    return {
        "at": found.since.made_at,
        "url": _url(at, found.since)(),
        "rows": [leakwords.line(one) for one in queries.joined(found.rows)],
        "count": found.count,
        "unread": found.unread,
    }


def _url(at: At, run: LeakRun) -> Callable[..., str]:
    def url(**query: object) -> str:
        kept = {name: value for name, value in {"run": run.uid, **query}.items() if value}
        return f"{reverse('review-leaks', args=[at.seat.code])}?{urlencode(kept)}"

    return url


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0


def _rate(one: RateLine, url: Callable[..., str]) -> dict[str, Any]:
    missing = one.n - one.ok
    return {
        "label": wording.rate(one.kind),
        "value": f"{one.percent}%" if one.percent is not None else _("None in this period"),
        "missing": one.percent is None,
        "tone": leakwords.tone(one),
        "note": _("%(ok)d of %(n)d") % {"ok": one.ok, "n": one.n} if one.n else "",
        "url": url(rate=one.kind) if missing else "",
        "exceptions": ngettext("%(count)d exception", "%(count)d exceptions", missing) % {"count": missing}
        if missing
        else "",
        "against": _classes(one, one.against, url),
        "beside": _classes(one, one.beside, url),
        "entered": wording.with_entered(one.ok, one.entered, one.n) if one.entered else "",
        "clean": _("carried out as reviewed: %(clean)d of %(ok)d") % {"clean": one.clean, "ok": one.ok}
        if one.ok and one.clean is not None
        else "",
    }


def _classes(one: RateLine, told: Mapping[str, int], url: Callable[..., str]) -> list[dict[str, Any]]:
    return [
        {"label": wording.kind(kind), "count": count, "url": url(rate=one.kind, kind=kind)}
        for kind, count in told.items()
    ]


def _kinds(standing: dict[str, dict[str, int]], url: Callable[..., str], kind: str, rate: str) -> list[dict[str, Any]]:
    def row(label: object, address: str, current: bool, held: list[dict[str, int]]) -> dict[str, Any]:
        return {
            "label": label,
            "url": address,
            "current": current,
            "count": sum(sum(one.values()) for one in held),
            "open": sum(one[LeakState.OPEN] for one in held),
        }

    return [
        row(_("All"), url(), not kind and not rate, list(standing.values())),
        *(row(LeakKind(code).label, url(kind=code), code == kind, [held]) for code, held in standing.items()),
    ]


def _states(
    standing: dict[str, dict[str, int]], url: Callable[..., str], kind: str, state: str
) -> list[dict[str, Any]]:
    held = [standing[kind]] if kind in standing else list(standing.values())
    rows = [
        {
            "label": one.label,
            "url": url(kind=kind, state=one.value if state != one.value else ""),
            "current": state == one.value,
            "count": sum(counts[one.value] for counts in held),
        }
        for one in LeakState
    ]
    return [row for row in rows if row["count"] or row["current"]]


def _pager(
    url: Callable[..., str], at: int, shown: int, count: int, kind: str, state: str, rate: str
) -> dict[str, Any]:
    size = queries.PAGE
    chosen = {"kind": kind, "state": state, "rate": rate}
    return {
        "count": count,
        "cap": looking.MOST_FINDINGS,
        "from": at + 1 if shown else 0,
        "to": at + shown,
        "prev_url": url(**chosen, at=max(0, at - size)) if at else "",
        "next_url": url(**chosen, at=at + size) if at + shown < count else "",
    }


def _sort(at: At, one: LeakRun, shown: LeakRun) -> dict[str, Any]:
    """The latest look of a sort, for the line that says which of them is shown."""
    words = {
        (False, False): _("Registers alone"),
        (False, True): _("With ledgers handed in"),
        (True, False): _("All levels"),
        (True, True): _("All levels, with ledgers handed in"),
    }
    return {
        "url": _url(at, one)(),
        "label": words[one.below, bool(one.ledgers)],
        "at": one.made_at,
        "by": wording.looker(one.by),
        "count": sum(one.counts.values()),
        "current": one.pk == shown.pk,
    }


def _earlier(request: HttpRequest, at: At, run: LeakRun) -> list[dict[str, Any]]:
    rows = queries.runs(place.by(request), at.unit)[:_EARLIER]
    return [
        {
            "url": _url(at, one)(),
            "at": one.made_at,
            "period": wording.period(one.period),
            "below": one.below,
            "count": sum(one.counts.values()),
            "ledgers": len(one.ledgers),
            "current": one.pk == run.pk,
        }
        for one in rows
    ]


# --- looking, and taking it along -----------------------------------------------------------------------------------


@needs(P.REVIEW_MATTER_MANAGE)
@require_POST
def look(request: HttpRequest, code: str) -> HttpResponse:
    """Look once more: through the registers, and through the ledgers that are handed in. It goes on in the background."""
    at = _at(request, code)
    handed = [looking.Handed(one.name or "", one) for one in request.FILES.getlist("files")]
    try:
        job = looking.begin(
            unit=at.unit, period=request.POST.get("period", ""), below=request.POST.get("below") == "1",
            handed=handed, by=place.by(request),
        )  # fmt: skip
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _page(request, at, problem=problem)
    return redirect(f"{reverse('review-leaks', args=[at.seat.code])}?{urlencode({'job': job.uid})}")


@needs(P.REGISTER_ENTRY_EXPORT)
@require_GET
def findings_file(request: HttpRequest, code: str, uid: UUID) -> HttpResponseBase:
    """The findings with both sides, as a workbook."""
    run = _run(request, code, uid)
    return _file(run, _("Leaks of review"), lambda to: workbook.findings(run, to))


@needs(P.REGISTER_ENTRY_EXPORT)
@require_GET
def merged_file(request: HttpRequest, code: str, uid: UUID) -> HttpResponseBase:
    """The three ledgers beside each other."""
    run = _run(request, code, uid)
    if not run.ledgers:
        raise NotFound(_("No ledger was handed in for this look."), fix=_("Look again, and choose the ledgers."))
    return _file(run, "三台账合并", lambda to: workbook.merged(run, to))


def _run(request: HttpRequest, code: str, uid: UUID) -> LeakRun:
    seat = company(request, code)
    check.require(place.by(request), P.REGISTER_ENTRY_EXPORT, seat.company)
    run = queries.run(place.by(request), uid)
    if run.unit_id != seat.company.pk:
        raise NotFound(_("There is no such look for leaks here."), fix=_("Open it from the page of the unit."))
    return run


def _file(run: LeakRun, title: str, write: Callable[[IO[bytes]], Any]) -> FileResponse:
    name = f"{title} {run.unit.label} {clock.day_of(run.made_at).isoformat()}.xlsx"
    return FileResponse(exports.drafted(write), as_attachment=True, filename=name)
