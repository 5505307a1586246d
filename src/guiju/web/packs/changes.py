"""What another version of a document changes; for a unit, what would turn red, and the step to that version."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from guiju.access import check
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.packs import catalogue, compare
from guiju.packs.compare import Difference, FieldChange, RowChange
from guiju.packs.models import Pack, Requirement
from guiju.posture import actions, findings, preview, wiring
from guiju.posture.models import Adoption
from guiju.posture.preview import Outlook, Turn
from guiju.web import forms as shared
from guiju.web import links, phrases, place
from guiju.web.packs import cards
from guiju.web.posture import counts, rows
from guiju.web.units import page as units

P = Permission

FIELD_WORDS = {
    "official": pgettext_lazy("field", "Words of the document"),
    "force": pgettext_lazy("field", "How strongly it asks"),
    "addressee": pgettext_lazy("field", "To whom"),
    "who": pgettext_lazy("field", "Who"),
    "role": pgettext_lazy("field", "Office"),
    "when": pgettext_lazy("field", "When"),
    "sizes": pgettext_lazy("field", "Holds for"),
    "applies": pgettext_lazy("field", "Applies to"),
    "tests": pgettext_lazy("field", "What proves it"),
    "judgement": pgettext_lazy("field", "Needs a person"),
    "group": pgettext_lazy("field", "Alternatives"),
    "kind": pgettext_lazy("field", "Kind"),
    "section": pgettext_lazy("field", "Part"),
    "source": pgettext_lazy("field", "Place in the document"),
    "plain": pgettext_lazy("field", "In plain words"),
    "plain_en": pgettext_lazy("field", "In English"),
    "weight": pgettext_lazy("field", "Weight"),
    "cycle": pgettext_lazy("field", "Cycle"),
    "note": pgettext_lazy("field", "Note"),
    "title": pgettext_lazy("field", "Title"),
    "title_en": pgettext_lazy("field", "Title in English"),
    "document_status": pgettext_lazy("field", "Standing"),
    "number": pgettext_lazy("field", "Number"),
    "issued_on": pgettext_lazy("field", "Issued on"),
    "effective_on": pgettext_lazy("field", "In force from"),
    "ended_on": pgettext_lazy("field", "Ended on"),
    "words": pgettext_lazy("field", "Official words"),
    "programme": pgettext_lazy("field", "Programme"),
    "titles": pgettext_lazy("field", "Offices by the document's words"),
}


class MoveForm(shared.ReasonForm):
    """Why the unit changes over."""


@needs(P.ADMIN_PACK_VIEW)
@require_safe
def changes(request: HttpRequest, urn: str) -> HttpResponse:
    """The current version beside an earlier one: the one before it, unless another is chosen."""
    pack = catalogue.current(urn)
    loaded = list(Pack.objects.filter(urn=urn).exclude(pk=pack.pk).order_by("-loaded_at", "-pk"))
    wanted = request.GET.get("from", "")
    earlier = next((row for row in loaded if row.version == wanted), loaded[0] if loaded else None)
    context: dict[str, Any] = {
        "title": _("What has changed"),
        "trail": [
            {"label": _("Documents"), "url": links.packs()},
            {"label": counts.title(pack), "url": links.pack(urn)},
        ],
        "document": counts.document(pack),
        "pack": pack,
        "views": [
            {
                "label": _("since version %(version)s") % {"version": row.version},
                "url": f"?from={row.version}",
                "current": row == earlier,
                "count": None,
            }
            for row in loaded
        ],
    }
    if earlier is not None:
        context |= _told(compare.differ(compare.of_pack(earlier), compare.of_pack(pack)))
    return render(request, "packs/changes.html", context)


@needs(P.POSTURE_FINDING_VIEW)
@require_http_methods(["GET", "POST"])
def of_unit(request: HttpRequest, code: str, urn: str) -> HttpResponse:
    """From the version that the unit answers to, to the current one; who may adopt changes over here."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    current = catalogue.current(urn)
    adoption = findings.adoption_on(unit, current, clock.today())
    if adoption is None or adoption.pack_id == current.pk or _is_over(adoption):
        return redirect(links.posture(unit.code, urn))
    form = MoveForm(request.POST or None)
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _move(request, unit, adoption, current, reason=form.cleaned_data["reason"])
        except Problem as refused:
            if refused.status in {403, 404}:
                raise
            problem = refused
        else:
            what = _("%(unit)s answers to version %(version)s from today.")
            messages.success(request, what % {"unit": unit.name, "version": current.version})
            return redirect(links.posture(unit.code, urn))
    difference = compare.differ(compare.of_pack(adoption.pack), compare.of_pack(current))
    context = _told(difference) | {
        "title": _("Change over to version %(version)s") % {"version": current.version},
        "state": f"{unit.name} · {counts.title(current)}",
        "trail": [
            *units.above(request, unit)[1:],
            {"label": unit.label, "url": links.unit(unit.code)},
            {"label": counts.title(current), "url": links.posture(unit.code, urn)},
        ],
        "document": counts.document(current),
        "pack": current,
        "unit": unit,
        "adoption": adoption,
        "outlook": _outlook(preview.outlook(unit, difference, adoption=adoption)),
        "form": form if place.may(request, P.POSTURE_ADOPTION_EDIT, unit) else None,
        "problem": problem,
    }
    return render(request, "packs/changes.html", context, status=422 if form.errors or problem else 200)


def _is_over(adoption: Adoption) -> bool:
    return adoption.to_on is not None and adoption.to_on < clock.today()


def _move(request: HttpRequest, unit: Unit, adoption: Adoption, current: Pack, *, reason: str) -> None:
    """The old version holds until yesterday, the new one from today, on the same terms."""
    by = place.by(request)
    check.require(by, P.POSTURE_ADOPTION_EDIT, unit)
    today = clock.today()
    with transaction.atomic():
        actions.end_adoption(adoption=adoption, by=by, on=today - timedelta(days=1), reason=reason)
        actions.adopt(
            unit=unit,
            pack=current,
            by=by,
            mode=adoption.mode,
            from_on=today,
            base_date=adoption.base_date,
            reason=reason,
        )


def _told(found: Difference) -> dict[str, Any]:
    """What weighs first; changes of wording alone are folded."""
    changed = [_changed(one) for one in found.changed]
    return {
        "difference": {
            "before": found.a.pack.version,
            "after": found.b.pack.version,
            "is_empty": found.is_empty,
            "header": [_header(one) for one in found.header],
            "added": [_row(row) for row in found.added],
            "removed": [_row(row) for row in found.removed],
            "weighty": [one for one in changed if one["weighty"]],
            "wording": [one for one in changed if not one["weighty"]],
            "cells_added": found.cells_added,
            "cells_removed": found.cells_removed,
        }
    }


def _row(row: Requirement) -> dict[str, Any]:
    return {
        "code": row.code,
        "plain": rows.plain(row),
        "official": row.official,
        "is_gist": row.is_gist,
        "source": row.source,
        "force": rows.force(row),
    }


def _changed(one: RowChange) -> dict[str, Any]:
    fields = []
    for each in one.fields:
        before, after = _value(each.name, one.before), _value(each.name, one.after)
        if before == after and not each.words:
            # Questions may sound alike and ask for another number of months.
            before, after = _raw(each.before), _raw(each.after)
        fields.append({"label": FIELD_WORDS[each.name], "words": each.words, "before": before, "after": after})
    return {
        **_row(one.after),
        "weighty": one.is_weighty,
        "formerly": one.before.source if one.renamed else "",
        "fields": fields,
    }


def _raw(value: Any) -> list[str]:
    return [json.dumps(value, ensure_ascii=False)] if value is not None else []


def _value(name: str, row: Requirement) -> list[str]:
    """A field in words, one line each."""
    if name == "tests":
        return [_(" or ").join(_question(ref) for ref in place_.get("any") or [place_]) for place_ in row.tests]
    found: dict[str, Any] = {
        "force": str(phrases.FORCES.get(row.force, "")),
        "addressee": cards.addressee(row.addressee),
        "who": cards.who(row),
        "role": cards.who(row),
        "when": cards.when(row),
        "sizes": cards.holds_for(row),
        "applies": cards.holds_for(row),
        "judgement": _("yes") if row.judgement else _("no"),
    }
    said = found[name] if name in found else compare.value(row, name)
    return [str(said)] if said else []


def _question(ref: dict[str, Any]) -> str:
    return wiring.instance(0, ref["test"], ref.get("params") or {}).explain


def _header(one: FieldChange) -> dict[str, Any]:
    return {
        "label": FIELD_WORDS[one.name],
        "before": _lines(one.name, one.before),
        "after": _lines(one.name, one.after),
    }


def _lines(name: str, value: Any) -> list[str]:
    """What stands in the header, in words."""
    if not value:
        return []
    if name == "words":
        return [_("Gist, not the original words")]
    if name == "programme":
        stages = [f"{row['from_on']} — {row['to_on']} {row['title']}" for row in value.get("stages") or ()]
        return [f"{value['from_on']} — {value['to_on']}", *stages]
    if name == "titles":
        return [_("、").join(words) for words in value.values()]
    if name == "document_status":
        return [str(Pack(document_status=value).get_document_status_display())]
    return [str(value)]


def _outlook(found: Outlook) -> dict[str, Any]:
    return {
        "worse": [_turn(turn) for turn in found.worse],
        "better": [_turn(turn) for turn in found.better],
        "before": _bar(found.before),
        "after": _bar(found.after),
    }


def _bar(counted: Any) -> dict[str, int]:
    return {status.value: count for status, count in counted.items() if status.value != "na"}


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        **_row(turn.requirement),
        "was": turn.was.value if turn.was else "",
        "becomes": turn.becomes.value,
        "missing": turn.missing,
        "is_new": not turn.formerly,
    }


def newer_url(adoption: Adoption | None) -> str:
    """Where a unit that answers to an older version sees what another one would change; empty for all others."""
    if adoption is None or _is_over(adoption) or adoption.pack_id == catalogue.current(adoption.pack.urn).pk:
        return ""
    return reverse("posture-changes", args=[adoption.unit.code, adoption.pack.urn])
