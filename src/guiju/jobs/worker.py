"""Runs jobs: in a thread of the web server on a laptop, in processes of their own on a server."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import traceback
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from django.db import close_old_connections, transaction
from django_tasks.base import TaskContext

from guiju.jobs import lease, schedule, wake
from guiju.jobs.backend import LeasedTask, result_of, task_named
from guiju.jobs.models import Job
from guiju.lib.errors import Problem

_log = logging.getLogger(__name__)

#: Seconds between two looks for work when nobody rings.
POLL = 1.0

_ticks: list[Callable[[], object]] = []


def on_tick(act: Callable[[], object]) -> None:
    """Let every worker call this about once a second; it must be cheap when there is nothing to do."""
    _ticks.append(act)


def run_next(*, worker: str = "", keep: timedelta = lease.LEASE) -> bool:
    """Take and run one due job; False when there was none."""
    job = lease.claim(worker=worker or name(), lease=keep)
    if job is None:
        return False
    with lease.Heartbeat(job, lease=keep) as beat:
        token = lease.current.set(lease.Running(job, beat))
        try:
            _run(job)
        except lease.LeaseLost:
            _log.warning("Job %s (%s) was taken over by another worker.", job.uid, job.task)
        finally:
            lease.current.reset(token)
    return True


def drain() -> int:
    """Run what is due now in this thread, until nothing is; returns how many jobs ran."""
    count = 0
    while run_next():
        count += 1
    return count


def run(stop: threading.Event, *, poll: float = POLL) -> None:
    """Work until `stop` is set; the job in hand is finished first."""
    worker = name()
    while not stop.is_set():
        close_old_connections()
        for act in (schedule.fire_due, *_ticks):
            _outlive(act)
        if not _outlive(lambda: run_next(worker=worker)):
            wake.wait(poll)
    close_old_connections()


def _outlive(act: Callable[[], object]) -> object:
    """A worker goes on after every error, the database's included."""
    try:
        return act()
    except Exception:  # noqa: BLE001 - see above
        _log.exception("The worker met an error and goes on.")
        return None


def start_embedded() -> threading.Event:
    """A worker in a thread of this process, for `guiju serve`; set the returned event to end it."""
    stop = threading.Event()
    threading.Thread(target=run, args=(stop,), name="guiju-worker", daemon=True).start()
    return stop


def main() -> int:
    """`guiju worker`: work until the process is asked to end."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        wake.up()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    run(stop)
    return 0


def name() -> str:
    """Who works: machine, process, thread."""
    return f"{socket.gethostname()}-{os.getpid()}-{threading.get_ident() % 10_000}"[:80]


def _run(job: Job) -> None:
    try:
        task = task_named(job.task)
        if task.atomic:
            with transaction.atomic():
                lease.finish(job, _call(task, job))
        else:
            lease.finish(job, _call(task, job))
    except lease.LeaseLost:
        raise
    except Problem as problem:
        lease.fail(job, f"{_path(problem)}\n{problem}", final=True)
    except Exception as error:  # noqa: BLE001 - whatever a task raises, its job must say so
        _log.exception("Job %s (%s) failed at attempt %s.", job.uid, job.task, job.attempt)
        lease.fail(job, f"{_path(error)}\n{''.join(traceback.format_exception(error))}", final=False)


def _call(task: LeasedTask[..., object], job: Job) -> object:
    arguments = job.arguments
    if task.takes_context:
        return task.call(TaskContext(task_result=result_of(job, task)), *arguments["args"], **arguments["kwargs"])
    return task.call(*arguments["args"], **arguments["kwargs"])


def _path(error: Exception) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
