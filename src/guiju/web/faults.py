"""Where a fault lies, as people call it: the label of the field on the form or in the register, never its code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy

from guiju.lib.errors import Fault, Problem
from guiju.registers import spec as specs

#: What a machine writes: codes, numbers and identifiers with dots between them.
_CODE = re.compile(r"[a-z0-9_\-]+(\.[a-z0-9_\-]+)*")
_UID = re.compile(r"[0-9a-f]{8}-[0-9a-f\-]{27}")
#: Fields of pages that are no register's, and those that registers name differently.
WORDS: Mapping[str, Any] = {
    "amount": _l("Amount"),
    "attendance": _l("Attendance"),
    "chair": _l("Who is in the chair"),
    "decisions": _l("Decisions"),
    "departments": _l("Departments"),
    "due_on": _l("Deadline"),
    "ends_on": _l("Last day"),
    "expires_on": _l("Last day"),
    "extension": _l("Why it is extended"),
    "files": _l("Files"),
    "in_force_on": _l("In force on"),
    "issued_on": _l("Day of issue"),
    "items": "",  # what follows says which one
    "kind": pgettext_lazy("fault", "Kind"),
    "name": pgettext_lazy("fault", "Name"),
    "next_work": _l("Key work of the next quarter"),
    "note": _l("Remark"),
    "number": pgettext_lazy("fault", "Number"),
    "opinion": _l("Opinion"),
    "outcome": _l("Outcome"),
    "owner": _l("Owner"),
    "papers": _l("Papers"),
    "period": _l("Period"),
    "population": _l("How many there are"),
    "reason": _l("Reason"),
    "repealed_on": _l("Repealed on"),
    "role": _l("Role"),
    "sampled": _l("How many were looked at"),
    "state": _l("State"),
    "share": _l("Done by now"),
    "text": pgettext_lazy("fault", "Text"),
    "title": pgettext_lazy("fault", "Name"),
    "unit": _l("Unit"),
    "votes_against": _l("Votes against"),
    "votes_for": _l("Votes for"),
    "year": _l("Year"),
}


def place(where: str, *, form: Any = None, spec: Any = None, labels: Mapping[str, Any] | None = None) -> str:
    """Where it lies; "" where only a machine would know.

    Asked are the labels of the page, its form, its register, then the words that all pages share. What is written in
    words already, such as a cell of a sheet, stays as it is.
    """
    if not where or not _CODE.fullmatch(where):
        return where
    parts = [_part(part, form, spec, labels or {}) for part in where.split(".") if not _UID.fullmatch(part)]
    return " ".join(part for part in parts if part)


def _part(code: str, form: Any, spec: Any, labels: Mapping[str, Any]) -> str:
    if code in labels:
        return str(labels[code])
    if code.isdecimal():
        return _("no. %(number)s") % {"number": code}
    fields = getattr(form, "fields", None) or {}
    if code in fields and fields[code].label:
        return str(fields[code].label)
    item = spec.field(code) if isinstance(spec, specs.RegisterSpec) else None
    if item is not None:
        return item.label()
    return str(WORDS[code]) if code in WORDS else _everywhere(code)


def _everywhere(code: str) -> str:
    """What every register that has such a field calls it; "" where they do not agree."""
    found = {item.label() for one in specs.all_specs() if (item := one.field(code)) is not None}
    return found.pop() if len(found) == 1 else ""


def sentence(fault: Fault, **told: Any) -> str:
    """One fault in a line: where, what, and what to do."""
    said = " ".join(filter(None, (fault.what, fault.fix)))
    where = place(fault.where, **told)
    return f"{where}{_(': ')}{said}" if where else said


def sentences(problem: Problem, **told: Any) -> list[str]:
    """The faults of a refusal, a line each."""
    return [sentence(fault, **told) for fault in problem.faults]
