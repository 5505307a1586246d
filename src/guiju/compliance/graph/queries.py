"""Reading the graph as somebody may see it: neighbours, what lies around, what is connected and what is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.compliance.enums import LinkState
from guiju.compliance.graph import edges, shape
from guiju.compliance.graph.edges import Edge
from guiju.compliance.models import Link, Mark
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.org.places import company_of
from guiju.org.tree import own, own_units
from guiju.registers import queries as registers
from guiju.registers.models import Entry

VIEW = Permission.REGISTER_ENTRY_VIEW
#: So many records around one are read; a law of a large group may touch more.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A record joined to another, and by what."""

    entry: Entry
    edge: Edge


@dataclass(slots=True)
class Around:
    """What lies around a record: the records by uid, how many steps away each is, and from which it was reached."""

    start: Entry
    entries: dict[UUID, Entry] = field(default_factory=dict)
    steps: dict[UUID, int] = field(default_factory=dict)
    before: dict[UUID, UUID] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    is_cut: bool = False

    def reached_from(self, uid: UUID) -> list[Entry]:
        """The records that were first reached from this one, in the order of pages."""
        found = [self.entries[other] for other, via in self.before.items() if via == uid and other in self.entries]
        ranks = {code: rank for rank, code in enumerate(shape.in_order(entry.register for entry in found))}
        return sorted(found, key=lambda entry: (ranks[entry.register], entry.number, entry.title_key, entry.pk))


def seen(rows: QuerySet[Entry], *, by: Actor, within: Unit | None = None) -> QuerySet[Entry]:
    """Those of the records that the actor may see."""
    return scope.restrict(rows, by=by, permission=VIEW, within=within, sparse=True)


def entries(uids: Iterable[UUID], *, by: Actor) -> dict[UUID, Entry]:
    """The visible ones of these records by uid."""
    found: dict[UUID, Entry] = {}
    for some in edges.chunks(uids):
        rows = seen(Entry.objects.filter(uid__in=some), by=by).select_related("unit", "department", "owner")
        found.update((row.uid, row) for row in rows)
    return found


def neighbours(uid: UUID, *, by: Actor, states: Collection[str] = (LinkState.CONFIRMED,)) -> list[Neighbour]:
    """The records joined to this one that the actor may see, in the order of pages; four queries or fewer."""
    start = registers.find(by, uid)
    joints = edges.of_links([start.uid], states=states)
    if LinkState.CONFIRMED in states:
        joints += edges.of_fields([(start.uid, start.register)])
    known = entries((joint.beyond(start.uid)[0] for joint in joints), by=by)
    found = [Neighbour(known[other], joint) for joint in joints if (other := joint.beyond(start.uid)[0]) in known]
    ranks = {code: rank for rank, code in enumerate(shape.in_order(one.entry.register for one in found))}
    return sorted(found, key=lambda one: (ranks[one.entry.register], one.entry.number, one.entry.title_key))


def around(uid: UUID, *, by: Actor, depth: int = shape.STEPS, most: int = MOST) -> Around:
    """Everything within so many steps of confirmed joints; a constant number of queries per step."""
    start = registers.find(by, uid)
    found = Around(start, {start.uid: start}, {start.uid: 0})
    frontier = {start.uid: start.register}
    for step in range(1, depth + 1):
        open_ = {one: code for one, code in frontier.items() if step == 1 or code not in shape.LEAVES}
        joints = [*edges.of_links(list(open_)), *edges.of_fields(open_.items())]
        frontier = _reach(found, joints, open_, step, by=by, most=most)
        if not frontier:
            break
    return found


def _reach(
    found: Around, joints: Sequence[Edge], open_: dict[UUID, str], step: int, *, by: Actor, most: int
) -> dict[UUID, str]:
    """Take in what these joints lead to; returns what is new."""
    fresh: dict[UUID, UUID] = {}
    for joint in joints:
        for one in (joint.one, joint.other):
            beyond = joint.beyond(one)[0]
            if one in open_ and beyond not in found.steps:
                fresh.setdefault(beyond, one)
    room = most - len(found.entries)
    found.is_cut = found.is_cut or len(fresh) > room
    known = entries(list(fresh)[: max(room, 0)], by=by)
    for uid, entry in known.items():
        found.entries[uid], found.steps[uid], found.before[uid] = entry, step, fresh[uid]
    held = {(edge.one, edge.other) for edge in found.edges}
    found.edges += [
        joint for joint in joints
        if joint.one in found.entries and joint.other in found.entries and (joint.one, joint.other) not in held
    ]  # fmt: skip
    return {uid: entry.register for uid, entry in known.items()}


# --- a unit's graph ---------------------------------------------------------------------------------------------------


def nodes(unit: Unit, *, by: Actor, register: str = "") -> QuerySet[Entry]:
    """The records in use that belong to a unit: kept by it or at a department or branch of it, or kept of it."""
    wanted = [register] if register else list(shape.NODES)
    rows = Entry.objects.filter(register__in=wanted)
    for code in wanted:
        rows = rows.exclude(register=code, status__in=shape.ENDED.get(code, ()))
    return seen(rows.filter(own(unit)), by=by)


def links(unit: Unit, *, by: Actor, state: str = "") -> QuerySet[Link]:
    """The links at whose ends stand records of this unit that the actor may see; the other end may be elsewhere."""
    rows = Link.objects.filter(_homes(unit))
    if state:
        rows = rows.filter(state=state)
    seen_ = seen(Entry.objects.filter(own(unit)), by=by).values("uid")
    return rows.filter(Q(low__in=seen_) | Q(high__in=seen_))


def _homes(unit: Unit) -> Q:
    """A department's links are kept with its company, or with itself where it keeps the record itself."""
    return Q(unit__in=own_units(company_of(unit)).values("pk"))


@dataclass(frozen=True, slots=True)
class Joined:
    """How many records of a kind there are, and how many of them lack a joint of a certain kind."""

    register: str
    count: int
    alone: int
    lacking: dict[str, int]


#: What a record of each kind should be joined to, so that a duty ends in somebody's work.
EXPECTED: dict[str, tuple[tuple[str, ...], ...]] = {
    "obligations": (("risk_list",), ("posts", "duty_list"), ("controls", "process_list", "policy_clauses", "policies")),
    "risk_list": (("obligations",), ("posts", "duty_list"), ("controls", "process_list")),
    "controls": (("risk_list", "obligations"),),
    "posts": (("duty_list", "obligations", "risk_list"),),
    "duty_list": (("obligations", "policies", "policy_clauses"), ("risk_list",)),
    "process_list": (("obligations", "policies", "policy_clauses"), ("risk_list",)),
    "policy_clauses": (("obligations", "risk_list"),),
}


def joined_kinds(unit: Unit, *, by: Actor) -> tuple[dict[str, set[UUID]], dict[UUID, set[str]]]:
    """The unit's records by register, and for each record the registers to which it is joined; three queries."""
    mine: dict[str, set[UUID]] = defaultdict(set)
    for register, uid in nodes(unit, by=by).values_list("register", "uid"):
        mine[register].add(uid)
    own = {uid for uids in mine.values() for uid in uids}
    partners: dict[UUID, set[str]] = defaultdict(set)
    here = nodes(unit, by=by).values("uid")
    rows = Link.objects.filter(Q(low__in=here) | Q(high__in=here), state=LinkState.CONFIRMED)
    for low, low_register, high, high_register in rows.values_list("low", "low_register", "high", "high_register"):
        if low in own:
            partners[low].add(high_register)
        if high in own:
            partners[high].add(low_register)
    held = Entry.objects.filter(Q(uid__in=here) | Q(ref_1__in=here), register="policy_clauses", ref_1__isnull=False)
    for uid, ref in held.values_list("uid", "ref_1"):
        if ref is not None:
            partners[uid].add("policies")
            partners[ref].add("policy_clauses")
    return dict(mine), partners


def joined(unit: Unit, *, by: Actor) -> list[Joined]:
    """Per kind of record: how many, how many without any joint, and how many without each joint that is expected."""
    mine, partners = joined_kinds(unit, by=by)
    found = []
    for register in shape.NODES:
        uids = mine.get(register, set())
        lacking = {
            "+".join(wanted): sum(1 for uid in uids if partners.get(uid, set()).isdisjoint(wanted))
            for wanted in EXPECTED.get(register, ())
        }
        alone = sum(1 for uid in uids if not partners.get(uid))
        found.append(Joined(register, len(uids), alone, lacking))
    return found


def lacking(unit: Unit, register: str, wanted: Sequence[str], *, by: Actor, most: int = 500) -> list[Entry]:
    """The records of a kind that are joined to none of the wanted kinds (to nothing at all, when none are named)."""
    mine, partners = joined_kinds(unit, by=by)
    uids = [
        uid for uid in mine.get(register, set())
        if (partners.get(uid, set()).isdisjoint(wanted) if wanted else not partners.get(uid))
    ]  # fmt: skip
    rows = Entry.objects.filter(uid__in=uids[:CAP]).select_related("unit", "department", "owner")
    return list(rows.order_by("number", "title_key", "pk")[:most])


#: Records named in one question.
CAP = 30_000


# --- proposals and marks ----------------------------------------------------------------------------------------------


def proposals(unit: Unit, *, by: Actor, most: int = 400) -> list[tuple[Link, Entry, Entry]]:
    """What waits for a person, with both records; those of which the actor does not see both ends stay away."""
    rows = list(links(unit, by=by, state=LinkState.PROPOSED).order_by("low_register", "high_register", "pk")[:most])
    known = entries({uid for row in rows for uid in (row.low, row.high)}, by=by)
    return [(row, known[row.low], known[row.high]) for row in rows if row.low in known and row.high in known]


def find_link(uid: UUID, *, by: Actor) -> tuple[Link, Entry, Entry]:
    """One link with both its records; 404 where the actor does not see them."""
    row = Link.objects.filter(uid=uid).first()
    known = entries((row.low, row.high), by=by) if row is not None else {}
    if row is None or len(known) < 2:
        raise NotFound(_("There is no such link here."), fix=_("It may have been dropped in the meantime."))
    return row, known[row.low], known[row.high]


def marks(*, by: Actor, within: Unit | None = None) -> QuerySet[Mark]:
    """The marks of records that the actor may see."""
    rows = Mark.objects.select_related("unit", "department")
    if within is not None:
        rows = rows.filter(own(within))
    return scope.restrict(rows, by=by, permission=VIEW)


def open_marks(*, by: Actor, within: Unit | None = None) -> QuerySet[Mark]:
    """Those that nobody has settled yet."""
    return marks(by=by, within=within).filter(settled_at__isnull=True)


def causes(unit: Unit, *, by: Actor) -> list[dict[str, Any]]:
    """The changes behind the open marks of a unit, with how many wait, the latest first."""
    rows = open_marks(by=by, within=unit).order_by()
    grouped = rows.values("cause", "cause_register", "cause_title").annotate(count=Count("pk"))
    found: list[dict[str, Any]] = [dict(row) for row in grouped]
    return sorted(found, key=lambda row: (-row["count"], row["cause_title"]))


def find_mark(uid: UUID, *, by: Actor) -> Mark:
    """One mark, or 404."""
    row = marks(by=by).filter(uid=uid).first()
    if row is None:
        raise NotFound(_("There is no such mark here."), fix=_("The record may have been removed."))
    return row
