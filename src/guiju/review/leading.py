"""Which leading body answers for a matter: one that was on record before, not one made for the purpose.

known(matter, found, also)    -> of some bodies those that count for it
answering(found)              -> of these, the one that answers in each unit: the committee before the group, and so on
late_members(matter, bodies)  -> who was made a member afterwards by somebody who has a part in the matter
hands(matter, also)           -> the names of all who have a part in it: who brought, vetoed, reports or lifts

Bodies and members are rows of registers that the compliance department keeps. What counts is how they stood when the
matter was vetoed, or when its round began. What was entered since the matter was brought counts only where nobody who has a
part in it entered it; what was entered after the veto only where the firm had no leading body at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from guiju.access.actor import of_user
from guiju.access.models import User
from guiju.governance import queries as governance
from guiju.lib import clock
from guiju.registers.models import Entry, EntryPast
from guiju.review import keeping
from guiju.review.models import Matter

MEMBERS = "body_members"
_SECRETARY = "secretary"


def hands(matter: Matter, also: Iterable[str] = ()) -> frozenset[str]:
    """Who has brought the matter, vetoed it, reported the veto or lifts it, by the names that records carry."""
    lifted, veto = matter.veto.get("lifted") or {}, matter.veto
    users = {*matter.authors, *(one for one in (veto.get("user"), matter.owner.user_id) if one is not None)}
    names = {of_user(one).name for one in User.objects.filter(pk__in=users)}
    names |= {str(one) for one in (veto.get("by"), veto.get("reported_by"), lifted.get("by"), *also) if one}
    return frozenset(name[:80] for name in names)


def known(matter: Matter, found: Sequence[Entry], *, also: Iterable[str] = ()) -> list[Entry]:
    """Of these bodies those that stood as such before; where there is none, those that nobody with a part in it made since."""
    parts = hands(matter, also)
    before, brought = _moment(matter), _brought(matter)
    past = _kinds_at([one.uid for one in found], before)
    held = [one for one in found if past.get(one.uid) in governance.LEADING and _is_clean(one, brought, parts)]
    return held or [one for one in found if one.created_by not in parts and one.uid not in past]


def _is_clean(row: Entry, brought: datetime, parts: frozenset[str]) -> bool:
    return row.created_at <= brought or row.created_by not in parts


def _kinds_at(uids: Sequence[UUID], at: datetime) -> dict[UUID, str]:
    """As what each was on record at a moment; without those that were not."""
    rows = EntryPast.objects.filter(register="bodies", uid__in=uids, recorded_at__lte=at).order_by("version")
    return dict(rows.values_list("uid", "kind"))


def answering(found: Sequence[Entry]) -> list[Entry]:
    """In each unit the body that comes first; a group beside a committee does not answer in its stead."""
    best: dict[int, Entry] = {}
    for one in found:
        rank = governance.LEADING.index(one.kind)
        held = best.get(one.unit_id)
        if held is None or rank < governance.LEADING.index(held.kind):
            best[one.unit_id] = one
    return [one for one in found if one.kind == best[one.unit_id].kind]


def late_members(matter: Matter, bodies: Iterable[UUID], *, also: Iterable[str] = ()) -> dict[UUID, set[int]]:
    """People whose only seat in a body was entered after the veto by somebody who has a part in the matter."""
    parts, before = hands(matter, also), _moment(matter)
    rows = Entry.objects.filter(register=MEMBERS, ref_1__in=list(bodies), person__isnull=False)
    good: dict[UUID, set[int]] = {}
    late: dict[UUID, set[int]] = {}
    for body, person, at, by in rows.values_list("ref_1", "person_id", "created_at", "created_by"):
        if body is not None and person is not None:
            (late if at > before and by in parts else good).setdefault(body, set()).add(person)
    return {body: people - good.get(body, set()) for body, people in late.items()}


def secretaries(bodies: Iterable[UUID]) -> set[int]:
    """Whoever keeps the minutes of these bodies, as ids of people."""
    rows = Entry.objects.filter(register=MEMBERS, ref_1__in=list(bodies), kind=_SECRETARY, person__isnull=False)
    rows = rows.filter(Q(done_on__isnull=True) | Q(done_on__gte=clock.today()), on__lte=clock.today())
    return set(rows.values_list("person_id", flat=True))


def _moment(matter: Matter) -> datetime:
    """The veto, or the begin of the round: how bodies stood then is what counts."""
    if matter.veto.get("at"):
        return datetime.fromisoformat(matter.veto["at"])
    run = keeping.last_run(matter)
    return run.began_at if run is not None else matter.recorded_at


def _brought(matter: Matter) -> datetime:
    first = keeping.rounds(matter)[:1]
    return first[0].began_at if first else matter.recorded_at
