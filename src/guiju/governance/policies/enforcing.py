"""A version comes into force and ends: never two at once, the record follows, and so does what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.governance.enums import AT_WORK
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import effects, inplace, keeping, papers, reviewing, states, telling, texts
from guiju.governance.policies.terms import DRAFT, ISSUED, REGISTER
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.registers import actions as registers
from guiju.registers import rows, writing
from guiju.registers.models import Entry
from guiju.registers.spec import Move
from guiju.trail.events import Action

_AT_ONCE = 200


def stock(entry: Entry, *, by: Actor, text: str = "", files: Sequence[Mapping[str, object]] = ()) -> PolicyVersion:
    """The version in force of a rule in force; made as version 1 from its record where there is none yet."""
    held = PolicyVersion.objects.filter(policy=entry.uid).order_by("-number")
    known = next((row for row in held if row.state == S.IN_FORCE), None)
    if known is not None:
        return _filled(known, entry, text, files, by=by)
    data = entry.body.data
    kept = list(files) or list(data.get("files") or [])
    row = PolicyVersion(
        unit=entry.unit,
        policy=entry.uid,
        number=keeping.next_number(entry.uid),
        state=S.IN_FORCE,
        title=keeping.checked_title(entry.title),
        document_number=entry.number[:60],
        text=keeping.checked_text(text or texts.known(kept)),
        files=keeping.checked_files(kept),
        issued_on=entry.on,
        in_force_on=_day(data.get("reviewed_on")) or _day(data.get("in_force_on")) or entry.on,
        drafted_by=by.name[:80],
        version=0,
    )
    keeping.save(row, Action.POLICY_VERSION_IN_FORCE, by=by)
    effects.index(entry, row)
    return row


def _filled(
    row: PolicyVersion, entry: Entry, text: str, files: Sequence[Mapping[str, object]], *, by: Actor
) -> PolicyVersion:
    """A version that was taken over without words gets them, and the files they come from; words that are there stay.

    One that was approved gets those of its own files only: nobody puts other words under an approval.
    """
    if text and not row.text:
        row.text = keeping.checked_text(text)
        if row.approved_at is not None:
            _refuse_other_words(row)
            files = row.files
        row.files = keeping.checked_files(list(files) or list(entry.body.data.get("files") or [])) or row.files
        keeping.save(row, Action.POLICY_VERSION_CHANGED, by=by, changed=["files", "text"])
        effects.index(entry, row)
    return row


def _refuse_other_words(row: PolicyVersion) -> None:
    if row.text != texts.known(row.files):
        raise Conflict(
            _("Version %(number)d was approved as its files say it; other words are not put under it.")
            % {"number": row.number},
            fix=_("Begin a revision with the text."),
            code="policy.approved",
        )


def _day(stored: object) -> date | None:
    return date.fromisoformat(str(stored)) if stored else None


# --- days -----------------------------------------------------------------------------------------------------------


def set_days(row: PolicyVersion, *, number: str, issued_on: date, in_force_on: date) -> None:
    """Give a version its number and days, if they stand in an order that can be."""
    faults = []
    number = letters.clean(number).replace("\n", " ")
    if len(number) > 60:
        faults.append(Fault("number", _("The number has more than 60 characters."), _("Shorten it.")))
    if issued_on > clock.today():
        faults.append(
            Fault(
                "issued_on",
                _("The day of issue lies ahead."),
                _("Issue it on that day; only its force may begin later."),
            )
        )
    elif row.approved_at is not None and issued_on < clock.day_of(row.approved_at):
        what = _("It was approved on %(day)s and cannot have been issued before.")
        faults.append(
            Fault("issued_on", what % {"day": clock.day_of(row.approved_at).isoformat()}, _("Correct the day."))
        )
    if in_force_on < issued_on:
        faults.append(
            Fault("in_force_on", _("It cannot be in force before it is issued."), _("Correct one of the two days."))
        )
    former = _former(row)
    if former is not None and former.in_force_on is not None and in_force_on <= former.in_force_on:
        what = _("Version %(number)d has been in force since %(day)s; this one begins after that.")
        words = {"number": former.number, "day": former.in_force_on.isoformat()}
        faults.append(Fault("in_force_on", what % words, _("Enter a later day.")))
    if faults:
        raise rows.invalid(faults)
    row.document_number, row.issued_on, row.in_force_on = number, issued_on, in_force_on


def _former(row: PolicyVersion) -> PolicyVersion | None:
    return PolicyVersion.objects.filter(policy=row.policy, state=S.IN_FORCE).exclude(pk=row.pk).first()


# --- into force -----------------------------------------------------------------------------------------------------


def enforce(row: PolicyVersion, entry: Entry, *, by: Actor) -> PolicyVersion:
    """Put a version in force whose day has come; its record is issued, or follows the revision."""
    if entry.status == DRAFT:
        row.save(update_fields=["document_number", "issued_on", "in_force_on"])
        values: dict[str, object] = {"issued_on": row.issued_on, "number": row.document_number or None}
        registers.move(entry=entry, move="issue", values=values, by=by)
        row.refresh_from_db()
        return row
    if entry.status != ISSUED:
        raise Conflict(
            _("“%(title)s” has been repealed; no version of it comes into force.") % {"title": entry.title},
            fix=_("Withdraw the version, and draft a new rule."),
            code="policy.repealed",
        )
    former = _into_force(row, by=by)
    followed = _followed(row, entry.body.data, former)
    assert row.in_force_on is not None
    followed["reviewed_on"] = max(row.in_force_on, entry.on or row.in_force_on).isoformat()
    with inplace.by_version():
        registers.update(entry=entry, values=followed, version=entry.version, by=by)
    effects.follow(registers.locked(entry), row, former, by=by)
    return row


def _into_force(row: PolicyVersion, *, by: Actor) -> PolicyVersion | None:
    """The version before ends the day before; the constraint of the table would not have two."""
    state = states.after(row.state, states.ENFORCE)
    reviewing.require_live(row)
    former = _former(row)
    assert row.in_force_on is not None
    if former is not None:
        former.state = states.after(former.state, states.REPLACE)
        former.ended_on = max(row.in_force_on - timedelta(days=1), former.in_force_on or date.min)
        keeping.save(former, Action.POLICY_VERSION_ENDED, by=by)
    row.state, reviewed = state, reviewing.digests(row)
    papers.file(row, by=by)
    keeping.save(row, Action.POLICY_VERSION_IN_FORCE, by=by)
    telling.settle(row, by=by)
    # Issued by a move of its record, whose lock is held here and comes after that of the matter.
    transaction.on_commit(lambda: reviewing.carried_out(row, reviewed, by=by), robust=True)
    return former


def _followed(row: PolicyVersion, held: Mapping[str, Any], former: PolicyVersion | None) -> dict[str, Any]:
    """What the record of a policy takes from the version that comes into force."""
    old = {str(one["digest"]) for one in former.files} if former is not None else set()
    new = {str(one["digest"]) for one in row.files}
    others = [one for one in held.get("files") or [] if one["digest"] not in old | new]
    values: dict[str, Any] = {"name": row.title}
    if row.document_number:
        values["number"] = row.document_number
    if row.files or (row.text and old):
        values["files"] = [*row.files, *others]
    return values


def due(*, on: date, by: Actor) -> list[tuple[UUID, str]]:
    """Put in force what was issued for a day that has come, each in a transaction of its own."""
    waiting = PolicyVersion.objects.filter(state=S.APPROVED, in_force_on__lte=on).order_by("in_force_on", "pk")
    failed = []
    for pk, uid in list(waiting.values_list("pk", "uid")[:_AT_ONCE]):
        try:
            _one_due(pk, by=by)
        except Problem as problem:
            failed.append((uid, str(problem)))
            _tell(pk, f"{problem.what} {problem.fix}", by=by)
    return failed


@transaction.atomic
def _tell(pk: int, why: str, *, by: Actor) -> None:
    """What could not come into force is somebody's task, with the reason."""
    row = PolicyVersion.objects.select_related("unit").get(pk=pk)
    entry = Entry.objects.select_related("unit", "department", "owner").filter(uid=row.policy).first()
    if entry is not None:
        telling.to_issue(row, entry, by=by, note=why)


@transaction.atomic
def _one_due(pk: int, *, by: Actor) -> None:
    row = PolicyVersion.objects.select_for_update(of=("self",)).select_related("unit").get(pk=pk)
    entry = Entry.objects.select_related("unit", "department", "body").filter(uid=row.policy).first()
    if entry is not None and row.state == S.APPROVED:
        writing.lock_value(REGISTER, entry.uid)
        enforce(row, registers.locked(entry), by=by)


# --- moves of the record --------------------------------------------------------------------------------------------


def on_move(entry: Entry, step: Move, data: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    """What belongs to a move of the record wherever it is made: a page, a table, the API, several at once."""
    writing.lock_value(REGISTER, entry.uid)
    if step.code == "issue":
        return _issued(entry, data, by)
    if step.code == "repeal":
        _repealed(entry, data, by)
    return {}


def _issued(entry: Entry, data: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    row = PolicyVersion.objects.select_related("unit").filter(policy=entry.uid, state=S.APPROVED).first()
    if row is None:
        raise Conflict(
            _("“%(title)s” has no approved text.") % {"title": entry.title},
            fix=_("Open the policy, enter its text, and have it approved; then it is issued."),
            code="policy.not_approved",
        )
    issued_on = _day(data.get("issued_on")) or clock.today()
    if row.issued_on is None:
        set_days(row, number=str(data.get("number") or ""), issued_on=issued_on, in_force_on=issued_on)
    if row.in_force_on is not None and row.in_force_on > clock.today():
        raise Conflict(
            _("It comes into force on %(day)s by itself.") % {"day": row.in_force_on.isoformat()},
            fix=_("Give it another day on the page of the policy if it should begin earlier."),
            code="policy.scheduled",
        )
    _into_force(row, by=by)
    assert row.issued_on is not None
    days = {"issued_on": row.issued_on.isoformat()}
    if row.in_force_on is not None and row.in_force_on != row.issued_on:
        days["in_force_on"] = row.in_force_on.isoformat()
    return {**_followed(row, data, None), **days}


def _repealed(entry: Entry, data: Mapping[str, Any], by: Actor) -> None:
    ended_on = _day(data.get("repealed_on")) or clock.today()
    if ended_on > clock.today():
        fix = _("Enter the repeal on that day.")
        raise rows.invalid([Fault("repealed_on", _("The day of repeal lies ahead."), fix)])
    held = PolicyVersion.objects.filter(policy=entry.uid, state=S.IN_FORCE).first()
    if held is not None and held.in_force_on is not None and ended_on < held.in_force_on:
        what = _("Version %(number)d has been in force since %(day)s; it cannot end before.")
        words = {"number": held.number, "day": held.in_force_on.isoformat()}
        raise rows.invalid([Fault("repealed_on", what % words, _("Enter a later day."))])
    going = PolicyVersion.objects.filter(policy=entry.uid, state__in=AT_WORK).first()
    if going is not None:
        problem = Conflict(
            _("Version %(number)d of “%(title)s” is still being worked on.")
            % {"number": going.number, "title": entry.title},
            fix=_("Withdraw it first; then the policy can be repealed."),
            code="policy.at_work",
        )
        problem.data = {"draft": str(going.uid)}
        raise problem


def end(entry: Entry, *, reason: str, by: Actor) -> None:
    """End the version in force of a policy that was repealed; within the transaction of the move."""
    row = PolicyVersion.objects.select_related("unit").filter(policy=entry.uid, state=S.IN_FORCE).first()
    if row is not None:
        row.state = states.after(row.state, states.REPEAL)
        row.ended_on = entry.done_on or clock.today()
        row.end_reason = reason.strip()[:1000]
        row.end_number = str(entry.body.data.get("repeal_number") or "")[:60]
        keeping.save(row, Action.POLICY_VERSION_ENDED, by=by, reason=row.end_reason)
    effects.repealed(entry, by=by)
