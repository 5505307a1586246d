"""What the template of one rectification needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission as P
from guiju.compliance.rectify import progress, queries
from guiju.compliance.rectify.keeping import person_of
from guiju.compliance.rectify.terms import CLOSED, OPEN, REGISTER, SUBMITTED
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers.models import Entry
from guiju.registers.records import Record
from guiju.web import links, place
from guiju.web.registers import recordpage
from guiju.web.registers.fields import RegisterForm
from guiju.web.registers.gate import Here
from guiju.web.registers.listpage import days_left

_FACTS = (
    "number", "source", "check", "basis", "field", "systemic", "found_on", "first_due_on", "due_on", "owner", "department",
    "cause_kind", "cause", "measures", "repeat_of", "submitted_by", "submitted_on", "done_on", "acceptor", "acceptance",
    "files", "no_files", "watched_until", "accountability",
)  # fmt: skip
#: What the owner fills in: one form, so that a phone needs one button to keep it and one to hand it in.
WORK = ("cause_kind", "cause", "field", "measures", "files", "no_files")
_FORMS = frozenset({"cause_kind", "cause", "field", "measures", "no_files"})


def context(
    request: HttpRequest,
    here: Here,
    record: Record,
    code: str,
    *,
    problem: Problem | None = None,
    work: RegisterForm | None = None,
    close: RegisterForm | None = None,
    back: RegisterForm | None = None,
) -> dict[str, Any]:
    """Everything the page draws, with the forms that are open to this person now."""
    entry: Entry = record.source
    may = place.may(request, P.REGISTER_ENTRY_EDIT, record.unit, record.department)
    me = person_of(here.by)
    own = me is not None and me in {record.value("owner"), record.value("submitted_by")}
    loose = _refused(problem, work or close)
    earlier = queries.recurrences(entry, by=here.by) if entry.ref_1 is None else []
    extended = queries.extensions(entry)
    return {
        "title": record.title,
        "trail": _trail(record, code),
        "record": record,
        "code": code,
        "may": may,
        "mine": me is not None and me == record.value("owner"),
        "step": _step(record),
        "problem": problem if loose else None,
        "loose": loose,
        "work": (work or _work(here, record)) if may and record.status == OPEN else None,
        "close": (close or _closing(here, record)) if may and record.status == SUBMITTED and not own else None,
        "accepts_as": here.by.name,
        "waits": record.status == SUBMITTED and own,
        "reason": request.POST.get("reason", ""),
        "said": request.POST.get("text", ""),
        "said_share": request.POST.get("share", ""),
        "said_due": request.POST.get("due_on", ""),
        "said_extension": request.POST.get("extension", ""),
        "facts": _facts(here, record, is_open=may and record.status == OPEN),
        "lines": progress.read(record.value("progress")),
        "share": record.value("share"),
        "earlier": [{"one": one, "url": reverse("compliance-rectify-one", args=[code, one.uid])} for one in earlier],
        "extended": extended,
        "extended_words": _extended(record, len(extended)),
        "accountability_url": _accountability(request, record),
        "record_url": links.record(REGISTER, record.uid),
        "is_closed": record.status == CLOSED,
        "history": recordpage.told(here, record)[:6],
        "history_url": reverse("record-history", args=[REGISTER, record.uid]),
    }


def _refused(problem: Problem | None, form: RegisterForm | None) -> list[str]:
    """Put faults beside their fields; what belongs to none is said above."""
    if problem is None:
        return []
    if form is not None:
        return form.refuse(problem)
    return [f"{fault.what} {fault.fix}".strip() for fault in problem.faults] or [
        f"{problem.what} {problem.fix}".strip()
    ]


def _trail(record: Record, code: str) -> list[dict[str, str]]:
    return [{"label": _("Rectification"), "url": reverse("compliance-rectify", args=[code])}]


def _step(record: Record) -> dict[str, Any]:
    entry: Entry = record.source
    step: dict[str, Any] = {"state": record.status_label, "tone": record.state.tone if record.state else "na"}
    if record.status != CLOSED and entry.due_on is not None:
        words, late = days_left(entry.due_on, clock.today())
        step |= {"due": entry.due_on, "left_words": words, "is_late": late, "tone": "unmet" if late else step["tone"]}
    if record.status == SUBMITTED:
        step["text"] = _("Somebody other than its owner looks at it and accepts it, or sends it back.")
    return step


def _work(here: Here, record: Record) -> RegisterForm:
    form = RegisterForm(
        here.spec, WORK, unit=record.unit, known=record.known, by=here.by, initial=recordpage.initial_of(here, record)
    )
    for name in ("cause_kind", "cause", "measures"):
        form.fields[name].required = True
    return form


def _closing(here: Here, record: Record) -> RegisterForm:
    """The form of acceptance: who accepts it is whoever sends it, so that nobody is chosen."""
    step = here.spec.move("close")
    assert step is not None
    form = recordpage.move_form(here, record, step)
    return without_acceptor(form)


def without_acceptor(form: RegisterForm) -> RegisterForm:
    """The form that asks for everything but the one who accepts."""
    form.codes = [code for code in form.codes if code != "acceptor"]
    form.fields.pop("acceptor", None)
    return form


def _facts(here: Here, record: Record, *, is_open: bool) -> dict[str, Any]:
    """What is known; fields that stand in the form below are not said twice."""
    rows = []
    for name in _FACTS:
        item = here.spec.field(name)
        text = record.text(name) if item is not None else ""
        if item is None or not text or (is_open and name in _FORMS) or item.type == "files":
            continue
        url = recordpage.link(item, record.value(name))
        rows.append(
            {"label": item.label(), "text": text, "url": url, "wide": len(text) > 40 or item.type == "longtext"}
        )
    return {"id": "about", "title": _("The problem"), "rows": rows, "files": recordpage.files(here, record)}


def _extended(record: Record, count: int) -> str:
    if not count:
        return ""
    return _("Extended %(count)d times; the first deadline was %(day)s.") % {
        "count": count,
        "day": record.value("first_due_on") or "",
    }


def _accountability(request: HttpRequest, record: Record) -> str:
    """The form of a decision on a violation, with what is known from here."""
    if record.value("accountability") or not place.may(request, P.REGISTER_ENTRY_CREATE, record.unit):
        return ""
    values = {
        "matter": record.title[:200],
        "person": record.value("owner"),
        "rectification": record.uid,
        "happened_on": record.value("found_on"),
    }
    return links.new_record("accountabilities", unit=record.unit, values=values)
