"""The third line: audits, management reviews, inspections, and the rectifications their findings have become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.governance.duties import terms
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers import actions as registers
from guiju.registers import conflicts, queries
from guiju.registers import spec as specs
from guiju.registers.changes import Change
from guiju.registers.directory import Directory
from guiju.registers.models import Entry
from guiju.trail.events import Action

REGISTERS = (terms.AUDITS, terms.INSPECTIONS, terms.REVIEWS)
#: Who inspected -> where a rectification says that its problem comes from.
_SOURCES: Mapping[str, str] = {
    "discipline": "discipline",
    "audit": "audit",
    "supervisors": "evaluation",
    "inspection": "inspection",
    "superior": "authority",
}
#: A rectification of other sources never came from here.
FROM_HERE = frozenset({"audit", "evaluation", *_SOURCES.values()})
_CLOSED = "closed"
_SHOWN = 200
_HOUSE = system("guiju")


@dataclass(frozen=True, slots=True)
class Round:
    """One audit, review or inspection with the rectifications made from it."""

    entry: Entry
    rectifications: tuple[Entry, ...]

    @property
    def findings(self) -> int:
        """How many problems were found; of a management review the measures it decided."""
        return max(self.entry.count_1 or 0, len(self.rectifications))

    @property
    def settled(self) -> int:
        """How many are settled: the rectifications closed, and what was settled before any was made."""
        return (self.entry.count_2 or 0) if not self.rectifications else self._before + self._closed

    @property
    def _closed(self) -> int:
        return sum(one.status == _CLOSED for one in self.rectifications)

    @property
    def _before(self) -> int:
        return int(self.entry.body.data.get("settled_before") or 0)

    @property
    def reported(self) -> int:
        """How many of them are settled by a number that somebody entered, with no rectification behind it."""
        return self.settled - self._closed

    @property
    def untaken(self) -> int:
        """Findings that are neither settled nor a rectification yet."""
        done = len(self.rectifications) + self._before if self.rectifications else self.settled
        return max(self.findings - done, 0)

    @property
    def late(self) -> int:
        """Open rectifications past their deadline."""
        today = clock.today()
        return sum(
            one.status != _CLOSED and one.due_on is not None and one.due_on < today for one in self.rectifications
        )


def source_of(entry: Entry) -> str:
    """Where a rectification of its findings comes from."""
    if entry.register == terms.INSPECTIONS:
        return _SOURCES.get(entry.kind, "inspection")
    return "audit" if entry.register == terms.AUDITS else "evaluation"


def rounds(*, by: Actor, unit: Unit, year: int | None = None, register: str = "") -> list[Round]:
    """What the third line did, the latest first; two questions."""
    wanted = [register] if register in REGISTERS else list(REGISTERS)
    scoped = Q(pk__in=[])
    for code in wanted:
        scoped |= Q(pk__in=queries.visible(by, code, sparse=True).filter(own(unit)).values("pk"))
    rows = Entry.objects.filter(scoped)
    if year is not None:
        rows = rows.filter(on__range=(date(year, 1, 1), date(year, 12, 31)))
    return _rounds(list(rows.select_related("body", "person", "department", "unit").order_by("-on", "-pk")[:_SHOWN]))


def one(*, by: Actor, uid: object) -> Round:
    """One of them, or 404."""
    found = queries.find(by, uid)
    if found.register not in REGISTERS:
        found = queries.find(by, uid, register=terms.AUDITS)
    return _rounds([found])[0]


def origin(rectification: Entry) -> Entry | None:
    """What a rectification was made from; none where it was entered by itself."""
    if rectification.kind not in FROM_HERE:
        return None
    # The rectification names it as its basis, so a title is enough to find it by.
    rows = Entry.objects.filter(register__in=REGISTERS, unit_id=rectification.unit_id, title=rectification.text_2)
    uid = str(rectification.uid)
    return next(
        (row for row in rows.select_related("body")[:20] if uid in (row.body.data.get("rectifications") or ())), None
    )


def _rounds(rows: Sequence[Entry]) -> list[Round]:
    named = {uid for row in rows for uid in row.body.data.get("rectifications") or ()}
    found = Entry.objects.filter(register=terms.RECTIFICATIONS, uid__in=named).select_related("owner", "department")
    held = {str(entry.uid): entry for entry in found} if named else {}
    return [
        Round(row, tuple(held[uid] for uid in row.body.data.get("rectifications") or () if uid in held)) for row in rows
    ]


@transaction.atomic
def rectify(*, uid: UUID, values: Mapping[str, Any], version: int, by: Actor) -> Entry:
    """Make a rectification of one finding; the record it comes from remembers it and counts it."""
    entry = registers.locked(one(by=by, uid=uid).entry)
    check.require(by, terms.EDIT, entry.unit, entry.department)
    spec = specs.get(entry.register)
    known = Directory(entry.unit, by=by)
    if entry.version != version:
        raise conflicts.stale(spec, entry, {}, version=version, known=known)
    problem = " ".join(str(values.get("problem") or "").split())[:200]
    _refuse_twice(entry, problem)
    given = {
        "problem": problem,
        "source": source_of(entry),
        "basis": entry.title[:200],
        "found_on": (entry.on or clock.today()).isoformat(),
        **{
            name: values.get(name)
            for name in ("due_on", "owner", "department", "measures", "field")
            if values.get(name)
        },
    }
    reason = _("Found by “%(title)s”") % {"title": entry.title}
    made = registers.create(register=terms.RECTIFICATIONS, unit=entry.unit, values=given, by=by, reason=reason)
    data = {**entry.body.data, "rectifications": [*(entry.body.data.get("rectifications") or ()), str(made.uid)]}
    registers.apply(spec, entry, data, known, by=by, action=Action.ENTRY_CHANGED, reason=reason)
    return made


def _refuse_twice(entry: Entry, problem: str) -> None:
    if not problem:
        fault = Fault("problem", _("The finding is empty."), _("Write in a sentence what was found."))
        raise Problem("third.empty", _("The rectification was not made."), faults=[fault], status=422)
    named = entry.body.data.get("rectifications") or ()
    if named and Entry.objects.filter(uid__in=named, title=problem).exists():
        raise Conflict(
            _("“%(problem)s” is a rectification already.") % {"problem": problem},
            fix=_("Open it from the list; another finding needs words of its own."),
            where="problem",
            code="third.twice",
        )


# --- counts that follow the rectifications ---------------------------------------------------------------------------


def kept(held: Mapping[str, Any] | None, data: dict[str, Any], reason: str) -> list[Fault]:
    """Once rectifications were made, they say how much was found at least, and how much is settled.

    What was entered as settled before the first of them stays settled.
    """
    return _counted(held, data, "findings")


def kept_review(held: Mapping[str, Any] | None, data: dict[str, Any], reason: str) -> list[Fault]:
    """Each rectification is one of the measures that a management review decided."""
    return _counted(held, data, "measures")


def _counted(held: Mapping[str, Any] | None, data: dict[str, Any], found: str) -> list[Fault]:
    named = data.get("rectifications") or []
    if not named:
        return []
    begun = held is not None and bool(held.get("rectifications"))
    before = int(((held or {}).get("settled_before") if begun else data.get("settled")) or 0)
    states = {
        str(uid): status
        for uid, status in Entry.objects.filter(register=terms.RECTIFICATIONS, uid__in=named).values_list(
            "uid", "status"
        )
    }
    data["rectifications"] = [uid for uid in named if uid in states]
    data["settled_before"] = before
    data[found] = max(int(data.get(found) or 0), before + len(states))
    data["settled"] = before + sum(status == _CLOSED for status in states.values())
    return []


def on_rows(changes: Sequence[Change]) -> None:
    """Rectifications were closed, opened again or removed: what they came from counts anew."""
    found = [change for change in changes if change.register == terms.RECTIFICATIONS and _turned(change)]
    if not found:
        return
    uids = {change.uid for change in found}
    units = {change.unit_id for change in found}
    rows = Entry.objects.filter(register__in=REGISTERS, unit_id__in=units, count_1__gt=0)
    for row in rows.select_related("body", "unit"):
        named = set(row.body.data.get("rectifications") or ())
        if named & uids:
            fresh = registers.locked(row)
            known = Directory(fresh.unit, by=_HOUSE)
            registers.apply(
                specs.get(fresh.register), fresh, dict(fresh.body.data), known, by=_HOUSE,
                action=Action.ENTRY_CHANGED, reason=_("A rectification made from it was settled or opened again"),
            )  # fmt: skip


def _turned(change: Change) -> bool:
    before, after = change.before, change.after
    if before is None or before["kind"] not in FROM_HERE:
        return False
    return after is None or before["status"] != after["status"]
