"""What somebody with the database in his hands might do to it: the attacks of the matrix, by raw writes."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F

from guiju.access.actor import system
from guiju.files.models import StoredFile
from guiju.lib import clock, hashing, merkle, note
from guiju.lib.note import SigningKey
from guiju.trail import header, keys, log
from guiju.trail.events import Action
from guiju.trail.models import Checkpoint, Event, EventBody, Log, Node

guards = importlib.import_module("guiju.trail.migrations.0002_append_only")

WRITES = 40
EVERY = 4  # a checkpoint each
EARLY, OLD, RECENT = 14, 30, 37  # an early event, the size of the older anchor, an event after it


@contextmanager
def without_guards() -> Iterator[None]:
    """As an owner of the database: the triggers away, and back."""
    editor = connection.schema_editor(atomic=False)
    editor.deferred_sql = []
    guards.unguard(None, editor)
    yield
    guards.guard(None, editor)


def digest_of(number: int) -> str:
    return hashing.digest(str(number).encode()).hex()


def write(number: int) -> None:
    """One honest action: a row and its event."""
    with transaction.atomic():
        row = StoredFile.objects.create(
            digest=digest_of(number), size=number, media_type="text/plain", stored_at=clock.now()
        )
        log.record(
            Action.FILE_STORED,
            by=system("guiju"),
            unit=None,
            object_type="file",
            object_id=row.digest,
            object_version=1,
            title=f"{number}.txt",
            content=state(row),
        )


def state(row: StoredFile) -> dict[str, object]:
    from guiju.files.store import state_of

    return {**state_of(row), "about": {"name": "x"}}


def build() -> None:
    """A log with its rows and checkpoints."""
    log.open_log(by=system("guiju"))
    for number in range(1, WRITES):
        write(number)
        if (number + 1) % EVERY == 0 or number + 1 == OLD:
            log.checkpoint()


# --- the attacker's own tools -------------------------------------------------------------------------------------


def rewrite(
    change: Callable[[list[tuple[Event, EventBody]]], None], *, key: SigningKey | None, upto: int = WRITES
) -> None:
    """Replace history: everything recomputed, and signed again when there is a key to sign with."""
    pairs = [(event, event.body) for event in Event.objects.select_related("body").order_by("seq")]
    notes = {row.size: row.note for row in Checkpoint.objects.all()}
    change(pairs)
    Event.objects.all().delete()
    EventBody.objects.all().delete()
    Node.objects.all().delete()
    Checkpoint.objects.all().delete()
    frontier = merkle.Frontier()
    for place, (event, body) in enumerate(pairs[:upto]):
        event.commitment = header.commitment(bytes(body.salt), body.text)
        event.leaf = header.leaf_of(event)
        event.seq = place
        for node in frontier.append(event.leaf)[1:]:
            Node.objects.create(level=node.level, index=node.index, hash=node.hash)
        event.save(force_insert=True)
        body.save(force_insert=True)
        if frontier.size in notes:
            sign(frontier, key, notes[frontier.size])
    Log.objects.update(size=frontier.size, frontier=[item.hex() for item in frontier.hashes])


def sign(frontier: merkle.Frontier, key: SigningKey | None, honest: str) -> None:
    at = clock.now()
    origin = Log.objects.get().origin
    text = honest
    if key is not None:
        extra = [f"at {hashing.moment_text(at)}"]
        body = note.checkpoint_body(origin=origin, size=frontier.size, root=frontier.root(), extra=extra)
        text = note.sign(body, key.private, name=key.name)
    Checkpoint.objects.create(size=frontier.size, root=frontier.root(), note=text, at=at)


def forge(place: int) -> Callable[[list[tuple[Event, EventBody]]], None]:
    """Another content at a place, and the row made to agree."""

    def change(pairs: list[tuple[Event, EventBody]]) -> None:
        event, body = pairs[place]
        row = StoredFile.objects.get(digest=event.object_id)
        row.size = 666
        row.save()
        body.text = header.content_text(state(row))

    return change


def forget(place: int) -> Callable[[list[tuple[Event, EventBody]]], None]:
    """An event never happened, and its row is not there."""

    def change(pairs: list[tuple[Event, EventBody]]) -> None:
        event, _body = pairs.pop(place)
        StoredFile.objects.filter(digest=event.object_id).delete()

    return change


def at(place: int):
    return Event.objects.filter(seq=place)


def stolen() -> SigningKey:
    return keys.signing_key(Log.objects.get().origin)


# --- the attacks --------------------------------------------------------------------------------------------------


def edit_row() -> None:
    StoredFile.objects.filter(digest=digest_of(EARLY)).update(size=F("size") + 1)


def delete_row() -> None:
    StoredFile.objects.filter(digest=digest_of(EARLY)).delete()


def insert_row() -> None:
    StoredFile.objects.create(digest=digest_of(-1), size=1, media_type="text/plain", stored_at=clock.now())


def edit_content() -> None:
    body = EventBody.objects.get(event__seq=EARLY)
    EventBody.objects.filter(pk=body.pk).update(text=body.text.replace("text/plain", "text/html"))


def edit_actor() -> None:
    at(EARLY).update(actor_name="somebody else")


def edit_time() -> None:
    at(EARLY).update(at=F("at") - timedelta(days=1))


def delete_event() -> None:
    at(EARLY).delete()


def delete_event_and_close_the_gap() -> None:
    at(EARLY).delete()
    for event in Event.objects.filter(seq__gt=EARLY).order_by("seq"):
        Event.objects.filter(pk=event.pk).update(seq=event.seq - 1)


def swap_two_events() -> None:
    at(EARLY).update(seq=-1)
    at(EARLY + 1).update(seq=EARLY)
    at(-1).update(seq=EARLY + 1)


def cut_off_the_last_ten() -> None:
    Event.objects.filter(seq__gte=WRITES - 10).delete()


def rewrite_without_key() -> None:
    rewrite(forge(EARLY), key=None)


def rewrite_with_another_key() -> None:
    other = SigningKey.generate(stolen().name)
    Log.objects.update(verifier_key=str(other.verifier))
    rewrite(forge(EARLY), key=other)


def restore_an_older_backup() -> None:
    size = OLD - OLD % EVERY - 2 * EVERY
    later = Event.objects.filter(seq__gte=size).values_list("object_id", flat=True)
    StoredFile.objects.filter(digest__in=list(later)).delete()
    honest = {row.size: row for row in Checkpoint.objects.filter(size__lte=size)}
    rewrite(lambda pairs: None, key=None, upto=size)
    Checkpoint.objects.all().delete()
    Checkpoint.objects.bulk_create(honest.values())


def rewrite_an_early_event_with_the_stolen_key() -> None:
    rewrite(forge(EARLY), key=stolen())


def delete_an_early_event_with_the_stolen_key() -> None:
    rewrite(forget(EARLY), key=stolen())


def rewrite_a_recent_event_with_the_stolen_key() -> None:
    rewrite(forge(RECENT), key=stolen())


FOUND, MISSED = True, False
#: attack -> found with (the database alone, an older checkpoint outside, the latest checkpoint outside)
MATRIX: Sequence[tuple[Callable[[], None], tuple[bool, bool, bool]]] = [
    (edit_row, (FOUND, FOUND, FOUND)),
    (delete_row, (FOUND, FOUND, FOUND)),
    (insert_row, (FOUND, FOUND, FOUND)),
    (edit_content, (FOUND, FOUND, FOUND)),
    (edit_actor, (FOUND, FOUND, FOUND)),
    (edit_time, (FOUND, FOUND, FOUND)),
    (delete_event, (FOUND, FOUND, FOUND)),
    (delete_event_and_close_the_gap, (FOUND, FOUND, FOUND)),
    (swap_two_events, (FOUND, FOUND, FOUND)),
    (cut_off_the_last_ten, (FOUND, FOUND, FOUND)),
    (rewrite_without_key, (FOUND, FOUND, FOUND)),
    (rewrite_with_another_key, (FOUND, FOUND, FOUND)),
    (restore_an_older_backup, (MISSED, FOUND, FOUND)),
    (rewrite_an_early_event_with_the_stolen_key, (MISSED, FOUND, FOUND)),
    (delete_an_early_event_with_the_stolen_key, (MISSED, FOUND, FOUND)),
    (rewrite_a_recent_event_with_the_stolen_key, (MISSED, MISSED, FOUND)),
]
