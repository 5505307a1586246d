"""What the benchmarks share: an installation of their own, careful measuring, and rows for the one table.

Every figure carries the time by the clock and the time of our own processor. The machine may be busy with other
work: then only the second, and ratios within one run, can be trusted.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
#: Where `tools/bench.py` gathers the rows of all benchmarks, one JSON object per line.
GATHERED = "GUIJU_BENCH_ROWS"
HEADINGS = ("figure", "aim", "by the clock", "processor", "")
_WIDTHS = (66, 12, 22, 20, 6)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table; `holds` is None where there is no aim."""

    name: str
    aim: str
    wall: str
    cpu: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds by the clock and of our own processor, of one or of many turns."""

    wall: tuple[float, ...]
    cpu: tuple[float, ...]

    @property
    def seconds(self) -> tuple[float, float]:
        """The medians: by the clock, by the processor."""
        return statistics.median(self.wall), statistics.median(self.cpu)


class Table:
    """The rows of one benchmark, printed as they come."""

    def __init__(self, group: str) -> None:
        self.group = group
        self.rows: list[Figure] = []
        print(line(HEADINGS), flush=True)

    def add(self, name: str, *, wall: str, cpu: str = "", aim: str = "", holds: bool | None = None) -> None:
        """One figure with its words ready."""
        row = Figure(name, aim, wall, cpu, holds)
        self.rows.append(row)
        print(row_line(row), flush=True)
        if path := os.environ.get(GATHERED):
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"group": self.group, **asdict(row)}, ensure_ascii=False) + "\n")

    def turns(self, name: str, taken: Taken, *, p50: float | None = None, p95: float | None = None) -> None:
        """Many turns of one thing, in milliseconds; the aim is for the middle or for the slow ones."""
        walls, cpus = quantiles(taken.wall), quantiles(taken.cpu)
        at, most = (0, p50) if p50 is not None else (1, p95)
        self.add(
            name,
            wall=f"{walls[0]:.1f} / {walls[1]:.1f} ms",
            cpu=f"{cpus[0]:.1f} / {cpus[1]:.1f} ms",
            aim="" if most is None else f"p{(50, 95)[at]} {most:g} ms",
            holds=None if most is None else cpus[at] <= most,
        )

    def once(self, name: str, taken: Taken, *, most: float | None = None) -> None:
        """Something that takes seconds."""
        wall, cpu = taken.seconds
        holds = None if most is None else cpu <= most
        aim = "" if most is None else f"{most:g} s"
        self.add(name, wall=f"{wall:.1f} s", cpu=f"{cpu:.1f} s", aim=aim, holds=holds)

    def rate(self, name: str, taken: Taken, count: int, *, what: str = "rows", least: float | None = None) -> None:
        """So many things a second."""
        wall, cpu = taken.seconds
        self.add(
            name,
            wall=f"{count / wall:,.0f} {what}/s",
            cpu=f"{count / cpu:,.0f} {what}/s",
            aim="" if least is None else f"{least:,.0f}/s",
            holds=None if least is None else count / cpu >= least,
        )

    def number(self, name: str, value: float, *, most: float | None = None, what: str = "") -> None:
        """A count or a size, with an upper bound."""
        aim = "" if most is None else f"{most:g}{what}"
        self.add(name, wall=f"{value:,.0f}{what}", aim=aim, holds=None if most is None else value <= most)


def line(cells: Sequence[str]) -> str:
    """One line of the table; Chinese characters are two columns wide."""
    return "  ".join(_padded(cell, width, at) for at, (cell, width) in enumerate(zip(cells, _WIDTHS, strict=True)))


def row_line(row: Figure) -> str:
    """A figure as a line."""
    told = "" if row.holds is None else "holds" if row.holds else "MISSED"
    return line((row.name, row.aim, row.wall, row.cpu, told))


def _padded(cell: str, width: int, at: int) -> str:
    wide = sum(ord(char) > 0x2E80 for char in cell)
    return cell.ljust(width - wide) if at in {0, 4} else cell.rjust(width - wide)


def once(act: Callable[[], Any]) -> tuple[Taken, Any]:
    """Do it once; the time, that of helping processes included, and what came of it."""
    gc.collect()
    began, worked = time.perf_counter(), _worked()
    result = act()
    return Taken((time.perf_counter() - began,), (_worked() - worked,)), result


def _worked() -> float:
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


def often(act: Callable[[], Any], times: int) -> Taken:
    """Do it once for warmth, then so many times."""
    act()
    gc.collect()
    walls, cpus = [], []
    for _turn in range(times):
        began, worked = time.perf_counter(), time.process_time()
        act()
        walls.append(time.perf_counter() - began)
        cpus.append(time.process_time() - worked)
    return Taken(tuple(walls), tuple(cpus))


def quantiles(values: Sequence[float]) -> tuple[float, float]:
    """The middle and the 95th percentile, in milliseconds."""
    ordered = sorted(values)
    return statistics.median(ordered) * 1000, ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)] * 1000


def asked(act: Callable[[], Any]) -> int:
    """How many questions to the database it costs, when nothing is new to the process."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    act()
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def memory(pid: int | str = "self", *, peak: bool = False) -> float:
    """Resident MB of a process: what it holds now, or the most it ever held."""
    wanted = "VmHWM:" if peak else "VmRSS:"
    for row in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if row.startswith(wanted):
            return int(row.split()[1]) / 1024
    return 0.0


def arguments(doc: str | None, **numbers: int) -> argparse.Namespace:
    """Options that are numbers, with their usual values."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    return parser.parse_args()


def forget_peak() -> None:
    """From here on the most that this process holds is counted anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


@contextmanager
def installation(*, packs: bool = True, keep_url: bool = False) -> Iterator[Path]:
    """A fresh installation in a folder of its own, thrown away at the end; SQLite unless `keep_url`."""
    with tempfile.TemporaryDirectory(prefix="guiju-bench-") as name:
        home = Path(name)
        if not keep_url:
            os.environ.pop("DATABASE_URL", None)
        os.environ.update(
            GUIJU_HOME=name,
            GUIJU_LOG_ORIGIN="DEMO bench",
            GUIJU_EMBEDDED_WORKER="0",
            DJANGO_SETTINGS_MODULE="guiju.settings",
        )
        for folder in ("tmp", "static"):
            (home / folder).mkdir()
        sys.path.insert(0, str(ROOT / "src"))
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from guiju.access.actor import system
        from guiju.trail import log

        log.open_log(by=system("bench"), origin="DEMO bench")
        if packs:
            from guiju.packs import load

            load.load_all(by=system("bench"))
        try:
            yield home
        finally:
            from django.db import connections

            connections.close_all()


def member(name: str, role: str, unit: Any) -> Any:
    """An account with one role at one unit."""
    from guiju.access.models import Grant, User

    user = User.objects.create_user(name, name=name)
    Grant.objects.create(user=user, role=role, unit=unit, from_on=date(2020, 1, 1), granted_by="bench", reason="bench")
    return user


def browser(user: Any) -> Callable[[str], Any]:
    """Gets pages through the whole application (middleware, session, permission, template) inside this process."""
    from django.test import Client

    client = Client(headers={"Host": "localhost"})
    client.force_login(user)

    def get(address: str) -> Any:
        answer = client.get(address)
        assert answer.status_code == 200, (answer.status_code, address, answer.content[:400])
        return answer

    return get


def analyse() -> None:
    """Let the database look at what it holds, as its own housekeeping does."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
