"""All registers, and the list of one: search, filters, columns, saved views."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guiju.access import policy, scope
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.registers import spec as specs
from guiju.registers import store as stores
from guiju.registers.listing import listing, narrowed
from guiju.registers.models import Entry, SavedView
from guiju.registers.spec import RegisterSpec
from guiju.web import links, place
from guiju.web.registers import asked as addresses
from guiju.web.registers import listpage, words
from guiju.web.registers.gate import CREATE, VIEW, Here, at_register

_OPTIONS = 60


@require_GET
@policy.signed_in("shows only the registers that one of the account's roles opens")
def index(request: HttpRequest) -> HttpResponse:
    """What is kept, in the order of the work, with the number of rows below the unit."""
    unit = place.current_unit(request)
    shown = [item for item in specs.all_specs() if _opens(request, item, unit)]
    if not shown:
        raise NotFound(_("There is nothing here for you."), fix=_("Choose another unit at the top of the page."))
    counts = _counts(request, shown, unit)
    return render(
        request,
        "registers/index.html",
        {"title": _("Registers"), "unit": unit, "groups": _groups(request, shown, counts, unit),
         "state": _("Everything that is kept of %(unit)s and what lies below") % {"unit": unit.label}},
    )  # fmt: skip


def _opens(request: HttpRequest, spec: RegisterSpec, unit: Unit) -> bool:
    return place.may(request, stores.of(spec).permission(VIEW), unit)


def _counts(request: HttpRequest, shown: list[RegisterSpec], unit: Unit) -> dict[str, int]:
    """One query for all entries, one for every table of its own."""
    by = place.by(request)
    rows = scope.restrict(Entry.objects.all(), by=by, permission=VIEW, within=unit)
    found = dict(rows.order_by().values_list("register").annotate(n=Count("pk")))
    for item in shown:
        if not item.is_entry:
            found[item.code] = stores.of(item).rows(by, within=unit).count()
    return found


def _groups(
    request: HttpRequest, shown: list[RegisterSpec], counts: dict[str, int], unit: Unit
) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {code: [] for code in words.GROUPS}
    for item in shown:
        may_create = place.may(request, stores.of(item).permission(CREATE), unit)
        groups.setdefault(item.group, []).append(
            {
                "title": item.title(),
                "help": item.help(),
                "icon": words.icon_of(item),
                "url": links.register(item.code),
                "count": counts.get(item.code, 0),
                "new_url": links.new_record(item.code, unit=unit) if may_create else "",
            }
        )
    return [{"label": words.group_label(code), "registers": rows} for code, rows in groups.items() if rows]


@require_GET
@at_register(VIEW)
def show(request: HttpRequest, here: Here) -> HttpResponse:
    """The list of a register."""
    asked = addresses.of(request, here)
    page = listing(here.by, here.store, asked.query)
    return render(request, "registers/list.html", listpage.context(request, here, asked, page))


@require_GET
@at_register(VIEW)
def options(request: HttpRequest, here: Here, *, field: str) -> HttpResponse:
    """The people, units or records that occur in a column, for its filter; read when the filter is opened."""
    item = here.spec.field(field)
    path = here.store.path(field)
    if item is None or not path or item.type not in listpage._LAZY:
        raise NotFound(_("There is no such filter."))
    asked = addresses.of(request, here)
    rows = narrowed(here.by, here.store, asked.query).exclude(**{path: None})
    uids = [str(uid) for uid in rows.order_by().values_list(path, flat=True).distinct()[:_OPTIONS]]
    labelled = sorted(_labels(here, item.type, uids), key=lambda pair: pair[1])
    name = addresses.PREFIX + field
    found = [{"url": _list_url(here, request, name, uid), "label": label} for uid, label in labelled]
    found.append({"url": _list_url(here, request, f"{name}__empty", "1"), "label": _("(empty)")})
    return render(request, "registers/_options.html", {"options": found})


def _list_url(here: Here, request: HttpRequest, name: str, value: str) -> str:
    return links.register(here.spec.code) + addresses.turn(request, {name: value})


def _labels(here: Here, kind: str, uids: list[str]) -> list[tuple[str, str]]:
    from guiju.registers.directory import Directory

    known = Directory(by=here.by)
    known.load(**{{"person": "people", "entry": "entries"}.get(kind, "units"): uids})
    label = {"person": known.person_label, "entry": known.entry_label}.get(kind, known.unit_label)
    return [(uid, label(uid) or "—") for uid in uids]


@require_POST
@at_register(VIEW)
def save_view(request: HttpRequest, here: Here) -> HttpResponse:
    """Keep what the list shows now under a name of one's own."""
    name = request.POST.get("name", "").strip()[:40]
    query = request.POST.get("query", "").removeprefix("?")[:600]
    if not name:
        raise Problem("view.name", _("A saved view needs a name."), fix=_("Go back and write a short one."))
    SavedView.objects.update_or_create(user=here.by.user, register=here.spec.code, name=name, defaults={"query": query})
    messages.success(request, _("The view “%(name)s” is kept; it stands among the tabs.") % {"name": name})
    return redirect(f"{links.register(here.spec.code)}?{query}")


@require_POST
@at_register(VIEW)
def drop_view(request: HttpRequest, here: Here, *, view: int) -> HttpResponse:
    """Forget a saved view of one's own."""
    found = get_object_or_404(SavedView, pk=view, user=here.by.user, register=here.spec.code)
    found.delete()
    messages.info(request, _("The view “%(name)s” is gone; its rows are as they were.") % {"name": found.name})
    return redirect(links.register(here.spec.code))
