"""How one unit stands against one document, requirement by requirement, today or on an earlier day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.lib import dates as days
from guiju.lib.errors import Problem
from guiju.org import queries as org
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import findings, queries
from guiju.posture.models import Adoption, Status
from guiju.web import links, place
from guiju.web.posture import counts, dates, past, rows, tabs
from guiju.web.templatetags.ui import cn_date
from guiju.web.units import page as units

P = Permission


@needs(P.POSTURE_FINDING_VIEW)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """How the current unit stands, whichever it is."""
    return redirect("unit-posture", place.current_unit(request).code)


def pack_of(unit: Unit, urn: str) -> Pack:
    """The version of a document that the unit answers to, else the current one."""
    current = catalogue.current(urn)
    adoption = findings.adoption_on(unit, current, clock.today())
    return adoption.pack if adoption is not None else current


def day_of(request: HttpRequest) -> date | None:
    """The earlier day that was asked for; None is today."""
    written = request.GET.get("on", "").strip()
    if not written:
        return None
    day = days.parse(written, where=_("As of"))
    if day > clock.today():
        what = _("%(day)s has not come yet.") % {"day": days.chinese(day)}
        raise Problem("posture.future", what, fix=_("Choose today or an earlier day."), where=_("As of"))
    return None if day == clock.today() else day


@needs(P.POSTURE_FINDING_VIEW)
@require_safe
def pack(request: HttpRequest, code: str, urn: str) -> HttpResponse:
    """The requirements of a document with what was found for each."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    document, on = pack_of(unit, urn), day_of(request)
    found = queries.posture(by=place.by(request), unit=unit, pack=document, as_of=on)
    if found is None:
        return _not_adopted(request, unit, document, on)
    adoption = findings.adoption_on(unit, document, on or clock.today())
    everything = rows.build(request, unit, document, catalogue.requirements(document), found, live=on is None)
    kinds = rows.kinds(everything)
    wanted = rows.tab(request.GET.get("kind", ""))
    kind = wanted if request.GET.get("kind") and wanted in kinds else next(iter(kinds), "")
    of_kind = [row for row in everything if rows.tab(row.requirement.kind) == kind]
    chosen = request.GET.get("status", "")
    shown = _shown(of_kind, chosen)
    context = common(request, unit, document, on) | {
        "adoption": adoption,
        "strip": counts.strip(rows.counted(of_kind), _here(unit, document, on, kind), chosen=chosen),
        "kinds": _kinds(unit, document, on, kinds, kind),
        "sections": rows.sections(document, shown),
        "chosen": chosen,
        "clear_url": _here(unit, document, on, kind),
        "hidden": len(of_kind) - len(shown),
        "beside": sum(1 for row in shown if row.is_carried and row.finding.status == Status.NA),
        "unknown": _unknown(unit, on) if any(row.finding.status == Status.PERSON for row in of_kind) else [],
    }
    context |= past.box(request, unit, document, "own", on=on or clock.today())
    context["views"] = tabs.of_document(
        unit, urn, "posture-pack", has_levels=context["has_levels"], is_adopted=adoption is not None
    )
    context["frozen_on"] = _frozen_on(adoption) if on is None else None
    context["course"] = dates.course(adoption, on or clock.today()) if adoption and not context["frozen_on"] else None
    return render(request, "posture/pack.html", context)


def _frozen_on(adoption: Adoption | None) -> date | None:
    """The last day of a programme that has run to its end."""
    over = adoption is not None and adoption.to_on is not None and adoption.to_on < clock.today()
    return adoption.to_on if adoption is not None and over else None


def common(request: HttpRequest, unit: Unit, document: Pack, on: date | None) -> dict[str, Any]:
    """What every page about one document at one unit shows."""
    return {
        "title": counts.title(document),
        "unit": unit,
        "pack": document,
        "document": counts.document(document),
        "trail": [
            *units.above(request, unit)[1:],
            {"label": unit.label, "url": links.unit(unit.code)},
            {"label": _("How we stand"), "url": reverse("unit-posture", args=[unit.code])},
        ],
        "on": on,
        "today": clock.today(),
        "base_url": links.posture(unit.code, document.urn),
        "levels_url": reverse("posture-levels", args=[unit.code, document.urn]),
        "has_levels": org.legal_entities(unit, on=clock.today()).exclude(pk=unit.pk).exists(),
    }


def _here(unit: Unit, document: Pack, on: date | None, kind: str) -> str:
    return links.posture(unit.code, document.urn, on=on.isoformat() if on else "", kind=kind)


def _kinds(unit: Unit, document: Pack, on: date | None, kinds: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    if len(kinds) < 2:
        return []
    return [
        {
            "label": rows.kind_word(kind),
            "url": _here(unit, document, on, kind),
            "count": count,
            "current": kind == chosen,
        }
        for kind, count in kinds.items()
    ]


def _shown(all_rows: list[rows.Row], chosen: str) -> list[rows.Row]:
    """The chosen answers; without a choice all but what does not apply (alternatives stay beside their carrier)."""
    if chosen:
        return [row for row in all_rows if row.status == chosen]
    return [row for row in all_rows if row.finding.status != Status.NA or row.is_carried]


def _unknown(unit: Unit, on: date | None) -> list[dict[str, str]]:
    """Figures that must be known before it is clear what applies."""
    found: list[dict[str, str]] = units.size(unit, on or clock.today())["missing"]
    return found


def _not_adopted(request: HttpRequest, unit: Unit, document: Pack, on: date | None) -> HttpResponse:
    """Nothing is asked of a unit that has not adopted the document; others below it may have."""
    if on is None and Adoption.objects.filter(pack__urn=document.urn, unit__in=org.subtree(unit)).exists():
        return redirect("posture-levels", unit.code, document.urn)
    can_adopt = place.may(request, P.POSTURE_ADOPTION_EDIT, unit) and unit.is_legal_entity
    why = _("Nothing is asked of %(unit)s until it adopts the document.") % {"unit": unit.name}
    if on is not None:
        why = _("On %(day)s nothing was asked of %(unit)s by this document.") % {"day": cn_date(on), "unit": unit.name}
    context = common(request, unit, document, on) | {
        "why": why,
        "adopt_url": reverse("adopt", args=[unit.code]) + f"?pack={document.urn}" if can_adopt and on is None else "",
    }
    return render(request, "posture/not_adopted.html", context)
