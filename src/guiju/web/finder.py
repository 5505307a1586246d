"""The finder (Ctrl K) and the unit switcher: what can be found by name, code, number or pinyin."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access import scope
from guiju.access.permissions import Permission
from guiju.access.policy import needs, signed_in
from guiju.lib import text
from guiju.org.models import Unit
from guiju.registers import search
from guiju.registers import spec as registers
from guiju.registers.models import Entry
from guiju.web import doing, links, nav, place

LIMIT = 8
_LETTERS = re.compile(r"[a-z]{1,20}", re.IGNORECASE)
_PAGE_OF_UNIT = re.compile(r"/u/[^/]+/(posture/(?:[^/]+/(?:levels/)?)?)?$")


def sounds_like(query: str) -> str:
    """A pattern over sort keys: each letter may begin a sound (`hgb`), or letters go on (`hegui`)."""
    return r"(^|\s)" + r"[a-z]*\s?".join(re.escape(letter) for letter in query.lower())


def named(rows: QuerySet[Any], query: str, *columns: str) -> QuerySet[Any]:
    """The rows whose name or code holds the words, or whose name sounds so."""
    wanted = Q()
    for column in columns:
        wanted |= Q(**{f"{column}__icontains": query})
    if _LETTERS.fullmatch(query):
        wanted |= Q(sort_key__iregex=sounds_like(query))
    return rows.filter(wanted)


@signed_in("finds only what its own scope holds")
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Pages, registers, units, people and records, each within the scope."""
    query = request.GET.get("q", "").strip()[:60]
    groups = [
        (_("Do"), doing.found(request, query)),
        (_("Places"), _pages(request, query)),
        (_("Registers"), _registers(request, query)),
    ]
    if query:
        groups += [
            (_("Units"), _units(request, query)),
            (_("People"), _people(request, query)),
            (_("Records"), _records(request, query)),
        ]
    if query and place.may(request, Permission.REGISTER_ENTRY_VIEW):
        groups.append((_("Full text"), [_everywhere(query)]))
    results = [{"label": label, "items": items} for label, items in groups if items]
    return render(request, "frame/results.html", {"results": results, "q": query})


def _everywhere(query: str) -> dict[str, Any]:
    """On to the search of documents."""
    words = _("Search policies and documents for “%(words)s”") % {"words": query}
    return {"label": words, "url": f"{reverse('full-text')}?{urlencode({'q': query})}", "icon": "search"}


def _matches(label: str, query: str) -> bool:
    if not query or query.lower() in label.lower():
        return True
    return bool(_LETTERS.fullmatch(query) and re.search(sounds_like(query), text.sort_key(label)))


def _pages(request: HttpRequest, query: str) -> list[dict[str, Any]]:
    found = [item for item in nav.reachable(request) if _matches(str(item.label), query)]
    return [{"label": item.label, "url": item.url, "icon": item.icon} for item in found]


def _registers(request: HttpRequest, query: str) -> list[dict[str, Any]]:
    if not query or not place.may(request, Permission.REGISTER_ENTRY_VIEW):
        return []
    found = [spec for spec in registers.all_specs() if any(_matches(spec.title(lang), query) for lang in ("zh", "en"))]
    found = found[:LIMIT]
    items = [{"label": spec.title(), "url": links.register(spec.code), "icon": "journal-text"} for spec in found]
    unit = place.current_or_none(request)
    if unit is not None and place.may(request, Permission.REGISTER_ENTRY_CREATE, unit):
        for spec in found[:3]:
            label = _("New entry: %(register)s") % {"register": spec.title()}
            items.append({"label": label, "url": links.new_record(spec.code, unit=unit), "icon": "plus-lg"})
    return items


def _units(request: HttpRequest, query: str) -> list[dict[str, Any]]:
    if not place.may(request, Permission.ORG_UNIT_VIEW):
        return []
    found = named(place.units_in_scope(request), query, "name", "short_name", "code").order_by("depth", "sort_key")
    return [
        {"label": unit.name, "hint": unit.code, "url": links.unit(unit.code), "icon": "building"}
        for unit in found[:LIMIT]
    ]


def _people(request: HttpRequest, query: str) -> list[dict[str, Any]]:
    if not place.may(request, Permission.ORG_PERSON_VIEW):
        return []
    seen = scope.people(place.by(request), Permission.ORG_PERSON_VIEW)
    found = named(seen, query, "name", "number").select_related("unit")
    return [
        {
            "label": person.name,
            "hint": f"{person.post} {person.unit.label}".strip(),
            "url": links.person(person.uid),
            "icon": "person-circle",
        }
        for person in found.order_by("sort_key")[:LIMIT]
    ]


def _records(request: HttpRequest, query: str) -> list[dict[str, Any]]:
    if not place.may(request, Permission.REGISTER_ENTRY_VIEW):
        return []
    seen = scope.restrict(Entry.objects.all(), by=place.by(request), permission=Permission.REGISTER_ENTRY_VIEW)
    found = search.narrow(seen, query).select_related("unit").order_by("-id")[:LIMIT]
    titles = {spec.code: spec.title() for spec in registers.all_specs()}
    return [
        {
            "label": row.title,
            "hint": f"{titles.get(row.register, '')} {row.unit.label}",
            "url": links.record(row.register, row.uid),
            "icon": "file-earmark-text",
        }
        for row in found
    ]


# --- the unit switcher --------------------------------------------------------------------------------------------


@needs(Permission.ORG_UNIT_VIEW)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The units to change to: those around the current one, or what the words find."""
    query = request.GET.get("q", "").strip()[:60]
    here = place.current_unit(request)
    scope_ = place.units_in_scope(request)
    if query:
        found = list(named(scope_, query, "name", "short_name", "code").order_by("depth", "sort_key")[:30])
        items = [_choice(request, unit, here) for unit in found]
    else:
        items = [_choice(request, unit, here, indent=True) for unit in _around(request, scope_, here)]
    results = [{"label": "", "items": items}] if items else []
    return render(request, "frame/results.html", {"results": results, "q": query})


def _around(request: HttpRequest, scope_: QuerySet[Unit], here: Unit) -> Iterable[Unit]:
    """The tops of the scope with their children, the way down to here, and what lies below it."""
    tops = [unit.pk for unit in place.tops(request)]
    above = [here.path[:end] for end in range(4, len(here.path) + 1, 4)]
    near = Q(pk__in=tops) | Q(parent__in=tops) | Q(path__in=above) | Q(parent=here) | Q(parent=here.parent_id)
    return scope_.filter(near, closed_on__isnull=True).order_by("path")[:80]


def _choice(request: HttpRequest, unit: Unit, here: Unit, *, indent: bool = False) -> dict[str, Any]:
    lead = "\u3000" * unit.depth if indent else ""
    return {
        "label": f"{lead}{unit.name}",
        "hint": unit.code,
        "url": reverse("unit-switch", args=[unit.code]) + f"?next={_same_page(request, unit)}",
        "icon": "building" if unit.is_legal_entity or unit.parent_id is None else "people",
        "current": unit.pk == here.pk,
    }


def _same_page(request: HttpRequest, unit: Unit) -> str:
    """The same kind of page for another unit, where there is one; else the page stays."""
    path = request.htmx.current_url_abs_path or reverse("desk")  # type: ignore[attr-defined]
    path = path.split("?")[0]
    found = _PAGE_OF_UNIT.fullmatch(path)
    if found:
        return links.unit(unit.code) + (found[1] or "")
    return path if path.startswith((links.REGISTERS, "/posture/")) and path.count("/") <= 3 else reverse("desk")


@needs(Permission.ORG_UNIT_VIEW)
@require_safe
def switch(request: HttpRequest, code: str) -> HttpResponseRedirect:
    """Work in this unit from now on."""
    place.open_unit(request, code)
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None) or not target.startswith("/"):
        target = reverse("desk")
    return redirect(target)
