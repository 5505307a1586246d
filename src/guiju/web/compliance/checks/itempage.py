"""One item at a time: three big buttons, what was looked at, and, where something is wrong, what and by whom."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_safe

from guiju.access.policy import needs
from guiju.compliance.checks import finishing, running
from guiju.compliance.checks import queries as checks
from guiju.compliance.enums import RunState
from guiju.compliance.models import CheckItem, CheckRun
from guiju.files import store as files
from guiju.files.models import StoredFile
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, NotFound, Problem
from guiju.registers import spec as specs
from guiju.web import faults, links, place
from guiju.web import forms as days
from guiju.web.compliance.checks import here
from guiju.web.registers import uploads
from guiju.web.workflow import forms as shared
from guiju.web.workflow.steps import near, person

_OWNER = _l("Who puts it right")


class ItemForm(forms.Form):
    """What is written down about one item."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    result = forms.ChoiceField(
        label=_l("Result"), required=False, choices=[(code, word) for code, word, _t in here.RESULTS]
    )
    way = forms.ChoiceField(label=_l("Way"), required=False)
    population = forms.IntegerField(label=_l("How many there are"), required=False, min_value=0)
    sampled = forms.IntegerField(label=_l("How many were looked at"), required=False, min_value=0)
    sample = forms.CharField(
        label=_l("Which ones"), required=False, max_length=2_000, strip=True, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_l("Numbers or names, so that somebody else finds the same ones."),
    )  # fmt: skip
    note = forms.CharField(
        label=_l("What was seen"), required=False, max_length=4_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    problem = forms.CharField(
        label=_l("What is wrong"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    taken = forms.CharField(
        label=_l("Done at once"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    fix_due_on = forms.DateField(label=_l("Put right by"), required=False, widget=days.day())
    cause_kind = forms.ChoiceField(label=_l("Kind of cause"), required=False)

    def __init__(self, *args: Any, unit: str, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [("", "—"), *_options("checks", "way")]  # type: ignore[attr-defined]
        self.fields["cause_kind"].choices = [("", "—"), *_options("rectifications", "cause_kind")]  # type: ignore[attr-defined]
        self.fields["owner"] = shared.person(_OWNER, unit, people)
        for name in ("population", "sampled"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def mark_needed(self) -> None:
        """Call nothing optional that a rectification needs; a half-written item is saved all the same."""
        for name in ("problem", "owner", "fix_due_on"):
            self.fields[name].required = True
        self.use_required_attribute = False

    @property
    def looked(self) -> list[Any]:
        """What was looked at."""
        return [self[name] for name in ("population", "sampled", "sample", "note", "way")]

    @property
    def wrong(self) -> list[Any]:
        """Only where something is wrong."""
        return [self[name] for name in ("problem", "taken", "owner", "fix_due_on", "cause_kind")]


def labels() -> dict[str, Any]:
    """What the form calls its fields."""
    return {"owner": _OWNER, **{name: field.label for name, field in ItemForm.base_fields.items()}}


def _options(register: str, field: str) -> list[tuple[str, str]]:
    return [(option.code, option.label()) for option in specs.get(register).by_code[field].options]


@needs(here.VIEW)
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, code: str, uid: UUID, number: int) -> HttpResponse:
    """One item; a save of a script answers in JSON, a form goes on to the next item."""
    run = here.run_of(request, code, uid)
    found = running.item_of(run, number)
    form, problem = _form(request, run, found), None
    if request.method == "POST":
        try:
            saved = _save(request, found, form)
        except Problem as refused:
            problem = refused
        else:
            return _answer(request, run, saved)
        if _by_script(request):
            return _refusal(problem, form)
        _beside(form, problem)
    form.mark_needed()
    context = {
        **_around(run, found),
        "form": form,
        "problem": problem,
        "results": here.RESULTS,
        "chosen": form["result"].value() or "",
        "held": uploads.of_field(found.files),
        "shown": [(one, here.address(run, "file", one.digest, one.name)) for one in uploads.of_field(found.files)],
        "may_work": run.state == RunState.RUNNING and place.may(request, here.EDIT, run.unit, run.department),
    }
    return render(request, "compliance/checks/item.html", context, status=problem.status if problem else 200)


@needs(here.VIEW)
@require_safe
def file(request: HttpRequest, code: str, uid: UUID, digest: str, name: str) -> HttpResponseBase:
    """A file of an item, for whoever may see the run."""
    run = here.run_of(request, code, uid)
    held = [one for listed in CheckItem.objects.filter(run=run).values_list("files", flat=True) for one in listed]
    known = next((one for one in held if one["digest"] == digest), None)
    stored = StoredFile.objects.filter(digest=digest).first() if known else None
    if known is None or stored is None:
        raise NotFound(_("This file is not here."), fix=_("Open the item again and choose the file from its list."))
    return files.response(stored, known["name"], inline=True)


def _form(request: HttpRequest, run: CheckRun, found: CheckItem) -> ItemForm:
    by = place.by(request)
    initial = {name: getattr(found, name) for name in ("version", *running.FIELDS)}
    initial["owner"] = str(found.owner.uid) if found.owner else ""
    chosen = person(by, request.POST.get("owner", "")) if request.method == "POST" else found.owner
    return ItemForm(
        request.POST or None, unit=run.unit.code, people=near(by, run.unit_id, chosen), initial=initial
    )  # fmt: skip


def _save(request: HttpRequest, found: CheckItem, form: ItemForm) -> CheckItem:
    """Keep all that can be kept: one wrong number does not take the words beside it along."""
    form.is_valid()
    wrong = [Fault(name, str(said[0])) for name, said in form.errors.items() if name in form.fields]
    if "version" in form.errors:
        raise Problem("check.item", _("The item was not saved."), fix=_("Reload the page."), status=422)
    by = place.by(request)
    given = dict(form.cleaned_data)
    version = given.pop("version")
    if "owner" in given:
        given["owner"] = person(by, given["owner"]) if given["owner"] else None
    if not _by_script(request):
        kept = uploads.kept(request.POST.getlist("files__kept")) + uploads.store(request.FILES.getlist("files"), by=by)
        given["files"] = [one.stored() for one in {one.digest: one for one in kept}.values()]
    try:
        saved = running.record(item=found, values=given, version=version, by=by)
    except Problem as problem:
        refused = {fault.where for fault in problem.faults} & given.keys()
        if not refused or isinstance(problem, Conflict):
            raise
        wrong += problem.faults
        rest = {name: value for name, value in given.items() if name not in refused}
        saved = running.record(item=found, values=rest, version=version, by=by)
    known = {fault.where for fault in wrong}
    wrong += [fault for fault in _lacking(request, saved) if fault.where not in known]
    if wrong:
        raise _kept_but(wrong, saved)
    return saved


def _kept_but(wrong: list[Fault], saved: CheckItem) -> Problem:
    return Problem(
        "check.item",
        _("Saved, but for what is marked."),
        fix=_("Correct it and save again."),
        faults=wrong,
        status=422,
        data={"version": saved.version},
    )


def _lacking(request: HttpRequest, saved: CheckItem) -> list[Fault]:
    """A problem is not left behind by going on before it says what is wrong, who puts it right and by when."""
    onward = not _by_script(request) and request.POST.get("go", "next") == "next"
    return finishing.lacking(saved) if onward else []


def _beside(form: ItemForm, problem: Problem) -> None:
    """Each fault stands at its field; the next save rests on what was saved of this one."""
    form.is_valid()
    for fault in problem.faults:
        if fault.where in form.fields and not form.errors.get(fault.where):
            form.add_error(fault.where, f"{fault.what} {fault.fix}".strip())
    problem.faults = tuple(fault for fault in problem.faults if fault.where not in form.fields)
    if "version" in problem.data:
        sent = cast("QueryDict", form.data).copy()
        sent["version"] = str(problem.data["version"])
        form.data = sent


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _answer(request: HttpRequest, run: CheckRun, saved: CheckItem) -> HttpResponse:
    if _by_script(request):
        done = checks.progress([run.pk])[run.pk]
        at = clock.now().astimezone(clock.SHANGHAI).strftime("%H:%M:%S")
        return JsonResponse({"version": saved.version, "at": at, "done": done.done, "due": done.due})
    go = request.POST.get("go", "next")
    if go.isdecimal():
        return redirect(here.address(run, "item", int(go)))
    count = CheckItem.objects.filter(run=run).count()
    if go == "list":
        return redirect(here.address(run))
    last = saved.place >= count
    return redirect(here.address(run, "finish") if last else here.address(run, "item", saved.place + 1))


def _refusal(problem: Problem, form: ItemForm) -> JsonResponse:
    words = " ".join(filter(None, (problem.what, *faults.sentences(problem, form=form), problem.fix)))
    return JsonResponse({"code": problem.code, "words": words, **problem.data}, status=problem.status)


def _around(run: CheckRun, found: CheckItem) -> dict[str, Any]:
    """What surrounds the item: how far, before, after."""
    done = checks.progress([run.pk])[run.pk]
    return {
        "title": found.title,
        "trail": here.trail(run.unit, run),
        "unit": run.unit,
        "run": run,
        "item": found,
        "progress": done,
        "count": done.due,
        "previous": found.place - 1 if found.place > 1 else 0,
        "next": found.place + 1 if found.place < done.due else 0,
        "list_url": here.address(run),
        "previous_url": here.address(run, "item", found.place - 1) if found.place > 1 else "",
        "next_url": here.address(run, "item", found.place + 1) if found.place < done.due else "",
        "finish_url": here.address(run, "finish"),
        "subject_url": links.record(found.subject_register, found.subject) if found.subject else "",
        "fix_url": links.record("rectifications", found.rectification) if found.rectification else "",
    }
