"""The list of tasks: what I have to do, and what the units have to do."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import needs, signed_in
from guiju.lib import clock
from guiju.lib.errors import Denied, NotFound
from guiju.packs import catalogue
from guiju.web import links, place
from guiju.web.desks import due
from guiju.web.posture import counts
from guiju.web.templatetags.ui import cn_date
from guiju.web.workflow import asked as addresses
from guiju.web.workflow import badge, rows
from guiju.web.workflow.asked import Asked, kept
from guiju.workflow.models import Task, TaskStatus
from guiju.workflow.owners import Offices

P = Permission
#: Options of a filter, the most frequent first.
_OPTIONS = 60
#: Records past their date that stand among one's own tasks.
_RECORDS = 10
_LAZY = ("unit", "document", "person")


@signed_in("one's own tasks; those of units for whoever sees them")
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """One's own tasks, or those of a unit and all below it."""
    if not badge.takes_part(request):
        raise Denied(
            _("Your account holds no role for this page."),
            fix=_("Ask the security administrator of your organisation."),
        )
    sees = place.may(request, P.WORKFLOW_TASK_VIEW)
    asked = addresses.of(request)
    by = place.by(request)
    page = addresses.page(request, asked, addresses.rows(asked, by=by))
    found = rows.build(page.tasks, by=by, on=asked.on)
    records = _records(request, asked, page)
    context = {
        "title": _("To do"),
        "asked": asked,
        "today": cn_date(asked.on),
        "views": views(request, "mine" if asked.mine else "units"),
        "search": {"value": asked.text, "placeholder": _("Search in tasks")},
        "filters": _filters(request, asked) if sees else [],
        "sees": sees,
        "clear_url": kept(request, **dict.fromkeys(_NARROWING)) if asked.is_narrowed else "",
        "groups": _groups(asked, found),
        "records": records,
        "pager": {
            "count": page.count + (0 if asked.is_narrowed or not asked.mine else badge.figures(request).records),
            "cap": addresses.CAP,
            "prev_url": _turn(request, before=page.before),
            "next_url": _turn(request, after=page.after),
        },
        "can_make": place.may(request, P.WORKFLOW_TASK_EDIT, asked.unit or place.current_or_none(request)),
        "new_url": reverse("task-new") + (f"?unit={asked.unit.code}" if asked.unit else ""),
        "units_url": f"{reverse('tasks')}?view=units" if sees else "",
    }
    return render(request, "workflow/tasks.html", context)


_NARROWING = ("unit", "document", "person", "state", "when", "q")


def views(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The tabs of everything about tasks."""
    figures = badge.figures(request)
    units = {
        "label": _("Of the units"),
        "url": f"{reverse('tasks')}?view=units",
        "current": current == "units",
        "count": None,
    }
    return [
        {"label": _("Mine to do"), "url": reverse("tasks"), "current": current == "mine", "count": figures.open},
        *([units] if place.may(request, P.WORKFLOW_TASK_VIEW) else []),
        {
            "label": _("Notices"),
            "url": reverse("notices"),
            "current": current == "notices",
            "count": figures.unread or None,
        },
    ]


def _groups(asked: Asked, found: list[rows.Row]) -> list[dict[str, Any]]:
    if not found:
        return []
    if not asked.by_deadline:
        return [{"code": "", "label": "", "rows": found}]
    names = {"overdue": _("Past their date"), "week": _("This week"), "later": _("Later")}
    return rows.groups(found, names, on=asked.on)


def _turn(request: HttpRequest, **mark: str) -> str:
    return kept(request, **mark) if any(mark.values()) else ""


# --- records past their date --------------------------------------------------------------------------------------------


def _records(request: HttpRequest, asked: Asked, page: addresses.Page) -> dict[str, Any] | None:
    """Records past their date stand at the end of one's own tasks, so that one list holds everything."""
    if asked.is_narrowed or not asked.mine or page.after:
        return None
    count, unit = badge.figures(request).records, place.current_or_none(request)
    late = badge.late_records(request, unit) if count else None
    if late is None or unit is None:
        return None
    return {
        "count": count,
        "rows": due.told(late, limit=_RECORDS),
        "url": links.register("rectifications", unit=unit.code),
    }


# --- filters ------------------------------------------------------------------------------------------------------------


def _filters(request: HttpRequest, asked: Asked) -> list[dict[str, Any]]:
    """As lists of registers draw them."""
    whens = {"overdue": _("Past their date"), "week": _("This week"), "later": _("Later"), "ahead": _("Further ahead")}
    unit = asked.chosen_unit
    return [
        _choice(request, "when", _("Deadline"), asked.when, [*whens.items()], words=whens.get(asked.when, asked.when)),
        _lazy(request, "unit", _("Unit"), unit.label if unit else ""),
        _lazy(request, "document", _("Document"), _document(asked.urn)),
        _lazy(request, "person", _("Person"), asked.person),
        _choice(
            request,
            "state",
            _("State"),
            "" if asked.state == TaskStatus.OPEN else asked.state.value,
            [(item.value, str(item.label)) for item in addresses.STATES if item != TaskStatus.OPEN],
            words=str(asked.state.label),
        ),
    ]


def _choice(
    request: HttpRequest, name: str, label: str, value: str, options: list[tuple[str, str]], *, words: str
) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "words": words if value else "",
        "clear_url": kept(request, **{name: None}),
        "options": [{"url": kept(request, **{name: code}), "label": text} for code, text in options],
    }


def _lazy(request: HttpRequest, name: str, label: str, words: str) -> dict[str, Any]:
    """Options that are read when the filter is opened."""
    return {
        "name": name,
        "label": label,
        "words": words,
        "clear_url": kept(request, **{name: None}),
        "options_url": reverse("task-options", args=[name]) + kept(request),
    }


def _document(urn: str) -> str:
    if urn == "none":
        return _("No document")
    return next((counts.title(pack) for pack in catalogue.packs() if pack.urn == urn), urn)


@needs(P.WORKFLOW_TASK_VIEW)
@require_safe
def options(request: HttpRequest, field: str) -> HttpResponse:
    """What occurs in the list, for one of its filters."""
    if field not in _LAZY:
        raise NotFound(_("There is no such filter."))
    asked = addresses.of(request)
    found = addresses.rows(asked, by=place.by(request), without=field).order_by()
    read = {"unit": _units, "document": _documents, "person": _people}[field]
    base = reverse("tasks")
    shown = [{"url": base + kept(request, **{field: value}), "label": label} for value, label in read(found)]
    return render(request, "registers/_options.html", {"options": shown})


def _units(found: QuerySet[Task]) -> list[tuple[str, str]]:
    counted = found.values_list("unit__code", "unit__name", "unit__path").annotate(n=Count("pk"))
    chosen = sorted(counted.order_by("-n", "unit__path")[:_OPTIONS], key=lambda row: row[2])
    return [(code, f"{name} · {n}") for code, name, _path, n in chosen]


def _documents(found: QuerySet[Task]) -> list[tuple[str, str]]:
    counted = found.values_list("urn").annotate(n=Count("pk")).order_by("-n")
    return [(urn or "none", f"{_document(urn or 'none')} · {n}") for urn, n in counted[:_OPTIONS]]


def _people(found: QuerySet[Task]) -> list[tuple[str, str]]:
    """Those to whom tasks were handed, and the holders of the offices they belong to."""
    handed = found.filter(owner__isnull=False).values_list("owner__name", flat=True)
    names = set(handed.distinct()[:_OPTIONS])
    units = list(found.filter(owner__isnull=True).values_list("unit_id", flat=True).distinct()[:_OPTIONS])
    offices = Offices(units, on=clock.today())
    asked_ = found.filter(owner__isnull=True, unit_id__in=units).values_list("unit_id", "role").distinct()
    for unit, role in asked_:
        names.update(holder.name for holder in offices.answerable(unit, role).people)
    return [(name, name) for name in sorted(names)[:_OPTIONS]]
