"""Several systems at the gate at once: one pass, one seal. In a process of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

pytestmark = pytest.mark.slow

_TOLD: dict[str, dict[str, Any]] = {}


def run(database: str) -> dict[str, Any]:
    """What came of every story on a database of its own."""
    with TemporaryDirectory() as home:
        ended = subprocess.run(
            [sys.executable, "-m", "tests.review.gateraces", home, database],
            cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.requires("postgres"))])
def stories(request: pytest.FixtureRequest) -> dict[str, Any]:
    kind = request.param
    if kind not in _TOLD:
        _TOLD[kind] = run("" if kind == "sqlite" else request.getfixturevalue("postgres_url"))
    return _TOLD[kind]


def test_one_pass_is_sealed_once_however_many_try(stories: dict[str, Any]) -> None:
    assert stories["two_seals"] == [[["done", "gate.used", "gate.used"], 1]] * 3


def test_one_doing_told_at_once_counts_once(stories: dict[str, Any]) -> None:
    assert stories["one_seal_told_twice"] == [[["done", "done", "done"], 1]] * 3


def test_a_pass_that_is_withdrawn_was_used_before_or_not_at_all(stories: dict[str, Any]) -> None:
    assert all(ordered for _told, ordered in stories["seal_and_void"])
    assert all("done" in told for told, _ordered in stories["seal_and_void"])


def test_the_trail_agrees(stories: dict[str, Any]) -> None:
    assert stories["trail"] == []
