"""Putting rows, their bodies, old versions and search words into the tables, always together."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from guiju.access.actor import Actor
from guiju.lib import bulk, clock
from guiju.org.models import Unit
from guiju.registers import beginning, changes, passages, rows, search, slots
from guiju.registers.directory import Directory
from guiju.registers.models import Entry, EntryBody, EntryVersion
from guiju.registers.spec import RegisterSpec
from guiju.trail import header

_COLUMNS = rows.COLUMNS
_EMPTY = {name: "" if name in slots.EMPTY_TEXT else None for name in _COLUMNS}
_NAME_LENGTH = 80
#: Not told to the trail: it follows from the title.
_DERIVED = frozenset({"title_key"})


@dataclass(slots=True)
class Draft:
    """A new row, checked and not yet saved."""

    unit: Unit
    data: rows.Data
    status: str = ""
    department_id: int | None = None
    uid: UUID | None = None


def columns_of(row: Any) -> dict[str, Any]:
    """All columns of a present or past version, by attribute name."""
    held = row.__dict__
    return {name: held[name] for name in _COLUMNS}


def content(columns: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """What the trail commits to: every column that holds something, and the data."""
    told = {
        name: value for name, value in columns.items() if value is not None and value != "" and name not in _DERIVED
    }
    return {"columns": told, "data": dict(data)}


def state(entry: Entry, data: Mapping[str, Any]) -> tuple[int, bytes]:
    """Version and digest of a live row, as verification compares them with the trail."""
    return entry.version, header.state_digest(content(columns_of(entry), data))


def insert(
    spec: RegisterSpec, drafts: Sequence[Draft], known: Directory, *, by: Actor, at: datetime | None = None
) -> list[dict[str, Any]]:
    """Save up to some thousands of new rows with bodies and search words; returns their columns."""
    moment = at or clock.now()
    changes.filled(spec.code, [(draft.unit, None, draft.data) for draft in drafts])
    if spec.initial_permission:
        _begin(spec, drafts, by=by)
    made = [
        _columns(spec, draft, known, by=by, at=moment, uid=draft.uid or uid)
        for draft, uid in zip(drafts, _uids(len(drafts)), strict=True)
    ]
    ids = bulk.reserve(Entry, len(drafts))
    bulk.insert(
        Entry,
        ("id", *_COLUMNS),
        ((pk, *[columns[name] for name in _COLUMNS]) for pk, columns in zip(ids, made, strict=True)),
    )
    bulk.insert(EntryBody, ("entry_id", "data"), ((pk, draft.data) for pk, draft in zip(ids, drafts, strict=True)))
    search.add(
        [
            (pk, rows.bigrams(spec, draft.data, columns["title"], known))
            for pk, draft, columns in zip(ids, drafts, made, strict=True)
        ]
    )
    return made


def _begin(spec: RegisterSpec, drafts: Sequence[Draft], *, by: Actor) -> None:
    """Whichever way a row comes in, it begins no further than the one who enters it may let it."""
    first: dict[int, str] = {}
    for draft in drafts:
        if draft.unit.pk not in first:
            first[draft.unit.pk] = beginning.state(spec, by=by, unit=draft.unit)
        draft.status = draft.status or first[draft.unit.pk]


def _uids(count: int) -> Iterator[UUID]:
    """Random uids from one question to the system: asking for each costs as much as checking its row."""
    chance = secrets.token_bytes(16 * count)
    return (UUID(bytes=chance[at : at + 16], version=4) for at in range(0, 16 * count, 16))


def _columns(
    spec: RegisterSpec, draft: Draft, known: Directory, *, by: Actor, at: datetime, uid: UUID
) -> dict[str, Any]:
    name = by.name[:_NAME_LENGTH]
    return {
        **_EMPTY,
        "department_id": draft.department_id,
        **rows.columns(spec, draft.data, known),
        "uid": uid,
        "register": spec.code,
        "unit_id": draft.unit.pk,
        "root_id": draft.unit.root_id or draft.unit.pk,
        "status": draft.status or spec.initial,
        "version": 1,
        "created_at": at,
        "created_by": name,
        "recorded_at": at,
        "recorded_by": name,
    }


def replace(
    spec: RegisterSpec,
    entry: Entry,
    data: rows.Data,
    known: Directory,
    *,
    by: Actor,
    status: str | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Keep the present version as a past one and write the next; returns the columns before."""
    moment = at or clock.now()
    before = columns_of(entry)
    keep([entry], by=by, at=moment, removed=False)
    for name, value in rows.columns(spec, data, known).items():
        setattr(entry, name, value)
    if status is not None:
        entry.status = status
    entry.version += 1
    entry.recorded_at = moment
    entry.recorded_by = by.name[:_NAME_LENGTH]
    entry.save()
    entry.body.data = data
    entry.body.save(update_fields=["data"])
    search.replace(entry.pk, rows.bigrams(spec, data, entry.title, known))
    return before


def keep(entries: Iterable[Entry], *, by: Actor, at: datetime, removed: bool) -> None:
    """Write the present versions among the past ones (`entry.body` is read)."""
    EntryVersion.objects.bulk_create(
        [
            EntryVersion(
                **columns_of(entry),
                entry_id=entry.pk,
                superseded_at=at,
                superseded_by=by.name[:_NAME_LENGTH],
                removed=removed,
                data=entry.body.data,
            )
            for entry in entries
        ]
    )


def remove(entry: Entry, *, by: Actor, at: datetime | None = None) -> None:
    """Move a row among the past versions."""
    keep([entry], by=by, at=at or clock.now(), removed=True)
    search.drop(entry.pk)
    passages.drop(entry)
    EntryBody.objects.filter(pk=entry.pk).delete()
    Entry.objects.filter(pk=entry.pk)._raw_delete(using=Entry.objects.db)


def lock_value(*parts: object) -> None:
    """On PostgreSQL let nobody else check or write the same unique value until this transaction ends.

    SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["|".join(map(str, parts))])
