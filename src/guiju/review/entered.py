"""Rows of the review register: since when each says what it says, and whether it may speak for anything carried out.

A row that follows a matter is written by the step of which it tells. One that people enter shows that somebody wrote it
on that day: what was carried out earlier it does not prove (补录). Every change of what was reviewed, by whom and with
which outcome begins that day anew; what is added later about the decision does not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from guiju.lib import clock, pairing
from guiju.registers.models import Entry, EntryPast, EntryVersion
from guiju.review import ledger, subjects
from guiju.review.models import Matter

#: Reviewed by whoever submitted it; not passed; carries the mark of a matter that did not pass here.
OWN, NOT_PASSED, STOPPED = "own", "not_passed", "stopped"
#: What the row claims. With another of these it is another review.
_SAID = ("title", "number", "kind", "level", "on", "done_on", "amount", "text_2", "text_3", "text_4", "owner_id",
         "person_id")  # fmt: skip
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one row. `since` is empty where the row follows its matter; `bar` says why it does not speak."""

    since: date | None
    bar: str = ""
    number: str = ""


@dataclass(slots=True)
class _Row:
    """A row with its company."""

    uid: UUID
    home: int
    version: int
    recorded_at: datetime
    said: dict[str, Any]

    @property
    def numbers(self) -> set[str]:
        """The numbers of what was reviewed."""
        words = (*pairing.several(self.said["text_2"]), self.said["text_4"])
        return {key for word in words if (key := pairing.number_key(word))}

    @property
    def name(self) -> tuple[str, str]:
        return rate_of(self.said["kind"]), pairing.title_key(self.said["title"])


@dataclass(slots=True)
class _Stopped:
    """Matters of one company that did not pass, by their own number, by the numbers of the thing, and by its name."""

    own: set[str] = field(default_factory=set)
    things: set[str] = field(default_factory=set)
    named: dict[tuple[str, str], list[_Row]] = field(default_factory=dict)

    def add(self, row: _Row) -> None:
        self.own.add(pairing.number_key(row.said["number"]))
        self.things |= row.numbers
        self.named.setdefault(row.name, []).append(row)

    def holds(self, row: _Row) -> bool:
        """Is it the same thing? By its name only where one of both names no number, and the firms may be the same."""
        number = pairing.number_key(row.said["number"])
        if (number and number in self.own) or not self.things.isdisjoint(row.numbers):
            return True
        return any(
            not (row.numbers and one.numbers) and pairing.is_same_firm(row.said["text_3"], one.said["text_3"])
            for one in self.named.get(row.name, ())
        )


def rate_of(kind: str) -> str:
    """For which rate a kind of matter counts; its own name where for none."""
    found = subjects.all_of().get(kind)
    return (found.rate if found is not None else "") or kind


def told(where: Q, homes: Mapping[int, Any], *, before: datetime | None = None) -> dict[UUID, Told]:
    """What is known of the rows of these units, as they are or were before a moment; three questions.

    `homes` are the units with the company for which each keeps its rows.
    """
    rows = _rows(where, homes, before)
    matters = list(Matter.objects.filter(where).exclude(number="").values_list("entry", "number"))
    followed = {entry for entry, _number in matters if entry is not None}
    taken = {pairing.number_key(number) for _entry, number in matters}
    since = _since([row for row in rows if row.uid not in followed])
    stopped: dict[Any, _Stopped] = {}
    for row in rows:
        if row.uid in followed and not ledger.has_passed(row.said["level"], row.said["done_on"]):
            stopped.setdefault(row.home, _Stopped()).add(row)
    return {row.uid: _told(row, row.uid in followed, since, stopped.get(row.home), taken) for row in rows}


def _told(
    row: _Row, follows: bool, since: Mapping[UUID, date], stopped: _Stopped | None, taken: Collection[str]
) -> Told:
    said = row.said
    own = OWN if said["person_id"] is not None and said["person_id"] == said["owner_id"] else ""
    if follows:
        return Told(None, own, said["number"])
    bar = own or ("" if said["level"] in ledger.PASSED else NOT_PASSED)
    if not bar and stopped is not None and stopped.holds(row):
        bar = STOPPED
    # The number of a matter is that of its own row, whoever else writes it.
    return Told(since[row.uid], bar, "" if pairing.number_key(said["number"]) in taken else said["number"])


def _rows(where: Q, homes: Mapping[int, Any], before: datetime | None) -> list[_Row]:
    entries: QuerySet[Any] = Entry.objects.filter(where)
    if before is not None:
        entries = EntryPast.objects.filter(where, recorded_at__lt=before).filter(
            Q(superseded_at__isnull=True) | Q(superseded_at__gte=before)
        )
    values = entries.filter(register=ledger.REGISTER).values_list("uid", "unit_id", "version", "recorded_at", *_SAID)
    return [
        _Row(uid, homes[unit], version, at, dict(zip(_SAID, said, strict=True)))
        for uid, unit, version, at, *said in values.iterator(chunk_size=_BATCH)
        if unit in homes
    ]


def _since(rows: Sequence[_Row]) -> dict[UUID, date]:
    """Since when each says what it says now: back through its versions as long as they said the same."""
    found = {row.uid: row.recorded_at for row in rows}
    changed = {row.uid: row for row in rows if row.version > 1}
    uids = list(changed)
    over: set[UUID] = set()
    for at in range(0, len(uids), _BATCH):
        held = EntryVersion.objects.filter(uid__in=uids[at : at + _BATCH]).order_by("uid", "-version")
        for uid, version, moment, *said in held.values_list("uid", "version", "recorded_at", *_SAID):
            row = changed[uid]
            if version >= row.version or uid in over:
                continue
            if dict(zip(_SAID, said, strict=True)) == row.said:
                found[uid] = moment
            else:
                over.add(uid)
    return {uid: clock.day_of(moment) for uid, moment in found.items()}
