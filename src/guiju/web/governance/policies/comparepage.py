"""What differs between two versions: side by side on a wide screen, one under the other on a phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import comparing, queries
from guiju.governance.policies.comparing import Comparison, Kind, Row, Segment
from guiju.lib.errors import NotFound
from guiju.web.governance.policies import doors, textpage

#: Clauses that differ, on one page.
SIZE = 150
#: Unchanged clauses that are told one by one when unfolded.
_FOLDED = 30


@dataclass(slots=True)
class Shown:
    """A clause that differs with its words marked, or a run of clauses that do not."""

    kind: str
    label: str = ""
    words: str = ""
    old_label: str = ""
    left: list[Segment] = field(default_factory=list)
    right: list[Segment] = field(default_factory=list)
    whole: list[Segment] = field(default_factory=list)
    moved: bool = False
    renumbered: bool = False
    same: list[Row] = field(default_factory=list)
    more: int = 0


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def compare(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Two versions of a policy, clause by clause; without `from` and `to` the last two."""
    _here, record = doors.enter(request, code, uid)
    rows = queries.versions(record.source)
    older, newer = _chosen(request, rows)
    old, new = (textpage.numbered(record.source, str(row.number)) for row in (older, newer))
    found = comparing.compare(old.text, new.text)
    start = _start(request)
    differing = sum(not row.is_plain for row in found.rows)
    context = {
        "title": _("What differs: %(title)s") % {"title": record.title},
        "trail": doors.trail(record, code, below=True),
        "record": record, "older": _named(old), "newer": _named(new),
        "versions": [_named(row) for row in rows],
        "counts": _counts(found), "is_same": found.is_same,
        "rows": rows_of(found, start),
        "pager": _pager(differing, start, older.number, newer.number),
        "lacks": not old.text or not new.text,
        "back_url": doors.url(code, uid),
    }  # fmt: skip
    return render(request, "governance/policies/compare.html", context)


def _named(row: PolicyVersion) -> dict[str, Any]:
    return {"row": row, "number": row.number, "label": S(row.state).label}


def _chosen(request: HttpRequest, rows: list[PolicyVersion]) -> tuple[PolicyVersion, PolicyVersion]:
    if len(rows) < 2:
        raise NotFound(_("There is only one version."), fix=_("Begin a revision; then the two can be compared."))
    by_number = {str(row.number): row for row in rows}
    newer = by_number.get(request.GET.get("to", ""), rows[0])
    before = [row for row in rows if row.number < newer.number] or [row for row in rows if row.pk != newer.pk]
    older = by_number.get(request.GET.get("from", ""), before[0])
    return (older, newer) if older.number <= newer.number else (newer, older)


def _start(request: HttpRequest) -> int:
    written = request.GET.get("start", "")
    return int(written) // SIZE * SIZE if written.isdecimal() and len(written) < 8 else 0


def _counts(found: Comparison) -> list[str]:
    """How much differs, in words; nothing is said of what there is none of."""
    counts = found.counts()
    words = (
        ("changed", ngettext("%(n)d clause changed", "%(n)d clauses changed", counts["changed"])),
        ("added", ngettext("%(n)d clause added", "%(n)d clauses added", counts["added"])),
        ("removed", ngettext("%(n)d clause removed", "%(n)d clauses removed", counts["removed"])),
        ("moved", ngettext("%(n)d clause moved", "%(n)d clauses moved", counts["moved"])),
        ("renumbered", ngettext("%(n)d clause renumbered", "%(n)d clauses renumbered", counts["renumbered"])),
    )
    return [said % {"n": counts[name]} for name, said in words if counts[name]]


def _pager(count: int, start: int, older: int, newer: int) -> dict[str, Any] | None:
    if count <= SIZE:
        return None
    base = f"?from={older}&to={newer}&start="
    return {
        "count": count, "cap": count, "from": start + 1, "to": min(start + SIZE, count),
        "prev_url": f"{base}{start - SIZE}" if start else "",
        "next_url": f"{base}{start + SIZE}" if start + SIZE < count else "",
    }  # fmt: skip


# --- rows of the page -----------------------------------------------------------------------------------------------


def rows_of(found: Comparison, start: int) -> list[Shown]:
    """The clauses that differ from `start` on, what does not differ folded between them."""
    shown: list[Shown] = []
    same: list[Row] = []
    number = -1
    for row in found.rows:
        if row.is_plain:
            same.append(row)
            continue
        number += 1
        if start <= number < start + SIZE:
            shown += _folded(same)
            shown.append(_shown(row))
        same = []
    return shown + (_folded(same) if number < start + SIZE else [])


def _folded(same: list[Row]) -> list[Shown]:
    if not same:
        return []
    return [Shown("same", _span(same), same=same[:_FOLDED], more=max(len(same) - _FOLDED, 0))]


def _span(same: list[Row]) -> str:
    labels = [row.after.label for row in same if row.after is not None and row.after.label]
    if not labels:
        return ""
    return labels[0] if len(labels) == 1 else _("%(first)s to %(last)s") % {"first": labels[0], "last": labels[-1]}


def _shown(row: Row) -> Shown:
    before = row.before.words if row.before is not None else ""
    after = row.after.words if row.after is not None else ""
    kind = "moved" if row.kind == Kind.SAME else str(row.kind)
    whole = comparing.words(before, after) if row.kind == Kind.CHANGED else [(_WHOLE[row.kind], after or before)]
    return Shown(
        kind,
        row.after.label if row.after is not None else "",
        _WORDS[kind](),
        row.before.label if row.before is not None else "",
        [segment for segment in whole if segment[0] != "ins"] if row.before is not None else [],
        [segment for segment in whole if segment[0] != "del"] if row.after is not None else [],
        whole,
        row.moved,
        row.renumbered,
    )


_WHOLE = {Kind.SAME: "same", Kind.ADDED: "ins", Kind.REMOVED: "del"}
_WORDS = {
    "changed": lambda: _("Wording changed"),
    "added": lambda: _("Added"),
    "removed": lambda: _("Removed"),
    "moved": lambda: _("Moved or renumbered"),
}
