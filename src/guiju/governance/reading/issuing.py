"""Giving a rule out: a reading, and in the background one receipt for each person; later joiners, and those who left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission as P
from guiju.governance.enums import ReadingState, ReceiptState
from guiju.governance.models import PolicyVersion, Reading, Receipt
from guiju.governance.policies import actions as policies
from guiju.governance.reading import audience as audiences
from guiju.governance.reading import following, telling
from guiju.governance.reading.audience import Audience
from guiju.governance.reading.terms import LATER, RECEIPT
from guiju.jobs import backend, lease
from guiju.lib import bulk, clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.org.models import Person, Unit
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.trail.events import Action

ISSUE = P.GOVERNANCE_READING_ISSUE
CHUNK = 2_000
LONGEST = timedelta(days=3 * 366)
_COLUMNS = (
    "reading_id", "person_id", "unit_id", "department_id", "state", "way", "paper", "due_on", "opened_at", "reached",
    "confirmed_at", "version", "by",
)  # fmt: skip


def issue(
    *,
    unit: Unit,
    policy: Entry,
    audience: Audience,
    due_on: date,
    statement: str,
    by: Actor,
    compared: PolicyVersion | None = None,
) -> Reading:
    """Give the version in force out; the receipts are made in the background."""
    check.require(by, ISSUE, unit)
    check.require(by, P.REGISTER_ENTRY_VIEW, policy.unit, policy.department)
    held = _in_force(policy)
    audiences.checked(audience, unit)
    row = Reading(
        unit=unit,
        policy=policy.uid,
        policy_version=held,
        compared=_before(held, compared),
        title=held.title,
        statement=_statement(statement),
        audience=audience.stored(),
        due_on=last_day(due_on),
        issued_at=clock.now(),
        by=by.name[:80],
    )
    if not audiences.people(audience, unit, on=clock.today()).exists():
        raise Problem(
            "reading.nobody",
            _("Nobody belongs to this audience today."),
            fix=_("Choose another audience, or enter the people, appointments or posts it is found by."),
            where="kind",
            status=422,
        )
    return _begin(row, by=by)


@transaction.atomic
def _begin(row: Reading, *, by: Actor) -> Reading:
    Unit.objects.select_for_update().get(pk=row.unit_id)
    _refuse_twice(row)
    telling.save(row, Action.READING_ISSUED, by=by)
    following.ask(row, by=by)
    from guiju.governance.reading import tasks

    backend.enqueue(tasks.give_out, by=by, title=row.title, unique_key=key(row), reading=row.pk)
    return row


def key(row: Reading) -> str:
    """Of the job that makes the receipts."""
    return f"reading:give:{row.pk}"


def _in_force(policy: Entry) -> PolicyVersion:
    held = policies.current(policy.uid)
    if held is None or not (held.text or held.files):
        raise Problem(
            "reading.no_text",
            _("“%(title)s” has no text in force that could be read.") % {"title": policy.title},
            fix=_("Open the policy and read its text from the file, or put a version in force."),
            where="policy",
            status=422,
        )
    return held


def _before(held: PolicyVersion, compared: PolicyVersion | None) -> PolicyVersion | None:
    if compared is None:
        return None
    if compared.policy != held.policy or compared.number >= held.number:
        raise Problem(
            "reading.compared",
            _("Only an earlier version of the same policy can be compared with."),
            fix=_("Choose one from the list."),
            where="compared",
            status=422,
        )
    return compared


def _statement(written: str) -> str:
    found = letters.clean(written).replace("\n", " ")
    if not found or len(found) > 500:
        what = (
            _("Say in one sentence what each person confirms.")
            if not found
            else _("This is longer than 500 characters.")
        )
        raise _wrong("statement", what)
    return found


def last_day(day: date) -> date:
    """A last day that lies ahead, and not out of sight."""
    if day < clock.today():
        raise _wrong("due_on", _("This day has passed."))
    if day > clock.today() + LONGEST:
        raise _wrong("due_on", _("This day lies more than three years ahead."))
    return day


def _wrong(where: str, what: str) -> Problem:
    return Problem("reading.wrong", what, where=where, status=422, faults=[Fault(where, what)])


def _refuse_twice(row: Reading) -> None:
    """The same version to the same people, while the first asking is open."""
    same = Reading.objects.filter(unit=row.unit, policy_version=row.policy_version).exclude(state=ReadingState.CLOSED)
    found = next((one for one in same if one.audience == row.audience), None)
    if found is not None:
        problem = Conflict(
            _("“%(title)s” has been given out to these people already.") % {"title": row.title},
            fix=_("Go on with that reading: remind, extend or close it."),
            code="reading.twice",
        )
        problem.data = {"reading": str(found.uid)}
        raise problem


# --- in the background ----------------------------------------------------------------------------------------------


def give_out(row: Reading) -> int:
    """Make the receipts that are not there yet; begun again it goes on. Returns how many are new."""
    audience = audiences.of(row.audience)
    wanted = audiences.people(audience, row.unit, on=clock.day_of(row.issued_at))
    made = _give(row, wanted)
    _open(row)
    return made


def _give(row: Reading, wanted: QuerySet[Person], *, due_on: date | None = None) -> int:
    """Chunk by chunk, each in a transaction of its own with its events and notices."""
    pks = list(wanted.order_by("pk").values_list("pk", flat=True))
    made = 0
    for start in range(0, len(pks), CHUNK):
        with transaction.atomic():
            made += _chunk(row, pks[start : start + CHUNK], due_on)
        lease.progress(min(start + CHUNK, len(pks)), len(pks))
    return made


def _chunk(row: Reading, pks: list[int], due_on: date | None) -> int:
    fresh = Reading.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if fresh.closed_at is not None:
        return 0
    there = set(Receipt.objects.filter(reading=row, person_id__in=pks).values_list("person_id", flat=True))
    people = list(_people([pk for pk in pks if pk not in there]))
    if not people:
        return 0
    by = system(row.by)
    trail.record_batch(
        Action.READING_ISSUED, by=by, unit=row.unit, object_type=RECEIPT, title=row.title,
        items=((telling.receipt_id(row.uid, one["uid"]), 1, _content(one, due_on)) for one in people),
    )  # fmt: skip
    state = str(ReceiptState.PENDING.value)
    bulk.insert(
        Receipt,
        _COLUMNS,
        (
            (row.pk, one["pk"], one["unit_id"], one["department_id"], state, "", "", due_on, None, 0, None, 1, "")
            for one in people
        ),
    )
    following.tell(row, [one["user_id"] for one in people if one["user_id"]], on=clock.today())
    return len(people)


def _people(pks: list[int]) -> Iterable[Mapping[str, Any]]:
    rows = Person.objects.filter(pk__in=pks).order_by("pk")
    return rows.values("pk", "uid", "unit_id", "department_id", "user_id", "unit__uid", "department__uid")


def _content(one: Mapping[str, Any], due_on: date | None) -> dict[str, object]:
    return telling.receipt_content(
        state=ReceiptState.PENDING.value, unit=one["unit__uid"], department=one["department__uid"], due_on=due_on
    )


@transaction.atomic
def _open(row: Reading) -> None:
    fresh = Reading.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if fresh.state == ReadingState.ISSUING:
        fresh.state = ReadingState.OPEN
    recount(fresh)


def recount(row: Reading) -> None:
    """The figures of lists, from the receipts; those of pages are always counted anew."""
    receipts = Receipt.objects.filter(reading=row).exclude(state=ReceiptState.RELEASED)
    row.person_count = receipts.count()
    row.confirmed_count = receipts.filter(state=ReceiptState.CONFIRMED).count()
    row.save(update_fields=["state", "person_count", "confirmed_count"])


# --- every night ----------------------------------------------------------------------------------------------------


def keep_up(row: Reading, *, on: date) -> tuple[int, int]:
    """Ask those who have joined, where the audience says so, and release those who have left."""
    audience = audiences.of(row.audience)
    added = 0
    if audience.joiners:
        there = Receipt.objects.filter(reading=row).values("person_id")
        since = clock.day_of(row.issued_at)
        joined = audiences.people(audience, row.unit, on=on).exclude(pk__in=there).filter(joined_on__gte=since)
        later = on + timedelta(days=LATER)
        added = _give(row, joined, due_on=later if later > row.due_on else None)
    gone = release(row, left(row, on=on), by=system("guiju"))
    if added or gone:
        with transaction.atomic():
            recount(Reading.objects.select_for_update(of=("self",)).get(pk=row.pk))
    return added, gone


def left(row: Reading, *, on: date) -> QuerySet[Receipt]:
    """Receipts of people who have left before the day."""
    return Receipt.objects.filter(person__left_on__lt=on, reading=row, state=ReceiptState.PENDING)


def release(row: Reading, receipts: QuerySet[Receipt], *, by: Actor) -> int:
    """They are no longer asked; returns how many."""
    pks = list(receipts.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        with transaction.atomic():
            found = list(locked(pks[start : start + CHUNK], state=ReceiptState.PENDING))
            for one in found:
                one.state, one.version, one.by = ReceiptState.RELEASED, one.version + 1, by.name[:80]
            Receipt.objects.bulk_update(found, ["state", "version", "by"], batch_size=500)
            if found:
                telling.many(Action.READING_RELEASED, row, found, by=by)
    return len(pks)


def locked(pks: list[int], *, state: str) -> Iterator[Receipt]:
    """Receipts that still stand so, held until the end of the transaction."""
    rows = Receipt.objects.select_for_update(of=("self",)).filter(pk__in=pks, state=state)
    return iter(rows.select_related("reading", "person", "unit", "department").order_by("pk"))
