"""One list of one department: its rows under the organisation's columns, its versions, and what comes next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.enums import ListKind
from guiju.compliance.lists import freezing, queries, versions
from guiju.compliance.lists.queries import Cell
from guiju.lib.errors import Problem
from guiju.org import places
from guiju.org.models import Unit
from guiju.org.places import Seat
from guiju.registers import spec as specs
from guiju.registers import tables as layouts
from guiju.registers.models import Entry
from guiju.registers.spec import RegisterSpec
from guiju.web import links, place
from guiju.web.compliance.lists import door, tables
from guiju.web.compliance.lists.overview import tabs

_SIZE = 50
_RIGHTS = (P.REGISTER_ENTRY_EDIT, P.REGISTER_ENTRY_CREATE, P.REGISTER_ENTRY_IMPORT, P.REGISTER_ENTRY_EXPORT)


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def show(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The rows in the order and the columns of the form, the versions below, one primary step."""
    seat = door.enter(request, code)
    chosen = door.kind_of(kind)
    department = seat.department(request.GET.get("department", ""))
    return render(request, "compliance/lists/list.html", _context(request, seat, chosen, department))


def _context(request: HttpRequest, seat: Seat, kind: ListKind, department: Unit | None) -> dict[str, Any]:
    by = place.by(request)
    spec = specs.get(kind.register)
    cell = queries.cell(by, seat, department, kind)
    columns = tables.columns_of(seat.company, spec)
    start = _start(request, cell.rows)
    pairs = list(
        freezing.live(seat.company, department, kind.value).values_list("uid", "version")[start : start + _SIZE]
    )
    shown = list(freezing.held([(str(uid), version) for uid, version in pairs]))
    here = door.list_url(seat, kind, department)
    titles = door.titles(seat.company)
    return {
        "title": titles[kind.value],
        "unit": seat.company,
        "name": door.name_of(seat, department),
        "trail": door.trail(seat),
        "kinds": [
            {"label": titles[one.value], "url": door.list_url(seat, one, department), "current": one == kind}
            for one in queries.KINDS
        ],
        "spec": spec,
        "cell": cell,
        "drift": door.drift_words(cell.drift),
        "head": tables.header(columns),
        "lines": [
            line | {"url": links.record(spec.code, line["uid"])}
            for line in tables.lines(spec, columns, shown, first=start + 1, by=by)
        ],
        "pager": _pager(here, start, cell.rows),
        "step": _step(seat, cell),
        "versions": [_version(seat, one) for one in queries.history(seat, department, kind)],
        "may_set": bool(tabs(request, seat, "")) and place.may(request, P.COMPLIANCE_SETTING_EDIT, seat.company),
        "settings_url": reverse("compliance-lists-settings", args=[seat.code]) + f"#{kind.value}",
        **_ways(request, seat, spec, department),
    }


def _start(request: HttpRequest, count: int) -> int:
    written = request.GET.get("from", "")
    found = int(written) if written.isdecimal() and len(written) < 8 else 0
    return min(found - found % _SIZE, max(count - 1, 0) // _SIZE * _SIZE)


def _pager(here: str, start: int, count: int) -> dict[str, Any] | None:
    if count <= _SIZE:
        return None
    join = "&" if "?" in here else "?"
    return {
        "count": count,
        "cap": count,
        "from": start + 1,
        "to": min(start + _SIZE, count),
        "prev_url": f"{here}{join}from={start - _SIZE}" if start else "",
        "next_url": f"{here}{join}from={start + _SIZE}" if start + _SIZE < count else "",
    }


def _ways(request: HttpRequest, seat: Seat, spec: RegisterSpec, department: Unit | None) -> dict[str, str | list[Any]]:
    """Where rows are edited, brought in and taken out, as far as this person may."""
    by = place.by(request)
    unit = seat.company if seat.whole or seat.through is None else seat.through
    query = {"unit": unit.code} | ({"f.department": str(department.uid)} if department is not None else {})
    address = urlencode(query)
    may = {one: places.may(by, one, seat.company, department) for one in _RIGHTS}
    given = {"department": str(department.uid)} if department is not None else {}
    export = f"{reverse('register-export', args=[spec.code])}?{address}"
    forms = {layouts.STANDARD: "", **{code: one.title for code, one in layouts.layouts_for(spec, seat.company).items()}}
    return {
        "grid_url": _grid(spec, address) if may[P.REGISTER_ENTRY_EDIT] else "",
        "new_url": links.new_record(spec.code, unit=unit, values=given) if may[P.REGISTER_ENTRY_CREATE] else "",
        "import_url": f"{reverse('register-import', args=[spec.code])}?unit={unit.code}"
        if may[P.REGISTER_ENTRY_IMPORT]
        else "",
        "exports": [
            {"label": label or _("All fields"), "url": f"{export}&layout={code}"} for code, label in forms.items()
        ]
        if may[P.REGISTER_ENTRY_EXPORT]
        else [],
    }


def _grid(spec: RegisterSpec, address: str) -> str:
    try:
        return f"{reverse('register-grid', args=[spec.code])}?{address}"
    except NoReverseMatch:
        return ""


def _step(seat: Seat, cell: Cell) -> dict[str, Any] | None:
    """The one primary thing to do; a step that waits for somebody else is named without a button."""
    if not cell.step or cell.step == "compare":
        drifted = cell.drift is not None and cell.drift.count
        return _new_version(seat, cell) if drifted else None
    if cell.step == "draft":
        return _new_version(seat, cell)
    assert cell.going is not None
    if cell.step == "submit" and cell.can:
        url = reverse("compliance-lists-move", args=[seat.code, cell.going.uid, "submit"])
        return {"label": door.STEPS["submit"], "post": url, "version": cell.going.version, "wait": not cell.rows}
    return {"label": door.STEPS[cell.step], "url": door.version_url(seat, cell.going.uid), "other": not cell.can}


def _new_version(seat: Seat, cell: Cell) -> dict[str, Any]:
    url = reverse("compliance-list-draft", args=[seat.code, cell.kind.value])
    number = versions.next_number(seat.company, cell.department, cell.kind.value)
    return {"label": door.STEPS["draft"], "draft": url, "number": number, "wait": not cell.rows}


def _version(seat: Seat, entry: Entry) -> dict[str, Any]:
    state = specs.get(versions.REGISTER).state(entry.status)
    return {
        "number": entry.number,
        "url": door.version_url(seat, entry.uid),
        "state": state.label() if state is not None else "",
        "tone": state.tone if state is not None and state.tone != "none" else "na",
        "rows": entry.count_1,
        "on": entry.on,
        "ends_on": entry.done_on,
        "owner": entry.owner.name if entry.owner is not None else "",
        "approved_by": entry.person.name if entry.person is not None else "",
    }


@needs(P.REGISTER_ENTRY_CREATE)
@require_POST
def draft(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Begin the next version; who has rows already may hand it in at once."""
    seat = door.enter(request, code)
    chosen = door.kind_of(kind)
    department = seat.department(request.POST.get("department", ""))
    by = place.by(request)
    here = door.list_url(seat, chosen, department)
    try:
        entry = versions.draft(
            unit=seat.company, kind=chosen.value, department=department, number=request.POST.get("number", ""), by=by
        )
        if request.POST.get("submit"):
            entry = versions.submit(entry=entry, by=by)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        messages.error(request, f"{problem.what} {problem.fix}")
        return redirect(here)
    count = entry.count_1 or 0
    told = ngettext(
        "Version %(number)s was submitted with %(n)d row.", "Version %(number)s was submitted with %(n)d rows.", count
    )
    begun = _("Version %(number)s was begun. Submit it once the rows are right.")
    messages.success(request, (told if entry.status == "submitted" else begun) % {"number": entry.number, "n": count})
    return redirect(here)
