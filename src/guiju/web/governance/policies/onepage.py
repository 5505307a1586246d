"""What the page of one policy needs: what it is, where it stands, what this person can do next."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.access import holders
from guiju.access.models import User
from guiju.access.permissions import Permission as P
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions, queries, reviewing, states, structure, texts
from guiju.governance.policies.terms import DRAFT, ISSUED, PLANS, REPEALED
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.registers.records import Record
from guiju.review.enums import MatterState
from guiju.trail import presenters
from guiju.trail.models import BatchItem, Event
from guiju.web import links
from guiju.web.compliance.graph import part as graph
from guiju.web.governance.policies import doors, issuing, panels
from guiju.web.registers import recordpage
from guiju.web.registers.gate import Here

_FACTS = ("number", "level", "business", "mechanism", "field", "department", "owner", "issued_on", "reviewed_on",
          "repealed_on", "repeal_number", "arises_from", "gist")  # fmt: skip
_HISTORY = 8
#: Of those who may approve, so many are named.
_NAMED = 5
_GOING = (S.DRAFT, S.SUBMITTED, S.APPROVED)
_TONES = {S.DRAFT: "na", S.SUBMITTED: "partly", S.APPROVED: "info", S.IN_FORCE: "met", S.SUPERSEDED: "na",
          S.REPEALED: "na", S.WITHDRAWN: "na"}  # fmt: skip


def context(
    request: HttpRequest, here: Here, record: Record, code: str, *, problem: Problem | None = None
) -> dict[str, Any]:
    """Everything the page draws."""
    entry: Entry = record.source
    rows = queries.versions(entry)
    going = next((row for row in rows if row.state in _GOING), None)
    review, shown = _review(going), panels.of(request, entry)
    return {
        "title": record.title,
        "trail": doors.trail(record, code),
        "record": record,
        "code": code,
        "tone": _tone(record),
        "problem": problem,
        "said": request.POST,
        "going": _going(request, record, going, code),
        "review": review,
        "steps": _steps(request, here, record, going, code, stopped=bool(review and review["stops"])),
        "next": _next(request, record, going, rows, review) | {"give_out": _give_out(shown, rows)},
        "facts": _facts(here, record),
        "files": recordpage.files(here, record),
        "text": _text(request, record, code),
        "versions": [_version(row, code) for row in rows],
        "plans": _plans(here, record),
        "suggested": _suggested(request, here, record, code),
        "panels": shown,
        "related": _related(here, record),
        "graph_url": graph.url(entry),
        "record_url": links.record(here.spec.code, record.uid),
        "repeal_url": _repeal_url(request, record, going, code),
        "history": _history(record, rows),
        "history_url": reverse("record-history", args=[here.spec.code, record.uid]),
    }


def _tone(record: Record) -> str:
    return {ISSUED: "met", DRAFT: "partly"}.get(record.status, "na")


# --- the version being worked on ------------------------------------------------------------------------------------


def _going(request: HttpRequest, record: Record, row: PolicyVersion | None, code: str) -> dict[str, Any] | None:
    if row is None:
        return None
    returned = row.state == S.DRAFT and bool(row.opinion)
    held = actions.current(row.policy)
    return {
        "row": row,
        "label": S(row.state).label,
        "tone": _TONES[S(row.state)],
        "returned": returned,
        "edit_url": reverse("governance-policies-edit", args=[code, row.uid])
        if row.state == S.DRAFT and doors.may(request, P.REGISTER_ENTRY_EDIT, record)
        else "",
        "text_url": doors.text_url(code, row.policy) + f"?version={row.number}",
        "compare_url": compare_url(code, row.policy, held.number, row.number) if held is not None else "",
        "begins": row.in_force_on if row.state == S.APPROVED else None,
    }


_REVIEW_TONES = {MatterState.PASSED: "met", MatterState.REFUSED: "unmet", MatterState.VETOED: "unmet",
                 MatterState.SUSPENDED: "unmet", MatterState.STAYED: "unmet", MatterState.VOID: "unmet",
                 MatterState.WITHDRAWN: "na"}  # fmt: skip


def _review(row: PolicyVersion | None) -> dict[str, Any] | None:
    """Where the review of its text stands, and whether an approval waits for it; None where there is none to speak of."""
    if row is None:
        return None
    asked, found = reviewing.is_asked(row), reviewing.standing(row)
    if not asked and (found is None or not found.fits):
        return None
    if found is None:
        return {"words": "", "stops": True, "first": True}
    matter = found.matter
    return {
        "number": matter.number,
        "label": matter.state.label,
        "tone": _REVIEW_TONES.get(matter.state, "partly"),
        "url": reverse("review-one", args=[matter.uid]),
        "words": ""
        if found.fits
        else _("It was about another text; this one goes to the review when it is handed in."),
        "why": matter.why if found.fits and matter.has_passed else "",
        "stops": asked and not found.is_clear,
        "first": False,
    }


def compare_url(code: str, uid: object, one: int, other: int) -> str:
    """The page that shows what differs between two versions."""
    return reverse("governance-policies-compare", args=[code, uid]) + f"?from={one}&to={other}"


def _steps(
    request: HttpRequest, here: Here, record: Record, row: PolicyVersion | None, code: str, *, stopped: bool
) -> dict[str, Any] | None:
    """The forms that this person may send now, by step; what waits for somebody else is said instead."""
    if row is None:
        return None
    edit = doors.may(request, P.REGISTER_ENTRY_EDIT, record)
    approve = doors.may(request, P.GOVERNANCE_POLICY_APPROVE, record)
    issue = doors.may(request, P.GOVERNANCE_POLICY_ISSUE, record)
    mine = actions.is_author(row, here.by)
    allowed = {
        states.SUBMIT.code: edit,
        states.APPROVE.code: approve and not mine and not stopped,
        states.BACK.code: approve,
        states.ENFORCE.code: issue,
        states.WITHDRAW.code: edit,
    }
    open_ = {step for step, may in allowed.items() if may and states.is_open(row.state, states.STEPS[step])}
    return {
        "open": open_,
        "urls": {step: reverse("governance-policies-step", args=[code, row.uid, step]) for step in open_},
        "version": row.version,
        "issue": issuing.dialog(request, record.source, row, code) if states.ENFORCE.code in open_ else None,
        "waits": approve and mine and not stopped and row.state == S.SUBMITTED,
    }


def _next(
    request: HttpRequest,
    record: Record,
    row: PolicyVersion | None,
    rows: list[PolicyVersion],
    review: dict[str, Any] | None,
) -> dict[str, Any]:
    """One sentence on what comes next, and whether a revision can begin."""
    edit = doors.may(request, P.REGISTER_ENTRY_EDIT, record)
    return {
        "revise": edit and row is None and record.status in (ISSUED, DRAFT),
        "words": _words(record, row, review),
        "approvers": _approvers(record, row),
        "first": not rows and record.status == DRAFT,
    }


def _approvers(record: Record, row: PolicyVersion | None) -> str:
    """Who may approve what is drafted or handed in, those left out who wrote it: nobody has to guess whom to ask."""
    if row is None or row.state not in (S.DRAFT, S.SUBMITTED):
        return ""
    path = record.unit.path
    able = holders.of([path], on=clock.today()).may(path, P.GOVERNANCE_POLICY_APPROVE) - set(row.authors)
    names = list(User.objects.filter(pk__in=able).order_by("name").values_list("name", flat=True)[: _NAMED + 1])
    more = _(" and others") if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + more


def _give_out(shown: list[panels.Panel], rows: list[PolicyVersion]) -> str:
    """A text in force that nobody works on and nobody was given to read yet: giving it out comes next."""
    if not any(row.state == S.IN_FORCE for row in rows) or any(row.state in _GOING for row in rows):
        return ""
    return next((one.url for one in shown if one.id == "readings" and not one.lines), "")


def _words(record: Record, row: PolicyVersion | None, review: dict[str, Any] | None) -> str:
    if row is None:
        return {
            ISSUED: _("It is in force. A change begins with a revision."),
            REPEALED: _("It no longer applies; its versions stay readable."),
        }.get(record.status, _("Nobody is working on its text."))
    if row.state == S.APPROVED and row.in_force_on is not None and row.in_force_on > clock.today():
        return _("It comes into force on %(day)s by itself.") % {"day": row.in_force_on.isoformat()}
    if review is not None and review["stops"] and row.state == S.DRAFT:
        return _("The draft is finished and handed in; its text goes to the compliance review first.")
    if review is not None and review["stops"] and row.state == S.SUBMITTED:
        return _("Its text is under review; it is approved when the review has passed.")
    return {
        S.DRAFT: _("The draft is finished and handed in for approval."),
        S.SUBMITTED: _("Somebody who did not write it approves it or sends it back."),
        S.APPROVED: _("It is issued: number, day of issue, day on which it comes into force."),
    }[S(row.state)]


def _repeal_url(request: HttpRequest, record: Record, row: PolicyVersion | None, code: str) -> str:
    if record.status != ISSUED or row is not None or not doors.may(request, P.GOVERNANCE_POLICY_ISSUE, record):
        return ""
    return reverse("governance-policies-repeal", args=[code, record.uid])


# --- what it is -----------------------------------------------------------------------------------------------------


def _facts(here: Here, record: Record) -> dict[str, Any]:
    rows = []
    for name in _FACTS:
        item = here.spec.by_code[name]
        text = record.text(name)
        if text or name in {"number", "level", "business", "department"}:
            url = recordpage.link(item, record.value(name)) if text else ""
            wide = len(text) > 40 or item.type == "longtext"
            rows.append({"label": item.label(), "text": text, "missing": not text, "url": url, "wide": wide})
    recordpage.fill(rows)
    return {"id": "about", "title": _("The rule"), "rows": rows}


def _text(request: HttpRequest, record: Record, code: str) -> dict[str, Any]:
    """The outline of the words in force, or what to do where there are none."""
    entry: Entry = record.source
    held = queries.text_of(entry)
    files = held.version.files if held.version is not None else entry.body.data.get("files") or []
    pieces = structure.parse(held.words)
    articles = sum(piece.kind == "article" for piece in pieces)
    why = texts.why_not(files) if not held.words and files else None
    return {
        "url": doors.text_url(code, record.uid) if held.words else "",
        "heads": [(piece, doors.text_url(code, record.uid, piece.anchor)) for piece in pieces if piece.is_heading][:40],
        "size": ngettext("%(n)d article", "%(n)d articles", articles) % {"n": articles} if articles else "",
        "read_url": reverse("governance-policies-read", args=[code, record.uid])
        if not held.words and files and why is None and doors.may(request, P.GOVERNANCE_POLICY_ISSUE, record)
        else "",
        "why": why,
    }


def _version(row: PolicyVersion, code: str) -> dict[str, Any]:
    return {
        "row": row,
        "label": S(row.state).label,
        "tone": _TONES[S(row.state)],
        "url": doors.text_url(code, row.policy) + f"?version={row.number}",
    }


# --- what hangs on it -----------------------------------------------------------------------------------------------


def _plans(here: Here, record: Record) -> list[dict[str, Any]]:
    spec = specs.get(PLANS)
    found = []
    for row in queries.plans(here.by, record.source):
        action, state = spec.by_code["action"].option(row.kind), spec.state(row.status)
        found.append(
            {
                "url": links.record(PLANS, row.uid),
                "title": row.title,
                "action": action.label() if action is not None else "",
                "state": state.label() if state is not None else row.status,
                "tone": state.tone if state is not None else "na",
                "due": row.due_on,
                "done": row.done_on,
            }
        )
    return found


def _suggested(request: HttpRequest, here: Here, record: Record, code: str) -> list[dict[str, str]]:
    """Open rows of the plan that seem to be about it."""
    if not doors.may(request, P.REGISTER_ENTRY_EDIT, record):
        return []
    spec = specs.get(PLANS)
    found = []
    for row in queries.plans_by_name(here.by, record.source):
        action = spec.by_code["action"].option(row.kind)
        words = {"action": action.label() if action else "", "title": row.title}
        found.append(
            {
                "label": _("%(action)s: %(title)s") % words,
                "uid": str(row.uid),
                "url": links.record(PLANS, row.uid),
                "tie": reverse("governance-policies-tie", args=[code, record.uid]),
            }
        )
    return found


def _related(here: Here, record: Record) -> list[dict[str, str]]:
    known = {spec.code: spec.title() for spec in specs.all_specs()}
    return [
        {"register": known.get(row.register, ""), "title": row.title, "url": links.record(row.register, row.uid)}
        for row in queries.related(here.by, record.source)
    ]


def _history(record: Record, rows: list[PolicyVersion]) -> list[presenters.HistoryLine]:
    """What happened to the record and to its versions, newest first, bulk actions included."""
    uids = [record.uid, *(str(row.uid) for row in rows)]
    kinds = ("entry", "policy_version")
    batches = BatchItem.objects.filter(object_type__in=kinds, object_id__in=uids).values("event_id")
    told = Event.objects.filter(Q(object_type__in=kinds, object_id__in=uids) | Q(pk__in=batches))
    return [presenters.line(event) for event in told.select_related("body").order_by("-id")[:_HISTORY]]
