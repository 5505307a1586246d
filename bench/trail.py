"""What the trail costs each save, how fast it is verified, and what it leaves of PostgreSQL's throughput.

    python bench/trail.py [--writes 500] [--events 20000] [--seconds 4]

Rounds with and without the trail alternate, so that a busy machine disturbs both alike: read the difference and the
ratio. A bare write is one row; a save is a record of a register with permission, versions and search words. fsync is
on. For PostgreSQL a server of its own is started; without one that part is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from itertools import count
from pathlib import Path

import _bench

CLIENTS = (1, 4, 8)
ROUNDS = 3
CONTENT = {"columns": {f"column_{n}": "合规管理" * 3 for n in range(25)}, "before": {"column_1": "旧值"}}


def main() -> int:
    if sys.argv[1:2] == ["client"]:
        number, seconds, name, way = sys.argv[2:]
        return _client(int(number), float(seconds), name, audited=way == "audited")
    if sys.argv[1:2] == ["units"]:
        return _units()
    options = _bench.arguments(__doc__, writes=500, events=20_000, seconds=4)
    table = _bench.Table("trail")
    with _bench.installation():
        _sqlite(options, table)
    _postgres(options, table)
    return 0


# --- SQLite -------------------------------------------------------------------------------------------------------


def _sqlite(options: argparse.Namespace, table: _bench.Table) -> None:
    plain, audited = _writers()
    _pair("one write", plain, audited, options.writes, table)
    _bulk(table)
    _verify(options.events, audited, table)


def _pair(name: str, plain: Callable[[], None], audited: Callable[[], None], times: int, table: _bench.Table) -> None:
    rounds = [(_bench.often(plain, times), _bench.often(audited, times)) for _round in range(ROUNDS)]
    without, having = (
        _bench.Taken(tuple(each for pair in rounds for each in pair[at].wall),
                     tuple(each for pair in rounds for each in pair[at].cpu)) for at in (0, 1)
    )  # fmt: skip
    table.turns(f"SQLite: {name} without the trail", without)
    table.turns(f"SQLite: {name} with its event", having)
    ms = [(one - other) * 1000 for one, other in zip(having.seconds, without.seconds, strict=True)]
    table.add("SQLite: the trail costs, p50", wall=f"{ms[0]:.2f} ms", cpu=f"{ms[1]:.2f} ms", aim="1 ms",
              holds=ms[1] <= 1)  # fmt: skip


def _writers() -> tuple[Callable[[], None], Callable[[], None]]:
    from django.db import transaction

    from guiju.files.models import StoredFile
    from guiju.lib import clock

    def plain() -> None:
        with transaction.atomic():
            StoredFile.objects.create(digest=uuid.uuid4().hex, size=1, media_type="text/plain", stored_at=clock.now())

    def audited() -> None:
        with transaction.atomic():
            plain()
            _event()

    return plain, audited


def _event() -> None:
    from guiju.access.actor import system
    from guiju.trail import log
    from guiju.trail.events import Action

    log.record(
        Action.ENTRY_CREATED,
        by=system("bench"),
        unit=None,
        object_type="bench",
        object_id=str(uuid.uuid4()),
        object_version=1,
        title="年度合规培训",
        content=CONTENT,
    )


def _bulk(table: _bench.Table) -> None:
    from django.db import transaction

    from guiju.access.actor import system
    from guiju.trail import log
    from guiju.trail.events import Action

    rows = [(str(uuid.uuid4()), 1, CONTENT) for _each in range(10_000)]

    def act() -> None:
        with transaction.atomic():
            log.record_batch(Action.ENTRY_IMPORTED, by=system("bench"), unit=None, object_type="bench", items=rows)

    taken, _done = _bench.once(act)
    table.rate("a bulk action of 10,000 rows", taken, len(rows))


def _verify(events: int, audited: Callable[[], None], table: _bench.Table) -> None:
    from django.db import transaction

    from guiju.trail import log, reconcile, verify

    with transaction.atomic():
        for _each in range(events):
            _event()
    log.checkpoint()
    reconcile._registry.clear()  # only the log itself is measured
    taken, report = _bench.once(verify.run)
    assert report.ok, report.findings
    table.rate(f"verify {report.size:,} events", taken, report.size, what="events", least=20_000)


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


def _postgres(options: argparse.Namespace, table: _bench.Table) -> None:
    sys.path.insert(0, str(_bench.ROOT))
    from tests.plugins import postgres, programs

    folder = programs.postgres()
    if folder is None:
        table.add("PostgreSQL: not installed here", wall="left out")
        return
    postgres.SETTINGS.update(fsync="on", full_page_writes="on", synchronous_commit="on", shared_buffers="'256MB'")
    with postgres.Cluster(folder) as cluster, tempfile.TemporaryDirectory(prefix="guiju-bench-") as home:
        (Path(home) / "tmp").mkdir()
        environment = {
            **os.environ, "DATABASE_URL": cluster.url, "GUIJU_HOME": home, "GUIJU_LOG_ORIGIN": "DEMO bench",
            "DJANGO_SETTINGS_MODULE": "guiju.settings", "PYTHONPATH": str(_bench.ROOT / "src"),
        }  # fmt: skip
        subprocess.run([sys.executable, "-m", "guiju", "init", "--demo"], env=environment, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        subprocess.run([sys.executable, __file__, "units"], env=environment, check=True)
        server = int((cluster._data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        for clients in CLIENTS:
            _throughput(clients, options.seconds, environment, server, table)


def _throughput(clients: int, seconds: int, environment: dict[str, str], server: int, table: _bench.Table) -> None:
    """Saves and bare writes of so many processes at once; with the trail, the first of them sequences too."""
    for name, words in (("save", "saves of a record"), ("bare", "bare writes")):
        rates: dict[str, list[float]] = {"plain": [], "audited": []}
        costs: dict[str, list[float]] = {"plain": [], "audited": []}
        for _round in range(ROUNDS):
            for way in ("plain", "audited"):
                before = _spent(server)
                done, spent = _together(clients, seconds, name, way, environment)
                rates[way].append(done / seconds)
                costs[way].append((spent + _spent(server) - before) / done)
        plain, audited = (statistics.median(rates[way]) for way in ("plain", "audited"))
        share = statistics.median(costs["plain"]) / statistics.median(costs["audited"])
        table.add(
            f"PostgreSQL, {clients} clients: {words} with / without the trail",
            wall=f"{audited:,.0f} / {plain:,.0f} a second",
            cpu=f"{share:.0%}",
            aim="60 %" if name == "save" else "",
            holds=share >= 0.6 if name == "save" else None,
        )


def _spent(server: int) -> float:
    """Seconds of processor time of PostgreSQL: the server, its processes, and those that have ended."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if int(folder.name) == server:
            total += sum(map(int, fields[11:15]))
        elif int(fields[1]) == server:
            total += sum(map(int, fields[11:13]))
    return total / os.sysconf("SC_CLK_TCK")


def _together(clients: int, seconds: int, name: str, way: str, environment: dict[str, str]) -> tuple[int, float]:
    """How many writes, and the clients' processor time."""
    started = [
        subprocess.Popen(
            [sys.executable, __file__, "client", str(number), str(seconds), name, way], env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for number in range(clients)
    ]  # fmt: skip
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()  # it is ready
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [json.loads(process.communicate()[0]) for process in started]
    return sum(one[0] for one in told), sum(one[1] for one in told)


def _client(number: int, seconds: float, name: str, *, audited: bool) -> int:
    """One process that writes as fast as it can; says how often it did, and its processor time."""
    import django

    django.setup()
    from guiju.access.actor import system
    from guiju.org.models import Unit
    from guiju.registers import actions
    from guiju.trail import log

    unit = Unit.objects.get(code=f"U{number}")
    plain, having = _writers()
    if not audited:
        log.record = lambda *_given, **_named: None  # type: ignore[assignment,return-value]
    numbers = count()

    def save() -> None:
        values = {"topic": f"培训{next(numbers)}", "audience": "all", "held_on": "2026-06-01", "attended": 7,
                  "organiser": "合规部"}  # fmt: skip
        actions.create(register="trainings", unit=unit, values=values, by=system("bench"))

    act = save if name == "save" else having if audited else plain
    act()
    print("ready", flush=True)
    sys.stdin.readline()
    over = threading.Event()
    if audited and number == 0:
        threading.Thread(target=_sequence, args=(over,), daemon=True).start()
    worked, until, done = time.process_time(), time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        act()
        done += 1
    print(json.dumps([done, time.process_time() - worked]), flush=True)
    over.set()
    return 0


def _sequence(over: threading.Event) -> None:
    """What the worker does beside: give committed events their places."""
    from guiju.trail import log

    while not over.wait(0.5):
        log.sequence()


def _units() -> int:
    """One enterprise per client, so that they meet only where the trail makes them meet."""
    import django

    django.setup()
    from guiju.access.actor import system
    from guiju.org import actions as org

    for number in range(max(CLIENTS)):
        org.create_unit(code=f"U{number}", name=f"单位{number}", kind="company", by=system("bench"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
