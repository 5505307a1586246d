"""The documents as requirements, by section and size, with their own words beside ours."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access import scope
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.org.enums import Size
from guiju.packs import catalogue
from guiju.packs.models import Pack, PackText, Requirement
from guiju.posture.models import Adoption
from guiju.web import links, place
from guiju.web.posture import counts, rows

P = Permission


@needs(P.ADMIN_PACK_VIEW)
@require_safe
def packs(request: HttpRequest) -> HttpResponse:
    """The documents that are loaded, and who of the scope answers to them."""
    adopters = _adopters(request)
    context = {
        "title": _("Documents"),
        "documents": [
            counts.document(pack)
            | {
                "version": pack.version,
                "count": len([row for row in catalogue.requirements(pack) if row.kind != "definition"]),
                "adopters": len([1 for row in adopters if row.pack.urn == pack.urn]),
            }
            for pack in catalogue.packs()
            if pack.document_status != "own"
        ],
    }
    return render(request, "packs/list.html", context)


def _adopters(request: HttpRequest) -> list[Adoption]:
    """The adoptions of today that somebody may see."""
    if not place.may(request, P.POSTURE_FINDING_VIEW):
        return []
    seen = scope.units(place.by(request), P.POSTURE_FINDING_VIEW)
    today = clock.today()
    held = Adoption.objects.filter(unit__in=seen.values("pk"), from_on__lte=today)
    held = held.filter(Q(to_on__isnull=True) | Q(to_on__gte=today))
    return list(held.select_related("pack", "unit").order_by("unit__path"))


@needs(P.ADMIN_PACK_VIEW)
@require_safe
def pack(request: HttpRequest, urn: str) -> HttpResponse:
    """One document, requirement by requirement."""
    found = catalogue.current(urn)
    everything = [row for row in catalogue.requirements(found) if row.kind != "definition"]
    kinds = list(dict.fromkeys(row.kind for row in everything))
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in kinds else (kinds[0] if kinds else "")
    size = request.GET.get("size", "") if request.GET.get("size", "") in Size.values else ""
    query = request.GET.get("q", "").strip()[:60]
    shown = [row for row in everything if row.kind == kind and _fits(row, size) and _says(row, query)]
    listed = len(shown) if query or size else len(everything)
    context = {
        "title": counts.title(found),
        "trail": [{"label": _("Documents"), "url": links.packs()}],
        "document": counts.document(found),
        "header": _header(found),
        "views": [
            {
                "label": rows.kind_word(name),
                "url": f"?kind={name}" + (f"&size={size}" if size else ""),
                "count": sum(1 for row in everything if row.kind == name and _fits(row, size)),
                "current": name == kind,
            }
            for name in kinds
        ],
        "filters": _filters(everything, kind, size),
        "filter_keep": {"kind": kind},
        "search": {"value": query, "placeholder": _("Words of the document")},
        "sections": _sections(found, shown),
        "has_text": PackText.objects.filter(pack=found).exclude(text="").exists(),
        "versions": Pack.objects.filter(urn=urn).count(),
        "adopters": [row for row in _adopters(request) if row.pack.urn == urn][:40],
        "count": ngettext("%(count)d requirement", "%(count)d requirements", listed) % {"count": listed},
    }
    return render(request, "packs/pack.html", context)


def _fits(row: Requirement, size: str) -> bool:
    return not size or not row.sizes or size in row.sizes


def _says(row: Requirement, query: str) -> bool:
    return not query or query.lower() in f"{row.code} {row.official} {row.plain} {row.plain_en}".lower()


def _filters(everything: list[Requirement], kind: str, size: str) -> list[dict[str, Any]]:
    used = {name for row in everything if row.kind == kind for name in row.sizes}
    if not used:
        return []
    options = [{"value": item.value, "label": item.label} for item in Size if item.value in used]
    label = Size(size).label if size else ""
    return [{"code": "size", "label": _("Size class"), "value": size, "value_label": label, "options": options}]


def _header(found: Pack) -> list[dict[str, Any]]:
    header = found.header
    english = (get_language() or "").startswith("en")
    rows_ = [
        (_("Issued by"), (header.get("issuer_en") if english else "") or header.get("issuer", "")),
        (_("Number"), header.get("number", "")),
        (_("Standing"), found.get_document_status_display()),
        (_("In force from"), header.get("effective_on") or ""),
        (_("Version here"), found.version),
        (_("Identifier"), found.urn),
    ]
    return [{"label": label, "text": str(text)} for label, text in rows_ if text]


def _sections(found: Pack, shown: list[Requirement]) -> list[dict[str, Any]]:
    named = rows.titles(found)
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in shown:
        grouped.setdefault(rows.heading(row.section, named), []).append(
            {
                "code": row.code,
                "plain": rows.plain(row),
                "official": row.official,
                "is_gist": row.is_gist,
                "source": row.source,
                "force": rows.force(row),
                "sizes": _("、").join(str(Size(name).label) for name in row.sizes if name in Size.values),
                "group": row.group,
                "judgement": row.judgement,
                "note": row.note,
            }
        )
    return [{"code": code, "title": named.get(code, code), "rows": held} for code, held in grouped.items()]
