"""Opinions before decisions: who spoke when, when it was recorded, when it was decided; what the order proves (004 第四条).

An opinion proves itself by two orders at once: it was given no later than the decision, and it stood in the record before
the decision did and no later than its day. What was entered afterwards is shown as such and proves half.

Whose opinion is asked is said by the documents that the firm answers to (`asking`); where none says it, a decision that
the firm itself marked as major wants one opinion, of the head or of the staff.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min, Q

from guiju.access.actor import Actor
from guiju.governance.meetings import holders
from guiju.governance.meetings.holders import Held
from guiju.governance.meetings.terms import ASKED, DECIDED, ITEMS, MEETINGS, OPINIONS
from guiju.lib import clock
from guiju.org.enums import Role
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.posture import queries as posture
from guiju.registers import queries
from guiju.registers.directory import as_uid
from guiju.registers.models import Entry, EntryPast, EntryVersion
from guiju.workflow.owners import Holder

#: How one opinion stands: waits for the decision, proven, entered afterwards, given too late.
GIVEN, PROVEN, LATE, AFTER = "given", "proven", "late", "after"
#: How a decision stands: opinions still to come, all there, proven, entered afterwards, taken without or before them.
WAITING, READY, SOUND, DOUBTFUL, WITHOUT = "waiting", "ready", "sound", "doubtful", "without"
MOST = 200
_TEST = "decision.heard"
#: The number of a compliance review.
_REVIEW = re.compile(r"审\d{4}-\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """One opinion on one decision."""

    opinion: Entry
    role: str
    name: str
    given_on: date | None
    recorded_at: datetime
    late_days: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A major decision with its opinions; `item` is its agenda item where it has one."""

    title: str
    item: Entry | None
    meeting: Entry | None
    outcome: str
    decided_on: date | None
    recorded_at: datetime | None
    lines: tuple[Line, ...]
    #: Offices asked that have given none, and whether anybody holds them.
    missing: tuple[tuple[Role, tuple[Holder, ...]], ...]
    verdict: str

    @property
    def is_taken(self) -> bool:
        """Has it been decided?"""
        return self.decided_on is not None


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose opinion is wanted: of each set of offices one. `documents` are those that say so; empty: the firm itself."""

    demands: tuple[frozenset[Role], ...]
    documents: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    """What is known of one decision before it is judged."""

    title: str
    item: Entry | None = None
    meeting: Entry | None = None
    decided_on: date | None = None
    recorded_at: datetime | None = None
    opinions: list[Entry] = field(default_factory=list)
    #: Since when an opinion that was changed says what it says.
    since: dict[UUID, datetime] = field(default_factory=dict)


def decisions(*, by: Actor, company: Unit, since: date | None = None) -> list[Decision]:
    """The major decisions of a company, the latest first: those on an agenda, and those known by their opinions."""
    items = queries.visible(by, ITEMS, sparse=True).filter(own(company), flag_1=True)
    opinions = queries.visible(by, OPINIONS, sparse=True).filter(own(company))
    if since is not None:
        items = items.filter(Q(on__gte=since) | Q(on__isnull=True))
        opinions = opinions.filter(Q(on__gte=since) | Q(ref_2__isnull=False))
    agenda = list(items.select_related("body").order_by("-pk")[:MOST])
    told = list(opinions.select_related("person", "body").order_by("-on", "-pk")[: MOST * 4])
    judged = _judge(_gathered(agenda, told), company)
    return sorted(judged, key=_newest, reverse=True)


def unheard(items: Sequence[Entry], *, company: Unit, on: date) -> dict[UUID, tuple[Role, ...]]:
    """Of major items that are decided on a day: whose opinion, given by then, is lacking (004 第四条第四项)."""
    found = of_items([one for one in items if one.kind == "decide"], company=company, on=on)
    if not found or not asking(company).documents:
        return {}  # no document asks this company for them
    return {uid: tuple(role for role, _people in one.missing) for uid, one in found.items() if one.missing}


def of_items(items: Sequence[Entry], *, company: Unit, on: date | None = None) -> dict[UUID, Decision]:
    """The order of the major ones among some agenda items, for the page of their meeting; `on` as if decided that day."""
    major = [one for one in items if one.flag_1]
    if not major:
        return {}
    reviewed = _reviews(major)
    of_review = Q(ref_1__in=[key for key in reviewed if isinstance(key, UUID)])
    for key in reviewed:
        of_review |= Q(number__startswith=f"{key}-") if isinstance(key, str) else Q()
    of_item = Q(ref_2__in=[one.uid for one in major]) | Q(of_review, own(company))
    told = list(Entry.objects.filter(of_item, register=OPINIONS).select_related("person", "body"))
    gathered = _gathered(major, told)
    for one in gathered if on is not None else ():
        one.decided_on = one.decided_on or on
    judged = _judge(gathered, company)
    return {one.item.uid: one for one in judged if one.item is not None}


def asking(company: Unit) -> Asking:
    """Whose opinion the documents want before a major decision: two questions."""
    wants = posture.wants(company, _TEST, on=clock.today())
    groups: dict[tuple[int, int], set[Role]] = {}
    alone: set[frozenset[Role]] = set()
    for want in wants:
        groups.setdefault(want.group, set()).update(_roles(want))
    for group, roles in groups.items():
        several = sum(want.group == group for want in wants) > 1
        alone |= {frozenset(roles)} if several else {frozenset({role}) for role in roles}
    # Whoever is asked for himself needs not be asked once more as one of several.
    demands = [one for one in alone if one and not any(other < one for other in alone)]
    if not demands:
        return Asking((frozenset(ASKED),), ())
    demands.sort(key=lambda one: min(ASKED.index(role) for role in one))
    return Asking(tuple(demands), tuple(dict.fromkeys(want.document for want in wants)))


def _roles(want: posture.Want) -> list[Role]:
    """Without any word about offices each of both is asked, as the test itself has it."""
    named = want.params.get("roles") or ASKED
    return [role for role in ASKED if role in named]


def _judge(found: Sequence[_Found], company: Unit) -> list[Decision]:
    if not found:
        return []
    wanted, held = asking(company), holders.of(company, ASKED)
    return [_judged(one, wanted, held) for one in found]


def _newest(one: Decision) -> date:
    days = [line.given_on for line in one.lines if line.given_on]
    return one.decided_on or (one.meeting.on if one.meeting and one.meeting.on else None) or max(days, default=date.min)


def _gathered(items: Sequence[Entry], opinions: Iterable[Entry]) -> list[_Found]:
    meetings = _by_uid(MEETINGS, [one.ref_1 for one in items if one.ref_1])
    recorded = _first_recorded([one.uid for one in items], Q(level__in=DECIDED))
    found: dict[object, _Found] = {}
    for one in items:
        decided = one.level in DECIDED
        found[one.uid] = _Found(
            one.title, one, meetings.get(one.ref_1) if one.ref_1 else None,
            one.on if decided else None, recorded.get(one.uid) if decided else None,
        )  # fmt: skip
    loose: list[Entry] = []
    reviewed = _reviews(items)
    for row in opinions:
        item = row.ref_2 or reviewed.get(row.ref_1 or "") or reviewed.get(row.number.rpartition("-")[0])
        if item in found:
            found[item].opinions.append(row)
        elif row.ref_2 is None:
            loose.append(row)
    _add_loose(found, loose)
    since = _said_since([row for matter in found.values() for row in matter.opinions])
    for matter in found.values():
        matter.since = since
    return list(found.values())


def _reviews(items: Iterable[Entry]) -> dict[UUID | str, UUID]:
    """The items that name a review, by its row in the ledger and by its number: opinions given in it are on the item."""
    found: dict[UUID | str, UUID] = {}
    for one in items:
        if linked := as_uid(one.body.data.get("review")):
            found[UUID(linked)] = one.uid
        found |= dict.fromkeys(_REVIEW.findall(one.text_1), one.uid)
    return found


def _said_since(opinions: Sequence[Entry]) -> dict[UUID, datetime]:
    """When the words, the person, the office, the day and the matter of opinions that were changed first stood so."""
    changed = {row.uid: row for row in opinions if row.version > 1}
    since = {uid: row.recorded_at for uid, row in changed.items()}
    other: set[UUID] = set()
    past = EntryVersion.objects.filter(uid__in=list(changed)).order_by("-version") if changed else ()
    for version in past:
        if version.uid in other or _words(version.data) != _words(changed[version.uid].body.data):
            other.add(version.uid)
        else:
            since[version.uid] = version.recorded_at
    return since


def _words(data: Mapping[str, object]) -> tuple[object, ...]:
    bound = data.get("agenda_item") or data.get("matter")
    return (bound, *(data.get(code) for code in ("opinion", "role", "person", "given_on")))


def _add_loose(found: dict[object, _Found], loose: Sequence[Entry]) -> None:
    """Opinions on no agenda item belong together by the matter that they name."""
    recorded = _first_recorded([row.uid for row in loose if row.date_1], Q(date_1__isnull=False))
    for row in loose:
        one = found.setdefault(("matter", row.title), _Found(row.title))
        one.opinions.append(row)
        if row.date_1 is not None:
            one.decided_on = min(filter(None, (one.decided_on, row.date_1)))
            moment = recorded.get(row.uid)
            one.recorded_at = min(filter(None, (one.recorded_at, moment)), default=None)


def _by_uid(register: str, uids: Iterable[UUID]) -> dict[UUID, Entry]:
    wanted = list(uids)
    return {row.uid: row for row in Entry.objects.filter(register=register, uid__in=wanted)} if wanted else {}


def _first_recorded(uids: Sequence[UUID], when: Q) -> dict[UUID, datetime]:
    """When each row first said so, its past versions included."""
    if not uids:
        return {}
    rows = EntryPast.objects.filter(when, uid__in=uids).order_by().values_list("uid").annotate(at=Min("recorded_at"))
    return dict(rows)


def _judged(found: _Found, wanted: Asking, held: Held) -> Decision:
    lines = tuple(sorted((_line(row, found) for row in found.opinions), key=lambda one: one.given_on or date.max))
    missing = tuple(_missing(lines, wanted, held, found.decided_on or clock.today()))
    return Decision(
        found.title, found.item, found.meeting, found.item.level if found.item else "", found.decided_on,
        found.recorded_at, lines, missing, _verdict(found, lines, bool(missing)),
    )  # fmt: skip


def _missing(lines: Sequence[Line], wanted: Asking, held: Held, on: date) -> Iterator[tuple[Role, tuple[Holder, ...]]]:
    """Who was in office on the day of the decision and gave nothing by then."""
    given = {one.role for one in lines if one.verdict != AFTER}
    for demand in wanted.demands:
        if given & demand:
            continue
        offices = [(role, held.people(role, on)) for role in ASKED if role in demand]
        # A firm without compliance staff is not blamed for an opinion that nobody could give; the head is always asked.
        filled = next(((role, people) for role, people in offices if people), None)
        if filled is not None or Role.COMPLIANCE_HEAD in demand:
            yield filled or (Role.COMPLIANCE_HEAD, ())


def _line(row: Entry, found: _Found) -> Line:
    moment = found.since.get(row.uid, row.created_at)
    late = max((clock.day_of(moment) - row.on).days, 0) if row.on else 0
    name = row.person.name if row.person else ""
    return Line(row, row.kind, name, row.on, moment, late, _standing(row, moment, found))


def _standing(row: Entry, moment: datetime, found: _Found) -> str:
    if found.decided_on is None:
        return GIVEN
    if row.on is None or row.on > found.decided_on:
        return AFTER
    in_time = clock.day_of(moment) <= found.decided_on
    before = found.recorded_at is None or moment < found.recorded_at
    return PROVEN if in_time and before else LATE


def _verdict(found: _Found, lines: Sequence[Line], lacking: bool) -> str:
    if found.decided_on is None:
        return WAITING if lacking else READY
    if lacking:
        return WITHOUT
    # One that came after the decision is told as such; whoever had to be heard was heard before.
    return SOUND if all(one.verdict in (PROVEN, AFTER) for one in lines) else DOUBTFUL
