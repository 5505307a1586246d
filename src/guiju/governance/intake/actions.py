"""What people do with a stock of rules. Reading stands in `queries` and `lines`, taking over in `taking`.

begin(unit=, name=, cutoff_on=, by=)             -> an empty stock
add(intake=, uploads=, by=)                      -> its files; they are read in the background
settle(item=, values=, version=, by=)            -> what a person says of one file
settle_many(intake=, picked={ordinal: version}, values=, by=)
replace(item=, upload=, version=, by=)           -> another file in the place of a faulty one
drop(intake=, by=, version=)
confirm(intake=, version=, year=, by=)           -> the stock is taken over, here or in the background
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.files.kinds import extension
from guiju.governance.enums import FileState, IntakeState
from guiju.governance.intake import receiving, settling, taking, tasks, telling
from guiju.governance.intake.queries import IMPORT, is_open
from guiju.governance.intake.receiving import Upload
from guiju.governance.models import Intake, IntakeFile
from guiju.jobs import backend
from guiju.jobs.models import Job, JobState
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.org.models import Unit
from guiju.registers import rows, writing
from guiju.trail.events import Action

#: Stocks with more files than this are taken over in the background.
INLINE = 40


def key(intake: Intake) -> str:
    """One job at a time for a stock."""
    return f"intake:{intake.uid}"


def taking_key(intake: Intake) -> str:
    """Taking over once at a time."""
    return f"intake-taking:{intake.uid}"


@transaction.atomic
def begin(*, unit: Unit, name: str, cutoff_on: date | None, by: Actor) -> Intake:
    """An empty stock of a unit."""
    check.require(by, IMPORT, unit)
    faults = []
    called = " ".join(letters.clean(name).split())
    if not called or len(called) > 200:
        faults.append(Fault("name", _("The name is missing or too long."), _("For instance: stocktake of 2026.")))
    if cutoff_on is None or cutoff_on > clock.today():
        faults.append(
            Fault(
                "cutoff_on", _("The cut-off day is missing or lies ahead."), _("Enter the day up to which rules count.")
            )
        )
    if faults or cutoff_on is None:
        raise rows.invalid(faults)
    intake = Intake(unit=unit, name=called, cutoff_on=cutoff_on, begun_at=clock.now(), version=1, by=by.name[:80])
    intake.save()
    telling.tell(Action.INTAKE_BEGUN, intake, by=by)
    return intake


def add(*, intake: Intake, uploads: Sequence[Upload], by: Actor) -> list[IntakeFile]:
    """Take files in; refused ones are listed with what is wrong. Storing them comes before any transaction."""
    check.require(by, IMPORT, intake.unit)
    _refuse_over(intake)
    taken = receiving.take(uploads, by=by)
    return _enter(intake, taken, by=by)


@transaction.atomic
def _enter(intake: Intake, taken: Sequence[receiving.Taken], *, by: Actor) -> list[IntakeFile]:
    fresh = _locked(intake)
    items = receiving.enter(fresh, taken)
    if items:
        fresh.state = IntakeState.READING
        _save(fresh, by=by)
        telling.tell(Action.INTAKE_CHANGED, fresh, by=by, about={"added": [item.name for item in items][:500]})
        _read_later(fresh, by=by)
    intake.version, intake.state = fresh.version, fresh.state
    return items


def _read_later(intake: Intake, *, by: Actor) -> None:
    backend.enqueue(
        tasks.read_stock, by=by, title=intake.name, unique_key=key(intake), intake=intake.pk, user=by.user_id
    )


@transaction.atomic
def go_on(*, intake: Intake, by: Actor, again: bool = False) -> None:
    """Have a stock read on: files that came in while a job was ending, or, `again`, after its job failed.

    One whose taking over broke off is given back, so that it is confirmed or dropped: nothing of it was saved.
    """
    check.require(by, IMPORT, intake.unit)
    if intake.state == IntakeState.TAKING and again:
        _give_back(intake)
    if intake.state != IntakeState.READING:
        return
    last = Job.objects.filter(unique_key=key(intake)).order_by("-pk").first()
    if last is None or last.state == JobState.DONE or (again and last.state == JobState.FAILED):
        _read_later(_locked(intake), by=by)


def _give_back(intake: Intake) -> None:
    last = Job.objects.filter(unique_key=taking_key(intake)).order_by("-pk").first()
    if last is None or last.state in {JobState.FAILED, JobState.DONE}:
        Intake.objects.filter(pk=intake.pk, state=IntakeState.TAKING).update(state=IntakeState.READY)


@transaction.atomic
def settle(*, item: IntakeFile, values: Mapping[str, Any], version: int, by: Actor) -> IntakeFile:
    """What a person says of one file; refuses with both sides when somebody else was quicker."""
    return _settle(item.intake, {item.ordinal: version}, values, by=by)[0]


@transaction.atomic
def settle_many(*, intake: Intake, picked: Mapping[int, int], values: Mapping[str, Any], by: Actor) -> list[IntakeFile]:
    """The same of several files, {ordinal: version}: all of them, or none."""
    return _settle(intake, picked, values, by=by)


def _settle(intake: Intake, picked: Mapping[int, int], values: Mapping[str, Any], *, by: Actor) -> list[IntakeFile]:
    check.require(by, IMPORT, intake.unit)
    fresh = _locked(intake)
    given = settling.read(values, unit=fresh.unit, by=by)
    items = list(
        IntakeFile.objects.select_for_update(of=("self",)).filter(intake=fresh, ordinal__in=picked).order_by("ordinal")
    )
    for item in items:
        item.intake = fresh
        if item.version != picked[item.ordinal]:
            settling.refuse_stale(item, given)
    changed = [item for item in items if settling.apply(item, given)]
    if changed:
        for item in changed:
            item.version += 1
        IntakeFile.objects.bulk_update(changed, ["settled", "left_out", "version"], batch_size=200)
        _save(fresh, by=by)
        about: dict[str, object] = {"files": [item.ordinal for item in changed], "settled": settling.told(given)}
        telling.tell(Action.INTAKE_CHANGED, fresh, by=by, about=about)
    intake.version = fresh.version
    return items


def replace(*, item: IntakeFile, upload: Upload, version: int, by: Actor) -> IntakeFile:
    """Another file in the place of this one; it is read again."""
    check.require(by, IMPORT, item.intake.unit)
    _refuse_over(item.intake)
    if extension(upload.name) == "zip":
        raise Problem(
            "intake.archive", _("An archive does not take the place of one file."), fix=_("Choose the document itself."),
            where=upload.name, status=422,
        )  # fmt: skip
    (taken,) = receiving.take([upload], by=by) or [receiving.Taken(upload.name, "", fault="unknown")]
    return _replace(item, taken, version, by=by)


@transaction.atomic
def _replace(item: IntakeFile, taken: receiving.Taken, version: int, *, by: Actor) -> IntakeFile:
    fresh = _locked(item.intake)
    row = IntakeFile.objects.select_for_update(of=("self",)).get(pk=item.pk)
    row.intake = fresh
    if row.version != version:
        settling.refuse_stale(row, {})
    renewed = taken.as_item(fresh, row.ordinal)
    for name in ("name", "digest", "size", "state", "fault"):
        setattr(row, name, getattr(renewed, name))
    row.found, row.why, row.same_as_file, row.same_as_policy = {}, [], None, None
    row.settled = {code: value for code, value in row.settled.items() if code != "by_hand"}
    row.version += 1
    row.save()
    if row.state == FileState.WAITING:
        fresh.state = IntakeState.READING
        _read_later(fresh, by=by)
    _save(fresh, by=by)
    telling.tell(Action.INTAKE_CHANGED, fresh, by=by, about={"replaced": row.ordinal, "name": row.name})
    return row


@transaction.atomic
def drop(*, intake: Intake, by: Actor, version: int | None = None) -> Intake:
    """Give the stock up; nothing of it comes into the library."""
    check.require(by, IMPORT, intake.unit)
    fresh = _locked(intake, version)
    fresh.state = IntakeState.DROPPED
    _save(fresh, by=by)
    telling.tell(Action.INTAKE_DROPPED, fresh, by=by)
    return fresh


def confirm(
    *, intake: Intake, version: int, year: int, by: Actor, due_on: date | None = None, inline: int = INLINE
) -> Intake:
    """Take the stock over, all of it or nothing: a small one at once, a large one in the background."""
    check.require(by, IMPORT, intake.unit)
    check.require(by, P.GOVERNANCE_POLICY_ISSUE, intake.unit)
    if IntakeFile.objects.filter(intake=intake, left_out=False).count() <= inline:
        return taking.take_over(intake, version=version, year=year, due_on=due_on, by=by)
    return _take_later(intake, version=version, year=year, due_on=due_on, by=by)


@transaction.atomic
def _take_later(intake: Intake, *, version: int, year: int, due_on: date | None, by: Actor) -> Intake:
    fresh = _locked(intake, version)
    taking.refuse_open(fresh, year=year, due_on=due_on)
    Intake.objects.filter(pk=fresh.pk).update(state=IntakeState.TAKING)
    fresh.state = IntakeState.TAKING
    backend.enqueue(
        tasks.take_stock, by=by, title=fresh.name, unique_key=taking_key(fresh), intake=fresh.pk, user=by.user_id,
        version=version, year=year, due_on=due_on.isoformat() if due_on else "",
    )  # fmt: skip
    return fresh


# --- inside ---------------------------------------------------------------------------------------------------------


def _locked(intake: Intake, version: int | None = None) -> Intake:
    """The stock as it is now, held against other writers."""
    writing.lock_value("intake", intake.pk)
    fresh = Intake.objects.select_for_update(of=("self",)).select_related("unit").get(pk=intake.pk)
    _refuse_over(fresh)
    if version is not None and fresh.version != version:
        raise taking.stale(fresh)
    return fresh


def _refuse_over(intake: Intake) -> None:
    if is_open(intake):
        return
    raise Conflict(
        _("“%(name)s” is closed: %(state)s.") % {"name": intake.name, "state": IntakeState(intake.state).label},
        fix=_("Reload the page to see what became of it."),
        code="intake.closed",
    )


def _save(intake: Intake, *, by: Actor) -> None:
    intake.version += 1
    intake.by = by.name[:80]
    intake.save()
