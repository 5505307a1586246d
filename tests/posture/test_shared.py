"""Several processes count for the same posture."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from guiju.packs.models import Pack, Requirement
from guiju.posture import actions, engine, rollup, wiring
from guiju.posture.models import Judgement, PackRollup
from guiju.trail import verify
from tests.posture.conftest import Story


class Undone(Exception):
    """What a test rolls back with."""


def replace_elsewhere(pack: Pack, old: str, new: str) -> None:
    """The rows another process leaves when it loads other content under the same version."""
    Requirement.objects.filter(pack=pack, code=old).update(code=new)
    fresh = Pack.objects.get(pk=pack.pk)
    Pack.objects.filter(pk=pack.pk).update(digest="0" * 64, loaded_at=fresh.loaded_at + timedelta(seconds=1))


def codes(pack: Pack) -> set[str]:
    """What the engine sees of a pack, and what a page that has just read it sees: always the same."""
    engine_sees = set(wiring.of([pack.pk])[pack.pk].by_code)
    assert set(wiring.one(Pack.objects.get(pk=pack.pk)).by_code) == engine_sees
    return engine_sees


def test_a_pack_that_another_process_replaced_is_read_anew(story: Story) -> None:
    assert "6.2" in codes(story.pack)
    replace_elsewhere(story.pack, "6.2", "6.2-new")
    assert wiring.one(Pack.objects.get(pk=story.pack.pk)).by_code.keys() & {"6.2", "6.2-new"} == {"6.2-new"}
    assert codes(story.pack) & {"6.2", "6.2-new"} == {"6.2-new"}


def test_a_pack_that_did_not_change_is_read_once(story: Story) -> None:
    first = wiring.one(story.pack)
    assert wiring.of([story.pack.pk])[story.pack.pk] is wiring.one(story.pack) is first


def test_what_a_load_that_failed_had_wired_is_forgotten(story: Story) -> None:
    def load_and_fail() -> None:
        with transaction.atomic():
            replace_elsewhere(story.pack, "6.2", "6.2-new")
            engine.on_packs_loaded([story.pack])
            assert "6.2-new" in codes(story.pack)
            raise Undone

    assert "6.2" in codes(story.pack)
    with pytest.raises(Undone):
        load_and_fail()
    assert codes(story.pack) & {"6.2", "6.2-new"} == {"6.2"}


def counts() -> set[tuple[object, ...]]:
    return set(PackRollup.objects.values_list("unit_id", "pack_id", "reach", *rollup.FIELDS, "units"))


def test_counting_everything_anew_changes_nothing_that_was_kept_up(story: Story) -> None:
    story.sized("small")
    story.adopt()
    kept = counts()
    assert kept
    rollup.rebuild_all()
    assert counts() == kept
    rollup.rebuild([story.cast.group.pk, story.cast.sub.pk])
    assert counts() == kept


@pytest.mark.postgres
def test_nobody_counts_anew_while_a_record_is_being_saved(transactional_db: None, story: Story) -> None:
    story.sized("small")
    story.adopt()
    saved, go_on = threading.Event(), threading.Event()

    def save() -> None:
        try:
            with story.at(2026, 6, 1), transaction.atomic():
                story.enter(
                    "trainings", topic="反垄断培训", audience="all", held_on=date(2026, 5, 6), attended=3, culture=True
                )
                saved.set()
                go_on.wait(30)
        finally:
            connection.close()

    before = counts()
    thread = threading.Thread(target=save)
    thread.start()
    try:
        assert saved.wait(30)
        for count in (rollup.rebuild_all, lambda: rollup.rebuild([story.cast.group.pk])):
            with pytest.raises(OperationalError, match="lock timeout"):
                _impatiently(count)
        _impatiently(rollup.hold)  # another record may be saved meanwhile
    finally:
        go_on.set()
        thread.join()
    kept = counts()
    assert kept != before
    rollup.rebuild_all()
    assert counts() == kept


@transaction.atomic
def _impatiently(count: Callable[[], None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
    count()


@pytest.mark.postgres
def test_two_first_judgements_at_once_leave_the_later(transactional_db: None, story: Story) -> None:
    story.sized("small")
    story.adopt()
    asked = Requirement.objects.get(pack=story.pack, code="C.1-x01")
    failed: list[DatabaseError] = []

    def judge(reason: str) -> None:
        with story.at(2026, 6, 1):
            actions.judge(unit=story.cast.sub, requirement=asked, status="met", reason=reason, by=story.cast.house)

    def other() -> None:
        try:
            judge("第二位看过")
        except DatabaseError as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        judge("第一位看过")
        thread.start()
        thread.join(1.5)
    thread.join()
    assert failed == []
    assert [row.reason for row in Judgement.objects.filter(superseded_at__isnull=True)] == ["第二位看过"]
    assert verify.run().findings == []
