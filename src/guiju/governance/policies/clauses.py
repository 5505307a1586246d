"""Rows of `policy_clauses` made from a text, and kept in step with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission as P
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import structure
from guiju.governance.policies.comparing import Comparison, Kind
from guiju.governance.policies.terms import CLAUSES
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers import actions as registers
from guiju.registers.models import Entry

_MOST = 200
_ROOM = 20_000


def of(entry: Entry) -> list[Entry]:
    """The clauses in force that stand in the register for a policy."""
    rows = Entry.objects.filter(register=CLAUSES, ref_1=entry.uid, status="in_force")
    return list(rows.select_related("unit", "department", "body").order_by("pk"))


def label_of(written: str) -> str:
    """A clause as it is cited, without its chapter and blanks: 第三章 第十二条 is 第十二条."""
    bare = "".join(written.split())
    cut = max(bare.rfind("章"), bare.rfind("节"), bare.rfind("编")) + 1
    return bare[cut:] or bare


@transaction.atomic
def enter(*, entry: Entry, row: PolicyVersion, anchors: Collection[str], by: Actor) -> list[Entry]:
    """Make rows for the chosen clauses of a text in force; those that stand in the register already stay."""
    check.require(by, P.REGISTER_ENTRY_CREATE, entry.unit, entry.department)
    wanted = [piece for piece in structure.parse(row.text) if piece.anchor in anchors and piece.label and piece.words]
    if not wanted or len(wanted) > _MOST:
        raise Problem(
            "policy.clauses",
            _("Choose between 1 and %(most)d clauses with words.") % {"most": _MOST},
            fix=_("Tick the clauses that obligations and risks point at."),
            status=422,
        )
    there = {label_of(one.number) for one in of(entry)}
    return [_enter(entry, row, piece, by=by) for piece in wanted if label_of(piece.label) not in there]


def _enter(entry: Entry, row: PolicyVersion, piece: structure.Piece, *, by: Actor) -> Entry:
    values: dict[str, object] = {
        "policy": str(entry.uid),
        "source": row.title,
        "clause": piece.label,
        "text": piece.words[:_ROOM],
        "in_force_on": row.in_force_on or clock.today(),
    }
    for name in ("department", "owner"):
        if stored := entry.body.data.get(name):
            values[name] = stored
    return registers.create(register=CLAUSES, unit=entry.unit, values=values, by=by)


# --- following the text ---------------------------------------------------------------------------------------------


def follow(entry: Entry, found: Comparison, row: PolicyVersion, *, by: Actor) -> None:
    """A new version is in force: clauses that changed or moved say so, those that are gone lapse."""
    rows = of(entry)
    if not rows:
        return
    house = system(by.name)
    by_label = {label_of(one.before.label): one for one in found.rows if one.before is not None and one.before.label}
    for clause in rows:
        one = by_label.get(label_of(clause.number))
        if one is None:
            continue
        if one.kind == Kind.REMOVED or one.after is None:
            _end(clause, row.in_force_on, reason=_("The clause is no longer in version %(number)d.") % {
                "number": row.number}, by=house)  # fmt: skip
            continue
        values: dict[str, object] = {"source": row.title}
        if one.renumbered:
            values["clause"] = one.after.label
        if one.kind == Kind.CHANGED:
            values["text"] = one.after.words[:_ROOM]
        registers.update(entry=clause, values=values, version=clause.version, by=house)


def lapse(entry: Entry, *, by: Actor) -> None:
    """The policy was repealed: so are its clauses."""
    _each(of(entry), entry.done_on, reason=_("The rule was repealed."), by=system(by.name))


def _each(rows: Sequence[Entry], on: date | None, *, reason: str, by: Actor) -> None:
    for row in rows:
        _end(row, on, reason=reason, by=by)


def _end(clause: Entry, on: date | None, *, reason: str, by: Actor) -> None:
    day = max(on or clock.today(), clause.on or date.min)
    registers.move(entry=clause, move="lapse", values={"ends_on": day}, by=by, reason=reason)
