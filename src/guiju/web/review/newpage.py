"""Bringing a matter: the kind first, then its form with its papers and who will look at it; and changing a draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guiju.access import scope
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs, signed_in
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org import places
from guiju.org.models import Person, Unit
from guiju.registers.directory import as_uid
from guiju.review import access, actions, queries, states, subjects
from guiju.review.enums import MatterState
from guiju.review.models import Matter
from guiju.review.subjects import Subject
from guiju.web import place
from guiju.web.registers import asked
from guiju.web.registers.picks import first_options
from guiju.web.review import here, onepage, preview
from guiju.web.review.matterform import MatterForm

_TEMPLATE = "review/new.html"


@needs(P.REVIEW_MATTER_SUBMIT)
@require_safe
def kinds(request: HttpRequest, code: str) -> HttpResponse:
    """Which kind of matter it is: each with what it is for."""
    company, department = here.bringing(request, code)
    shown = [
        {
            "label": subjects.said(one),
            "help": subjects.helped(one),
            "url": reverse("review-new-kind", args=[code, one.code]),
            "papers": "、".join(subjects.said(paper) for paper in one.papers if paper.required and not paper.only),
            "is_major": one.major,
        }
        for one in subjects.all_of().values()
    ]
    context = {
        "title": _("Bring a matter for review"),
        "trail": here.trail(request, department or company),
        "state": (department or company).name,
        "kinds": shown,
    }
    return render(request, "review/kinds.html", context)


@needs(P.REVIEW_MATTER_SUBMIT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The form of one kind; saved as a draft or submitted at once."""
    company, department = here.bringing(request, code)
    form = MatterForm(_subject(kind))
    if request.method == "GET":
        known = {name.removeprefix("set."): str(request.GET[name]) for name in request.GET if name.startswith("set.")}
        form.show(known)
        return _new_page(request, code, company, department, form)
    by = place.by(request)
    form.read(request, by)
    try:
        _refuse_files(form)
        with transaction.atomic():
            row = actions.draft(
                unit=company, department=_department(request, company, department), kind=kind, values=form.values(),
                papers=form.given(), owner=_owner(request), by=by, system=request.POST.get("system", ""),
                ref=request.POST.get("ref", ""),
            )  # fmt: skip
            if "submit" in request.POST:
                row = actions.submit(matter=row, by=by)
    except Problem as problem:
        return _new_page(request, code, company, department, _refused(request, form, problem))
    return _saved(request, row)


@needs(P.REVIEW_MATTER_SUBMIT)
@require_POST
def who(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Who would look at the matter as it stands in the form."""
    company, department = here.bringing(request, code)
    form = MatterForm(_subject(kind))
    form.read(request, place.by(request))
    matter = _changed(request)
    found = preview.of_values(
        company, _department(request, company, department), kind, form.values(), _owner(request) or _self(request),
        texts=_texts(form), **_reference(request, matter),
    )  # fmt: skip
    return render(request, "review/_who.html", {"who": found})


def _changed(request: HttpRequest) -> Matter | None:
    """The matter whose form it is, where it is no new one."""
    uid = as_uid(request.GET.get("matter", ""))
    return access.visible(place.by(request)).filter(uid=uid).first() if uid else None


def _texts(form: MatterForm) -> list[str]:
    return [one["digest"] for one in form.given() if one["role"] == subjects.TEXT]


def _reference(request: HttpRequest, matter: Matter | None = None) -> dict[str, str]:
    """By which name another system knows it."""
    if matter is not None:
        return {"system": matter.system, "ref": matter.ref}
    return {name: request.POST.get(name, "") for name in ("system", "ref")}


@signed_in("only matters that the account may change; others are not there")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Form and papers of a draft, or of what was returned."""
    by = place.by(request)
    matter = access.find(by, uid)
    here.enter(request, matter)
    if not access.is_its_own(matter, by):
        raise Denied(
            _("Only the department that brings a matter changes it."),
            fix=_("Ask %(name)s, who brought it.") % {"name": matter.owner.name},
        )
    form = MatterForm(_subject(matter.kind), matter)
    if request.method == "GET":
        if matter.state not in states.OPEN_TO_CHANGE:
            messages.info(request, _("What is under review or decided does not change."))
            return redirect(here.url(matter))
        return _edit_page(request, matter, form)
    form.read(request, by)
    try:
        _refuse_files(form)
        with transaction.atomic():
            row = actions.change(
                matter=matter, values=form.values(), papers=form.given(), version=asked.version(request), by=by
            )
            if "submit" in request.POST:
                row = actions.submit(matter=row, by=by)
    except Problem as problem:
        fresh = access.find(by, uid)
        return _edit_page(request, fresh, _refused(request, form, problem), theirs=MatterForm(form.subject, fresh))
    if form.replaced:
        names = "、".join(form.replaced)
        messages.info(request, _("No longer under review, kept with the earlier round: %(names)s.") % {"names": names})
    return _saved(request, row)


# --- what was sent --------------------------------------------------------------------------------------------------


def _subject(kind: str) -> Subject:
    found = subjects.all_of().get(kind)
    if found is None:
        raise NotFound(_("There is no such kind of matter."), fix=_("Choose the kind anew."))
    return found


def _refuse_files(form: MatterForm) -> None:
    if form.has_refused_files:
        raise Problem("review.file", _("One of the files cannot be taken in."), status=422)


def _refused(request: HttpRequest, form: MatterForm, problem: Problem) -> MatterForm:
    if problem.status in {403, 404}:
        raise problem
    form.refuse(problem)
    if "submit" in request.POST and problem.code in {"review.invalid", "review.file"}:
        form.require()
    return form


def _department(request: HttpRequest, company: Unit, through: Unit | None) -> Unit | None:
    chosen = request.POST.get("department", "")
    if through is not None or not chosen:
        return through
    return next((one for one in places.departments_of(company) if str(one.uid) == chosen), None)


def _owner(request: HttpRequest) -> Person | None:
    uid = as_uid(request.POST.get("owner", ""))
    if uid is None:
        return None
    return (
        scope.people(place.by(request), P.ORG_PERSON_VIEW).filter(uid=uid).select_related("unit", "department").first()
    )


def _self(request: HttpRequest) -> Person | None:
    return here.person_of(place.by(request))


def _saved(request: HttpRequest, row: Matter) -> HttpResponse:
    if row.state == MatterState.IN_REVIEW:
        messages.success(
            request, _("Submitted as %(number)s; whoever is asked finds it among the tasks.") % {"number": row.number}
        )
    else:
        messages.success(request, _("The draft is saved. Nobody is asked before it is submitted."))
    return redirect(here.url(row))


# --- pages ----------------------------------------------------------------------------------------------------------


def _new_page(
    request: HttpRequest, code: str, company: Unit, department: Unit | None, form: MatterForm
) -> HttpResponse:
    by = place.by(request)
    me = here.person_of(by)
    may_name = place.may(request, P.ORG_PERSON_VIEW, company)
    chosen = _department(request, company, department)
    if chosen is None and request.method == "GET" and me is not None:
        chosen = me.department
    shown = _owner(request)
    context = _form_context(request, form) | {
        "title": _("Bring for review: %(kind)s") % {"kind": subjects.said(form.subject)},
        "trail": [*here.trail(request, department or company),
                  {"label": _("Bring a matter for review"), "url": reverse("review-new", args=[code])}],
        "state": (department or company).name,
        "departments": [] if department is not None else _departments(company),
        "department": str(chosen.uid) if chosen else "",
        "owners": first_options("person", unit=company, by=by) if may_name else [],
        "owner": {"value": str(shown.uid), "text": shown.name} if shown else None,
        "owner_url": f"{reverse('pick', args=['person'])}?unit={company.code}",
        "needs_owner": me is None,
        "me": me,
        "asks_ref": True,
        "who": preview.of_values(
            company, chosen, form.subject.code, form.values(), shown or me, texts=_texts(form), **_reference(request)
        ),
        "who_url": reverse("review-who", args=[code, form.subject.code]),
        "cancel_url": reverse("review-new", args=[code]),
        "draft_key": f"review/{code}/{form.subject.code}",
    }  # fmt: skip
    return render(request, _TEMPLATE, context, status=_status(form))


def _departments(company: Unit) -> list[dict[str, str]]:
    return [{"uid": str(one.uid), "label": one.label} for one in places.departments_of(company)]


def _edit_page(
    request: HttpRequest, matter: Matter, form: MatterForm, *, theirs: MatterForm | None = None
) -> HttpResponse:
    clashes = _clashes(form, theirs) if isinstance(form.problem, Conflict) and theirs is not None else []
    found = preview.of_values(
        matter.unit, matter.department, matter.kind, form.values(), matter.owner, texts=_texts(form),
        **_reference(request, matter),
    )  # fmt: skip
    code = (matter.department or matter.unit).code
    context = _form_context(request, form) | {
        "title": _("Change “%(title)s”") % {"title": matter.title},
        "trail": [*here.trail(request, matter.unit), {"label": matter.title, "url": here.url(matter)}],
        "state": subjects.said(form.subject),
        "matter": matter,
        "version": matter.version,
        "returned": queries.last_words(matter) if matter.state == MatterState.RETURNED else "",
        "brought_by": "" if access.brings(matter, place.by(request)) else matter.owner.name,
        "clashes": clashes,
        "clash_by": matter.by,
        "is_closed": matter.state not in states.OPEN_TO_CHANGE,
        "previous": _previous(request, matter),
        "who": found,
        "who_url": f"{reverse('review-who', args=[code, form.subject.code])}?matter={matter.uid}",
        "cancel_url": here.url(matter),
    }
    return render(request, _TEMPLATE, context, status=_status(form))


def _previous(request: HttpRequest, matter: Matter) -> dict[str, Any] | None:
    if matter.previous is None:
        return None
    other = access.visible(place.by(request)).filter(uid=matter.previous).first()
    return onepage.previous(matter, other) if other is not None else None


def _form_context(request: HttpRequest, form: MatterForm) -> dict[str, Any]:
    other = form.problem.data.get("matter") if form.problem is not None else None
    return {
        "form": form,
        "subject": form.subject,
        "help": subjects.helped(form.subject),
        "problem": form.problem,
        "said": request.POST,
        "other_url": reverse("review-one", args=[str(other)]) if other else "",
    }


def _status(form: MatterForm) -> int:
    if form.problem is None:
        return 200
    return 409 if isinstance(form.problem, Conflict) else 422


def _clashes(mine: MatterForm, theirs: MatterForm) -> list[dict[str, str]]:
    """What differs between what was typed and what stands now, field by field and paper by paper."""
    known = theirs.by_where
    found = [
        {"label": one.label, "mine": _shown(one.value), "theirs": _shown(known[one.where].value)}
        for one in mine.fields
        if one.where in known and _shown(one.value) != _shown(known[one.where].value)
    ]
    for own, other in zip(mine.papers, theirs.papers, strict=True):
        if {one.digest for one in own.kept} != {one.digest for one in other.kept}:
            found.append({"label": own.label, "mine": _names(own.kept), "theirs": _names(other.kept)})
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value).replace("\r\n", "\n").strip()


def _names(kept: Any) -> str:
    return "、".join(one.name for one in kept) or _("none")
