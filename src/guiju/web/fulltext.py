"""Full text: the clauses, pages and records in which the words occur, with the words marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_safe

from guiju.access import scope
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.registers import passages, search
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.review import knowledge
from guiju.web import links, place

#: What is shown at once of documents and of records; more is found by a longer or a second word.
MOST = 40

#: The parts that can be searched alone, with their registers.
PARTS = {
    "policies": (_l("Policies"), ("policies", "policy_clauses")),
    "obligations": (_l("Obligations"), ("obligations",)),
    "cases": (_l("Cases"), ("accountabilities", "investigations", "rectifications", "risk_reports")),
    "answers": (_l("Questions answered"), (knowledge.REGISTER,)),
    "training": (_l("Training material"), ("trainings", "training_plans", "exams", "publicity")),
}


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def full_text(request: HttpRequest) -> HttpResponse:
    """Passages first, then records whose own fields hold the words; each within the scope."""
    query = request.GET.get("q", "").strip()[:60]
    part = request.GET.get("part", "")
    rows = _rows(request, part)
    hits = passages.find(rows, query, limit=MOST + 1) if query else []
    answers = knowledge.find(place.by(request), query) if query and part in {"", "answers"} else []
    shown = {one.entry.pk for one in answers}
    held = _records(rows.exclude(pk__in=shown), query) if query else []
    context = {
        "title": _("Full text"),
        "q": query,
        "part": part if part in PARTS else "",
        "views": _tabs(query, part),
        "answers": [_row(one.entry) | {"segments": one.segments, "is_open": one.is_open} for one in answers],
        "groups": _grouped(hits[:MOST]),
        "records": held[:MOST],
        "more": len(hits) > MOST or len(held) > MOST,
    }
    return render(request, "frame/fulltext.html", context)


def _rows(request: HttpRequest, part: str) -> Any:
    rows = scope.restrict(Entry.objects.all(), by=place.by(request), permission=P.REGISTER_ENTRY_VIEW)
    if part == "answers":
        rows = rows.filter(status__in=knowledge.SETTLED)
    return rows.filter(register__in=PARTS[part][1]) if part in PARTS else rows


def _records(rows: Any, query: str) -> list[dict[str, Any]]:
    found = search.narrow(rows, query).select_related("unit", "body").order_by("-id")[: MOST + 1]
    return [_row(entry) | {"segments": passages.entry_excerpt(entry.body.data, entry.title, query)} for entry in found]


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "url": links.record(entry.register, entry.uid),
        "register": specs.get(entry.register).title(),
        "unit": entry.unit.label,
    }


def _grouped(hits: list[passages.Hit]) -> list[dict[str, Any]]:
    """The passages of one record together."""
    groups: dict[int, dict[str, Any]] = {}
    for hit in hits:
        group = groups.setdefault(hit.entry.pk, _row(hit.entry) | {"hits": []})
        url = _clause(hit) if hit.entry.register == "policies" and hit.place else ""
        group["hits"].append({"place": hit.place, "url": url, "segments": _after(hit.place, hit.segments)})
    return list(groups.values())


def _clause(hit: passages.Hit) -> str:
    """The clause itself, on the page of the policy's text."""
    text = reverse("governance-policies-text", args=[hit.entry.unit.code, hit.entry.uid])
    return f"{text}?{urlencode({'place': hit.place})}"


def _after(place: str, segments: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The words without the number of their article where the place has just said it."""
    (first, is_hit), *rest = segments or [("", False)]
    said = place.rsplit(maxsplit=1)[-1] if place.strip() else ""
    if said and not is_hit and first.startswith(said):
        first = first.removeprefix(said).lstrip()
    return [(first, is_hit), *rest]


def _tabs(query: str, part: str) -> list[dict[str, Any]]:
    pages = [("", _("Everything")), *((code, str(label)) for code, (label, _registers) in PARTS.items())]
    return [
        {
            "label": label,
            "url": f"{reverse('full-text')}?{urlencode({'q': query, **({'part': code} if code else {})})}",
            "current": code == (part if part in PARTS else ""),
            "count": None,
        }
        for code, label in pages
    ]
