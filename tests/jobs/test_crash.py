"""Workers that are killed in the middle: nothing is lost, and what is done is done once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Processes:
    """Programs of the product on a database of their own."""

    def __init__(self, home: Path, database_url: str) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GUIJU_", "DATABASE_URL"))}
        (home / "tmp").mkdir(parents=True)
        paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        self._env = {**kept, "GUIJU_HOME": str(home), "PYTHONPATH": paths}
        if database_url:
            self._env["DATABASE_URL"] = database_url

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.process", *words],
            cwd=ROOT,
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> str:
        with self.start(*words) as process:
            output, _errors = process.communicate(timeout=60)
        assert process.returncode == 0
        return output

    def kill_at(self, step: str, *words: str) -> None:
        """Start a worker and end it without a word when it says that it is there."""
        with self.start(*words) as process:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == step
            process.kill()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.requires("postgres"))])
def processes(request: pytest.FixtureRequest, tmp_path: Path) -> Processes:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    return Processes(tmp_path / "home", url)


@pytest.mark.slow
def test_jobs_of_killed_workers_are_done_by_the_next_and_only_once(processes: Processes) -> None:
    processes.run("prepare")
    processes.kill_at("before a", "work", "0")
    processes.kill_at("after b", "work", "2")
    processes.run("work", "4")
    assert json.loads(processes.run("report")) == {
        "jobs": {"a": ["done", 2], "b": ["done", 2], "c": ["done", 1]},
        "effects": {"a": 1, "b": 1, "c": 1, "never": 0},
    }
