"""The live rows against the log: the last event of each object must describe the row as it is.

This finds what no application code wrote: raw SQL, bulk updates, edits in a database tool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from guiju.trail import header
from guiju.trail.events import REMOVALS
from guiju.trail.models import BatchItem, Event, EventBody

#: ids -> id: (version, `header.state_digest` of the live row's content) for those that are live.
Live = Callable[[Iterable[str]], Mapping[str, tuple[int, bytes]]]
#: All live ids.
Ids = Callable[[], Iterable[str]]

_CHUNK = 500
_TOLD_AT_MOST = 500


@dataclass(slots=True)
class Findings:
    """Sentences about what does not agree; many of them become a number."""

    sentences: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def told(self) -> list[str]:
        """The first of them, and how many more there are."""
        more = len(self.sentences) - _TOLD_AT_MOST
        told = self.sentences[:_TOLD_AT_MOST]
        return [*told, _("… and %(count)d more.") % {"count": more}] if more > 0 else told


class _Latest(NamedTuple):
    """What the log last said of an object: `salt` and `place` are set when it said so in a batch."""

    version: int
    removed: bool
    state: bytes
    salt: bytes | None = None
    place: int = 0

    def agrees(self, version: int, state: bytes) -> bool:
        if self.salt is not None:
            state = header.item_digest(self.salt, self.place, state)
        return (version, state) == (self.version, self.state)


_registry: dict[str, tuple[Live, Ids]] = {}


def register_reconciler(object_type: str, live: Live, *, ids: Ids) -> None:
    """Let verification compare live rows of this type with their last events."""
    _registry[object_type] = (live, ids)


def reconcile(findings: Findings) -> None:
    """Compare every registered type."""
    for object_type, (live, ids) in sorted(_registry.items()):
        for chunk in _chunks(_told_ids(object_type)):
            _compare(object_type, chunk, live(chunk), findings)
        for chunk in _chunks(ids()):
            for unknown in sorted(set(chunk) - _known(object_type, chunk)):
                findings.add(
                    _("%(type)s %(id)s stands in the database, but the log knows nothing of it.")
                    % {"type": object_type, "id": unknown}
                )


def _compare(object_type: str, chunk: list[str], live: Mapping[str, tuple[int, bytes]], findings: Findings) -> None:
    for object_id, latest in _latest(object_type, chunk).items():
        words = {"type": object_type, "id": object_id}
        now = live.get(object_id)
        if now is None and not latest.removed:
            findings.add(_("%(type)s %(id)s is gone from the database, but the log does not say so.") % words)
        elif now is not None and latest.removed:
            findings.add(_("%(type)s %(id)s was removed according to the log, but it is there.") % words)
        elif now is not None and not latest.agrees(*now):
            findings.add(_("%(type)s %(id)s is not as the log last described it.") % words)


def _telling(object_type: str) -> Q:
    return Q(object_type=object_type) & (Q(object_version__gt=0) | Q(action__in=REMOVALS))


def _told_ids(object_type: str) -> Iterator[str]:
    single = Event.objects.filter(_telling(object_type), batch_count=0).order_by().values_list("object_id", flat=True)
    batch = BatchItem.objects.filter(object_type=object_type).order_by().values_list("object_id", flat=True)
    return single.union(batch).iterator(chunk_size=_CHUNK)


def _known(object_type: str, ids: list[str]) -> set[str]:
    single = Event.objects.filter(_telling(object_type), object_id__in=ids).values_list("object_id", flat=True)
    batch = BatchItem.objects.filter(object_type=object_type, object_id__in=ids).values_list("object_id", flat=True)
    return {*single, *batch}


def _latest(object_type: str, ids: list[str]) -> dict[str, _Latest]:
    """Per object the later of its last own event and its last row in a batch."""
    single = _last(Event.objects.filter(_telling(object_type), object_id__in=ids).values_list("object_id"), "id")
    batch = _last(
        BatchItem.objects.filter(object_type=object_type, object_id__in=ids).values_list("object_id"), "event_id"
    )
    own = {event for object_id, event in single.items() if event > batch.get(object_id, 0)}
    events = Event.objects.in_bulk({*single.values(), *batch.values()})
    bodies = EventBody.objects.in_bulk(list(events))
    found: dict[str, _Latest] = {}
    for event_id in own:
        event, body = events[event_id], bodies.get(event_id)
        state = header.state_digest(header.content_of(body.text)) if body else b""
        found[event.object_id] = _Latest(event.object_version, event.action in REMOVALS, state)
    for item in BatchItem.objects.filter(
        object_type=object_type, object_id__in=ids, event_id__in=set(batch.values())
    ).order_by("place"):
        if batch[item.object_id] == item.event_id and item.object_id not in found:
            item_event, body = events.get(item.event_id), bodies.get(item.event_id)
            removed = item_event is not None and item_event.action in REMOVALS
            salt = bytes(body.salt) if body else b""
            found[item.object_id] = _Latest(item.object_version, removed, bytes(item.digest), salt, item.place)
    return found


def _last(rows: object, column: str) -> dict[str, int]:
    return dict(rows.annotate(last=Max(column)))  # type: ignore[attr-defined]


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    source = iter(ids)
    while chunk := list(islice(source, _CHUNK)):
        yield chunk
