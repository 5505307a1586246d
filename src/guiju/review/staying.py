"""What becomes of a pass that rests on a resolution when the minutes of that resolution are opened again.

While they are open the pass is suspended (stayed); when they are settled again and the resolution still lifts the veto,
by the same checks as at lifting, it holds again (passed); when it does not, or item or meeting is gone, the veto stands
again (vetoed). The same holds where the leading body has signed at a step of the route: while one of its minutes is open the
pass is suspended; where they carry the signature no longer the pass ends (void), as there is no veto to stand again.
All of it follows from rows of the registers, inside the transaction that writes them.

Whoever relies on minutes holds the meeting before the matter, as whoever opens them does: neither misses the other.

look_again()   -> the same for minutes whose opening nobody followed: those that were open before this was looked at
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from guiju.access.actor import system
from guiju.governance import queries as governance
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers.changes import Change
from guiju.registers.models import Entry, EntryPast
from guiju.review import actions, keeping, ledger, passes, resolutions, states, telling, vetoes
from guiju.review.enums import MatterState as S
from guiju.review.models import Ground, Matter
from guiju.trail.events import Action
from guiju.workflow.routes.models import Seat

MEETINGS, ITEMS = "meetings", resolutions.ITEMS
#: What follows from the minutes is written by the installation; its reason names who opened or settled them.
HOUSE = system("guiju")
_RESTING = (S.PASSED, S.STAYED)


def on_rows(given: Sequence[Change]) -> None:
    """Meetings or items were written: what rests on them follows."""
    touched = {UUID(one.uid): one for one in given if one.register == ITEMS and one.before is not None}
    met = {UUID(one.uid): one for one in given if one.register == MEETINGS and one.before is not None}
    if met:
        rows = Entry.objects.filter(register=ITEMS, ref_1__in=met).values_list("uid", "ref_1")
        touched |= {uid: met[meeting] for uid, meeting in rows if meeting is not None}
        gone = [uid for uid, one in met.items() if one.after is None]
        if gone:  # items of a meeting that was taken out may have gone with it
            touched |= _of_meetings(gone, met)
    if not touched:
        return
    named = Ground.objects.filter(register=ITEMS, entry__in=touched).values_list("matter_id", "entry")
    signed = {matter: item for matter, item in named if item is not None}
    rest = Matter.objects.filter(Q(lifted_item__in=touched) | Q(pk__in=signed), state__in=_RESTING).order_by("pk")
    with translation.override(settings.LANGUAGE_CODE):
        for row in rest:
            if row.lifted_item is not None and row.lifted_item in touched:
                _follow(row, touched[row.lifted_item])
            elif row.lifted_item is None and row.pk in signed:
                _follow_signed(row, touched[signed[row.pk]])


def look_again() -> int:
    """Suspend or end the passes that rest on minutes which are open, or gone, though nothing followed that then.

    So it is where minutes were open when an installation was brought up to date. Returns how many; once done there are none.
    """
    lifted = Matter.objects.filter(state=S.PASSED, lifted_item__isnull=False).values_list("pk", "lifted_item")
    named = Ground.objects.filter(register=ITEMS, matter__state=S.PASSED, matter__lifted_item__isnull=True)
    rests: dict[int, list[UUID]] = {}
    for pk, item in (*lifted, *named.values_list("matter_id", "entry")):
        if item is not None:
            rests.setdefault(pk, []).append(item)
    meetings = _meetings({item for items in rests.values() for item in items})
    bare = [pk for pk, items in rests.items() if any(_is_open(meetings.get(item)) for item in items)]
    with translation.override(settings.LANGUAGE_CODE):
        return sum(_look_again(pk, rests[pk]) for pk in sorted(bare))


def _meetings(items: Collection[UUID]) -> dict[UUID, Entry]:
    """The meetings on whose agenda items stand."""
    held = dict(Entry.objects.filter(register=ITEMS, uid__in=items).values_list("uid", "ref_1"))
    wanted = {meeting for meeting in held.values() if meeting is not None}
    found = {row.uid: row for row in Entry.objects.filter(register=MEETINGS, uid__in=wanted)}
    return {item: found[meeting] for item, meeting in held.items() if meeting in found}


def _is_open(meeting: Entry | None) -> bool:
    return meeting is None or not governance.is_settled(meeting)


@transaction.atomic
def _look_again(pk: int, items: Sequence[UUID]) -> bool:
    resolutions.hold(*items)
    row, meetings = Matter.objects.get(pk=pk), _meetings(items)
    opened = next((one for item in items if (one := meetings.get(item)) is not None and _is_open(one)), None)
    after = _opening(opened) if opened is not None else {}
    change = Change(MEETINGS, row.unit_id, None, after)
    if row.lifted_item is not None:
        _follow(row, change)
    else:
        _follow_signed(row, change)
    return not Matter.objects.filter(pk=pk, state=S.PASSED).exists()


def _opening(meeting: Entry) -> dict[str, str]:
    """Who opened the minutes of a meeting, and when: its state has been another one since."""
    found, before = {"recorded_by": meeting.recorded_by, "opened_at": meeting.recorded_at.isoformat()}, meeting.status
    rows = EntryPast.objects.filter(uid=meeting.uid).order_by("version")
    for status, by, at in rows.values_list("status", "recorded_by", "recorded_at"):
        if status != before:
            found = {"recorded_by": by, "opened_at": at.isoformat()}
        before = status
    return found


def _of_meetings(gone: Sequence[UUID], met: dict[UUID, Change]) -> dict[UUID, Change]:
    """Items of meetings that were taken out, as those kept them that rest on one."""
    rows = Matter.objects.filter(lifted_item__isnull=False, state__in=_RESTING)
    held = [(row.lifted_item, str((row.veto.get("lifted") or {}).get("meeting") or "")) for row in rows]
    stayed = Matter.objects.filter(state=S.STAYED, lifted_item__isnull=True).values_list("stayed", flat=True)
    held += [(UUID(item), str(said.get("meeting") or "")) for said in stayed for item in said.get("items", ())]
    return {item: met[UUID(one)] for item, one in held if item is not None and one and UUID(one) in gone}


def _follow(row: Matter, change: Change) -> None:
    fresh = keeping.locked(row)
    if fresh.state not in _RESTING or fresh.lifted_item is None:
        return
    item = Entry.objects.filter(register=ITEMS, uid=fresh.lifted_item).first()
    meeting = resolutions.meeting_of(item)
    is_settled = meeting is not None and governance.is_settled(meeting)
    if fresh.state == S.PASSED:
        if is_settled or not fresh.passes.filter(revoked_at__isnull=True).exists():
            return  # nothing was opened; or its pass ended before, and nothing is left to suspend
        _stay(fresh, change, meeting)
    if item is None or meeting is None or meeting.status == governance.CANCELLED:
        _restore(fresh, _("The resolution that lifted the veto is no longer on record."))
    elif is_settled:
        _settled(fresh, item)


def _follow_signed(row: Matter, change: Change) -> None:
    """The same for what the leading body signed at a step: all minutes on which that rests are settled and carry it."""
    fresh = keeping.locked(row)
    run = keeping.last_run(fresh)
    if fresh.state not in _RESTING or fresh.lifted_item is not None or run is None:
        return
    rests = resolutions.signed(fresh, run)
    items = {uid: Entry.objects.filter(register=ITEMS, uid=uid).first() for _seat, uid in rests}
    meetings = {uid: resolutions.meeting_of(item) for uid, item in items.items()}
    opened = [one for one in meetings.values() if one is None or not governance.is_settled(one)]
    if not rests or (fresh.state == S.PASSED and not opened):
        return  # an earlier round rested on it, or nothing was opened
    if fresh.state == S.PASSED:
        if not fresh.passes.filter(revoked_at__isnull=True).exists():
            return  # its pass ended before, and nothing is left to suspend
        _stay(fresh, change, opened[0], items=[str(uid) for uid in items])
    if any(one is None or one.status == governance.CANCELLED for one in meetings.values()):
        _fall(fresh, _("The resolution is no longer on record."))
    elif not opened:
        _settled_signed(fresh, [(seat, items[uid]) for seat, uid in rests])


def _settled_signed(fresh: Matter, rests: Sequence[tuple[Seat, Entry | None]]) -> None:
    try:
        for seat, item in rests:
            assert item is not None
            resolutions.still(fresh, seat, item)
    except Problem as problem:
        _fall(fresh, problem.what)
        return
    fresh.state, fresh.reason, fresh.stayed = states.after(fresh.state, states.RESUME), "", {}
    _keep(fresh, Action.REVIEW_RESUMED)
    telling.resumed(fresh, by=HOUSE)


def _fall(fresh: Matter, why: str) -> None:
    """The leading body's signature is gone, and with it the pass, for good."""
    fresh.reason = (_("The resolution by which the leading body agreed carries it no longer: %(why)s") % {"why": why})[
        :300
    ]
    fresh.state = states.after(fresh.state, states.VOID)
    fresh.stayed = {**fresh.stayed, "fell_at": clock.now().isoformat(), "fell_why": why[:300]}
    for one in fresh.passes.filter(revoked_at__isnull=True):
        passes.end(one, fresh.reason, by=HOUSE)
    _keep(fresh, Action.REVIEW_VOIDED)
    telling.fell(fresh, by=HOUSE)


def _stay(fresh: Matter, change: Change, meeting: Entry | None, *, items: Sequence[str] = ()) -> None:
    """The pass is suspended from now on. `items` are those by which the leading body signed; without, one lifted a veto."""
    keeping.hold_texts(fresh)  # whoever is about to pass the same text waits, and then finds it stopped
    now = change.after or {}
    said = {"by": str(now.get("recorded_by") or ""), "title": meeting.title if meeting is not None else ""}
    opened = {"opened_at": now["opened_at"]} if "opened_at" in now else {}  # it is suspended only later
    why = (
        _("%(by)s opened the minutes of “%(title)s” again, by which the leading body agreed to it.")
        if items
        else _("%(by)s opened the minutes of “%(title)s” again, by which its veto was lifted.")
    )
    fresh.state, fresh.reason = states.after(fresh.state, states.STAY), (why % said)[:300]
    stayed = {
        "at": clock.now().isoformat(), "by": said["by"], "why": change.reason[:300],
        "meeting": str(meeting.uid) if meeting is not None else "", "title": said["title"], **opened,
    }  # fmt: skip
    if items:
        fresh.stayed = {**stayed, "items": list(items)}
    else:
        fresh.veto = {**fresh.veto, "stayed": stayed}
    _keep(fresh, Action.REVIEW_STAYED)
    telling.stayed(fresh, by=HOUSE)


def _settled(fresh: Matter, item: Entry) -> None:
    """The minutes are settled again: the resolution holds by the same checks as at lifting, or it does not."""
    among = resolutions.lifting(fresh, on=item.on)
    try:
        found = resolutions.require(
            item.uid, matter=fresh, carried=True, among=among, since=resolutions.since_report(fresh)
        )
    except Problem as problem:
        _restore(fresh, problem.what)
        return
    who = str((fresh.veto.get("lifted") or {}).get("by") or "")
    fresh.state, fresh.reason = states.after(fresh.state, states.RESUME), ""
    fresh.veto = {code: said for code, said in fresh.veto.items() if code != "stayed"}
    fresh.veto["lifted"] = vetoes.lifted(found, who)
    _keep(fresh, Action.REVIEW_RESUMED)
    telling.resumed(fresh, by=HOUSE)


def _restore(fresh: Matter, why: str) -> None:
    """The veto stands again; the pass ends for good."""
    reason = _("The veto stands again: %(why)s") % {"why": why}
    target = states.VOID if _is_stopped_by_another(fresh, reason) else states.RESTORE
    fresh.state, fresh.reason = states.after(fresh.state, target), reason[:300]
    lifted = fresh.veto.get("lifted") or {}
    fresh.veto = {code: said for code, said in fresh.veto.items() if code not in {"lifted", "stayed"}}
    fresh.veto["fallen"] = {**lifted, "why": why[:300], "fell_at": clock.now().isoformat()}
    fresh.lifted_item, fresh.decided_at = None, clock.now()
    for row in fresh.passes.filter(revoked_at__isnull=True):
        passes.end(row, reason, by=HOUSE)
    _keep(fresh, Action.REVIEW_VETO_RESTORED)
    telling.vetoed_again(fresh, by=HOUSE)


def _is_stopped_by_another(fresh: Matter, reason: str) -> bool:
    """What was brought under the same number meanwhile is withdrawn; where that one is vetoed itself, it stands for both."""
    rows = Matter.objects.filter(unit=fresh.unit, system=fresh.system, ref=fresh.ref).exclude(ref="")
    open_ = (*states.WITHDRAW.sources, S.SUSPENDED, S.VETOED)
    stopped = False
    for row in rows.filter(state__in=open_).exclude(pk=fresh.pk).order_by("pk"):
        other = keeping.locked(row)
        if states.is_open(other.state, states.WITHDRAW):
            actions.end_brought(other, f"{fresh.number}：{reason}"[:300], by=HOUSE)
        else:
            stopped = stopped or other.state in {S.SUSPENDED, S.VETOED}
    return stopped


def _keep(fresh: Matter, action: Action) -> None:
    run = keeping.last_run(fresh)
    if run is not None:
        ledger.write(fresh, run, by=HOUSE)
    keeping.save(fresh, action, by=HOUSE, reason=fresh.reason)
