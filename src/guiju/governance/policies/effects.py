"""What hangs on a text in force: passages of the search, marks in the graph, clauses, the row of the yearly plan."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission as P
from guiju.compliance import actions as compliance
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import clauses, comparing, structure
from guiju.governance.policies.terms import PLANS
from guiju.lib import clock
from guiju.lib.errors import Conflict
from guiju.registers import actions as registers
from guiju.registers import passages, queries
from guiju.registers.models import Entry

HOUSE = system("guiju")
#: Changed clauses that a mark names.
_NAMED = 6


def follow(entry: Entry, row: PolicyVersion, former: PolicyVersion | None, *, by: Actor) -> None:
    """A version has come into force."""
    index(entry, row, former)
    close_plans(entry, row, is_first=former is None, by=by)
    if former is not None and former.text and row.text:
        found = comparing.compare(former.text, row.text)
        clauses.follow(entry, found, row, by=by)
        _mark(entry, found, by=by)


def repealed(entry: Entry, *, by: Actor) -> None:
    """A policy has been repealed: its clauses end with it, the search finds them no more, the plan that said so is done."""
    clauses.lapse(entry, by=by)
    passages.drop(entry)
    for plan in _plans(entry, ("repeal",)):
        _finish(plan, number=str(entry.body.data.get("repeal_number") or ""), entry=entry, by=by)


# --- search ---------------------------------------------------------------------------------------------------------


def index(entry: Entry, row: PolicyVersion, former: PolicyVersion | None = None) -> None:
    """The clauses of the text in force are found by the search; those of the one before no longer are."""
    if former is not None:
        passages.drop(entry, source=str(former.uid))
    for one in row.files:
        passages.drop(entry, source=str(one["digest"]))
    passages.replace(entry, str(row.uid), pieces(row.text))


def pieces(text: str) -> Sequence[tuple[str, str]]:
    """A text as the search keeps it: (place, words) of each article or paragraph."""
    return [(piece.place[:120], piece.text) for piece in structure.parse(text) if not piece.is_heading]


# --- the graph ------------------------------------------------------------------------------------------------------


def _mark(entry: Entry, found: comparing.Comparison, *, by: Actor) -> None:
    """Tell the owners of what leans on the policy which clauses now say something else."""
    changes = [
        {
            "field": f"text.{row.place}",
            "label": row.place or "正文",
            "label_en": row.place or "Text",
            "old": comparing.short(row.old),
            "new": comparing.short(row.new),
        }
        for row in found.changed()[:_NAMED]
    ]
    if changes:
        compliance.mark_touched(entry=entry, changes=changes, by=by)


# --- the yearly plan ------------------------------------------------------------------------------------------------


def _plans(entry: Entry, actions: Sequence[str], plan: UUID | None = None) -> list[Entry]:
    """Rows of the plan that are open and name the policy; and the one that a version carries out."""
    named = Q(ref_1=entry.uid, kind__in=actions)
    named |= Q(uid=plan) if plan is not None else Q()
    rows = Entry.objects.filter(named, register=PLANS, status="planned", root_id=entry.root_id)
    return list(rows.select_related("unit", "department", "body").order_by("due_on", "pk"))


def close_plans(entry: Entry, row: PolicyVersion, *, is_first: bool, by: Actor) -> None:
    """The version carries out what was planned: the row is done, with number and day."""
    for plan in _plans(entry, ("enact",) if is_first else ("amend", "interpret"), row.plan):
        _finish(plan, number=row.document_number, entry=entry, by=by)


def _finish(plan: Entry, *, number: str, entry: Entry, by: Actor) -> None:
    day = entry.done_on or entry.date_1 or entry.on or clock.today()
    planned = plan.on
    values: dict[str, object] = {"done_on": max(day, planned) if planned is not None else day}
    if number and not plan.body.data.get("new_number"):
        values["new_number"] = number
    if not plan.body.data.get("policy"):
        values["policy"] = str(entry.uid)
    can = check.can(by, P.REGISTER_ENTRY_EDIT, plan.unit, plan.department)
    registers.move(entry=plan, move="finish", values=values, by=by if can else HOUSE,
                   reason=_("“%(title)s” has come into force or ended as planned.") % {"title": entry.title})  # fmt: skip


def tie(plan: UUID, entry: Entry, *, by: Actor) -> None:
    """Say in the plan which rule it is about: an open row of the same enterprise that names no other rule."""
    row = queries.find(by, plan, register=PLANS)
    named = row.body.data.get("policy")
    if row.status != "planned" or row.root_id != entry.root_id or named not in (None, "", str(entry.uid)):
        raise Conflict(
            _("“%(title)s” of the plan is not open, or is about another rule.") % {"title": row.title},
            fix=_("Choose another row of the plan."),
            where="plan",
            code="policy.plan",
        )
    if named != str(entry.uid):
        registers.update(entry=row, values={"policy": str(entry.uid)}, version=row.version, by=by)
