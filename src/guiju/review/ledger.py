"""The row of a matter in the register `reviews`: written when a round ends, one row for each matter (台账)."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import date, datetime

from django.utils.translation import gettext as _

from guiju.access.actor import Actor, system
from guiju.lib import clock
from guiju.lib.errors import Conflict
from guiju.registers import actions as registers
from guiju.registers import spec as specs
from guiju.registers.changes import Change
from guiju.registers.models import Entry
from guiju.review import keeping, records, resolutions
from guiju.review.enums import Stand
from guiju.review.models import Matter
from guiju.workflow.routes import rules, runs
from guiju.workflow.routes.enums import SeatState
from guiju.workflow.routes.models import Run, Seat

REGISTER = "reviews"
#: The row follows from the step, which names who took it.
HOUSE = system("guiju")
_LONGEST = 4_000
PASSED = (Stand.AGREE, Stand.CONDITIONS)


_own: ContextVar[bool] = ContextVar("review_ledger_own", default=False)


def guard(given: Sequence[Change]) -> None:
    """The row of a matter says what the matter says: nobody changes it in the register, or takes it out there."""
    uids = [one.uid for one in given if one.register == REGISTER and one.before is not None]
    if _own.get() or not uids:
        return
    held = Matter.objects.filter(entry__in=uids).first()
    if held is not None:
        raise Conflict(
            _("This row follows the review %(number)s and is not changed here.") % {"number": held.number},
            fix=_("Open the matter; what becomes of it is written here by itself."),
            code="review.row",
        )


def write(matter: Matter, run: Run, *, by: Actor) -> None:
    """Bring the ledger's row to how the matter stands now."""
    held = _own.set(True)
    try:
        _write(matter, run)
    finally:
        _own.reset(held)


def _write(matter: Matter, run: Run) -> None:
    everybody = runs.seats(run)
    spoken = [one for one in everybody if one.state == SeatState.SPOKEN]
    values = _values(matter, run, spoken) | {"opinion": opinions(spoken, everybody, taken_back(matter))}
    row = Entry.objects.filter(uid=matter.entry).first() if matter.entry else None
    if row is not None:
        registers.update(entry=row, values=values, version=row.version, by=HOUSE, reason=matter.number)
        records.decided(matter)
        return
    values["files"] = [
        {"digest": one.digest, "name": one.name, "size": one.size, "media_type": one.media_type}
        for one in keeping.current_papers(matter)[:20]
    ]
    taken = Entry.objects.filter(register=REGISTER, unit=matter.unit, title=matter.title, on=str(values["reviewed_on"]))
    if taken.exists():  # the register knows a review by its matter and day
        values["matter"] = f"{matter.title[:170]}（{matter.number}）"
    entry = registers.create(register=REGISTER, unit=matter.unit, values=values, by=HOUSE, reason=matter.number)
    matter.entry = entry.uid
    records.decided(matter)


def _values(matter: Matter, run: Run, spoken: list[Seat]) -> dict[str, object]:
    last = max(spoken, key=lambda one: one.acted_at or matter.recorded_at, default=None)
    found: dict[str, object] = {
        "number": matter.number,
        "matter": matter.title,
        "subject": _subject(matter.kind),
        "department": str(matter.department.uid) if matter.department else None,
        "submitter": str(matter.owner.uid),
        "reviewed_on": clock.day_of(last.acted_at if last and last.acted_at else matter.recorded_at).isoformat(),
        "outcome": str(matter.outcome or Stand.MATERIAL),
        "reported_on": matter.veto.get("reported_on"),
        "signed_by": _signed_by(matter, run, spoken)[:200] or None,
        "decided_on": matter.done_on.isoformat() if matter.done_on else None,
        "adopted": matter.adopted,
        "about": str(matter.form.get("contract_number") or "")[:200] or None,
        "party": str(matter.form.get("party") or "")[:200] or None,
        "reference": matter.ref[:200] or None,
        "amount": str(matter.amount) if matter.amount is not None else None,
        "valid_until": until.isoformat() if (until := valid_until(matter)) is not None else None,
    }
    # Outside counsel may be the last whose opinion came in; the reviewer is somebody of the house all the same.
    own = max(
        (one for one in spoken if one.person is not None),
        key=lambda one: one.acted_at or matter.recorded_at,
        default=None,
    )
    if own is not None and own.person is not None:
        found["reviewer"] = str(own.person.uid)
    if matter.entry is not None:
        found.pop("matter")
    return found


def _signed_by(matter: Matter, run: Run, spoken: list[Seat]) -> str:
    """The leading body that let it pass at its step, by the resolution on which that rests; of a veto, that it was told."""
    lifted = matter.veto.get("lifted") or {}
    if matter.stayed.get("fell_at"):
        return ""
    signed = [one for one in spoken if run.steps[one.step].get("part") == rules.BODY and one.stand in PASSED]
    if matter.veto or not signed:
        return str(matter.veto.get("body_name") or lifted.get("body") or matter.veto.get("receiver") or "")
    rests_on = matter.grounds.filter(seat=signed[-1].uid, register=resolutions.ITEMS).values("entry")
    meetings = Entry.objects.filter(uid__in=rests_on).values("ref_1")
    body = Entry.objects.filter(uid__in=Entry.objects.filter(uid__in=meetings).values("ref_1")).first()
    return body.title if body is not None else signed[-1].name


def _subject(kind: str) -> str:
    """The word of the register; kinds that other packs bring count there as others."""
    item = specs.get(REGISTER).field("subject")
    return kind if item is not None and item.option(kind) is not None else "other"


def valid_until(matter: Matter) -> date | None:
    """The last day on which the pass of a matter held or holds; None where it has none."""
    last = matter.passes.order_by("-pk").values_list("expires_on", "revoked_at").first()
    if last is None:
        return None
    expires_on, revoked_at = last
    if (stayed := keeping.stayed(matter)) is not None:
        return min(expires_on, clock.day_of(datetime.fromisoformat(stayed["at"])))
    return min(expires_on, clock.day_of(revoked_at)) if revoked_at is not None else expires_on


def has_passed(outcome: str, until: date | None) -> bool:
    """Did a review pass, by its row? A veto that was lifted left a pass."""
    return outcome in PASSED or until is not None


def taken_back(matter: Matter) -> list[Seat]:
    """Vetoes that were taken back before they were reported, of all rounds: they stay on record."""
    rows = Seat.objects.filter(run__about_uid=matter.uid, stand=Stand.VETO, state=SeatState.DROPPED)
    return list(rows.order_by("run__round", "step", "ordinal"))


def opinions(spoken: Sequence[Seat], everybody: Sequence[Seat], back: Sequence[Seat] = ()) -> str:
    """Everybody's words, one paragraph each: in whose stead, from whom the place came, and vetoes taken back."""
    lines = [f"{_speaker(one, everybody)}（{Stand(one.stand).label}）：{one.opinion or '/'}" for one in spoken]
    lines += [f"{_speaker(one, ())}（{Stand(one.stand).label}）：{one.opinion}（{one.reason}）" for one in back]
    return "\n".join(lines)[:_LONGEST]


def _speaker(seat: Seat, everybody: Sequence[Seat]) -> str:
    giver = runs.giver_of(everybody, seat)
    if seat.on_behalf and seat.acted_by and seat.person is not None:
        told = _("%(name)s in the stead of %(other)s") % {"name": seat.acted_by, "other": seat.on_behalf}
    else:
        told = seat.name
    return told if giver is None else _("%(name)s, handed over by %(other)s") % {"name": told, "other": giver.name}
