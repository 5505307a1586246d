"""What is found of an attack depends on what was kept outside: the matrix, in both directions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, models, transaction

from guiju.access.actor import Actor
from guiju.trail import log, verify
from guiju.trail.events import Action
from guiju.trail.models import BatchItem, Checkpoint, Event, EventBody, Log, Node
from tests.trail.attacks import MATRIX, OLD, WRITES, build, without_guards, write


@pytest.fixture
def outsides(empty_log: Path, tmp_path: Path, django_capture_on_commit_callbacks) -> dict[str, Path]:
    """A log, and what three people have kept of it."""
    with django_capture_on_commit_callbacks(execute=True):
        build()
    folders = {name: tmp_path / name for name in ("nothing", "older", "latest")}
    for name, size in (("older", OLD), ("latest", WRITES)):
        folders[name].mkdir()
        shutil.copy(empty_log / f"{size:012d}.txt", folders[name])
    shutil.rmtree(empty_log)
    return folders


@pytest.mark.parametrize(("attack", "expected"), MATRIX, ids=lambda value: getattr(value, "__name__", ""))
def test_an_attack_is_found_as_far_as_a_checkpoint_was_kept_outside(attack, expected, outsides) -> None:
    with without_guards():
        attack()
    found = (
        not verify.run().ok,
        not verify.run(outsides["older"]).ok,
        not verify.run(outsides["latest"]).ok,
    )
    assert found == expected


def test_an_untouched_log_verifies_and_says_when_it_was_last_anchored(outsides) -> None:
    report = verify.run(outsides["latest"])
    assert (report.ok, report.findings, report.notes, report.size) == (True, [], [], WRITES)
    assert report.last_anchor_at == Checkpoint.objects.get(size=WRITES).at
    assert verify.run().last_anchor_at is None


def columns(*tables: type[models.Model]) -> list:
    return [
        pytest.param(table, field, id=f"{table.__name__}.{field.name}")
        for table in tables
        for field in table._meta.concrete_fields
        if (table, field.name) != (Log, "id")  # a constraint holds it at 1
    ]


def altered(value: object) -> object:
    """Another value of the same kind, one bit or one letter away."""
    if value is None:
        return 1
    if isinstance(value, str):
        return value[:-1] + ("x" if value[-1:] != "x" else "y")
    if isinstance(value, bytes | memoryview):
        return bytes(value)[:-1] + bytes([bytes(value)[-1] ^ 1])
    if isinstance(value, int):
        return value + 1_000
    if isinstance(value, list):
        return [altered(value[0]), *value[1:]]
    if hasattr(value, "hex"):
        return type(value)(int=value.int ^ 1)
    return value.replace(day=1 if value.day != 1 else 2)


@pytest.mark.parametrize(("table", "field"), columns(Event, EventBody, BatchItem, Node, Log, Checkpoint))
def test_no_column_of_the_log_can_be_changed_unseen(
    table, field, empty_log: Path, house: Actor, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            write(number)
        rows = [(str(number), 1, {"n": number}) for number in range(3)]
        log.record_batch(Action.ENTRY_IMPORTED, by=house, unit=None, object_type="row", items=rows)
        log.checkpoint()
    assert verify.run().ok
    row = table.objects.order_by("pk").last()
    value = altered(getattr(row, field.attname))
    if field.name == "happened_on":
        value = "2026-01-01"
    with without_guards():
        table.objects.filter(pk=row.pk).update(**{field.attname: value})
    assert not verify.run().ok


@pytest.mark.parametrize("table", [Event, EventBody, BatchItem, Node])
@pytest.mark.parametrize("act", ["change", "delete"])
def test_the_database_refuses_to_change_history_by_mistake(table, act, empty_log, house: Actor) -> None:
    for number in range(3):
        write(number)
    log.record_batch(Action.ENTRY_IMPORTED, by=house, unit=None, object_type="row", items=[("1", 1, {})])
    log.sequence()
    row = table.objects.order_by("pk").last()
    field = {Event: "reason", EventBody: "text", BatchItem: "object_id", Node: "hash"}[table]
    rows = table.objects.filter(pk=row.pk)
    write_to = (lambda: rows.update(**{field: getattr(row, field)})) if act == "change" else rows.delete
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        write_to()


def test_a_column_that_is_no_longer_of_its_type_is_a_finding_and_no_crash(empty_log: Path, house: Actor) -> None:
    write(1)
    if log.in_order():
        with without_guards(), connection.cursor() as cursor:
            cursor.execute("UPDATE trail_event SET at = 'once upon a time'")
        assert not verify.run().ok


def test_contents_that_are_no_longer_json_are_a_finding_and_no_crash(empty_log: Path, house: Actor) -> None:
    write(1)
    with without_guards():
        EventBody.objects.all().update(text="}{")
    assert not verify.run().ok
