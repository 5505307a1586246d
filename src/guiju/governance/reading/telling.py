"""What the trail keeps of readings and receipts, how it is told, and how verification compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import ngettext

from guiju.access.actor import Actor
from guiju.governance.enums import ReceiptState
from guiju.governance.models import Reading, Receipt
from guiju.governance.reading.terms import RECEIPT
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.trail.header import state_digest
from guiju.trail.models import Event
from guiju.trail.presenters import actor_word, register_sentence
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make readings and receipts known to history and verification."""
    register_reconciler("reading", _live_readings, ids=_reading_ids)
    register_reconciler(RECEIPT, _live_receipts, ids=_receipt_ids)
    register_sentence(RECEIPT, _sentence)


# --- readings -------------------------------------------------------------------------------------------------------


def content(row: Reading) -> dict[str, object]:
    """What was asked of whom; how many have confirmed follows from the receipts."""
    return {
        "policy": str(row.policy),
        "policy_version": str(row.policy_version.uid) if row.policy_version else "",
        "compared": str(row.compared.uid) if row.compared else "",
        "title": row.title,
        "statement": row.statement,
        "audience": row.audience,
        "due_on": row.due_on,
        "closed": row.closed_at is not None,
        "papers": row.papers,
        "record": row.record,
    }


def save(
    row: Reading, action: Action, *, by: Actor, about: Mapping[str, object] | None = None, reason: str = ""
) -> None:
    """Write the reading as its next version, with its event."""
    if row.pk is not None:
        row.version += 1
    row.save()
    trail.record(
        action,
        by=by,
        unit=row.unit,
        object_type="reading",
        object_id=str(row.uid),
        object_version=row.version,
        title=row.title,
        content={**content(row), **({"about": dict(about)} if about else {})},
        reason=reason,
    )


def note(row: Reading, action: Action, *, by: Actor, about: Mapping[str, object]) -> None:
    """One event about a reading that does not change it."""
    trail.record(
        action, by=by, unit=row.unit, object_type="reading", object_id=str(row.uid), title=row.title,
        content={"about": dict(about)},
    )  # fmt: skip


def _live_readings(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Reading.objects.filter(uid__in=list(ids)).select_related("policy_version", "compared")
    return {str(row.uid): (row.version, state_digest(content(row))) for row in rows}


def _reading_ids() -> Iterable[str]:
    return (str(uid) for uid in Reading.objects.order_by().values_list("uid", flat=True).iterator())


# --- receipts -------------------------------------------------------------------------------------------------------


def receipt_id(reading: UUID, person: UUID) -> str:
    """How the trail names one person's receipt."""
    return f"{reading.hex}:{person.hex}"


def receipt_content(
    *,
    state: str,
    unit: UUID,
    department: UUID | None,
    way: str = "",
    paper: str = "",
    due_on: object = None,
    opened_at: object = None,
    confirmed_at: object = None,
    by: str = "",
) -> dict[str, object]:
    """When it was opened counts from the confirmation on."""
    return {
        "state": str(state),
        "unit": str(unit),
        "department": str(department) if department else "",
        "way": way,
        "paper": paper,
        "due_on": due_on,
        "opened_at": opened_at if state == ReceiptState.CONFIRMED else None,
        "confirmed_at": confirmed_at,
        "by": by,
    }


def of_receipt(row: Receipt) -> dict[str, object]:
    """The content of a row fetched with its unit and department."""
    return receipt_content(
        state=row.state,
        unit=row.unit.uid,
        department=row.department.uid if row.department else None,
        way=row.way,
        paper=row.paper,
        due_on=row.due_on,
        opened_at=row.opened_at,
        confirmed_at=row.confirmed_at,
        by=row.by,
    )


def confirmed(row: Receipt, *, by: Actor) -> None:
    """Somebody has confirmed for himself."""
    trail.record(
        Action.READING_CONFIRMED,
        by=by,
        unit=row.unit,
        object_type=RECEIPT,
        object_id=receipt_id(row.reading.uid, row.person.uid),
        object_version=row.version,
        title=row.reading.title,
        content={**of_receipt(row), "about": {"statement": row.reading.statement}},
    )


def many(action: Action, reading: Reading, rows: Sequence[Receipt], *, by: Actor, **about: object) -> None:
    """Receipts that were changed together; every one stays provable."""
    items = ((receipt_id(reading.uid, row.person.uid), row.version, of_receipt(row)) for row in rows)
    trail.record_batch(
        action, by=by, unit=reading.unit, object_type=RECEIPT, items=items, title=reading.title, content=about
    )


def _live_receipts(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    pairs = [(UUID(hex=reading), UUID(hex=person)) for reading, person in (one.split(":") for one in ids)]
    rows = Receipt.objects.filter(
        reading__uid__in={reading for reading, _person in pairs}, person__uid__in={person for _reading, person in pairs}
    ).select_related("reading", "person", "unit", "department")
    return {receipt_id(row.reading.uid, row.person.uid): (row.version, state_digest(of_receipt(row))) for row in rows}


def _receipt_ids() -> Iterable[str]:
    rows = Receipt.objects.order_by().values_list("reading__uid", "person__uid")
    return (receipt_id(reading, person) for reading, person in rows.iterator(chunk_size=5_000))


def _sentence(event: Event, told: Mapping[str, Any]) -> str | None:
    if not event.batch_count:
        return None
    words = {"by": actor_word(event), "title": event.object_title, "count": event.batch_count}
    if event.action == Action.READING_ISSUED:
        text = ngettext(
            "%(by)s asked %(count)d person to read “%(title)s”.",
            "%(by)s asked %(count)d people to read “%(title)s”.",
            event.batch_count,
        )
    elif event.action == Action.READING_CONFIRMED:
        text = ngettext(
            "%(by)s recorded %(count)d signature on paper for “%(title)s”.",
            "%(by)s recorded %(count)d signatures on paper for “%(title)s”.",
            event.batch_count,
        )
    elif event.action == Action.READING_RELEASED:
        text = ngettext(
            "%(count)d person is no longer asked to read “%(title)s”.",
            "%(count)d people are no longer asked to read “%(title)s”.",
            event.batch_count,
        )
    else:
        return None
    return text % words
