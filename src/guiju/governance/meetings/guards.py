"""What is settled stays so by every door: minutes, items and recusals of a settled meeting change by reopening only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.governance.meetings import minutes
from guiju.governance.meetings.terms import ITEMS, MEETINGS, RECUSALS, SETTLED
from guiju.governance.models import Sitting
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault
from guiju.registers import rows
from guiju.registers.changes import Change
from guiju.registers.models import Entry, EntryBody, EntryVersion
from guiju.registers.spec import Move

_GUARDED = frozenset({MEETINGS, ITEMS, RECUSALS})
#: What the minutes say of a meeting and of an item; files and links to other records may be added later. Which review
#: an item is about may not: by that a resolution lifts a veto.
_OF_MEETING = (
    "subject", "body", "way", "signed_pages", "held_on", "starts_at", "place", "chaired_by", "attended", "attendees",
    "reported_by", "minutes_number", "minutes", "resolution", "has_resolution", "next_plan", "next_work",
)  # fmt: skip
_OF_ITEM = (
    "matter", "meeting", "item_no", "kind", "major", "reporter", "contents", "outcome", "votes_for", "votes_against",
    "votes_abstained", "resolution", "decided_on", "review", "review_number",
)  # fmt: skip


def prepared(entry: Entry, move: Move, data: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """Moves of a meeting wherever they are made: no future is minuted, and a sheet is settled on its own page."""
    if move.code == "hold" and data.get("held_on") and date.fromisoformat(str(data["held_on"])) > clock.today():
        what = _("The day lies in the future.")
        raise rows.invalid([Fault("held_on", what, _("Enter it after the meeting was held."))])
    if move.code not in {"settle", "reopen"}:
        return {}
    sitting = Sitting.objects.filter(meeting=entry.uid).first()
    if sitting is not None and move.code == "settle" and sitting.settled_at is None:
        raise Conflict(
            _("The minutes of “%(title)s” are settled where they are written.") % {"title": entry.title},
            fix=_("Open the meeting among the meetings and settle the minutes there: votes and quorum are checked."),
            code="meeting.sheet",
        )
    if sitting is not None and move.code == "reopen":
        minutes.open_again(sitting, entry, by=by)
    return {}


def on_rows(changes: Sequence[Change]) -> None:
    """Rows of the registers of meetings were written."""
    mine = [change for change in changes if change.register in _GUARDED]
    if not mine:
        return
    _meetings([change for change in mine if change.register == MEETINGS])
    _items([change for change in mine if change.register == ITEMS])
    _recusals([change for change in mine if change.register == RECUSALS])


def changed(changes: Iterable[Change], codes: Sequence[str]) -> list[Change]:
    """Those of some changed rows in which one of these fields says something else: two questions for all."""
    found = {UUID(change.uid): change for change in changes if change.before is not None and change.after is not None}
    if not found:
        return []
    now = dict(EntryBody.objects.filter(entry__uid__in=found).values_list("entry__uid", "data"))
    past = EntryVersion.objects.filter(uid__in=found).values_list("uid", "version", "data")
    before = {uid: data for uid, version, data in past if version == (found[uid].before or {})["version"]}
    return [
        change
        for uid, change in found.items()
        if any(before.get(uid, {}).get(code) != now.get(uid, {}).get(code) for code in codes)
    ]


def _meetings(changes: Sequence[Change]) -> None:
    done = [change for change in changes if _status(change.before) == SETTLED == _status(change.after)]
    for change in changed(done, _OF_MEETING):
        raise minutes.closed(Entry.objects.get(uid=change.uid))


def _status(columns: Mapping[str, Any] | None) -> str:
    return str(columns["status"]) if columns is not None else ""


def _items(changes: Sequence[Change]) -> None:
    """Items stand on an agenda of their own unit; what the sheet says is their outcome; settled is settled."""
    if not changes:
        return
    named = {change.uid: _named(change) for change in changes}
    uids = set().union(*named.values())
    held = {row.uid: row for row in Entry.objects.filter(register=MEETINGS, uid__in=uids)}
    sheets = {row.meeting: row for row in Sitting.objects.filter(meeting__in=uids)}
    for change in changes:
        after = change.after
        meeting = held.get(after["ref_1"]) if after is not None else None
        if after is not None and meeting is not None and meeting.unit_id != after["unit_id"]:
            raise Conflict(
                _("“%(title)s” is a meeting of another unit.") % {"title": meeting.title},
                fix=_("Choose a meeting of the unit that keeps the item."),
                where="meeting",
                code="meeting.other_unit",
            )
        sheet = sheets.get(meeting.uid) if meeting is not None else None
        if sheet is not None and sheet.settled_at is None:
            _refuse_other_outcome(change, sheet)
    settled = [
        change for change in changes
        if any(uid in sheets and sheets[uid].settled_at is not None for uid in named[change.uid])
    ]  # fmt: skip
    touched = [change for change in settled if change.before is None or change.after is None]
    for change in [*touched, *changed(settled, _OF_ITEM)]:
        raise minutes.closed(next(held[uid] for uid in named[change.uid] if uid in held))


def _named(change: Change) -> set[UUID]:
    return {columns["ref_1"] for columns in (change.before, change.after) if columns is not None and columns["ref_1"]}


def _refuse_other_outcome(change: Change, sheet: Sitting) -> None:
    """While the minutes are written, the outcome of an item is what they say."""
    before, after = change.before, change.after
    assert after is not None
    if not after["level"] or (before is not None and before["level"] == after["level"]):
        return
    if sheet.items.get(change.uid, {}).get("outcome") != after["level"]:
        raise Conflict(
            _("The outcome of “%(title)s” is written in the minutes of its meeting.") % {"title": after["title"]},
            fix=_("Open the meeting among the meetings and enter it there."),
            where="outcome",
            code="meeting.sheet",
        )


def _recusals(changes: Sequence[Change]) -> None:
    """Who stood aside is known before the vote is settled; yearly declarations have nothing to do with it."""
    named: set[UUID] = set()
    for change in changes:
        for columns in (change.before, change.after):
            if columns is not None and columns["ref_1"] and columns["kind"] != "yearly":
                named.add(columns["ref_1"])
    if not named:
        return
    met = Entry.objects.filter(register=ITEMS, uid__in=named, ref_1__isnull=False).values_list("ref_1", flat=True)
    sheet = Sitting.objects.filter(meeting__in=list(met), settled_at__isnull=False).first()
    if sheet is not None:
        raise minutes.closed(Entry.objects.get(uid=sheet.meeting))
