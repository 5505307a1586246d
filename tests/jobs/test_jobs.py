"""Asking for work, doing it, and what happens when it fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from guiju.access.actor import system
from guiju.jobs import backend, lease, tasks, worker
from guiju.jobs.models import Job, JobState
from guiju.lib import clock
from tests.jobs import work

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def later(**words: int):
    return clock.simulate(clock.now() + timedelta(**words))


def test_work_asked_for_in_a_transaction_that_is_rolled_back_is_never_done() -> None:
    with transaction.atomic():
        work.write.enqueue("a")
        transaction.set_rollback(True)
    assert worker.drain() == 0
    assert work.effects("a") == 0


def test_a_job_is_done_once_and_its_result_can_be_read() -> None:
    result = work.write.enqueue("a")
    assert result.status == TaskResultStatus.READY
    assert worker.drain() == 1
    result.refresh()
    assert (result.status, result.return_value) == (TaskResultStatus.SUCCESSFUL, "wrote a")
    assert (worker.drain(), work.effects("a")) == (0, 1)


def test_work_for_later_waits() -> None:
    work.write.using(run_after=clock.now() + timedelta(hours=1)).enqueue("a")
    assert worker.drain() == 0
    with later(minutes=61):
        assert worker.drain() == 1


def test_the_same_key_is_asked_for_once_while_it_is_open() -> None:
    first = backend.enqueue(work.write, key="a", unique_key="posture:1", title="A", by=system("guiju"))
    assert backend.enqueue(work.write, key="b", unique_key="posture:1") == first
    worker.drain()
    assert backend.enqueue(work.write, key="c", unique_key="posture:1") != first
    worker.drain()
    assert [work.effects(key) for key in "abc"] == [1, 0, 1]


def test_a_failed_attempt_is_repeated_later_and_then_lies_dead_with_its_error() -> None:
    job = backend.enqueue(work.break_down, key="a")
    assert worker.drain() == 1
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.WAITING, 1)
    with later(minutes=1):
        assert worker.drain() == 1
        assert worker.drain() == 0
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.FAILED, 2)
    assert job.error.startswith("builtins.ZeroDivisionError\nTraceback")
    result = work.break_down.get_result(str(job.uid))
    assert result.errors[0].exception_class is ZeroDivisionError
    assert work.effects("a") == 2


def test_a_failed_atomic_task_leaves_no_half_effects() -> None:
    work.break_down_atomic.enqueue("a")
    worker.drain()
    assert work.effects("a") == 0


def test_a_refusal_is_an_answer_and_not_tried_again() -> None:
    result = work.refuse.enqueue()
    worker.drain()
    job = Job.objects.get(uid=result.id)
    assert (job.state, job.attempt) == (JobState.FAILED, 1)
    assert "Do something else." in job.error


def test_a_dead_job_can_be_given_another_chance() -> None:
    job = Job.objects.get(uid=work.refuse.enqueue().id)
    assert not lease.retry(job)
    worker.drain()
    assert lease.retry(job)
    assert worker.drain() == 1


def test_a_dead_job_is_not_revived_beside_the_same_work() -> None:
    job = backend.enqueue(work.refuse, unique_key="one")
    worker.drain()
    backend.enqueue(work.refuse, unique_key="one")
    assert not lease.retry(job)


def test_a_silent_worker_loses_its_job_and_cannot_finish_it_any_more() -> None:
    backend.enqueue(work.write, key="a")
    silent = lease.claim(worker="silent")
    assert lease.claim(worker="eager") is None
    with later(minutes=2):
        taken = lease.claim(worker="eager")
        assert (taken.pk, taken.attempt, taken.workers) == (silent.pk, 2, ["silent", "eager"])
        with pytest.raises(lease.LeaseLost):
            lease.finish(silent, None)
        with pytest.raises(lease.LeaseLost):
            lease.fail(silent, "too late", final=False)
        lease.finish(taken, None)
    silent.refresh_from_db()
    assert silent.state == JobState.DONE


def test_a_job_whose_workers_always_die_becomes_a_dead_one() -> None:
    job = backend.enqueue(work.write, key="a")
    for minutes in (0, 2, 4):
        with later(minutes=minutes):
            assert lease.claim(worker="mortal").pk == job.pk
    with later(minutes=6):
        assert lease.claim(worker="mortal") is None
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.error


def test_progress_is_kept_with_the_job() -> None:
    result = work.count.enqueue(200)
    worker.drain()
    job = Job.objects.get(uid=result.id)
    assert (job.done_count, job.total_count) == (200, 200)


def test_progress_outside_a_job_is_nothing() -> None:
    lease.progress(1, 2)


def test_a_task_knows_its_attempt() -> None:
    result = work.attempt.enqueue()
    worker.drain()
    result.refresh()
    assert result.return_value == 1


def test_a_name_that_is_no_task_is_refused_as_an_error_of_the_job() -> None:
    job = backend.enqueue(work.write, key="a")
    Job.objects.filter(pk=job.pk).update(task="os.getcwd")
    worker.drain()
    job.refresh_from_db()
    assert job.error.startswith("builtins.ImportError")


def test_an_unknown_result_is_said_to_be_unknown() -> None:
    with pytest.raises(TaskResultDoesNotExist):
        work.write.get_backend().get_result("nothing")


def test_jobs_that_ended_well_are_forgotten_after_a_month_and_dead_ones_stay() -> None:
    work.write.enqueue("a")
    dead = work.refuse.enqueue()
    worker.drain()
    with later(days=31):
        assert tasks.forget_done.call() == 1
    assert [str(job.uid) for job in Job.objects.all()] == [dead.id]
