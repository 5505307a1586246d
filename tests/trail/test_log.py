"""Writing the log: in the transaction of the action, once, in order, signed outside."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import transaction

from guiju.access.actor import Actor
from guiju.lib import clock, hashing, merkle, note
from guiju.lib.errors import Problem
from guiju.trail import header, keys, log, tree, verify
from guiju.trail.events import SENTENCES, Action
from guiju.trail.models import BatchItem, Checkpoint, Event, Log
from tests.trail.attacks import write

pytestmark = pytest.mark.usefixtures("empty_log")


def record(house: Actor, **words: object) -> Event:
    given = {"object_type": "thing", "object_id": "1", "content": {"n": 1}, "unit": None, **words}
    return log.record(Action.ENTRY_CREATED, by=house, **given)


def test_an_action_that_is_rolled_back_leaves_no_event(house) -> None:
    log.open_log(by=house)
    before = Event.objects.count()
    with transaction.atomic():
        record(house)
        transaction.set_rollback(True)
    log.sequence()
    assert (Event.objects.count(), Log.objects.get().size) == (before, Event.objects.count())
    assert verify.run().ok


def test_the_first_event_opens_the_log_with_a_name_a_key_and_a_checkpoint(house, settings) -> None:
    settings.LOG_ORIGIN = ""
    record(house)
    log.sequence()
    opened = Log.objects.get()
    assert opened.origin.startswith("guiju.local/")
    assert Event.objects.get(action=Action.LOG_OPENED).seq is not None
    assert Checkpoint.objects.count() >= 1
    assert str(keys.verifier_key()) == opened.verifier_key


def test_the_private_key_is_readable_by_its_owner_alone(house) -> None:
    log.open_log(by=house)
    assert stat.S_IMODE(keys.path().stat().st_mode) == 0o600


def test_opening_twice_gives_the_same_log(house) -> None:
    assert log.open_log(by=house, origin="guiju.test/a") == log.open_log(by=house, origin="guiju.test/b")
    assert Log.objects.get().origin == "guiju.test/a"


def test_the_key_of_an_earlier_log_is_set_aside_not_overwritten(house, settings) -> None:
    earlier = keys.make("guiju.test/before")
    log.open_log(by=house)
    kept = [note.SigningKey.parse(path.read_text()) for path in settings.KEYS.glob("log-*.key")]
    assert [key.verifier for key in kept] == [earlier.verifier]


def test_the_fast_header_is_the_canonical_one(house) -> None:
    event = record(house, happened_on=date(2026, 3, 1), title="标题“一”", reason="补")
    values = {name: getattr(event, name) for name in header.COLUMNS}
    values["commitment"] = event.commitment.hex()
    assert header.header(event.__dict__) == hashing.canonical({**values, "form": header.FORM})


def test_every_column_of_an_event_is_in_its_leaf() -> None:
    own = {field.name for field in Event._meta.concrete_fields}
    assert own - set(header.COLUMNS) == {"id", "seq", "leaf"}


def test_every_action_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Action)


def test_a_bulk_action_is_one_event_per_thousand_rows_and_each_row_is_provable(house) -> None:
    rows = ((str(number), 1, {"n": number}) for number in range(1_003))
    events = log.record_batch(Action.ENTRY_IMPORTED, by=house, unit=None, object_type="row", items=rows, title="a.xlsx")
    log.sequence()
    assert [event.batch_count for event in events] == [1_000, 3]
    items = list(BatchItem.objects.filter(event_id=events[1].pk).order_by("place"))
    leaves = [log.item_leaf(item) for item in items]
    salt = bytes(events[1].body.salt)
    assert items[2].digest == header.item_digest(salt, 2, header.state_digest({"n": 1_002}))
    assert events[1].body.content["root"] == merkle.root(leaves).hex()
    assert verify.run().ok


def test_history_at_simulated_times_is_refused_on_a_real_log(house) -> None:
    record(house)
    with clock.simulate(datetime(2020, 1, 1, tzinfo=UTC)), pytest.raises(Problem) as refusal:
        record(house)
    assert refusal.value.code == "trail.simulated"


def test_history_at_simulated_times_is_written_on_a_demo_log(house, settings) -> None:
    settings.LOG_ORIGIN = "DEMO of a group"
    with clock.simulate(datetime(2020, 1, 1, tzinfo=UTC)):
        event = record(house)
    assert event.at.year == 2020
    assert verify.run().ok


def test_a_reason_that_is_too_long_is_refused_not_cut(house) -> None:
    with pytest.raises(Problem) as refusal:
        record(house, reason="长" * 301)
    assert refusal.value.code == "trail.reason_too_long"


def test_a_checkpoint_is_written_outside_only_when_the_transaction_holds(
    house, empty_log: Path, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks() as waiting:
        record(house)
        row = log.checkpoint()
    assert not empty_log.exists()
    for act in waiting:
        act()
    text = (empty_log / f"{row.size:012d}.txt").read_text(encoding="utf-8")
    head = note.verify(text, [note.VerifierKey.parse(Log.objects.get().verifier_key)]).checkpoint
    assert (head.size, head.root) == (row.size, row.root)


def test_a_log_that_has_not_grown_is_not_signed_again(house) -> None:
    record(house)
    log.checkpoint()
    assert log.checkpoint_if_due() is None
    assert Checkpoint.objects.latest("size") == log.checkpoint()


def test_a_missing_key_is_told_with_its_place(house) -> None:
    record(house)
    log.sequence()
    record(house)
    keys.path().unlink()
    with pytest.raises(Problem) as refusal:
        log.checkpoint()
    assert refusal.value.code == "trail.no_key"


def test_a_proof_leads_from_an_event_to_a_signed_checkpoint(house) -> None:
    for number in range(11):
        write(number)
    log.checkpoint()
    known = [note.VerifierKey.parse(Log.objects.get().verifier_key)]
    for event in Event.objects.all():
        proof = note.parse_proof(tree.proof(event))
        assert proof.verify(bytes(event.leaf), known)


def test_a_quick_check_begins_at_the_last_checkpoint(house) -> None:
    for number in range(9):
        write(number)
    log.checkpoint()
    write(10)
    report = verify.run(quick=True)
    assert (report.ok, report.size) == (True, 11)
    assert report.notes != []


def test_checkpoints_of_another_log_outside_are_told(house, tmp_path: Path) -> None:
    record(house)
    other = note.SigningKey.generate("other")
    body = note.checkpoint_body(origin="other", size=1, root=b"\0" * 32)
    (tmp_path / "anchor.txt").write_text(note.sign(body, other.private, name="other"), encoding="utf-8")
    assert "other" in verify.run(tmp_path / "anchor.txt").findings[0]


def test_a_damaged_anchor_is_named(house, tmp_path: Path) -> None:
    record(house)
    (tmp_path / "anchor.txt").write_text("nothing of the kind", encoding="utf-8")
    assert "anchor.txt" in verify.run(tmp_path / "anchor.txt").findings[0]


def test_an_empty_folder_of_anchors_is_refused(house, tmp_path: Path) -> None:
    record(house)
    (tmp_path / "empty").mkdir()
    with pytest.raises(Problem) as refusal:
        verify.run(tmp_path / "empty")
    assert refusal.value.code == "trail.no_anchors"


def test_a_log_that_is_not_open_yet_has_nothing_against_it() -> None:
    report = verify.run()
    assert (report.ok, report.size) == (True, 0)
