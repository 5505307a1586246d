"""Files of a stock: sent in, settled one by one or several at once, replaced, looked at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guiju.access.policy import needs
from guiju.files import store as files
from guiju.files.models import FileText, StoredFile
from guiju.governance.enums import Advice, IntakeState
from guiju.governance.intake import actions, faults, queries, reasons
from guiju.governance.intake.lines import Line
from guiju.governance.intake.receiving import Upload, short
from guiju.lib.errors import NotFound, Problem
from guiju.registers import spec as specs
from guiju.web import forms as days
from guiju.web import place
from guiju.web.governance.intake import here, incoming, tabling

_PREVIEW = 6_000
#: A change of these touches other files of the stock, so that the whole table is drawn anew.
_FAR = {"left_out", "apart", "policy", "name", "no_day"}
_SENT = ("level", "business", "advice", "issued_on", "no_day", "left_out", "apart", "policy")


class FileForm(forms.Form):
    """What a person says of one file."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    name = forms.CharField(label=_l("Title"), max_length=200, strip=True)
    number = forms.CharField(label=_l("Document number"), max_length=60, required=False, strip=True)
    issued_on = forms.DateField(label=_l("Issued on"), required=False, widget=days.day())
    no_day = forms.BooleanField(
        label=_l("Nobody knows the day of issue"), required=False,
        help_text=_l("It is then counted from the day on which it is taken over."),
    )  # fmt: skip
    in_force_on = forms.DateField(
        label=_l("In force since"), required=False, widget=days.day(),
        help_text=_l("Left empty where it is the day of issue."),
    )  # fmt: skip
    reviewed_on = forms.DateField(label=_l("Last revised on"), required=False, widget=days.day())
    level = forms.ChoiceField(label=_l("Level of the rule"))
    business = forms.ChoiceField(label=_l("Business or function"), required=False)
    mechanism = forms.ChoiceField(label=_l("Mechanism"))
    charter = forms.BooleanField(label=_l("These are the articles of association"), required=False)
    advice = forms.ChoiceField(label=_l("What is to become of it"), choices=Advice.choices)
    policy = forms.ChoiceField(
        label=_l("It is the text of a rule of the library"), required=False, widget=days.picker(),
        help_text=_l("A rule without text gets this one. Where it has a text, this becomes the draft of its next version."),
    )  # fmt: skip

    def __init__(self, *args: Any, policies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in ("level", "business", "mechanism"):
            field = self.fields[code]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*([] if field.required else [("", "—")]), *here.choices(code)]
        linked = self.fields["policy"]
        assert isinstance(linked, forms.ChoiceField)
        linked.choices = [("", _("No, it is a rule of its own")), *policies]


# --- sent in --------------------------------------------------------------------------------------------------------


@needs(here.IMPORT)
@require_POST
def add(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """More files; the script sends some at a time."""
    intake = here.intake_of(request, code, uid)
    try:
        items = actions.add(intake=intake, uploads=incoming.uploads(request), by=place.by(request))
    except Problem as problem:
        if incoming.by_script(request):
            return incoming.refusal(problem)
        raise
    if incoming.by_script(request):
        return JsonResponse({"added": len(items), "refused": [item.name for item in items if item.fault]})
    return redirect(here.address(intake))


# --- settled --------------------------------------------------------------------------------------------------------


@needs(here.IMPORT)
@require_POST
def settle(request: HttpRequest, code: str, uid: UUID, number: int) -> HttpResponse:
    """One field of a row."""
    item = here.file_of(request, code, uid, number)
    values = {name: request.POST[name] for name in _SENT if name in request.POST}
    actions.settle(item=item, values=values, version=_version(request), by=place.by(request))
    if "HX-Request" not in request.headers:
        return redirect(here.address(item.intake))
    if _FAR & values.keys():
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    row, statistics = tabling.one_row(item.intake, number)
    intake = queries.find(place.by(request), uid)
    context = {
        "row": row,
        "statistics": statistics,
        "intake": intake,
        "is_open": True,
        "may_take": here.may_take(request, intake),
        "oob": True,
        **tabling.options(),
    }
    return render(request, "governance/intake/_settled.html", context)


@needs(here.IMPORT)
@require_POST
def many(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The same of several files."""
    intake = here.intake_of(request, code, uid)
    picked = {}
    for pair in request.POST.getlist("pick"):
        ordinal, _colon, version = pair.partition(":")
        if ordinal.isdecimal() and version.isdecimal():
            picked[int(ordinal)] = int(version)
    asked = request.POST.get("action", "")
    values: dict[str, Any] = {"out": {"left_out": True}, "in": {"left_out": False}}.get(asked, {})
    if not values:
        values = {name: request.POST[name] for name in ("level", "business", "advice") if request.POST.get(name)}
    if picked and values:
        done = actions.settle_many(intake=intake, picked=picked, values=values, by=place.by(request))
        told = ngettext("%(count)d file is settled.", "%(count)d files are settled.", len(done)) % {"count": len(done)}
        messages.success(request, told)
    back = request.POST.get("back", "")
    return redirect(here.address(intake) + (back if _is_query(back) else ""))


def _is_query(back: str) -> bool:
    return back.startswith("?") and "//" not in back


# --- one file -------------------------------------------------------------------------------------------------------


@needs(here.IMPORT)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, code: str, uid: UUID, number: int) -> HttpResponse:
    """Everything about one file, beside its words."""
    item = here.file_of(request, code, uid, number)
    found = queries.lines_of(item.intake)
    line = next(line for line in found if line.item.pk == item.pk)
    line.item.intake = item.intake
    form = _form(request, line)
    problem: Problem | None = None
    if request.method == "POST" and (_is_asked(request) or form.is_valid()):
        try:
            _save(request, line, form)
        except Problem as refused:
            problem = refused
        else:
            return redirect(_next(found, number) if request.POST.get("go") == "next" else here.address(item.intake))
    context = _context(request, line, form, problem) | _around(found, number)
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "governance/intake/file.html", context, status=status)


def _form(request: HttpRequest, line: Line) -> FileForm:
    item = line.item
    names = ("name", "number", "issued_on", "in_force_on", "reviewed_on", "level", "business", "mechanism", "charter")
    initial = {name: line.value(name) for name in names}
    initial |= {"version": item.version, "advice": line.advice.value, "policy": item.settled.get("policy", "")}
    initial["no_day"] = bool(item.settled.get("no_day"))
    initial["mechanism"] = initial["mechanism"] or "business"
    library = [(str(one.uid), one.title) for one in queries.library(item.intake.unit) if one.status == "issued"]
    return FileForm(request.POST or None, policies=library, initial=initial)


def _is_asked(request: HttpRequest) -> bool:
    """Is the file to be left out, or taken in again?"""
    return request.POST.get("is", "") in {"in", "out"}


def _save(request: HttpRequest, line: Line, form: FileForm) -> None:
    if _is_asked(request):  # what else stands in the form may be wrong, and is left as it was
        out = {"left_out": request.POST["is"] == "out"}
        actions.settle(item=line.item, values=out, version=_version(request), by=place.by(request))
        return
    given = dict(form.cleaned_data)
    version = given.pop("version")
    given = {name: "" if value is None else value for name, value in given.items()}
    if not given["business"]:
        given.pop("business")
    if line.item.fault and request.POST.get("hand") == "1":
        given["by_hand"] = True
    actions.settle(item=line.item, values=given, version=version, by=place.by(request))


def _next(found: list[Line], number: int) -> str:
    """The next file that is to be settled; the table where there is none."""
    intake = found[0].item.intake
    later = [line for line in found if line.open and line.item.ordinal > number]
    earlier = [line for line in found if line.open and line.item.ordinal < number]
    nearest = next(iter(later + earlier), None)
    return here.address(intake, "file", nearest.item.ordinal) if nearest else here.address(intake)


def _context(request: HttpRequest, line: Line, form: FileForm, problem: Problem | None) -> dict[str, Any]:
    item = line.item
    words = FileText.objects.filter(file_id=item.digest).first() if item.digest else None
    return {
        "title": line.name or item.name,
        "trail": here.trail(item.intake.unit, item.intake),
        "unit": item.intake.unit,
        "intake": item.intake,
        "row": here.shown(line),
        "form": form,
        "problem": problem,
        "sorted_by": _sorted_by(line),
        "is_open": item.intake.state == IntakeState.READY,
        "may_hand": bool(item.digest) and faults.by_hand(item.fault),
        "by_hand": bool(item.settled.get("by_hand")),
        "preview": (words.text[:_PREVIEW].replace("\f", "\n") if words else "").split("\n"),
        "has_more": words is not None and len(words.text) > _PREVIEW,
        "document_url": here.address(item.intake, "document", item.ordinal) if item.digest else "",
        "replace_url": here.address(item.intake, "replace", item.ordinal),
        "facts": [
            (label, value)
            for label, value in (
                (_("Number of pages"), item.found.get("pages")),
                (_("Number of characters"), item.found.get("letters")),
                (_("Folder"), item.folder),
                (_("File"), item.name),
            )
            if value
        ],
    }  # fmt: skip


def _sorted_by(line: Line) -> list[str]:
    """How title, level and business were recognised, as far as nobody has settled them."""
    found, settled = line.item.found, line.item.settled
    asked = [
        ("name", "from_file" if found.get("name_from") == "file" and not line.item.fault else ""),
        ("level", f"level.{found.get('level_why')}"),
        ("business", f"business.{found.get('business_why')}"),
    ]
    told = [(code, reasons.sentence({"code": reason})) for code, reason in asked if code not in settled]
    labels = {code: specs.get("policies").by_code[code].label() for code, _said in told}
    return [f"{labels[code]}{_(': ')}{said}" for code, said in told if said]


def _around(found: list[Line], number: int) -> dict[str, Any]:
    at = next(at for at, line in enumerate(found) if line.item.ordinal == number)
    intake = found[at].item.intake
    before = found[at - 1].item.ordinal if at else None
    after = found[at + 1].item.ordinal if at + 1 < len(found) else None
    return {
        "place": at + 1,
        "count": len(found),
        "previous_url": here.address(intake, "file", before) if before is not None else "",
        "next_url": here.address(intake, "file", after) if after is not None else "",
    }


@needs(here.IMPORT)
@require_POST
def replace(request: HttpRequest, code: str, uid: UUID, number: int) -> HttpResponse:
    """Another file in the place of this one."""
    item = here.file_of(request, code, uid, number)
    given = request.FILES.get("file")
    if given is None:
        raise Problem("intake.no_file", _("No file was chosen."), fix=_("Choose the repaired file."), status=422)
    upload = Upload(short(given.name or ""), given, item.folder)
    done = actions.replace(item=item, upload=upload, version=_version(request), by=place.by(request))
    if done.fault:
        messages.warning(request, faults.words(done.fault).what)
        return redirect(here.address(item.intake, "file", number))
    messages.success(request, _("The file is being read."))
    return redirect(here.address(item.intake))


@needs(here.IMPORT)
@require_safe
def document(request: HttpRequest, code: str, uid: UUID, number: int) -> HttpResponseBase:
    """The file itself, for whoever may see the stock."""
    item = here.file_of(request, code, uid, number)
    stored = StoredFile.objects.filter(digest=item.digest).first() if item.digest else None
    if stored is None:
        raise NotFound(_("This file is not kept."), fix=_("Choose it again on the page of the file."))
    return files.response(stored, item.name, inline=True)


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0
