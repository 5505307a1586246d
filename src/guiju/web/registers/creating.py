"""The form of a new row."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guiju.access import scope
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.registers import beginning, ownlayouts, rows
from guiju.registers.directory import Directory
from guiju.web import links
from guiju.web.registers import asked, fields, proofs, purpose, recordpage
from guiju.web.registers.fields import RegisterForm
from guiju.web.registers.gate import CREATE, Here, at_register

_UNITS = 200
_SALT = "guiju.registers.new"
_DAYS = 7 * 24 * 3600


@require_http_methods(["GET", "POST"])
@at_register(CREATE)
def new(request: HttpRequest, here: Here) -> HttpResponse:
    """Enter a row; `set.<field>=value` fills in what is known, `like=<uid>` what another row says."""
    unit = asked.unit_of(request, here)
    here.require(CREATE, unit)
    if request.method == "GET":
        return _page(request, here, unit, _form(request, here, unit))
    form = _form(request, here, unit)
    form.take_files(here.by)
    before = proofs.remember(unit)
    try:
        if form.errors:
            raise Problem("entry.file", _("One of the files cannot be taken in."))
        record = here.store.create(unit=unit, values=form.values(), by=here.by, uid=_uid_of(request))
    except Problem as problem:
        return _page(request, here, unit, form, problem)
    proofs.saved(request, record, before)
    messages.success(request, _("“%(title)s” is saved.") % {"title": record.title})
    if "again" in request.POST:
        return redirect(links.new_record(here.spec.code, unit=unit))
    return redirect(f"{links.record(here.spec.code, record.uid)}?saved=1")


def _token() -> str:
    """Names the row that this form will make, so that a second click finds it made."""
    return signing.dumps(uuid4().hex, salt=_SALT)


def _uid_of(request: HttpRequest) -> UUID | None:
    try:
        return UUID(signing.loads(request.POST.get("once", ""), salt=_SALT, max_age=_DAYS))
    except (signing.BadSignature, ValueError):
        return None  # without one the row is made all the same


def _form(request: HttpRequest, here: Here, unit: Unit) -> RegisterForm:
    known = Directory(unit, by=here.by)
    codes = ownlayouts.fields_of(here.spec, unit, request.POST)
    if request.method == "POST":
        return RegisterForm(
            here.spec, codes, unit=unit, known=known, by=here.by, data=request.POST, files=request.FILES
        )
    initial = _mine(request, here, unit) | fields.prefilled(here.spec, request.GET.dict().items(), known)
    initial |= _like(request, here)
    return RegisterForm(here.spec, codes, unit=unit, known=known, by=here.by, initial=initial)


def _mine(request: HttpRequest, here: Here, unit: Unit) -> dict[str, Any]:
    """Who enters a row is, as a rule, who did it: where the register says so, and the person belongs to this tree."""
    person = getattr(request.user, "person", None)
    if person is None or person.unit.root_id != unit.root_id:
        return {}
    later = here.spec.asked_later
    return {item.code: str(person.uid) for item in here.spec.fields if item.begins_with_me and item.code not in later}


def _like(request: HttpRequest, here: Here) -> dict[str, Any]:
    """What another row says, but for what must not occur twice, its days and its files."""
    if "like" not in request.GET:
        return {}
    model = here.store.find(here.by, request.GET["like"])
    rows.load_names(here.spec, model.values, model.known)
    return {
        item.code: model.value(item.code)
        for item in here.spec.fields
        if item.type not in {"files", "date"}
        and not item.unique
        and not item.kept
        and item.code not in {"number", "code"}
    }


def _page(
    request: HttpRequest, here: Here, unit: Unit, form: RegisterForm, problem: Problem | None = None
) -> HttpResponse:
    loose = form.refuse(problem) if problem else []
    context = {
        "title": _("New: %(register)s") % {"register": here.spec.title()},
        "trail": recordpage.trail(here),
        "spec": here.spec,
        "form": form,
        "problem": problem if loose else None,
        "loose": loose,
        "unit": unit,
        "units": _units(here, unit),
        "cancel_url": links.register(here.spec.code, unit=unit.code),
        "draft_key": f"{here.by.user_id}:new:{here.spec.code}:{unit.code}{_given(request)}",
        "proves": purpose.of(request, unit),
        "is_new": True,
        "begins": beginning.told(here.spec, by=here.by, unit=unit),
        "once": _token(),
    }
    return render(request, "registers/form.html", context, status=422 if problem else 200)


def _given(request: HttpRequest) -> str:
    """A form that begins with something has a draft of its own."""
    pairs = [f"{key}={value}" for key, value in request.GET.items() if key.startswith("set.") or key == "like"]
    return f":{'&'.join(pairs)}" if pairs else ""


def _units(here: Here, unit: Unit) -> list[Unit]:
    """Where else the row could belong: units of the same tree in which this person may enter rows."""
    rows = scope.units(here.by, here.store.permission(CREATE)).filter(root_id=unit.root_id, closed_on__isnull=True)
    found = list(rows.order_by("path")[:_UNITS])
    return found if len(found) > 1 else []
