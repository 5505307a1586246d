"""`guiju archive` and `guiju verify`: written on the server, checked anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran
from tests.conftest import Cast
from tests.governance.archive_house import furnish, made, path_of
from tests.governance.tampering import altered

pytestmark = pytest.mark.django_db
Run = Callable[..., Ran]
SPAN = ("--from", "2026-01-01", "--to", "2026-12-31")


def test_an_archive_is_written_and_verified(cast: Cast, guiju: Run, tmp_path: Path) -> None:
    furnish(cast)
    target = tmp_path / "archive.zip"
    ran = guiju("archive", "--unit", "HD-01", *SPAN, "-o", target, "--json")
    assert ran.code == 0
    told = json.loads(ran.out)
    assert told["unit"] == "HD-01"
    ran = guiju("verify", target)
    assert ran.code == 0
    assert "Records proved: 7 of 7" in ran.out
    assert "taken from the archive itself" in ran.out
    told = json.loads(guiju("verify", target, "--json").out)
    assert (told["ok"], told["records"], told["key"]) == (True, 7, "contained")


def test_what_was_changed_is_told_on_stderr_and_the_answer_is_no(cast: Cast, guiju: Run, tmp_path: Path) -> None:
    furnish(cast)
    bad = altered(path_of(made(cast)), tmp_path / "bad.zip", lambda members: members.update({"x.txt": b"x"}))
    ran = guiju("verify", bad)
    assert ran.code == 1
    assert "“x.txt” was added" in ran.err
    assert "NOT" in ran.out
    assert guiju("verify", bad, "--json").code == 1


def test_wrong_use_says_what_to_do(cast: Cast, guiju: Run, tmp_path: Path) -> None:
    paper = tmp_path / "paper.zip"
    paper.write_bytes(b"not a zip")
    assert guiju("verify", tmp_path / "absent.zip").code == 2
    assert guiju("verify", paper, "--key", "nonsense").code == 2
    assert guiju("verify", paper).code == 1
    assert (
        guiju("archive", "--unit", "HD-01", "--from", "soon", "--to", "2026-12-31", "-o", tmp_path / "a.zip").code == 2
    )
    assert guiju("archive", "--unit", "nowhere", *SPAN, "-o", tmp_path / "a.zip").code == 2
    ran = guiju("archive", "--unit", "HD-01", *SPAN, "-o", tmp_path / "a.zip")
    assert ran.code == 1
    assert "no record in this span" in ran.err
    assert not (tmp_path / "a.zip").exists()
