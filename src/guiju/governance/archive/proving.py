"""From the trail what an archive needs: the last event of each record at its version, with its proof."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib import hashing, merkle, note
from guiju.lib.errors import Problem
from guiju.trail import header
from guiju.trail import log as trail
from guiju.trail.models import BatchItem, Checkpoint, Event, EventBody, Node

_KEYS = 500
_TREES = 4
Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """A record as the archive holds it; `state` is the canonical text of what the trail commits to."""

    register: str
    label: str
    uid: str
    version: int
    title: str
    state: str
    part: str


def event_dict(event: Event, body: EventBody) -> dict[str, str]:
    """An event as it travels: the bytes that its leaf hashes, and what opens its commitment."""
    return {
        "header": header.header(event.__dict__).decode("utf-8"),
        "salt": bytes(body.salt).hex(),
        "content": body.text,
    }


def path_of(event: Event, checkpoint: Checkpoint) -> list[bytes]:
    """The way from one event to the root of a checkpoint that covers it."""
    assert event.seq is not None
    return paths([event.seq], checkpoint.size)[event.seq]


def paths(places: Iterable[int], size: int) -> dict[int, list[bytes]]:
    """The ways of many leaves to one root; the hashes are read in bulk, whatever their number."""
    wanted: set[Key] = set()
    asked = sorted(set(places))

    def note_down(level: int, index: int) -> bytes:
        wanted.add((level, index))
        return merkle.EMPTY_ROOT

    for place in asked:
        merkle.inclusion_proof(place, size, note_down)
    known = _hashes(wanted)
    return {place: merkle.inclusion_proof(place, size, lambda level, index: known[level, index]) for place in asked}


def _hashes(wanted: set[Key]) -> dict[Key, bytes]:
    by_level: dict[int, list[int]] = defaultdict(list)
    for level, index in sorted(wanted):
        by_level[level].append(index)
    found: dict[Key, bytes] = {}
    for level, indexes in by_level.items():
        for at in range(0, len(indexes), _KEYS):
            some = indexes[at : at + _KEYS]
            rows: Iterable[tuple[int | None, bytes | memoryview[int]]]
            if level == 0:
                rows = Event.objects.filter(seq__in=some).values_list("seq", "leaf")
            else:
                rows = Node.objects.filter(level=level, index__in=some).values_list("index", "hash")
            found.update(((level, index), bytes(value)) for index, value in rows if index is not None)
    return found


def lines(records: Sequence[Told], checkpoint: Checkpoint) -> list[dict[str, Any]]:
    """One line per record, in their order; a record that the trail does not know at its version is refused."""
    wanted = {record.uid: record for record in records}
    events, items = _events(wanted), _items(wanted)
    bodies = EventBody.objects.in_bulk(
        [event.pk for event in events.values()] + [item.event_id for item in items.values()]
    )
    batches = Event.objects.in_bulk({item.event_id for item in items.values()})
    # A record's own event is the later one where both tell of the same version, which they never do.
    chosen = {uid: events.get(uid) or batches[items[uid].event_id] for uid in wanted if uid in events or uid in items}
    for uid, record in wanted.items():
        if uid not in chosen:
            raise _untold(record)
    ways = paths((event.seq for event in chosen.values() if event.seq is not None), checkpoint.size)
    trees = _Trees()
    found = []
    for record in records:
        event = chosen[record.uid]
        line = _line(record, event, bodies.get(event.pk), ways, checkpoint)
        if record.uid not in events:
            item = items[record.uid]
            line["row"] = _row(record, item, bytes(bodies[event.pk].salt), trees.path(item))
        found.append(line)
    return found


def _events(wanted: Mapping[str, Told]) -> dict[str, Event]:
    found = Event.objects.filter(object_type="entry", object_id__in=list(wanted), object_version__gt=0).order_by("id")
    return {event.object_id: event for event in found if event.object_version == wanted[event.object_id].version}


def _items(wanted: Mapping[str, Told]) -> dict[str, BatchItem]:
    found = BatchItem.objects.filter(object_type="entry", object_id__in=list(wanted)).order_by("event_id")
    return {item.object_id: item for item in found if item.object_version == wanted[item.object_id].version}


class _Trees:
    """The small trees of bulk actions; of a few at a time, for rows of one action stand together."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[dict[Key, bytes], int]] = {}

    def path(self, item: BatchItem) -> list[bytes]:
        """The way from a row to the root of its bulk action."""
        if item.event_id not in self._held:
            if len(self._held) >= _TREES:
                self._held.pop(next(iter(self._held)))
            self._held[item.event_id] = self._read(item.event_id)
        nodes, size = self._held[item.event_id]
        return merkle.inclusion_proof(item.place, size, lambda level, index: nodes[level, index])

    def _read(self, event_id: int) -> tuple[dict[Key, bytes], int]:
        nodes: dict[Key, bytes] = {}
        frontier = merkle.Frontier()
        for item in BatchItem.objects.filter(event_id=event_id).order_by("place"):
            nodes.update(((node.level, node.index), node.hash) for node in frontier.append(trail.item_leaf(item)))
        return nodes, frontier.size


def _line(
    record: Told, event: Event, body: EventBody | None, ways: Mapping[int, list[bytes]], checkpoint: Checkpoint
) -> dict[str, Any]:
    if event.seq is None or event.seq >= checkpoint.size or body is None:
        raise _untold(record)
    proof = note.proof_text(index=event.seq, path=ways[event.seq], checkpoint=checkpoint.note)
    named = {"type": "entry", "register": record.register, "label": record.label, "uid": record.uid,
             "version": record.version, "title": record.title, "part": record.part}  # fmt: skip
    return {"record": named, "event": event_dict(event, body), "proof": proof}


def _row(record: Told, item: BatchItem, salt: bytes, path: Sequence[bytes]) -> dict[str, Any]:
    """The row's own salt, which follows from its place, and its way to the root of its bulk action."""
    own = hashing.digest(salt + item.place.to_bytes(4, "big"))[:16]
    return {"place": item.place, "salt": own.hex(), "state": record.state, "path": [one.hex() for one in path]}


def _untold(record: Told) -> Problem:
    return Problem(
        "archive.untold",
        _("The trail does not know “%(title)s” as it stands in the register.") % {"title": record.title},
        fix=_("Have the trail verified (“guiju trail verify”) and tell the administrator."),
        status=409,
    )
