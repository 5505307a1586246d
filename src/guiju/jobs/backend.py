"""The task API's backend: a job is a row, written in the transaction of whoever asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json

from guiju.access.actor import Actor
from guiju.jobs import wake
from guiju.jobs.models import Job, JobState
from guiju.lib import clock

P = ParamSpec("P")
T = TypeVar("T")

OPEN = (JobState.WAITING, JobState.RUNNING)
_STATUS = {
    JobState.WAITING: TaskResultStatus.READY,
    JobState.RUNNING: TaskResultStatus.RUNNING,
    JobState.DONE: TaskResultStatus.SUCCESSFUL,
    JobState.FAILED: TaskResultStatus.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedTask(Task[P, T]):
    """A task of ours. `@task(atomic=True)` runs it and its completion in one transaction: effects happen once.

    A task that is not atomic may be run again after a crash and must bear that. `max_attempts` counts crashes and
    errors; a `Problem` is an answer and is not tried again.
    """

    atomic: bool = False
    max_attempts: int = 3


class LeasedBackend(BaseTaskBackend):
    """Jobs in our own database, leased by workers (ADR 0005)."""

    task_class = LeasedTask
    supports_defer = True
    supports_async_task = False
    supports_get_result = True
    supports_priority = False

    def enqueue(self, task: Task[P, T], args: P.args, kwargs: P.kwargs) -> TaskResult[T]:  # type: ignore[valid-type]
        """`task.enqueue(...)`: no key, no title, nobody in particular asking."""
        self.validate_task(task)
        job = add(task, args=list(args), kwargs=dict(kwargs))
        result: TaskResult[T] = result_of(job, task)
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """The present state of a job."""
        try:
            job = Job.objects.get(uid=result_id)
        except (Job.DoesNotExist, ValidationError) as error:
            raise TaskResultDoesNotExist(result_id) from error
        return result_of(job, task_named(job.task))


def enqueue(
    task: Task[..., Any],
    *,
    by: Actor | None = None,
    title: str = "",
    unique_key: str = "",
    **arguments: object,
) -> Job:
    """Ask for work: in the present transaction, so that a rolled-back action asks for nothing.

    While a job with the same `unique_key` waits or runs, that one is returned instead of a second.
    """
    task.get_backend().validate_task(task)
    return add(task, args=[], kwargs=arguments, by=by, title=title, unique_key=unique_key)


def add(
    task: Task[..., Any],
    *,
    args: list[object],
    kwargs: Mapping[str, object],
    by: Actor | None = None,
    title: str = "",
    unique_key: str = "",
) -> Job:
    """Insert the row, or find the open one with the same key."""
    now = clock.now()
    job = Job(
        task=task.module_path,
        arguments=normalize_json({"args": args, "kwargs": kwargs}),
        unique_key=unique_key,
        max_attempts=task.max_attempts if isinstance(task, LeasedTask) else 3,
        run_after=task.run_after or now,
        title=title[:200],
        user_id=by.user_id if by else None,
        enqueued_at=now,
    )
    transaction.on_commit(wake.up)
    if not unique_key:
        job.save(force_insert=True)
        return job
    while True:  # the open one may finish between our being refused and our looking
        Job.objects.bulk_create([job], ignore_conflicts=True)
        found = Job.objects.filter(unique_key=unique_key, state__in=OPEN).first()
        if found is not None:
            return found


def task_named(path: str) -> LeasedTask[..., Any]:
    """The task behind a stored name; anything else that the name might reach is refused."""
    task = import_string(path)
    if not isinstance(task, LeasedTask):
        raise ImportError(f"{path} is not a task")
    return task


def result_of(job: Job, task: Task[..., Any]) -> TaskResult[Any]:
    """A job as the task API shows it."""
    errors = []
    if job.error:
        path, _newline, text = job.error.partition("\n")
        errors.append(TaskError(exception_class_path=path, traceback=text))
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=str(job.uid),
        status=_STATUS[JobState(job.state)],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.attempted_at,
        args=job.arguments["args"],
        kwargs=job.arguments["kwargs"],
        backend=task.backend,
        errors=errors,
        worker_ids=job.workers,
    )
    object.__setattr__(result, "_return_value", job.result)
    return result
