"""Runs the tests: once on SQLite and, where PostgreSQL is installed, once more on a throw-away server.

Arguments go to pytest (`make test ARGS='-k policies'`). One exit code, one closing line per pass.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.plugins import programs  # noqa: E402 - the folder of tests is no installed package
from tests.plugins.postgres import Cluster, PostgresError  # noqa: E402
from tests.plugins.requirements import SHARED_CLUSTER  # noqa: E402

NOTHING_COLLECTED = 5
# Tests of a file share a worker, and the stories of the demonstration its one installation.
WORKERS = ("-n", "auto", "-p", "tests.plugins.sharing")
# Where everything is required, as before a change is taken, a test that fails gets a second time and the closing lines
# name it as RERUN: one in ten thousand that stumbles over a random token must not hold the change up, nor go unseen.
# At a developer's it fails at once.
AGAIN = ("--reruns", "1")
PLUGIN = ("-p", "tests.plugins.requirements", "-p", "tests.plugins.telling")  # early: for its options to be known


@contextlib.contextmanager
def server() -> Iterator[str | None]:
    """URL of a PostgreSQL server for this run, or None where it is not installed."""
    folder = programs.postgres()
    if folder is None:
        yield None
        return
    with Cluster(folder) as cluster:
        yield cluster.url


def run_pass(name: str, *, arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[str, int]:
    """One run of pytest; returns its closing line and its exit code."""
    print(f"\n== {name} ==", flush=True)
    began = time.monotonic()
    again = AGAIN if environment.get("GUIJU_REQUIRE") else ()
    with tempfile.TemporaryDirectory(prefix="guiju-test-") as home:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-r", "fEsR", *WORKERS, *PLUGIN, *again, *arguments],
            cwd=ROOT,
            env={**environment, "GUIJU_HOME": home},
            stdin=subprocess.DEVNULL,
            check=False,
        )
    outcome = {0: "passed", NOTHING_COLLECTED: "nothing to run"}.get(done.returncode, "FAILED")
    return f"{name}: {outcome} in {time.monotonic() - began:.0f} s", done.returncode


def main(arguments: Sequence[str]) -> int:
    """Both passes."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_URL", "GUIJU_"))}
    for kept in ("GUIJU_REQUIRE", "GUIJU_CHROMIUM", "GUIJU_POSTGRES_BIN", "GUIJU_SLOW_LINE"):
        if kept in os.environ:
            environment[kept] = os.environ[kept]
    lines: list[str] = []
    codes: list[int] = []
    try:
        with server() as url:
            if url is not None:
                environment[SHARED_CLUSTER] = url
            line, code = run_pass("SQLite", arguments=["-m", "not postgres", *arguments], environment=environment)
            lines.append(line)
            codes.append(code)
            if url is None:
                required = "postgres" in programs.required()
                outcome = "FAILED, GUIJU_REQUIRE asks for it" if required else "skipped"
                lines.append(f"PostgreSQL: {outcome}; {programs.PROGRAMS['postgres'].remedy}")
                codes.append(1 if required else 0)
            else:
                line, code = run_pass(
                    "PostgreSQL",
                    arguments=["-m", "not browser", "--database-only", *arguments],
                    environment={**environment, "DATABASE_URL": url},
                )
                lines.append(line)
                codes.append(0 if code == NOTHING_COLLECTED else code)
    except PostgresError as error:
        lines.append(f"PostgreSQL: FAILED, its server does not start: {error}")
        codes.append(1)
    print("\n" + "\n".join(lines))
    return 1 if any(codes) else 0


if __name__ == "__main__":
    # A termination must unwind like Ctrl-C does, so that the server above is stopped and its folder removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
