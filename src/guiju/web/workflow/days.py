"""The working calendar of a year: published days, the enterprise's own, and a list taken over at once."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.web import place
from guiju.web.workflow import badge, forms
from guiju.workflow import actions, yearlist
from guiju.workflow.yearlist import DayLine

P = Permission
EDIT = P.WORKFLOW_CALENDAR_EDIT
_TEXT = 20_000


@needs(P.WORKFLOW_TASK_VIEW)
@require_http_methods(["GET", "POST"])
def days(request: HttpRequest) -> HttpResponse:
    """The year; with the right to it, days of one's own may be added."""
    root, year = _root(request), _year(request)
    form = forms.DayForm(request.POST or None)
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.set_day(
                root=root, day=given["day"], works=given["works"] == "yes", name=given["name"], by=place.by(request)
            )
        except Problem as refused:
            if refused.status in {403, 404}:
                raise
            problem = refused
        else:
            badge.forget(request)
            messages.success(request, _("The day is entered; deadlines are counted by it from now on."))
            return redirect(_url(given["day"].year))
    return _page(request, root, year, form=form, problem=problem)


def _page(
    request: HttpRequest,
    root: Unit,
    year: int,
    *,
    form: Any,
    problem: Problem | None = None,
    written: str = "",
    preview: list[DayLine] | None = None,
) -> HttpResponse:
    found = yearlist.of(root.pk, year)
    context = {
        "title": _("Working days %(year)d") % {"year": year},
        "trail": [{"label": _("Calendar"), "url": reverse("calendar")}],
        "root": root,
        "year": year,
        "found": found,
        "months": _months(found.days),
        "own": sum(1 for row in found.days if row.own),
        "prev_url": _url(year - 1) if year > yearlist.FIRST else "",
        "next_url": _url(year + 1) if year < yearlist.LAST else "",
        "can_edit": place.may(request, EDIT, root),
        "form": form,
        "problem": problem,
        "written": written,
        "preview": preview,
        "example": _("%(year)d-02-06 ~ %(year)d-02-12 rest Spring Festival") % {"year": year},
    }
    wrong = bool(problem) or (form.is_bound and bool(form.errors))
    return render(request, "workflow/days.html", context, status=422 if wrong else 200)


def _months(rows: tuple[yearlist.NotedDay, ...]) -> list[dict[str, Any]]:
    return [{"number": number, "days": list(held)} for number, held in groupby(rows, key=lambda row: row.day.month)]


def _url(year: int) -> str:
    return f"{reverse('calendar-days')}?year={year}"


def _year(request: HttpRequest) -> int:
    written = request.POST.get("year") or request.GET.get("year", "")
    if written.isascii() and written.isdigit() and yearlist.FIRST <= int(written[:5]) <= yearlist.LAST:
        return int(written[:5])
    return clock.today().year


def _root(request: HttpRequest) -> Unit:
    """The enterprise of the unit in which somebody works: its calendar holds for all of its tree."""
    unit = place.current_unit(request)
    if not place.may(request, P.WORKFLOW_TASK_VIEW, unit):
        raise NotFound(_("There is nothing here for you."), fix=_("Choose a unit of yours in the bar above."))
    return unit if unit.root_id in (None, unit.pk) else Unit.objects.get(pk=unit.root_id)


@needs(EDIT)
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """The published calendar holds again on this day."""
    root = _root(request)
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise NotFound(_("There is no such day.")) from None
    actions.clear_day(root=root, day=day, by=place.by(request))
    badge.forget(request)
    messages.success(request, _("On this day the published calendar holds again."))
    return redirect(_url(day.year))


@needs(EDIT)
@require_POST
def take_over(request: HttpRequest) -> HttpResponse:
    """A list in place of all own days of the year: shown first, taken over when confirmed."""
    root, year = _root(request), _year(request)
    written = request.POST.get("list", "")[:_TEXT]
    try:
        found = yearlist.parse(written, year=year)
        if request.POST.get("confirm"):
            actions.import_year(root=root, year=year, rows=found, by=place.by(request))
    except Problem as refused:
        if refused.status in {403, 404}:
            raise
        return _page(request, root, year, form=forms.DayForm(), problem=refused, written=written)
    if not request.POST.get("confirm"):
        return _page(request, root, year, form=forms.DayForm(), written=written, preview=found)
    badge.forget(request)
    text = ngettext("%(count)d day is taken over.", "%(count)d days are taken over.", len(found))
    messages.success(request, text % {"count": len(found)})
    return redirect(_url(year))
