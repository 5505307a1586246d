"""Stories told by a program of its own on a database on disk, SQLite's or PostgreSQL's.

An open log and the shipped packs take longer than most stories. They are put into one database of each kind, and every
program begins with a copy.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("sqlite", pytest.param("postgres", marks=pytest.mark.requires("postgres")))
#: Seconds until a program counts as hung.
LIMIT = 560
#: A program that fails is started once more, not for each test that looks at what it tells.
TRIES = 2
_FURNISHED = "furnished"


def begin(home: str, database: str) -> None:
    """What every such program does first: the product set up on `home` and, if named, the URL `database`."""
    os.environ.pop("DATABASE_URL", None)
    if database:
        os.environ["DATABASE_URL"] = database
    os.environ.update(GUIJU_HOME=home, GUIJU_KEYS=f"{home}/keys", DJANGO_SETTINGS_MODULE="guiju.settings")
    os.environ.setdefault("GUIJU_LOG_ORIGIN", "DEMO test")
    sys.path.insert(0, str(ROOT / "src"))
    import django

    django.setup()
    done = Path(home, _FURNISHED)
    if not done.exists():
        from django.core.management import call_command

        from tests.conftest import _furnish

        call_command("migrate", verbosity=0)
        _furnish()
        done.touch()


@dataclass
class Apart:
    """Starts the programs. What one told is kept: tests that look at one telling ask for it each."""

    request: pytest.FixtureRequest
    folder: Path
    _furnished: dict[str, tuple[Path, str]] = field(default_factory=dict)
    _told: dict[tuple[str, ...], Any] = field(default_factory=dict)
    _tries: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def tell(self, kind: str, module: str, *words: str) -> Any:
        """What `python -m module [words] home database` prints, read as JSON; one telling for each kind of database."""
        key = (kind, module, *words)
        if key not in self._told:
            self._tries[key] += 1
            assert self._tries[key] <= TRIES, "it could not be told to earlier tests"
            with TemporaryDirectory() as made:
                home = Path(made) / "home"
                pattern, database = self._pattern(kind)
                shutil.copytree(pattern, home)
                self._told[key] = json.loads(_run(module, *words, str(home), self._copied(database)))
        return self._told[key]

    def forget(self) -> None:
        """What was told is told anew when it is next asked for."""
        self._told.clear()

    def _pattern(self, kind: str) -> tuple[Path, str]:
        if kind not in self._furnished:
            home = Path(mkdtemp(dir=self.folder))
            database = self._database() if kind == "postgres" else ""
            _run("tests.plugins.apart", str(home), database)
            self._furnished[kind] = (home, database)
        return self._furnished[kind]

    def _copied(self, database: str) -> str:
        return self._database(database.rpartition("/")[2]) if database else ""

    def _database(self, like: str = "") -> str:
        from tests.plugins.requirements import new_database

        return new_database(self.request.getfixturevalue("postgres_server"), like)


def _run(*words: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="session")
def programs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    """Programs with a database of their own; those on PostgreSQL go with its throw-away server."""
    folder = tmp_path_factory.mktemp("apart")
    yield Apart(request, folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def apart(request: pytest.FixtureRequest, programs: Apart) -> Apart:
    """The programs; a test that is told a second time does not look at the same telling again."""
    if getattr(request.node, "execution_count", 1) > 1:
        programs.forget()
    return programs


if __name__ == "__main__":
    begin(*sys.argv[1:])
