"""A missing program is named, and GUIJU_REQUIRE makes it count."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins import programs
from tests.project.source import ROOT

SUITE = """
import pytest

@pytest.mark.browser
def test_an_officer_opens_her_desk():
    pass

@pytest.mark.postgres
def test_two_officers_save_at_once():
    pass
"""


def run_suite(folder: Path, **environment: str) -> str:
    """Output of a small suite on a machine without Chromium and without a PostgreSQL address."""
    suite = folder / "test_needs.py"
    suite.write_text(SUITE, encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GUIJU_", "DATABASE_", "PYTEST_"))}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-rs", "-p", "tests.plugins.requirements"),
            *("-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(folder), str(suite)),
        ],
        cwd=ROOT,
        env={**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "GUIJU_CHROMIUM": str(folder / "absent"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_what_is_absent_is_skipped_by_name_with_the_way_to_get_it(tmp_path: Path) -> None:
    output = run_suite(tmp_path)
    assert "2 skipped" in output
    assert "browser is not on this machine: install Chromium" in output
    assert "the suite's own database is SQLite: run `make test`" in output


def test_what_ci_requires_fails_instead(tmp_path: Path) -> None:
    output = run_suite(tmp_path, GUIJU_REQUIRE="browser,postgres")
    assert "2 errors" in output
    assert "GUIJU_REQUIRE asks for it" in output


def test_a_misspelt_requirement_is_refused(tmp_path: Path) -> None:
    assert "GUIJU_REQUIRE names postgresql" in run_suite(tmp_path, GUIJU_REQUIRE="postgresql")


def test_the_newest_postgresql_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9.6", "13", "16"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "pg_ctl"):
            (folder / name).write_text("#!/bin/sh\n", encoding="ascii")
            (folder / name).chmod(0o755)
    monkeypatch.delenv("GUIJU_POSTGRES_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "POSTGRES_FOLDERS", (f"{tmp_path}/*/bin",))
    assert programs.postgres() == tmp_path / "16" / "bin"


@pytest.mark.slow
@pytest.mark.requires("postgres")
def test_a_thrown_away_server_answers(postgres_url: str) -> None:
    import psycopg

    with psycopg.connect(postgres_url) as connection:
        answer = connection.execute("SELECT current_database(), '规矩'").fetchone()
    assert answer is not None
    assert answer[0].startswith("guiju_")
    assert answer[1] == "规矩"
