"""The document's own text beside what became of each sentence, and how a unit stands to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.org import queries as org
from guiju.org.models import Unit
from guiju.packs import catalogue, words
from guiju.packs.models import Pack
from guiju.posture import findings, queries
from guiju.posture.findings import Finding
from guiju.posture.models import Adoption
from guiju.web import links, place
from guiju.web.packs import beside, cards
from guiju.web.packs.beside import FORGOTTEN, KINDS, Line, Reader, Section
from guiju.web.posture import counts, overview, tabs
from guiju.web.units import page as units

P = Permission


@needs(P.ADMIN_PACK_VIEW)
@require_safe
def text(request: HttpRequest, urn: str) -> HttpResponse:
    """The current version; beside it the unit in which somebody works, where it answers to this version."""
    pack = catalogue.current(urn)
    unit = place.current_or_none(request)
    if unit is not None and not place.may(request, P.POSTURE_FINDING_VIEW, unit):
        unit = None
    trail = [{"label": _("Documents"), "url": links.packs()}, {"label": counts.title(pack), "url": links.pack(urn)}]
    return _page(request, pack, unit, trail)


@needs(P.POSTURE_FINDING_VIEW)
@require_safe
def of_unit(request: HttpRequest, code: str, urn: str) -> HttpResponse:
    """The version that the unit answers to, with how it stands."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    pack = overview.pack_of(unit, urn)
    trail = [
        *units.above(request, unit)[1:],
        {"label": unit.label, "url": links.unit(unit.code)},
        {"label": counts.title(pack), "url": links.posture(unit.code, urn)},
    ]
    return _page(request, pack, unit, trail, views=_tabs(unit, pack))


def _tabs(unit: Unit, pack: Pack) -> list[dict[str, Any]]:
    """The other pages about this document at this unit."""
    today = clock.today()
    has_levels = org.legal_entities(unit, on=today).exclude(pk=unit.pk).exists()
    is_adopted = findings.adoption_on(unit, pack, today) is not None
    return tabs.of_document(unit, pack.urn, "posture-text", has_levels=has_levels, is_adopted=is_adopted)


def _page(
    request: HttpRequest,
    pack: Pack,
    unit: Unit | None,
    trail: list[dict[str, Any]],
    views: Sequence[dict[str, Any]] = (),
) -> HttpResponse:
    held = catalogue.text(pack)
    adoption = findings.adoption_on(unit, pack, clock.today()) if unit else None
    found = _findings(request, unit, pack, adoption)
    context: dict[str, Any] = {
        "title": _("%(document)s: text and requirements") % {"document": counts.title(pack)},
        "trail": trail,
        "views": views,
        "document": counts.document(pack),
        "pack": pack,
        "unit": unit,
        "standing": _standing(unit, pack, adoption),
        "base_url": request.path,
    }
    if held is None or not held.text:
        return render(request, "packs/text.html", context)
    reader = Reader(held, catalogue.requirements(pack), cards.maker(pack, unit, found))
    sections = reader.read()
    show, status = _chosen(request.GET.get("show", ""), request.GET.get("status", ""), found)
    context |= {
        "legend": _legend(reader.counts(), show),
        "strip": _strip(sections, request.path, status) if found else None,
        "sections": beside.narrow(sections, lambda line: _wanted(line, show, status)),
        "show": show,
        "narrowed": bool(show or status),
        "has_marks": bool(reader.marks),
    }
    return render(request, "packs/text.html", context)


def _findings(request: HttpRequest, unit: Unit | None, pack: Pack, adoption: Adoption | None) -> dict[str, Finding]:
    """By requirement; nothing for a unit that does not answer to this version."""
    if unit is None or adoption is None or adoption.pack_id != pack.pk:
        return {}
    return {row.code: row for row in queries.posture(by=place.by(request), unit=unit, pack=pack) or []}


def _standing(unit: Unit | None, pack: Pack, adoption: Adoption | None) -> dict[str, str]:
    """One calm sentence about the unit, with a way on."""
    if unit is None:
        return {}
    url = links.posture(unit.code, pack.urn)
    if adoption is None:
        what = _(
            "%(unit)s has not adopted this document, so nothing is asked of it; here stands what it would be asked."
        )
        return {"text": what % {"unit": unit.name}, "url": "", "action": ""}
    if adoption.pack_id != pack.pk:
        what = _("%(unit)s answers to version %(version)s, not to this one.")
        sentence = what % {"unit": unit.name, "version": adoption.pack.version}
        return {"text": sentence, "url": f"{url}text/", "action": _("The text it answers to")}
    what = _("The answers are those of %(unit)s, as of now.") % {"unit": unit.name}
    return {"text": what, "url": url, "action": _("How we stand")}


def _chosen(show: str, status: str, found: dict[str, Finding]) -> tuple[str, str]:
    """What the address asks for, as far as it is known."""
    statuses = {row.status.value for row in found.values()}
    return show if show in (*KINDS, FORGOTTEN) else "", status if status in statuses else ""


def _wanted(line: Line, show: str, status: str) -> bool:
    if status:
        return any(card["status"] == status for card in line.cards)
    return not show or show in line.kinds


def _legend(found: dict[str, int], show: str) -> list[dict[str, Any]]:
    """What the colours mean, with how often; each filters."""
    rows = [(kind, str(words.KIND[kind]), found[kind]) for kind in (*KINDS, FORGOTTEN) if kind in found]
    return [
        {
            "code": code,
            "word": word,
            "count": count,
            "current": code == show,
            "url": "?" if code == show else "?" + urlencode({"show": code}),
        }
        for code, word, count in rows
    ]


def _strip(sections: list[Section], url: str, status: str) -> dict[str, Any]:
    """How the unit's answers are spread over the text."""
    every = [card for section in sections for line in section.lines for card in line.cards]
    return counts.strip(beside.counted(every), url, chosen=status)
