"""What the template of a record needs: facts as on the paper form, and everything beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.lib import clock
from guiju.org.models import Person
from guiju.registers import queries, rows
from guiju.registers.models import Entry
from guiju.registers.records import Record
from guiju.registers.spec import Field, Move
from guiju.trail.events import Action
from guiju.trail.presenters import HistoryLine
from guiju.web import links, place
from guiju.web.compliance.graph import part as graph
from guiju.web.compliance.graph import touching
from guiju.web.registers import beside, proofs, uploads
from guiju.web.registers.fields import RegisterForm
from guiju.web.registers.gate import CREATE, EDIT, REMOVE, Here
from guiju.web.registers.listpage import days_left

_HISTORY = 6
_RELATED = 12
_WIDE = frozenset({"longtext", "url", "people", "entries", "choices", "files"})
_LONG = 40
_ENTERING = frozenset({Action.ENTRY_CREATED.value, Action.ENTRY_IMPORTED.value})


def context(request: HttpRequest, here: Here, record: Record) -> dict[str, Any]:
    """Everything the page of a record draws."""
    rows.load_names(here.spec, record.values, record.known)
    may = here.may(request, record.unit, record.department)
    history = told(here, record)
    moves = _moves(request, here, record)
    return {
        "title": record.title,
        "trail": trail(here, record),
        "here": here,
        "record": record,
        "spec": here.spec,
        "sections": sections(here, record, edit=EDIT in may),
        "moves": moves,
        # Where all is well no step is urged: repealing what is in force is possible, not what to do next.
        "leads": _leads(record, moves),
        "marks": _marks(record),
        "step": _step(record),
        "people": _people(record),
        "days": _days(record),
        "files": files(here, record),
        "related": _related(here, record),
        "graph_url": graph.url(record.source),
        "was_saved": "saved" in request.GET,
        "touched": _touched(request, record) if "saved" in request.GET else None,
        "history": history[:_HISTORY],
        "history_count": len(history),
        "history_url": reverse("record-history", args=[here.spec.code, record.uid]),
        "edit_url": reverse("record-edit", args=[here.spec.code, record.uid]) if EDIT in may else "",
        "copy_url": reverse("register-new", args=[here.spec.code]) + f"?like={record.uid}" if CREATE in may else "",
        "remove": _removal(here, record) if REMOVE in may else None,
        **beside.context(request, record),
        **proofs.context(request, here, record),
    }


def _touched(request: HttpRequest, record: Record) -> touching.Touched | None:
    """Whom the change that was just saved touches, where it has marked anything."""
    found = touching.of(request, record.source) if isinstance(record.source, Entry) else None
    return found if found is not None and found.waiting else None


def told(here: Here, record: Record) -> list[HistoryLine]:
    """The history; lateness belongs to the entry itself, not to what was changed in it long after."""
    return [
        line if line.action in _ENTERING and record.late_days else replace(line, late_days=0)
        for line in here.store.history(record)
    ]


def trail(here: Here, record: Record | None = None) -> list[dict[str, str]]:
    """The places above a record."""
    found = [
        {"label": _("Registers"), "url": links.registers()},
        {"label": here.spec.title(), "url": links.register(here.spec.code)},
    ]
    if record is not None:
        found.append({"label": record.unit.label, "url": links.register(here.spec.code, unit=record.unit.code)})
    return found


def sections(here: Here, record: Record, *, edit: bool) -> list[dict[str, Any]]:
    """The facts in the groups of the paper form; what is not recorded says so."""
    found = [section(here, record, number, edit=edit) for number in range(len(here.spec.sections))]
    return [one for one in found if one["rows"]]


def section(here: Here, record: Record, number: int, *, edit: bool) -> dict[str, Any]:
    """One group of facts; a column of one's own that holds nothing is none."""
    title, items = list(here.spec.sections.items())[number]
    facts = [_fact(here, record, item) for item in items if not item.own or record.value(item.code)]
    fill(facts)
    return {
        "id": f"section-{number}",
        "title": here.spec.section_label(title) or _("Particulars"),
        "edit_url": reverse("record-section", args=[here.spec.code, record.uid, number]) if edit else "",
        "rows": facts,
    }


def fill(facts: list[dict[str, Any]]) -> None:
    """A fact with nothing beside it takes the whole line."""
    waiting: dict[str, Any] | None = None
    for fact in facts:
        if fact["wide"] and waiting is not None:
            waiting["wide"] = True
        waiting = None if fact["wide"] or waiting is not None else fact
    if waiting is not None:
        waiting["wide"] = True


def _fact(here: Here, record: Record, item: Field) -> dict[str, Any]:
    text = record.text(item.code)
    stored = record.value(item.code)
    option = item.option(stored) if item.type == "choice" and stored else None
    return {
        "label": item.label(),
        "text": f"{text} {_('CNY')}" if text and item.type == "amount" else text,
        "missing": not text,
        "url": link(item, stored) if text else "",
        "wide": item.type in _WIDE or len(text) > _LONG,
        "tone": option.tone if option is not None and option.tone != "none" else "",
        "files": [_file(here, record, one) for one in uploads.of_field(stored)] if item.type == "files" else [],
    }


def link(item: Field, stored: Any) -> str:
    """Where a value leads."""
    if item.type == "person":
        return links.person(stored)
    if item.type == "entry" and item.refers:
        return links.record(item.refers, stored)
    return str(stored) if item.type == "url" else ""


def files(here: Here, record: Record) -> list[dict[str, Any]]:
    """All files of the record."""
    found = []
    for item in here.spec.fields:
        if item.type == "files":
            found += [_file(here, record, one) for one in uploads.of_field(record.value(item.code))]
    return found


def _file(here: Here, record: Record, one: uploads.Kept) -> dict[str, Any]:
    url = reverse("record-file", args=[here.spec.code, record.uid, one.digest, one.name])
    return {"name": one.name, "url": url, "size": one.size_words}


# --- the rail -----------------------------------------------------------------------------------------------------


def _moves(request: HttpRequest, here: Here, record: Record) -> list[dict[str, Any]]:
    """The next moves that this person may make, each with the few fields that it needs."""
    found = []
    for move in record.moves:
        needed = _right(here, move)
        if place.may(request, needed, record.unit, record.department):
            found.append(
                {
                    "code": move.code,
                    "label": move.label(),
                    "id": f"move-{move.code}",
                    "url": reverse("record-move", args=[here.spec.code, record.uid, move.code]),
                    "form": move_form(here, record, move, auto_id=f"{move.code}_%s"),
                    "asks_reason": move.asks_reason,
                    "quiet": move.quiet,
                    "to": here.spec.state(move.to),
                }
            )
    # Sending back asks for a reason: it stands after the steps that go on.
    return sorted(found, key=lambda one: bool(one["asks_reason"]))


def _right(here: Here, move: Move) -> Any:
    from guiju.access.permissions import Permission

    return Permission(move.permission) if move.permission else here.store.permission(EDIT)


def move_form(here: Here, record: Record, move: Move, *, auto_id: str = "id_%s", **bound: Any) -> RegisterForm:
    """The fields that a move needs, with what is known already; days begin with today, who does it with oneself."""
    rows.load_names(here.spec, record.values, record.known)
    initial = initial_of(here, record)
    for code in move.needs:
        item = here.spec.by_code[code]
        if item.type == "date" and not initial.get(code):
            initial[code] = clock.today().isoformat()
        if item.begins_with_me and not initial.get(code) and (person := _myself(here, record)):
            initial[code] = person
    rest = [code for group in move.either for code in group if code not in move.needs]
    form = RegisterForm(
        here.spec,
        [*move.needs, *rest],
        unit=record.unit,
        known=record.known,
        by=here.by,
        initial=initial,
        auto_id=auto_id,
        **bound,
    )
    for code in move.needs:
        form.fields[code].required = True
    return form


def _myself(here: Here, record: Record) -> str:
    """The person behind the account, if it is one of this tree."""
    rows_ = Person.objects.filter(user_id=here.by.user_id or 0, unit__root_id=record.unit.root_id)
    found = rows_.values_list("uid", flat=True).first()
    return str(found) if found else ""


def initial_of(here: Here, record: Record) -> dict[str, Any]:
    """A record's values as a form begins with them."""
    found = dict(record.values)
    for item in here.spec.fields:
        if item.type == "files":
            found[item.code] = uploads.of_field(record.value(item.code))
    return found


def _step(record: Record) -> dict[str, Any] | None:
    if record.state is None:
        return None
    tone = record.state.tone
    step: dict[str, Any] = {"state": record.status_label, "tone": "na" if tone == "none" else tone}
    due = next((item for item in record.spec.fields if item.slot == "due_on"), None)
    ended = next((item for item in record.spec.fields if item.slot == "done_on"), None)
    if due is not None and record.value(due.code) and record.moves and not (ended and record.value(ended.code)):
        day = date.fromisoformat(record.value(due.code))
        words, late = days_left(day, clock.today())
        step |= {"due": day, "left_words": words, "is_late": late}
    return step


def _leads(record: Record, moves: list[dict[str, Any]]) -> bool:
    """Does the first move stand out as what to do next?"""
    return bool(moves) and not moves[0]["quiet"] and record.state is not None and record.state.tone not in {"met", "na"}


def _marks(record: Record) -> list[dict[str, str]]:
    """What weighs on the record at first sight: its level or kind, where these have a tone."""
    found = []
    for item in record.spec.fields:
        option = item.option(record.value(item.code)) if item.slot in {"level", "kind"} and item.options else None
        if option is not None and option.tone != "none":
            found.append({"label": f"{item.label()} {option.label()}", "tone": option.tone})
    return found


def _people(record: Record) -> list[dict[str, str]]:
    found = []
    for item in record.spec.fields:
        stored = record.value(item.code)
        if stored and item.type in {"person", "people"}:
            uids = stored if isinstance(stored, list) else [stored]
            found += [
                {"label": item.label(), "name": record.known.person_label(uid), "url": links.person(uid)}
                for uid in uids
            ]
    return found


def _days(record: Record) -> list[dict[str, Any]]:
    return [
        {"label": item.label(), "on": date.fromisoformat(record.value(item.code))}
        for item in record.spec.fields
        if item.type == "date" and record.value(item.code)
    ]


def _related(here: Here, record: Record) -> list[dict[str, str]]:
    """Records that point to this one."""
    if not here.spec.is_entry:
        return []
    from guiju.registers import catalogue

    known = catalogue.specs()
    found = queries.related_for(here.by, record.source)[:_RELATED]
    return [
        {
            "register": known[entry.register].title() if entry.register in known else entry.register,
            "title": entry.title,
            "url": links.record(entry.register, entry.uid),
        }
        for entry in found
    ]


def _removal(here: Here, record: Record) -> dict[str, Any]:
    return {
        "id": "remove",
        "url": reverse("record-remove", args=[here.spec.code, record.uid]),
        "version": record.version,
    }
