"""What the processes of the crash test do: `prepare`, `work MINUTES`, `report`. Run as a module, never by pytest."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "guiju.settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from guiju.jobs import backend, worker  # noqa: E402
from guiju.jobs.models import Job  # noqa: E402
from guiju.lib import clock  # noqa: E402
from tests.jobs import work  # noqa: E402

HALTS = {"a": "before", "b": "after", "c": ""}


def prepare() -> None:
    call_command("migrate", "jobs", verbosity=0)
    with transaction.atomic():
        for key, halt in HALTS.items():
            backend.enqueue(work.write_in_two_steps, key=key, halt=halt)
    with transaction.atomic():
        backend.enqueue(work.write_in_two_steps, key="never", halt="")
        transaction.set_rollback(True)


def report() -> None:
    jobs = {job.arguments["kwargs"]["key"]: [job.state, job.attempt] for job in Job.objects.all()}
    keys = [*HALTS, "never"]
    print(json.dumps({"jobs": jobs, "effects": {key: work.effects(key) for key in keys}}))  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1] == "work":
        with clock.simulate(clock.now() + timedelta(minutes=int(sys.argv[2]))):
            worker.drain()
    else:
        {"prepare": prepare, "report": report}[sys.argv[1]]()
