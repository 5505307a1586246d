"""Two people change the same row: the second one is shown both sides and loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib.errors import Conflict, Problem
from guiju.registers import rows, values
from guiju.registers.directory import Directory
from guiju.registers.models import Entry, EntryVersion
from guiju.registers.spec import Field, RegisterSpec


def stale(spec: RegisterSpec, entry: Entry, given: Mapping[str, object], *, version: int, known: Directory) -> Conflict:
    """The refusal, with one line per field: as it was, as the other person left it, as this one wanted it."""
    base = (EntryVersion.objects.filter(uid=entry.uid, version=version).values_list("data", flat=True).first()) or {}
    theirs: Mapping[str, Any] = entry.body.data
    rows.load_names(spec, theirs, known)
    lines = [
        _line(spec.by_code[code], base.get(code), theirs.get(code), raw, known)
        for code, raw in given.items()
        if code in spec.by_code
    ]
    lines += [
        _line(item, base.get(item.code), theirs.get(item.code), None, known, mine=False)
        for item in spec.fields
        if item.code not in given and base.get(item.code) != theirs.get(item.code)
    ]
    problem = Conflict(
        _("%(name)s has changed “%(title)s” in the meantime; your change was not saved.")
        % {"name": entry.recorded_by, "title": entry.title},
        fix=_("Compare both sides below, then save again."),
        code="entry.conflict",
    )
    problem.data = {
        "version": entry.version,
        "by": entry.recorded_by,
        "at": entry.recorded_at.isoformat(),
        "fields": [line for line in lines if line["theirs"] != line["yours"]],
    }
    return problem


def _line(
    item: Field, before: Any, theirs: Any, raw: object, known: Directory, *, mine: bool = True
) -> dict[str, object]:
    yours = before
    if mine:
        try:
            yours = values.parse(item, raw, known)
        except Problem:
            yours = raw
    return {
        "field": item.code,
        "label": item.label(),
        "before": before,
        "theirs": theirs,
        "yours": yours,
        "theirs_text": values.show(item, theirs, known),
        "yours_text": _text(item, yours, known),
        "clash": mine and all(one != other for one, other in ((before, theirs), (yours, theirs), (yours, before))),
    }


def _text(item: Field, stored: Any, known: Directory) -> str:
    try:
        return values.show(item, stored, known)
    except (ArithmeticError, ValueError, TypeError, KeyError):
        return str(stored)
