"""What a unit answers to: every document with its dates and counts, ended programmes apart, the rest only offered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import queries
from guiju.posture.models import Adoption
from guiju.posture.queries import Count, PackView
from guiju.web import links, place
from guiju.web.posture import counts, dates, tabs
from guiju.web.templatetags.ui import status_word
from guiju.web.units import page as units

P = Permission
#: Chips of a document's standing; the colours of answers are not for documents.
_TONES = {"in_force": "info", "draft": "partly"}


@needs(P.POSTURE_FINDING_VIEW)
@require_safe
def of_unit(request: HttpRequest, code: str) -> HttpResponse:
    """Every document that a unit or a unit below it answers to, on one screen."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    today = clock.today()
    views = [*queries.overview(by=place.by(request), unit=unit), *_coming(unit, today)]
    can_adopt = place.may(request, P.POSTURE_ADOPTION_EDIT, unit) and unit.is_legal_entity
    live = [view for view in views if not _is_over(view)]
    ended = [_card(unit, view, today, can_adopt=can_adopt) for view in views if _is_over(view)]
    context = {
        "title": _("What we answer to"),
        "trail": [*units.above(request, unit)[1:], {"label": unit.label, "url": links.unit(unit.code)}],
        "unit": unit,
        "views": tabs.of_unit(unit, "unit-posture", has_levels=has_levels(views)),
        "cards": [_card(unit, view, today, can_adopt=can_adopt) for view in live if _binds(view, today)],
        "coming": [_card(unit, view, today, can_adopt=can_adopt) for view in live if _begins(view, today)],
        "below": [_card(unit, view, today, can_adopt=can_adopt) for view in live if view.adoption is None],
        "ended": ended,
        "offered": [_offer(unit, pack, can_adopt=can_adopt) for pack in _offered(views)],
        "size": units.size(unit, today) if unit.is_legal_entity else None,
        "can_adopt": can_adopt,
        "adopt_url": reverse("adopt", args=[unit.code]) if can_adopt else "",
    }
    return render(request, "posture/unit.html", context)


def _coming(unit: Unit, today: date) -> list[PackView]:
    """Adoptions that begin on a later day."""
    rows = Adoption.objects.filter(unit=unit, from_on__gt=today).select_related("pack").order_by("from_on", "pk")
    return [PackView(row.pack, row, None, None) for row in rows]


def has_levels(views: Iterable[PackView]) -> bool:
    """Does any document bind units below?"""
    return any(_below(view) for view in views)


def _below(view: PackView) -> bool:
    """Other units are counted too."""
    return view.all_levels is not None and view.all_levels.units > (1 if view.own else 0)


def _binds(view: PackView, today: date) -> bool:
    """The unit itself answers to it today."""
    return view.adoption is not None and view.adoption.from_on <= today


def _begins(view: PackView, today: date) -> bool:
    """The unit itself will answer to it from a later day on."""
    return view.adoption is not None and view.adoption.from_on > today


def _is_over(view: PackView) -> bool:
    """Nothing of it moves any more: the programme has ended for everybody who took part."""
    return view.all_frozen_on is not None or (view.frozen_on is not None and not _below(view))


def _card(unit: Unit, view: PackView, today: date, *, can_adopt: bool) -> dict[str, Any]:
    pack, urn = view.pack, view.pack.urn
    sheet, levels = links.posture(unit.code, urn), reverse("posture-levels", args=[unit.code, urn])
    over = _is_over(view)
    return {
        "title": counts.title(pack),
        "url": sheet if view.own else levels,
        "document": counts.document(pack),
        "tone": _TONES.get(str(counts.document(pack)["status"]), "na"),
        "version": pack.version if not pack.is_current else "",
        "adoption": view.adoption,
        "course": dates.course(view.adoption, today) if view.adoption and not view.frozen_on else None,
        "frozen_on": view.frozen_on or view.all_frozen_on if over else view.frozen_on,
        "own": bar(view.own, sheet, "status") if view.own and view.own.units else None,
        "levels": bar(view.all_levels, levels, "show") if _below(view) else None,
        "waits": view.adoption is not None and view.adoption.from_on > today,
        "text_url": reverse("posture-text", args=[unit.code, urn]),
        "past_url": reverse("posture-past", args=[unit.code, urn]) + ("" if view.own else "?reach=all"),
        "again_url": _adopt_url(unit, pack) if can_adopt and view.frozen_on else "",
        "adopt_url": _adopt_url(unit, pack) if can_adopt and view.adoption is None and pack.is_current else "",
        "end_url": _end_url(unit, view.adoption) if can_adopt and view.adoption and not view.frozen_on else "",
    }


def bar(count: Count | None, url: str, named: str) -> dict[str, Any] | None:
    """Counts as a bar with signs and numbers; each number leads to what it counts."""
    if count is None:
        return None
    held = {status.value: number for status, number in count.by_status.items()}
    joint = "&" if "?" in url else "?"
    return {
        "counts": held,
        "percent": count.percent_met,
        "asked": count.applicable,
        "units": count.units,
        "url": url,
        "cells": [
            {"code": code, "count": held[code], "url": f"{url}{joint}{named}={code}", "word": status_word(code)}
            for code in counts.CODES
            if held[code]
        ],
    }


def _adopt_url(unit: Unit, pack: Pack) -> str:
    return reverse("adopt", args=[unit.code]) + f"?pack={pack.urn}"


def _end_url(unit: Unit, adoption: Adoption) -> str:
    return reverse("adoption-end", args=[unit.code, adoption.uid])


def _offered(views: Iterable[PackView]) -> list[Pack]:
    """Documents that stand here in no other way."""
    urns = {view.pack.urn for view in views}
    return [row for row in catalogue.packs() if row.document_status != "own" and row.urn not in urns]


def _offer(unit: Unit, pack: Pack, *, can_adopt: bool) -> dict[str, Any]:
    document = counts.document(pack)
    asked = [row for row in catalogue.requirements(pack) if row.addressee == "unit" and row.kind != "definition"]
    return {
        "document": document,
        "tone": _TONES.get(str(document["status"]), "na"),
        "count": len(asked),
        "text_url": reverse("pack-text", args=[pack.urn]),
        "adopt_url": _adopt_url(unit, pack) if can_adopt else "",
    }
