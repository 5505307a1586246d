"""What the lists mention and no register holds: named, and entered with one form that links it at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from guiju.access import check
from guiju.access.policy import needs
from guiju.compliance.graph import actions, proposing, queries, shape, words
from guiju.compliance.graph.proposing import Missing
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers import spec as specs
from guiju.registers.directory import Directory
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.compliance.graph import here
from guiju.web.compliance.graph.here import CREATE, VIEW
from guiju.web.registers.fields import RegisterForm

KINDS = {
    "law": gettext_lazy("Laws and rules of authorities"),
    "rule": gettext_lazy("Own rules"),
    "control": gettext_lazy("Measures"),
    "post": gettext_lazy("Posts"),
}
#: The fields of the short form, by register; everything else can be added on the record's page.
FIELDS = {
    "obligations": ("duty", "scope", "source_kind", "source", "clause", "text", "owner", "department",
                    "identified_on"),
    "policies": ("name", "mechanism", "number", "issued_on", "owner", "department"),
    "policy_clauses": ("policy", "source", "clause", "text", "department", "owner", "in_force_on"),
    "controls": ("name", "measure", "kind", "cycle", "owner", "department", "set_on"),
    "posts": ("name", "department", "key", "holder", "set_on", "compliance_duties"),
}  # fmt: skip


@needs(VIEW)
@require_safe
def missing(request: HttpRequest, code: str) -> HttpResponse:
    """By kind, the most mentioned first, with the rows that mention it."""
    unit = place.open_unit(request, code, VIEW)
    found, is_cut = _found(request, unit)
    groups = [
        {"label": label, "rows": [_row(unit, one) for one in found if one.kind == kind]}
        for kind, label in KINDS.items()
    ]
    context = {
        "title": _("Mentioned but not entered"),
        "trail": here.trail(request, unit),
        "unit": unit,
        "views": here.tabs(unit, "compliance-graph-missing", {"compliance-graph-missing": len(found)}),
        "groups": [group for group in groups if group["rows"]],
        "is_cut": is_cut,
        "looked_at": proposing.WHILE_WAITING,
        "may_create": place.may(request, CREATE, unit),
    }
    return render(request, "compliance/graph/missing.html", context)


def _found(request: HttpRequest, unit: Unit) -> tuple[list[Missing], bool]:
    """What is missing, as far as the actor sees the rows that say so."""
    found, is_cut = proposing.missing(unit)
    seen = queries.entries({row.uid for one in found for row in one.rows}, by=place.by(request))
    for one in found:
        one.rows = [row for row in one.rows if row.uid in seen]
    return [one for one in found if one.rows], is_cut


def _row(unit: Unit, one: Missing) -> dict[str, Any]:
    return {
        "name": one.name,
        "clause": one.clause,
        "becomes": here.kind(one.register),
        "count": len(one.rows),
        "rows": [{"title": row.title, "url": links.record(row.register, row.uid)} for row in one.rows[:3]],
        "url": f"{reverse('compliance-graph-missing-new', args=[unit.code])}?{urlencode(_key(one))}",
    }


def _key(one: Missing) -> dict[str, str]:
    return {"kind": one.kind, "name": one.name, "clause": one.clause, "department": str(one.department_id or "")}


@needs(CREATE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """A short form with what the words say; saving it enters the record and links the ticked rows."""
    unit = place.open_unit(request, code, CREATE)
    found, _is_cut = _found(request, unit)
    given = request.POST if request.method == "POST" else request.GET
    one = next((each for each in found if all(given.get(f"m.{key}", given.get(key, "")) == value
                                              for key, value in _key(each).items())), None)  # fmt: skip
    if one is None:
        raise NotFound(_("Nothing mentions this any more."), fix=_("It may have been entered in the meantime."))
    home = _home(one, unit)
    check.require(place.by(request), CREATE, home, unit if home != unit else None)
    if request.method == "POST":
        return _save(request, unit, home, one)
    return _page(request, unit, one, _form(request, home, one))


def _home(one: Missing, unit: Unit) -> Unit:
    """The company whose rows mention it."""
    return Unit.objects.get(pk=one.rows[0].unit_id) if one.rows[0].unit_id != unit.pk else unit


def _form(request: HttpRequest, home: Unit, one: Missing) -> RegisterForm:
    spec, by = specs.get(one.register), place.by(request)
    known = Directory(home, by=by)
    codes = [code for code in FIELDS[one.register] if code in spec.by_code]
    if request.method == "POST":
        return RegisterForm(spec, codes, unit=home, known=known, by=by, data=request.POST)
    return RegisterForm(spec, codes, unit=home, known=known, by=by, initial=_draft(one))


def _draft(one: Missing) -> dict[str, Any]:
    """What the words say; the person adds what they do not."""
    today = clock.today().isoformat()
    department = None
    if one.department_id:
        department = str(Unit.objects.values_list("uid", flat=True).get(pk=one.department_id))
    drafts: dict[str, dict[str, Any]] = {
        "obligations": {"scope": "external", "source_kind": "law", "source": f"《{one.name}》{one.clause}",
                        "clause": one.clause, "identified_on": today},
        "policies": {"name": one.name},
        "policy_clauses": {"source": one.name, "clause": one.clause, "in_force_on": today},
        "controls": {"name": one.name, "measure": one.name, "department": department, "set_on": today},
        "posts": {"name": one.name, "department": department, "set_on": today},
    }  # fmt: skip
    return drafts[one.register]


def _save(request: HttpRequest, unit: Unit, home: Unit, one: Missing) -> HttpResponse:
    form, by = _form(request, home, one), place.by(request)
    ticked = set(request.POST.getlist("row"))
    try:
        with transaction.atomic():
            entry = registers.create(register=one.register, unit=home, values=form.values(), by=by)
            for row in one.rows:
                other = Entry.objects.select_related("unit", "department").get(uid=row.uid)
                if str(row.uid) in ticked and shape.may_link(entry.register, other.register):
                    actions.link(one=_fresh(entry), other=other, by=by, why=words_of(one))
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _page(request, unit, one, form, problem)
    messages.success(request, _("“%(title)s” is entered and linked.") % {"title": entry.title})
    return redirect(f"{links.record(entry.register, entry.uid)}#graph")


def _fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("unit", "department").get(pk=entry.pk)


def words_of(one: Missing) -> str:
    """On which words the link rests."""
    return f"“{one.words}”"


def _page(
    request: HttpRequest, unit: Unit, one: Missing, form: RegisterForm, problem: Problem | None = None
) -> HttpResponse:
    loose = form.refuse(problem) if problem else []
    context = {
        "title": _("Enter: %(name)s") % {"name": one.name},
        "trail": here.trail(request, unit),
        "unit": unit,
        "becomes": here.kind(one.register),
        "form": form,
        "problem": problem if loose else None,
        "loose": loose,
        "key": _key(one),
        "quoted": one.words if words.plain(one.words) != words.plain(one.name) else "",
        "rows": [{"uid": str(row.uid), "title": row.title, "kind": here.kind(row.register)} for row in one.rows],
        "cancel_url": reverse("compliance-graph-missing", args=[unit.code]),
    }
    return render(request, "compliance/graph/new.html", context, status=422 if problem else 200)
