"""What the template of one meeting needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.governance.meetings import order, quorum, sheet
from guiju.governance.meetings.queries import OneMeeting
from guiju.governance.meetings.terms import ABOUT_MEETING, CANCELLED, ITEMS, MEETINGS, PLANNED, SETTLED
from guiju.lib.errors import Conflict, Problem
from guiju.org.models import Person
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.web import links
from guiju.web.governance.meetings import here as places
from guiju.web.governance.meetings.here import Here
from guiju.web.governance.meetings.opinions import decision_view
from guiju.web.governance.meetings.overview import decision_row, option, state
from guiju.web.registers.picks import first_options
from guiju.workflow.models import Task

#: Empty lines for further decisions.
_ROOM = 3
_LINKED = {
    "policy": "policies",
    "contract": "contracts",
    "risk": "risk_list",
    "rectification": "rectifications",
    "review": "reviews",
}
Given = Mapping[str, Any]


def context(at: Here, one: OneMeeting, *, problem: Problem | None = None, given: Given | None = None) -> dict[str, Any]:
    """Everything the page draws."""
    meeting = one.meeting
    said = _said(one, given or {})
    may = at.writes and meeting.status not in {SETTLED, CANCELLED}
    names = _names([said["minutes"].get("chair", ""), *(row.get("owner", "") for row in said["decisions"])])
    args = [at.code, meeting.uid]
    ordered = order.of_items(one.items, company=at.company)
    is_hearing = meeting.kind == "quarterly_hearing" and one.sitting.version == 0
    return {
        "title": meeting.title,
        "trail": places.trail(at),
        "unit": at.company,
        "one": one,
        "meeting": meeting,
        "state": state(meeting),
        "topic": option(MEETINGS, "topic", meeting.kind),
        "body": {"title": one.body.title, "url": reverse("governance-meetings-body", args=[at.code, one.body.uid])}
        if one.body
        else None,
        "is_planned": meeting.status == PLANNED,
        "is_settled": meeting.status == SETTLED,
        "is_circulated": sheet.is_circulated(meeting),
        "signed_pages": [_file(meeting, file) for file in meeting.body.data.get("signed_pages") or []],
        "edit_url": reverse("record-edit", args=[MEETINGS, meeting.uid]),
        "may": may and not is_hearing,
        "writes": at.writes,
        "is_hearing": is_hearing,
        "problem": problem,
        "clashes": clashes(problem, one),
        "quorum": quorum.of(said["attendance"], one.rules),
        "attendance": [_seat(row, circulated=sheet.is_circulated(meeting)) for row in said["attendance"]],
        "held": said["minutes"],
        "chair_name": names.get(said["minutes"].get("chair", ""), ""),
        "items": [_item(at, one, row, said["items"].get(str(row.uid), {}), ordered) for row in one.items],
        "outcomes": _choices("outcome"),
        "kinds": _choices("kind"),
        "rows": _decisions(said["decisions"], names),
        "decided": [decision_row(row) for row in one.decisions],
        "files": _files(meeting),
        "told": _told(meeting),
        "people": first_options("person", unit=at.company, by=at.by) if may else [],
        "departments": at.seat.departments if may else [],
        "pick_url": f"{reverse('pick', args=['person'])}?unit={at.company.code}",
        "urls": {
            name: reverse(f"governance-meeting-{name}", args=args)
            for name in ("save", "hold", "settle", "notify", "cancel", "reopen", "add", "recuse")
        },
        "paper_url": reverse("governance-meetings-paper", args=[at.code, MEETINGS, meeting.uid]),
        "record_url": links.record(MEETINGS, meeting.uid),
    }


def _said(one: OneMeeting, given: Given) -> dict[str, Any]:
    """What was kept, with what was just sent and refused over it."""
    minutes = {**sheet.blank(one.meeting), **one.sitting.minutes, **(given.get("minutes") or {})}
    came = given.get("attendance") or {}
    items = {uid: dict(row) for uid, row in one.sitting.items.items()}
    for uid, row in (given.get("items") or {}).items():
        items[uid] = {**items.get(uid, {}), **row}
    return {
        "minutes": minutes,
        "attendance": [{**row, **came.get(str(row["person"]), {})} for row in one.attendance],
        "items": items,
        "decisions": list(minutes.get("decisions") or []),
    }


def _seat(row: Given, *, circulated: bool) -> dict[str, Any]:
    words = {"present": _("Present"), "absent": _("Absent"), "deputy": _("Deputy")}
    if circulated:
        words |= {"present": _("Has signed"), "absent": _("Has not signed")}
    return {
        "uid": row["person"],
        "name": row["name"],
        "seat": option("body_members", "seat", str(row.get("seat") or "")),
        "state": row.get("state") or "",
        "deputy": row.get("deputy") or "",
        "word": words.get(str(row.get("state")), ""),
    }


def _item(at: Here, one: OneMeeting, row: Entry, said: Given, ordered: Mapping[UUID, order.Decision]) -> dict[str, Any]:
    data = row.body.data
    kept = {code: data.get(code) for code in ("outcome", *sheet.VOTES, "resolution")}
    shown = (
        {**kept, **{code: value for code, value in said.items() if value not in (None, "")}}
        if not said
        else {**kept, **said}
    )
    outcome = str(shown.get("outcome") or "")
    return {
        "uid": str(row.uid),
        "n": row.count_1,
        "title": row.title,
        "kind": option(ITEMS, "kind", row.kind),
        "is_major": bool(row.flag_1),
        "reporter": row.person.name if row.person else "",
        "department": row.department.label if row.department else "",
        "contents": data.get("contents") or "",
        "files": [_file(row, one) for one in data.get("materials") or []],
        "links": list(_links(at, row)),
        "url": links.record(ITEMS, row.uid),
        "edit_url": reverse("record-edit", args=[ITEMS, row.uid]),
        "outcome": outcome,
        "outcome_word": sheet.outcome_label(outcome) if outcome else "",
        "votes_for": _number(shown, "votes_for"),
        "votes_against": _number(shown, "votes_against"),
        "votes_abstained": _number(shown, "votes_abstained"),
        "resolution": shown.get("resolution") or "",
        "unheard": shown.get("unheard") or "",
        "asks_unheard": bool(row.flag_1) and row.kind == "decide",
        "aside": [
            {
                "name": other.person.name,
                "reason": other.body.data.get("reason") or "",
                "url": links.record("recusals", other.uid),
            }
            for other in one.recusals.get(str(row.uid), [])
            if other.person
        ],
        "order": decision_view(at, ordered[row.uid]) if row.uid in ordered else None,
    }


def _number(said: Given, code: str) -> str:
    value = said.get(code)
    return "" if value is None else str(value)


def _file(row: Entry, file: Given) -> dict[str, str]:
    args = [row.register, row.uid, file["digest"], file["name"]]
    return {"name": str(file["name"]), "url": reverse("record-file", args=args)}


def _files(meeting: Entry) -> list[dict[str, str]]:
    return [_file(meeting, file) for file in meeting.body.data.get("files") or []]


def _links(at: Here, row: Entry) -> Iterable[dict[str, str]]:
    """The records that an item is about; each is shown only to whoever may see it, on its own page."""
    data = row.body.data
    spec = specs.get(ITEMS)
    if row.ref_2 is not None:
        label = spec.by_code["coordination"].label()
        yield {"label": label, "url": reverse("governance-meetings-matter", args=[at.code, row.ref_2])}
    for code, register in _LINKED.items():
        if data.get(code):
            yield {"label": spec.by_code[code].label(), "url": links.record(register, data[code])}


def _choices(code: str) -> list[tuple[str, str]]:
    field = specs.get(ITEMS).field(code)
    return [(one.code, one.label()) for one in (field.options if field else ())]


def _decisions(held: list[Given], names: Mapping[str, str]) -> list[dict[str, Any]]:
    lines = [*held, *({} for _time in range(_ROOM))]
    return [
        {
            "n": number,
            "matter": row.get("matter", ""),
            "owner": row.get("owner", ""),
            "due_on": row.get("due_on", ""),
            "item": row.get("item", ""),
            "owner_name": names.get(row.get("owner", ""), ""),
        }
        for number, row in enumerate(lines, 1)
    ]


def _names(uids: Iterable[str]) -> dict[str, str]:
    known = []
    for uid in uids:
        try:
            known.append(UUID(str(uid)))
        except ValueError:
            continue
    rows = Person.objects.filter(uid__in=known).values_list("uid", "name") if known else []
    return {str(uid): name for uid, name in rows}


def _told(meeting: Entry) -> int:
    return Task.objects.filter(about=ABOUT_MEETING, about_uid=meeting.uid).count()


def clashes(problem: Problem | None, one: OneMeeting) -> list[dict[str, str]]:
    """Both sides of a conflict, each place by the name that the page gives it."""
    if not isinstance(problem, Conflict) or "yours" not in problem.data:
        return []
    yours: Any = problem.data["yours"]
    theirs: Any = problem.data["current"]
    return [
        {"label": _place(code, one), "mine": _words(yours[code]), "theirs": _words(theirs.get(code))} for code in yours
    ]


def _place(code: str, one: OneMeeting) -> str:
    kind, _dot, rest = code.partition(".")
    if kind == "attendance":
        return next((str(row["name"]) for row in one.attendance if row["person"] == rest), _("Attendance"))
    if kind == "items":
        uid, _dot, field = rest.partition(".")
        item = next((row.title for row in one.items if str(row.uid) == uid), "")
        found = specs.get(ITEMS).field(field)
        return f"{item} · {found.label() if found else field}"
    labels = {
        "held_on": _("Day of the meeting"),
        "chair": _("Chaired by"),
        "place": _("Place"),
        "guests": _("Also there"),
        "remark": _("What was said"),
        "next_work": _("What follows"),
        "decisions": _("Decisions"),
        "minutes_number": _("Number of the minutes"),
        "signer": _("Signed for issue by"),
    }
    return labels.get(rest, rest)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "；".join(str(row.get("matter", "")) if isinstance(row, dict) else str(row) for row in value if row)
    return "" if value is None else str(value)
