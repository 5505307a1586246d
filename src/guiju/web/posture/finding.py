"""One finding: what is asked, what was found, which rows prove it, what is missing, and a person's judgement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack, Requirement
from guiju.posture import actions, findings, queries, standing, wiring
from guiju.posture.evidence.base import Strength
from guiju.posture.models import Judgement, Status
from guiju.trail.models import REASON_LENGTH
from guiju.web import forms as shared
from guiju.web import links, place
from guiju.web.posture import asked as what
from guiju.web.posture import counts, overview, rows

P = Permission


class JudgeForm(forms.Form):
    """A person's answer, with what it rests on and until when it holds."""

    status = forms.ChoiceField(
        label=_l("Your judgement"),
        choices=[(item.value, item.label) for item in actions.JUDGEMENTS],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_l("What you looked at, and why"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_l("For instance: list of members of 1 March; the chair leads finance and operations."),
    )
    expires_on = forms.DateField(label=_l("Look again by"), widget=shared.day())


def first_expiry() -> str:
    """A judgement is looked at again after a year unless another day is chosen."""
    return (clock.today() + timedelta(days=365)).isoformat()


@needs(P.POSTURE_FINDING_VIEW)
@require_http_methods(["GET", "POST"])
def finding(request: HttpRequest, code: str, urn: str, requirement: str) -> HttpResponse:
    """The finding with its evidence; a judgement may be given here."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    document, on = overview.pack_of(unit, urn), overview.day_of(request)
    asked = requirement_of(document, requirement)
    form = JudgeForm(request.POST or None, initial={"expires_on": first_expiry()})
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.judge(unit=unit, requirement=asked, by=place.by(request), **form.cleaned_data)
        except Problem as refused:
            if refused.status in {403, 404}:
                raise
            problem = refused
        else:
            messages.success(request, _("The judgement is recorded."))
            # A browser keeps the part of the page it came from unless another is named.
            return redirect(links.finding(unit.code, document.urn, asked.code) + "#answer")
    found = queries.requirement(by=place.by(request), unit=unit, pack=document, code=asked.code, as_of=on)
    if found is None:
        return redirect(links.posture(unit.code, document.urn))
    row = rows.build(request, unit, document, [asked], [found], live=on is None)[0]
    if on is None and found.status == Status.NOT_DUE:
        row.start = rows.start_of(request, unit, found.gaps, proves=(document.urn, asked.code))
    adoption = findings.adoption_on(unit, document, on or clock.today())
    context = overview.common(request, unit, document, on) | {
        "title": row.plain,
        "row": row,
        "finding": found,
        "requirement": _source(asked),
        "asked": what.facts(unit, document, asked, found, adoption),
        "tests": [_test(test) for test in found.tests],
        "evidence": rows.evidence_rows(found),
        "unknown": _unknown(unit, document, asked),
        "alternatives": _alternatives(request, unit, document, asked),
        "starts": _starts(request, unit, document, row) if on is None else [],
        "can_judge": on is None and place.may(request, P.POSTURE_JUDGEMENT_EDIT, unit),
        "judging": "judge" in request.GET,
        "form": form,
        "problem": problem,
        "judgements": _judgements(unit, document, asked),
        "neighbours": _neighbours(unit, document, asked),
        "late": sum(1 for item in found.evidence if item.counted and item.late_days),
    }
    context["trail"] = [*context["trail"], {"label": counts.title(document), "url": context["base_url"]}]
    return render(request, "posture/finding.html", context, status=422 if form.errors or problem else 200)


def requirement_of(document: Pack, code: str) -> Requirement:
    """The requirement of this code, or 404."""
    found = next((row for row in catalogue.requirements(document) if row.code == code), None)
    if found is None:
        raise NotFound(
            _("This document has no requirement “%(code)s”.") % {"code": code}, fix=_("Choose it from the document.")
        )
    return found


def _source(asked: Requirement) -> dict[str, Any]:
    return {
        "official": asked.official,
        "is_gist": asked.is_gist,
        "plain": rows.plain(asked),
        "source": asked.source,
        "force_word": rows.force(asked),
        "note": asked.note,
    }


def _test(test: Any) -> dict[str, Any]:
    return {
        "question": test.question,
        "status": test.status.value,
        "figure": test.figure,
        "latest_on": test.latest_on,
        # How well it is shown is only said of what is shown at all.
        "is_shown": test.status in {Status.MET, Status.PARTLY},
        "strength": test.strength.label,
        "steps": [level <= test.strength for level in Strength],
        "why": STRENGTH_WORDS[test.strength],
    }


STRENGTH_WORDS = {
    Strength.DECLARED: _l("Somebody says so; nothing stands behind it yet."),
    Strength.DOCUMENT: _l("A paper exists; whether it is followed is not shown."),
    Strength.DATED: _l("Records with a day and a name show that it was done."),
    Strength.COVERAGE: _l("It was counted how many of all were reached."),
    Strength.CROSS_CHECKED: _l("Two independent sources say the same."),
    Strength.OUTCOME: _l("What came of it was measured."),
}


def _unknown(unit: Unit, document: Pack, asked: Requirement) -> list[dict[str, str]]:
    """Attributes that nobody has entered and on which it depends whether this applies."""
    about = standing.circumstances([unit.pk], on=clock.today())[unit.pk]
    wired = wiring.one(document).by_code[asked.code]
    specs = catalogue.attributes()
    codes = dict.fromkeys(standing.applies(wired, about).unknown)
    return [
        {"label": specs[code].text, "url": reverse("unit-attribute", args=[unit.code, code])}
        for code in codes
        if code in specs and not specs[code].derived
    ]


def _alternatives(request: HttpRequest, unit: Unit, document: Pack, asked: Requirement) -> list[rows.Row]:
    """The other rows of the 或 chain."""
    if not asked.group:
        return []
    group = [row for row in catalogue.requirements(document) if row.group == asked.group and row.code != asked.code]
    sheet = findings.findings(unit, document, codes=[row.code for row in group]) or []
    return rows.build(request, unit, document, group, sheet, live=True)


def _starts(request: HttpRequest, unit: Unit, document: Pack, row: rows.Row) -> list[dict[str, Any]]:
    """What is missing, each with its button; only the first is the primary one."""
    found = []
    if row.finding.status in {Status.MET, Status.NA}:
        return []
    for gap in row.finding.gaps:
        start = rows.start_of(request, unit, [gap], proves=(document.urn, row.requirement.code))
        found.append({"sentence": gap.sentence, "start": start})
    return found


def _judgements(unit: Unit, document: Pack, asked: Requirement) -> list[Judgement]:
    held = Judgement.objects.filter(unit=unit, requirement__pack__urn=document.urn, requirement__code=asked.code)
    return list(held.order_by("-recorded_at", "-pk"))


def _neighbours(unit: Unit, document: Pack, asked: Requirement) -> dict[str, str]:
    """The requirements before and after that apply, so that one can walk through the document."""
    codes = [
        row.code
        for row in catalogue.requirements(document)
        if rows.tab(row.kind) == rows.tab(asked.kind) and row.addressee == "unit"
    ]
    if asked.code not in codes:
        return {}
    at = codes.index(asked.code)
    ends = {"before": at - 1, "after": at + 1}
    return {
        name: links.finding(unit.code, document.urn, codes[step])
        for name, step in ends.items()
        if 0 <= step < len(codes)
    }
