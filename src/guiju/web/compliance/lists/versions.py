"""One version of a list: its frozen rows, what differs from another one, who drew it up, and its next step."""

from __future__ import annotations

from typing import IO, Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.enums import ListKind
from guiju.compliance.lists import comparing, freezing, queries, versions, workbooks
from guiju.compliance.models import Snapshot
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.org import places
from guiju.org.models import Unit
from guiju.org.places import Seat
from guiju.registers import actions, store
from guiju.registers import spec as specs
from guiju.registers import tables as layouts
from guiju.registers.records import Record
from guiju.registers.spec import Move
from guiju.web import links, place
from guiju.web.compliance.lists import door, tables
from guiju.web.registers import exports, recordpage
from guiju.web.registers.fields import RegisterForm
from guiju.web.registers.gate import Here

_SIZE = 50
#: Changes that a page shows; the workbook of both versions has the rest.
_SHOWN = 200
NOW = "now"


def _found(request: HttpRequest, code: str, uid: UUID) -> tuple[Seat, Here, Record, Unit | None]:
    """The version with the company and department of its list; 404 for one of somebody else."""
    seat = door.enter(request, code)
    by = place.by(request)
    spec = specs.get(versions.REGISTER)
    held = store.of(spec)
    record = held.find(by, uid)
    company, department = places.place_of(record.source.unit, record.values)
    if company.pk != seat.company.pk:
        raise NotFound(_("There is no such version here."), fix=_("Choose one from the list."))
    return seat, Here(by, spec, held), record, department


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def show(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The version with its rows; `to` names another version, or the list as it is now, to compare with."""
    seat, here, record, department = _found(request, code, uid)
    return render(request, "compliance/lists/version.html", _context(request, seat, here, record, department))


def _context(request: HttpRequest, seat: Seat, here: Here, record: Record, department: Unit | None) -> dict[str, Any]:
    kind = ListKind(str(record.value("kind")))
    titles = door.titles(seat.company)
    snapshot = queries.snapshot(record.source)
    facts = recordpage.sections(here, record, edit=False)
    steps = _open(here, record)
    waits = any(step.code == "approve" for step in steps) and versions.is_own(record.source, by=here.by)
    moves = [_move(seat, here, record, step) for step in steps if not (waits and step.code == "approve")]
    may_export = places.may(here.by, P.REGISTER_ENTRY_EXPORT, seat.company, department)
    return {
        "title": _("%(list)s, version %(number)s") % {"list": titles[kind.value], "number": record.value("number")},
        "unit": seat.company,
        "name": door.name_of(seat, department),
        "trail": door.trail(seat, {"label": titles[kind.value], "url": door.list_url(seat, kind, department)}),
        "record": record,
        "tone": record.tone("_status") if record.tone("_status") != "none" else "na",
        "record_url": links.record(here.spec.code, record.uid),
        "sections": facts,
        "snapshot": snapshot,
        "is_kept": queries.is_kept(record.source),
        "moves": moves,
        "waits": waits,
        "history": recordpage.told(here, record)[:8],
        "exports": _exports(seat, record, kind) if snapshot is not None and may_export else [],
        **(_rows(request, seat, snapshot, kind, here) if snapshot is not None else {}),
        **(_compared(request, seat, record, snapshot, department, kind, here) if snapshot is not None else {}),
    }


def _open(here: Here, record: Record) -> list[Move]:
    """The steps that this person may take from here; the end of a version comes with the one after it."""
    found = []
    for step in record.moves:
        needed = P(step.permission) if step.permission else P.REGISTER_ENTRY_EDIT
        if step.code != "supersede" and places.may(here.by, needed, record.unit, record.department):
            found.append(step)
    return sorted(found, key=lambda step: step.code == "back")


def _move(seat: Seat, here: Here, record: Record, step: Move) -> dict[str, Any]:
    return {
        "code": step.code,
        "label": step.label(),
        "url": reverse("compliance-lists-move", args=[seat.code, record.uid, step.code]),
        "form": _form(here, record, step),
        "asks_reason": step.asks_reason,
        "danger": step.code == "back",
    }


def _form(here: Here, record: Record, step: Move, **bound: Any) -> RegisterForm:
    """What a step needs; whoever takes it stands there as its author already."""
    form = recordpage.move_form(here, record, step, auto_id=f"{step.code}_%s", **bound)
    me = versions.person_of(here.by)
    for name in ("owner", "approved_by"):
        if me is not None and name in form.fields and not form.initial.get(name):
            form.initial[name] = str(me.uid)
            record.known.load(people={str(me.uid)})
    return form


def _exports(seat: Seat, record: Record, kind: ListKind) -> list[dict[str, str]]:
    spec = specs.get(kind.register)
    url = reverse("compliance-lists-version-export", args=[seat.code, record.uid])
    forms = {code: one.title for code, one in layouts.layouts_for(spec, seat.company).items()}
    forms[layouts.STANDARD] = _("All fields")
    return [{"label": label, "url": f"{url}?layout={code}"} for code, label in forms.items()]


def _rows(request: HttpRequest, seat: Seat, snapshot: Snapshot, kind: ListKind, here: Here) -> dict[str, Any]:
    spec = specs.get(kind.register)
    columns = tables.columns_of(seat.company, spec)
    written = request.GET.get("from", "")
    start = int(written) // _SIZE * _SIZE if written.isdecimal() and len(written) < 8 else 0
    shown = freezing.rows_of(snapshot, start, start + _SIZE)
    pager = None
    if snapshot.row_count > _SIZE:
        pager = {
            "count": snapshot.row_count,
            "cap": snapshot.row_count,
            "from": start + 1,
            "to": start + len(shown),
            "prev_url": f"?from={start - _SIZE}#rows" if start else "",
            "next_url": f"?from={start + _SIZE}#rows" if start + _SIZE < snapshot.row_count else "",
        }
    return {
        "head": tables.header(columns),
        "lines": tables.lines(spec, columns, shown, first=start + 1, by=here.by),
        "pager": pager,
    }


def _compared(
    request: HttpRequest,
    seat: Seat,
    record: Record,
    snapshot: Snapshot,
    department: Unit | None,
    kind: ListKind,
    here: Here,
) -> dict[str, Any]:
    """What may be compared with, and what differs from the one chosen."""
    others = [one for one in queries.history(seat, department, kind) if str(one.uid) != record.uid]
    frozen = set(
        Snapshot.objects.filter(list_version__in=[one.uid for one in others], taken_at__isnull=False).values_list(
            "list_version", flat=True
        )
    )
    chosen = request.GET.get("to", "")
    options = [{"value": NOW, "label": _("the list as it is now"), "chosen": chosen == NOW}]
    options += [
        {"value": str(one.uid), "label": one.number, "chosen": chosen == str(one.uid)}
        for one in others
        if one.uid in frozen
    ]
    picked = next((one for one in options if one["chosen"]), None)
    found = None
    if picked is not None:
        other = Snapshot.objects.get(list_version=chosen) if chosen != NOW else None
        first, second = (other, snapshot) if other is not None and _is_older(other, snapshot) else (snapshot, other)
        found = _changes(comparing.compare(first, second, by=here.by))
        found["before"] = record.value("number") if first is snapshot else picked["label"]
        found["after"] = picked["label"] if first is snapshot else record.value("number")
    return {"others": options, "changes": found}


def _is_older(one: Snapshot, other: Snapshot) -> bool:
    return bool(one.taken_at and other.taken_at and one.taken_at < other.taken_at)


def _changes(found: comparing.Comparison) -> dict[str, Any]:
    return {
        "count": found.count,
        "changed": found.changed[:_SHOWN],
        "added": found.added[:_SHOWN],
        "removed": found.removed[:_SHOWN],
        "hidden": max(len(found.changed), len(found.added), len(found.removed)) > _SHOWN,
    }


@needs(P.REGISTER_ENTRY_VIEW)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, code: str, uid: UUID, move: str) -> HttpResponse:
    """Take the version a step on; what the step needs is asked in a small form."""
    seat, here, record, _department = _found(request, code, uid)
    step = here.spec.move(move)
    if step is None:
        raise NotFound(_("A version of a list knows no such step."))
    if request.method == "GET":
        return _move_page(request, seat, here, record, step, _form(here, record, step))
    form = _form(here, record, step, data=request.POST, files=request.FILES)
    version = request.POST.get("version", "")
    try:
        actions.move(
            entry=record.source,
            move=step.code,
            by=here.by,
            # A bare button sends no field: what stands in the record stays, what is missing is known from who acts.
            values={name: value for name, value in form.values().items() if name in request.POST},
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            reason=request.POST.get("reason", ""),
        )
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _move_page(request, seat, here, record, step, form, problem)
    messages.success(request, _("“%(title)s”: %(move)s.") % {"title": record.title, "move": step.label()})
    return redirect(door.version_url(seat, record.uid))


def _move_page(
    request: HttpRequest,
    seat: Seat,
    here: Here,
    record: Record,
    step: Move,
    form: RegisterForm,
    problem: Problem | None = None,
) -> HttpResponse:
    loose = form.refuse(problem) if problem else []
    back = door.version_url(seat, record.uid)
    to = here.spec.state(step.to)
    context = {
        "title": f"{step.label()}: {record.title}",
        "trail": door.trail(seat, {"label": record.title, "url": back}),
        "record": record,
        "step": step,
        "to_label": to.label() if to is not None else "",
        "form": form,
        "problem": problem if loose or (problem is not None and not problem.faults) else None,
        "loose": loose,
        "reason": request.POST.get("reason", ""),
        "asks_reason": step.asks_reason,
        "action_url": reverse("compliance-lists-move", args=[seat.code, record.uid, step.code]),
        "cancel_url": back,
    }
    return render(request, "registers/move.html", context, status=422 if problem else 200)


@needs(P.REGISTER_ENTRY_EXPORT)
@require_safe
def export(request: HttpRequest, code: str, uid: UUID) -> HttpResponseBase:
    """The frozen rows as a workbook, in any form that the unit may use."""
    seat, here, record, _department = _found(request, code, uid)
    snapshot = queries.snapshot(record.source)
    if snapshot is None:
        raise NotFound(_("The rows of this version are not kept here."), fix=_("Open the files of the version."))
    layout = request.GET.get("layout", "") or workbooks.layout_of(snapshot)

    def write(content: IO[bytes]) -> None:
        workbooks.export(snapshot=snapshot, layout=layout, by=here.by, to=content)

    words = [record.title.replace(" · ", " "), seat.company.label, clock.today().isoformat()]
    return FileResponse(exports.drafted(write), as_attachment=True, filename=f"{' '.join(words)}.xlsx")
