"""What the trail costs per write and how fast it is verified. `python bench/trail.py`; PostgreSQL with DATABASE_URL.

Writes are one row of 25 values each, in a transaction of their own, fsync on; rounds with and without the trail
alternate, so that a busy machine disturbs both alike. Read the difference and the ratio, not the absolutes.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

WRITES, ROUNDS, EVENTS = 500, 5, 20_000


def prepare(home: str) -> None:
    """A fresh installation in a folder of its own."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    (Path(home) / "tmp").mkdir()
    os.environ.update(GUIJU_HOME=home, DJANGO_SETTINGS_MODULE="guiju.settings", GUIJU_EMBEDDED_WORKER="0")
    import django
    from django.core.management import call_command

    django.setup()
    for app in ("trail", "files"):
        call_command("migrate", app, verbosity=0)


def median(write: Callable[[], None], *, count: int = WRITES) -> float:
    """Milliseconds of one write."""
    times = []
    for _each in range(count):
        began = time.perf_counter()
        write()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1_000


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        prepare(home)
        measure()


def measure() -> None:
    from django.db import connection, transaction

    from guiju.access.actor import system
    from guiju.files.models import StoredFile
    from guiju.lib import clock
    from guiju.trail import log, reconcile, verify
    from guiju.trail.events import Action

    by = system("bench")
    content = {"columns": {f"column_{n}": "合规管理" * 3 for n in range(25)}, "before": {"column_1": "旧值"}}

    def plain() -> None:
        with transaction.atomic():
            StoredFile.objects.create(digest=uuid.uuid4().hex, size=1, media_type="text/plain", stored_at=clock.now())

    def trailed() -> None:
        with transaction.atomic():
            plain()
            log.record(
                Action.ENTRY_CREATED,
                by=by,
                unit=None,
                object_type="entry",
                object_id=str(uuid.uuid4()),
                object_version=1,
                title="年度合规培训",
                content=content,
            )

    def many(count: int) -> None:
        with transaction.atomic():
            for _each in range(count):
                log.record(
                    Action.ENTRY_CREATED,
                    by=by,
                    unit=None,
                    object_type="entry",
                    object_id=str(uuid.uuid4()),
                    object_version=1,
                    content=content,
                )

    log.open_log(by=by)
    pairs = [(median(plain), median(trailed)) for _round in range(ROUNDS)]
    without, having = (statistics.median(pair[at] for pair in pairs) for at in (0, 1))
    print(f"{connection.vendor}: one write p50 {without:.2f} ms, with its event {having:.2f} ms", end="; ")
    print(f"the trail costs {having - without:.2f} ms (aim: at most 1.00 on SQLite)")

    rows = [(str(uuid.uuid4()), 1, content) for _each in range(10_000)]
    began = time.perf_counter()
    with transaction.atomic():
        log.record_batch(Action.ENTRY_IMPORTED, by=by, unit=None, object_type="entry", items=rows)
    print(f"bulk action of 10,000 rows: {10_000 / (time.perf_counter() - began):,.0f} rows/s")

    many(EVENTS)
    began = time.perf_counter()
    while log.sequence():
        pass
    if not log.in_order():
        print(f"sequencer: {EVENTS / (time.perf_counter() - began):,.0f} events/s")
    log.checkpoint()
    reconcile._registry.clear()  # only the log itself is measured
    began = time.perf_counter()
    report = verify.run()
    assert report.ok, report.findings
    print(f"verify {report.size:,} events: {report.size / (time.perf_counter() - began):,.0f} events/s (aim: 20,000)")


if __name__ == "__main__":
    main()
