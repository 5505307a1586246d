"""The rows of a list as they were: taken when a version is submitted, and read again exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.compliance.enums import ListKind
from guiju.compliance.models import Snapshot
from guiju.lib import clock, hashing
from guiju.lib.errors import Problem
from guiju.org import places
from guiju.org.models import Unit
from guiju.registers import listing, store
from guiju.registers import spec as specs
from guiju.registers.models import Entry, EntryVersion
from guiju.registers.store import Held
from guiju.trail import log as trail
from guiju.trail.events import Action

#: What the trail calls the frozen rows of a version.
OBJECT = "list_version"
_BATCH = 500
Pair = tuple[str, int]


def live(company: Unit, department: Unit | None, kind: str) -> QuerySet[Entry]:
    """The rows that a list has now, in the order of the list; those abolished or gone are none of it.

    The list of a whole company is that of one department after the other.
    """
    spec = specs.get(ListKind(kind).register)
    order = listing.order_of(store.of(spec), spec.list.sort)
    rows = Entry.objects.filter(places.rows_q(company, department), register=spec.code, status=spec.initial)
    by_department = [F("department__path").asc(nulls_first=True)] if department is None else []
    return rows.order_by(*by_department, *order.terms())


def pairs_now(company: Unit, department: Unit | None, kind: str) -> list[Pair]:
    """Which rows at which versions a list has now."""
    found = live(company, department, kind).values_list("uid", "version")
    return [(str(uid), version) for uid, version in found]


def freeze(snapshot: Snapshot, *, title: str, by: Actor) -> None:
    """Keep which rows at which versions the list has, with a digest of their values; an empty list is refused."""
    pairs: list[Pair] = []
    total = sha256()
    found = live(snapshot.unit, snapshot.department, snapshot.kind).values_list("uid", "version", "body__data")
    for uid, version, data in found.iterator(chunk_size=2_000):
        pairs.append((str(uid), version))
        total.update(hashing.digest(hashing.canonical([str(uid), version, data])))
    if not pairs:
        raise Problem(
            "list.empty",
            _("This list has no rows yet, so there is nothing to approve."),
            fix=_("Enter its rows in the register, edit them as a table, or import the Excel file; then submit it."),
            status=422,
        )
    snapshot.rows, snapshot.row_count, snapshot.digest = pairs, len(pairs), total.hexdigest()
    snapshot.taken_at, snapshot.taken_by, snapshot.account = clock.now(), by.name[:80], by.user_id
    snapshot.save()
    _tell(snapshot, title=title, by=by)


def _tell(snapshot: Snapshot, *, title: str, by: Actor) -> None:
    trail.record(
        Action.SNAPSHOT_TAKEN,
        by=by,
        unit=snapshot.unit,
        object_type=OBJECT,
        object_id=str(snapshot.list_version),
        object_version=1,
        title=title,
        content=content(snapshot, digest=snapshot.digest),
    )


def content(snapshot: Snapshot, *, digest: str) -> dict[str, object]:
    """What the trail commits to."""
    return {"rows": snapshot.row_count, "digest": digest, "kind": str(snapshot.kind)}


def thaw(snapshot: Snapshot, *, title: str, by: Actor) -> None:
    """Let the rows go with the list again: the version was sent back."""
    snapshot.rows, snapshot.row_count, snapshot.digest = [], 0, ""
    snapshot.taken_at, snapshot.taken_by, snapshot.account = None, "", None
    snapshot.save()
    _tell(snapshot, title=title, by=by)


def pairs_of(snapshot: Snapshot) -> list[Pair]:
    """The frozen rows as (uid, version), in the order of the list."""
    return [(uid, version) for uid, version in snapshot.rows]


def rows_of(snapshot: Snapshot, start: int = 0, stop: int | None = None) -> list[Held]:
    """The frozen rows with the values that they had."""
    return list(held(pairs_of(snapshot)[start:stop]))


def held(pairs: Sequence[Pair]) -> Iterator[Held]:
    """Rows at given versions in the given order; two questions for every 500."""
    for at in range(0, len(pairs), _BATCH):
        wanted = pairs[at : at + _BATCH]
        found = {(one.uid, one.version): one for one in _values([uid for uid, _version in wanted])}
        for pair in wanted:
            if pair in found:
                yield found[pair]


def _values(uids: Sequence[str]) -> Iterable[Held]:
    columns = ("uid", "version", "unit_id", "title", "status")
    for uid, *rest, data in Entry.objects.filter(uid__in=uids).values_list(*columns, "body__data"):
        yield _one(uid, rest, data)
    for uid, *rest, data in EntryVersion.objects.filter(uid__in=uids).values_list(*columns, "data"):
        yield _one(uid, rest, data)


def _one(uid: Any, rest: Sequence[Any], data: Any) -> Held:
    version, unit_id, title, status = rest
    return Held(0, str(uid), version, unit_id, title, status, data)


def is_intact(snapshot: Snapshot) -> bool:
    """Do the values still give the digest that was taken?"""
    return digest_of(snapshot) == snapshot.digest


def digest_of(snapshot: Snapshot) -> str:
    """The digest that the values give today; empty where nothing is frozen or a row is lacking."""
    if snapshot.taken_at is None:
        return ""
    total = sha256()
    count = 0
    for one in held(pairs_of(snapshot)):
        total.update(hashing.digest(hashing.canonical([one.uid, one.version, one.data])))
        count += 1
    return total.hexdigest() if count == snapshot.row_count else ""
