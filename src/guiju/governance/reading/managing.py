"""What the one who gave a rule out does afterwards: remind, extend, close, and record what came of it."""

from __future__ import annotations

import io
from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.files import store
from guiju.governance.enums import ReadingState, ReceiptState
from guiju.governance.models import Reading, Receipt
from guiju.governance.reading import following, issuing, listing, queries, telling
from guiju.jobs import backend
from guiju.lib import clock
from guiju.lib.errors import Conflict, Problem
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.trail.events import Action

ISSUE = P.GOVERNANCE_READING_ISSUE
#: Registers in which a closed reading may be recorded as work that was done.
RECORDS: Final = ("publicity", "work_records")


def remind(*, reading: Reading, unit: Unit, by: Actor) -> int:
    """Tell everybody of a unit (all below included) who has not confirmed; told in the background. Returns how many."""
    check.require(by, ISSUE, unit)
    _refuse_closed(reading)
    waiting = Receipt.objects.filter(queries.at(unit), reading=reading, state=ReceiptState.PENDING)
    count = waiting.count()
    if not count:
        raise Conflict(_("Everybody has confirmed; there is nobody to remind."), fix=_("The reading can be closed."))
    from guiju.governance.reading import tasks

    name = f"reading:remind:{reading.pk}:{unit.pk}"
    with transaction.atomic():
        backend.enqueue(
            tasks.remind, by=by, title=reading.title, unique_key=name, reading=reading.pk, unit=unit.pk, name=by.name
        )
    return count


def reminded(row: Reading, unit: Unit, *, on: date, by: Actor) -> int:
    """Send the notices of a reminder and tell the trail; returns how many accounts are told."""
    waiting = Receipt.objects.filter(queries.at(unit), reading=row, state=ReceiptState.PENDING)
    reached = waiting.filter(person__user__isnull=False)
    users = list(reached.order_by("pk").values_list("person__user_id", flat=True))
    told = 0
    for start in range(0, max(len(users), 1), issuing.CHUNK):
        with transaction.atomic():
            told += following.tell(row, users[start : start + issuing.CHUNK], on=on)
    with transaction.atomic():
        if unit.pk == row.unit_id:  # of one unit's people only, the others' reminder is still to come
            Reading.objects.filter(pk=row.pk).update(reminded_on=on)
        telling.note(
            row, Action.READING_REMINDED, by=by, about={"unit": unit.code, "people": waiting.count(), "told": told}
        )
    return told


@transaction.atomic
def extend(*, reading: Reading, due_on: date, version: int, by: Actor) -> Reading:
    """Another last day; an earlier one is possible too, but not one that has passed."""
    row = _held(reading, version, by)
    _refuse_closed(row)
    before, row.due_on = row.due_on, issuing.last_day(due_on)
    telling.save(row, Action.READING_CHANGED, by=by, about={"due_on_before": before.isoformat()})
    following.ask(row, by=by)
    return row


def close(*, reading: Reading, version: int, by: Actor, record: str = "") -> Reading:
    """Nobody is asked any more. With `record` a row of that register says what came of it, with the figures as a file."""
    if record and record not in RECORDS:
        raise Problem("reading.record", _("It cannot be recorded there."), where="record", status=422)
    check.require(by, ISSUE, reading.unit)
    rates = queries.rates(reading, reading.unit, on=clock.today())
    file = _file(reading, by=by) if record else None
    return _close(reading, version, record, rates.whole, file, by=by)


@transaction.atomic
def _close(
    reading: Reading, version: int, record: str, tally: queries.Tally, file: dict[str, object] | None, *, by: Actor
) -> Reading:
    row = _held(reading, version, by)
    _refuse_closed(row)
    counted = queries.rates(row, row.unit, on=clock.today()).whole
    if counted != tally:  # somebody confirmed while the figures were being written
        tally, file = counted, _file(row, by=by) if record else None
    row.state, row.closed_at = ReadingState.CLOSED, clock.now()
    row.person_count, row.confirmed_count = tally.asked, tally.confirmed
    if record and file is not None:
        entry = registers.create(register=record, unit=row.unit, values=_values(row, record, tally, file), by=by)
        row.record = f"{record}:{entry.uid}"
    about = {"asked": tally.asked, "confirmed": tally.confirmed, "paper": tally.paper}
    telling.save(row, Action.READING_CLOSED, by=by, about=about)
    following.settle(row, by=by)
    return row


def _values(row: Reading, record: str, tally: queries.Tally, file: dict[str, object]) -> dict[str, object]:
    name = _("Reading of “%(title)s” confirmed") % {"title": row.title[:150]}
    gist = _(
        "Given out on %(issued)s, closed on %(closed)s: %(confirmed)d of %(asked)d people confirmed, %(paper)d on paper."
    ) % {
        "issued": clock.day_of(row.issued_at).isoformat(),
        "closed": clock.today().isoformat(),
        "confirmed": tally.confirmed,
        "asked": tally.asked,
        "paper": tally.paper,
    }
    files = [file, *({key: one[key] for key in ("digest", "name", "size", "media_type")} for one in row.papers[:18])]
    today = clock.today().isoformat()
    if record == "publicity":
        return {"subject": name, "kind": "internal", "channel": "online", "published_on": today,
                "reached": tally.confirmed, "gist": gist, "files": files}  # fmt: skip
    return {"name": name, "mechanism": "culture", "form": "record", "made_on": today, "gist": gist, "files": files}


def _file(row: Reading, *, by: Actor) -> dict[str, object]:
    """The figures (of small readings the names too) as a workbook."""
    target = io.BytesIO()
    listing.results(row, target)
    name = _("%(title)s - readings confirmed.xlsx") % {"title": row.title[:120]}
    stored = store.save(target.getvalue(), name=name, by=by)
    return {"digest": stored.digest, "name": name, "size": stored.size, "media_type": stored.media_type}


def _held(reading: Reading, version: int, by: Actor) -> Reading:
    check.require(by, ISSUE, reading.unit)
    rows = Reading.objects.select_for_update(of=("self",)).select_related("unit", "policy_version", "compared")
    row = rows.get(pk=reading.pk)
    if row.version != version:
        problem = Conflict(
            _("This reading has been changed in the meantime; nothing was saved."),
            fix=_("Look at it as it stands now, then do it again."),
            code="reading.conflict",
        )
        problem.data = {
            "version": row.version,
            "current": {"due_on": row.due_on.isoformat(), "state": row.state, "papers": len(row.papers)},
        }
        raise problem
    return row


def _refuse_closed(row: Reading) -> None:
    if row.state == ReadingState.CLOSED:
        raise Conflict(
            _("The reading of “%(title)s” has been closed.") % {"title": row.title},
            fix=_("Give it out anew if somebody is still to confirm."),
            code="reading.closed",
        )
