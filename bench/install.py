"""From nothing: a fresh installation, the first answer of its server, and what that server holds in memory.

    python bench/install.py [--rounds 3]

Programmes are started as people start them. The server is the laptop's: pages, API and worker in one process, SQLite.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import _bench

PATIENCE = 60
URN = "cn:casmes:effectiveness-draft"
PAGES = (
    "/", "/u/", "/u/001/", "/posture/", f"/u/001/posture/{URN}/", "/r/", "/r/trainings/", "/r/trainings/new",
    "/r/risk_list/?q=合同", "/r/meetings/import/", "/packs/", f"/packs/{URN}/", "/people/", "/me/", "/find/?q=合规",
)  # fmt: skip


def main() -> int:
    options = _bench.arguments(__doc__, rounds=3)
    table = _bench.Table("install")
    with tempfile.TemporaryDirectory(prefix="guiju-bench-") as folder:
        homes = [Path(folder) / str(number) for number in range(options.rounds)]
        walls, cpus, told = [], [], ""
        for home in homes:
            taken, told = _bench.once(lambda home=home: _init(home))
            walls.append(taken.wall[0])
            cpus.append(taken.cpu[0])
        installing = _bench.Taken(tuple(walls), tuple(cpus))
        table.once("fresh installation: tables, log, key, packs, accounts", installing, most=20)
        _serving(homes, told, table)
    return 0


def _environment(home: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GUIJU_", "DATABASE_URL"))}
    return {**kept, "GUIJU_HOME": str(home), "PYTHONPATH": str(_bench.ROOT / "src")}


def _init(home: Path) -> str:
    """Make an installation; returns what it printed, passwords among it."""
    done = subprocess.run(
        [sys.executable, "-m", "guiju", "init", "--admin", "first", "--unit-name", "华东集团有限公司"],
        env=_environment(home), check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def _serving(homes: list[Path], told: str, table: _bench.Table) -> None:
    walls, cpus = [], []
    for number, home in enumerate(homes, start=1):
        began = time.perf_counter()
        with _server(home) as (process, address):
            _wait(address + "/account/login/", process)
            walls.append(time.perf_counter() - began)
            cpus.append(_spent(process.pid))
            if number == len(homes):
                replies = _bench.Taken(tuple(walls), tuple(cpus))
                table.once("from the start of the server to its first page", replies, most=3)
                _memory(process.pid, address, told, table)


@contextmanager
def _server(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "guiju", "serve", "--port", str(port)],
        env=_environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE):
                return
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"The server does not answer at {address}.")


def _memory(pid: int, address: str, told: str, table: _bench.Table) -> None:
    """After the first page; then after eight people have opened the usual pages at the same time."""
    table.number("memory of the server after its first page", _bench.memory(pid), what=" MB")
    password = re.search(r"^first-compliance\s+(\S+)", told, re.MULTILINE)
    assert password is not None, "no password of the compliance office"
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda _number: _visit(address, password[1]), range(8)))
    table.number("memory after eight people at once on fifteen pages each", _bench.memory(pid), most=250, what=" MB")
    table.number("the most it ever held", _bench.memory(pid, peak=True), what=" MB")


def _visit(address: str, password: str) -> None:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    _open(browser, address + "/account/login/")
    token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
    given = {"login": "first-compliance", "password": password, "csrfmiddlewaretoken": token}
    _open(browser, address + "/account/login/", urllib.parse.urlencode(given).encode())
    for page in PAGES:
        _open(browser, address + urllib.parse.quote(page, safe="/?=&:%"))


def _open(browser: Any, address: str, data: bytes | None = None) -> None:
    try:
        with browser.open(address, data, timeout=PATIENCE) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{error.code} at {address}") from None


def _spent(pid: int) -> float:
    """Seconds of processor time of another process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
