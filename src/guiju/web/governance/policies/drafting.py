"""Forms of a draft: a new rule, a revision, its text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions, causes, comparing, guiding, texts
from guiju.governance.policies.terms import REGISTER
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.org import places
from guiju.org.models import Unit
from guiju.registers import queries as queries_of_rows
from guiju.registers import rows
from guiju.registers import spec as specs
from guiju.registers.directory import Directory, as_uid
from guiju.registers.models import Entry
from guiju.registers.records import Record
from guiju.web import place
from guiju.web.governance.policies import comparepage, doors, textpage
from guiju.web.registers import asked, fields, uploads
from guiju.web.registers.fields import RegisterForm
from guiju.web.registers.gate import Here

#: What is asked of a new rule besides its text.
ASKED = ("name", "files", "level", "business", "mechanism", "field", "department", "owner", "arises_from", "gist")
_DRAFT = ("name", "files")


@needs(P.REGISTER_ENTRY_CREATE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Draft a new rule; `set.<field>` fills in what is known, `plan` names the row of the yearly plan."""
    by = place.by(request)
    company, department = _seat(request, code)
    form = _new_form(request, company, department)
    if request.method == "GET":
        return _new_page(request, code, company, form)
    form.take_files(by)
    given = form.values()
    title, files = str(given.pop("name", "")), given.pop("files", [])
    try:
        if form.errors:
            raise Problem("policy.file", _("One of the files cannot be taken in."), status=422)
        row = actions.start(
            policy=None, unit=company, title=title, text=request.POST.get("text", ""), files=files,  # type: ignore[arg-type]
            reason=request.POST.get("reason", ""), values={name: value for name, value in given.items() if value},
            plan=_plan(request), by=by,
        )  # fmt: skip
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _new_page(request, code, company, form, problem)
    return _begun(request, code, row)


def _seat(request: HttpRequest, code: str) -> tuple[Unit, Unit | None]:
    """The company that keeps the rule, and the department through whose address somebody came."""
    unit = check.keeper(place.by(request), P.REGISTER_ENTRY_CREATE, code)
    company = places.company_of(unit)
    return company, unit if unit.pk != company.pk else None


def _plan(request: HttpRequest) -> UUID | None:
    found = as_uid(request.POST.get("plan") or request.GET.get("plan") or "")
    return UUID(str(found)) if found else None


def _new_form(request: HttpRequest, company: Unit, department: Unit | None) -> RegisterForm:
    by, spec = place.by(request), specs.get(REGISTER)
    known = Directory(company, by=by)
    if request.method == "POST":
        return RegisterForm(spec, ASKED, unit=company, known=known, by=by, data=request.POST, files=request.FILES)
    initial = fields.prefilled(spec, request.GET.dict().items(), known)
    initial.setdefault("mechanism", "business")
    finding = _finding(request)
    if finding is not None and not initial.get("business"):
        initial["business"] = causes.agreed(finding)
    if department is not None and not initial.get("department"):
        initial["department"] = str(department.uid)
        known.load(units=[str(department.uid)])
    return RegisterForm(spec, ASKED, unit=company, known=known, by=by, initial=initial)


def _finding(request: HttpRequest) -> Entry | None:
    """The problem that the new rule answers, as far as this person sees it."""
    uid = as_uid(request.POST.get("arises_from") or request.GET.get("set.arises_from") or "")
    if uid is None:
        return None
    try:
        return queries_of_rows.find(place.by(request), uid, register=guiding.FINDINGS)
    except NotFound:
        return None


def _question(request: HttpRequest, form: RegisterForm) -> str:
    """Asked where a problem causes the rule and its business is not clear from it."""
    finding = _finding(request)
    said = form["business"].value() if finding is not None else ""
    return causes.question(finding) if finding is not None and not said else ""


def _new_page(
    request: HttpRequest, code: str, company: Unit, form: RegisterForm, problem: Problem | None = None
) -> HttpResponse:
    told = Problem(problem.code, problem.what, fix=problem.fix, where="name" if problem.where == "title" else problem.where,
                   faults=problem.faults) if problem is not None else None  # fmt: skip
    loose = form.refuse(told) if told is not None else []
    other = str(problem.data.get("policy") or "") if problem is not None else ""
    context = {
        "title": _("Draft a new rule"),
        "trail": [{"label": _("Policies"), "url": reverse("governance-policies", args=[code])}],
        "unit": company, "form": form, "problem": problem if loose else None, "loose": loose,
        "other_url": doors.url(code, other) if other else "",
        "text": request.POST.get("text", ""), "reason": request.POST.get("reason", ""), "plan": _plan(request),
        "cancel_url": reverse("governance-policies", args=[code]), "question": _question(request, form),
    }  # fmt: skip
    status = 200 if problem is None else 409 if isinstance(problem, Conflict) else 422
    return render(request, "governance/policies/draft.html", context, status=status)


def _begun(request: HttpRequest, code: str, row: PolicyVersion) -> HttpResponse:
    """On to the policy; to its text where there is none yet."""
    if row.text:
        messages.success(request, _("The draft is saved. Submit it once it is finished."))
        return redirect(doors.url(code, row.policy))
    messages.info(request, _("The draft is begun; its text is still missing."))
    return redirect("governance-policies-edit", code, row.uid)


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def revise(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Begin a revision with the words in force."""
    here, record = doors.enter(request, code, uid)
    try:
        row = actions.start(policy=record.source, unit=record.unit, reason=request.POST.get("reason", ""), by=here.by)
    except Conflict as conflict:
        if "draft" not in conflict.data:
            raise
        messages.info(request, f"{conflict.what} {conflict.fix}")
        return redirect(doors.url(code, uid))
    return redirect("governance-policies-edit", code, row.uid)


@needs(P.REGISTER_ENTRY_EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Title, text, files and reason of a draft."""
    here, record, row = doors.enter_version(request, code, uid)
    here.require(P.REGISTER_ENTRY_EDIT, record.unit, record.department)
    if row.state != S.DRAFT:
        messages.info(request, _("This version is no longer a draft."))
        return redirect(doors.url(code, row.policy))
    form = _edit_form(request, here, record, row)
    if request.method == "GET":
        return _edit_page(request, code, record, row, form)
    form.take_files(here.by)
    version = asked.version(request, default=row.version)
    try:
        if form.errors:
            raise Problem("policy.file", _("One of the files cannot be taken in."), status=422)
        saved = actions.edit(draft=row, values=_edited(request, form), version=version, by=here.by, read=True)
        if "submit" in request.POST:
            actions.submit(draft=saved, by=here.by)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _edit_page(request, code, record, row, form, problem)
    messages.success(request, _("Submitted for approval.") if "submit" in request.POST else _("The draft is saved."))
    return redirect(doors.url(code, row.policy))


def _edit_form(request: HttpRequest, here: Here, record: Record, row: PolicyVersion) -> RegisterForm:
    given: dict[str, Any] = {"unit": record.unit, "known": record.known, "by": here.by}
    if request.method == "POST":
        return RegisterForm(here.spec, _DRAFT, data=request.POST, files=request.FILES, **given)
    return RegisterForm(here.spec, _DRAFT, initial={"name": row.title, "files": uploads.of_field(row.files)}, **given)


def _edited(request: HttpRequest, form: RegisterForm) -> dict[str, Any]:
    """What was sent; a text too long for a form stays as it is, an empty one is read from the file."""
    values = form.values()
    found: dict[str, Any] = {"title": values.get("name", ""), "reason": request.POST.get("reason", "")}
    if "text" in request.POST or "reread" in request.POST:
        found["text"] = "" if "reread" in request.POST else request.POST["text"]
    return {**found, "files": values["files"]} if "files" in values else found


def _edit_page(
    request: HttpRequest,
    code: str,
    record: Record,
    row: PolicyVersion,
    form: RegisterForm,
    problem: Problem | None = None,
) -> HttpResponse:
    clash = problem.data if isinstance(problem, Conflict) and "yours" in problem.data else None
    told = rows.invalid([*problem.faults]) if problem is not None and problem.faults else problem
    loose = form.refuse(told) if told is not None else []
    text = request.POST.get("text", row.text)
    context = {
        "title": _("Draft of “%(title)s”") % {"title": record.title},
        "trail": doors.trail(record, code, below=True),
        "unit": record.unit, "form": form, "row": row, "record": record,
        "problem": problem if loose else None, "loose": loose,
        "clash": comparepage.rows_of(comparing.compare(row.text, text), 0) if clash and "text" in clash["yours"] else None,  # type: ignore[operator]
        "clash_by": row.by,
        "text": text, "reason": request.POST.get("reason", row.reason), "version": row.version, "long": len(text) > textpage.LONG,
        "why": texts.why_not(row.files) if row.files and not row.text else None,
        "opinion": row.opinion, "cancel_url": doors.url(code, row.policy),
    }  # fmt: skip
    status = 200 if problem is None else 409 if isinstance(problem, Conflict) else 422
    return render(request, "governance/policies/draft.html", context, status=status)
