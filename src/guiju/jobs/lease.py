"""Taking a job, keeping it, finishing it: every write is fenced by the attempt's number.

A worker that was thought dead and comes back finds its attempt superseded, and nothing it does to the job counts.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from datetime import timedelta
from types import TracebackType
from typing import Self

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from guiju.jobs.models import Job, JobState
from guiju.lib import clock

#: How long a worker may be silent before its job is given to another.
LEASE = timedelta(seconds=60)
_BACK_OFF = (10, 60, 300, 1_800, 3_600)  # seconds before the second, third ... attempt
_ERROR_LENGTH = 8_000


class LeaseLost(Exception):
    """Another worker has taken the job over; what this one did must not count."""


def due() -> QuerySet[Job]:
    """Jobs that somebody should take now: waiting ones, and those whose worker fell silent."""
    now = clock.now()
    return Job.objects.filter(
        Q(state=JobState.WAITING, run_after__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
    ).order_by("run_after", "id")


def claim(*, worker: str, lease: timedelta = LEASE) -> Job | None:
    """Take the next due job, or None. A job whose workers died too often becomes a dead one."""
    if not due().exists():  # read first: on SQLite a claim takes the write lock from everybody else
        return None
    with transaction.atomic():
        for job in due().select_for_update(skip_locked=True)[:20]:
            if job.attempt < job.max_attempts:
                _take(job, worker=worker, lease=lease)
                return job
            job.state, job.finished_at, job.lease_until = JobState.FAILED, clock.now(), None
            job.error = job.error or "guiju.jobs.lease.LeaseLost\nThe worker ended without a word, each time."
            job.save(update_fields=["state", "finished_at", "lease_until", "error"])
    return None


def _take(job: Job, *, worker: str, lease: timedelta) -> None:
    now = clock.now()
    job.state, job.attempt = JobState.RUNNING, job.attempt + 1
    job.lease_until, job.attempted_at = now + lease, now
    job.started_at = job.started_at or now
    job.workers = [*job.workers, worker]
    job.save(update_fields=["state", "attempt", "lease_until", "attempted_at", "started_at", "workers"])


def _mine(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)


def _write(job: Job, **values: object) -> None:
    if not _mine(job).update(**values):
        raise LeaseLost


def finish(job: Job, result: object) -> None:
    """The job is done; raises LeaseLost, which rolls an atomic task back, when it is no longer ours."""
    _write(job, state=JobState.DONE, result=result, error="", lease_until=None, finished_at=clock.now())


def fail(job: Job, error: str, *, final: bool) -> None:
    """The attempt failed: wait and try again, or lie dead for people to see."""
    error = error[:200] + error[200:][-_ERROR_LENGTH:]
    if final or job.attempt >= job.max_attempts:
        _write(job, state=JobState.FAILED, error=error, lease_until=None, finished_at=clock.now())
        return
    wait = _BACK_OFF[min(job.attempt, len(_BACK_OFF)) - 1]
    again = clock.now() + timedelta(seconds=wait)
    _write(job, state=JobState.WAITING, error=error, lease_until=None, run_after=again)


def retry(job: Job) -> bool:
    """Give a dead job a fresh set of attempts; False when it is not dead or the same work is open already."""
    key = job.unique_key
    with transaction.atomic():
        if key and Job.objects.filter(unique_key=key, state__in=[JobState.WAITING, JobState.RUNNING]).exists():
            return False
        return bool(
            Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
                state=JobState.WAITING, attempt=0, error="", run_after=clock.now(), finished_at=None
            )
        )


class Heartbeat:
    """Renews the lease from a thread of its own while the task works."""

    def __init__(self, job: Job, *, lease: timedelta) -> None:
        self.lost = False
        self._job = job
        self._lease = lease
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"job-{job.pk}-lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._over.wait(self._lease.total_seconds() / 3):
                self._renew()
                if self.lost:
                    return
        finally:
            connection.close()

    def _renew(self) -> None:
        try:
            self.lost = not _mine(self._job).update(lease_until=clock.now() + self._lease)
        except OperationalError:
            # The task itself may hold SQLite's write lock: then nobody else can take the job either.
            return


class Running:
    """The job that the present thread works on, for `progress`."""

    def __init__(self, job: Job, beat: Heartbeat) -> None:
        self.job = job
        self.beat = beat
        self.told = -1


current: ContextVar[Running | None] = ContextVar("current_job", default=None)


def progress(done: int, total: int) -> None:
    """Say how far the task has come (people see it after its transaction); stops a task that lost its lease.

    Outside a job it does nothing, so that actions can be called directly too.
    """
    running = current.get()
    if running is None:
        return
    if running.beat.lost:
        raise LeaseLost
    percent = done * 100 // total if total else 0
    if percent != running.told:
        running.told = percent
        _write(running.job, done_count=done, total_count=total)
