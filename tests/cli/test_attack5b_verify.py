"""`guiju verify` only reads: whoever checks a file has no installation and gets none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import guiju
from tests.conftest import Cast
from tests.governance.archive_house import furnish, made, path_of

pytestmark = pytest.mark.django_db


def verified(file: Path, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "guiju", "verify", str(file)],
        env={"GUIJU_HOME": str(home), "PYTHONPATH": str(Path(guiju.__file__).parents[1])},
        cwd=home.parent, check=False, capture_output=True, text=True,
    )  # fmt: skip


def test_verifying_writes_nothing(cast: Cast, tmp_path: Path) -> None:
    furnish(cast)
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"not a zip")
    home = tmp_path / "home"
    assert verified(path_of(made(cast)), home).returncode == 0
    assert verified(bad, home).returncode == 1
    assert not home.exists()


def test_verifying_asks_for_no_folder_that_may_be_written_to(cast: Cast, tmp_path: Path) -> None:
    furnish(cast)
    home = tmp_path / "file" / "home"
    (tmp_path / "file").write_text("in the way")
    ended = subprocess.run(
        [sys.executable, "-m", "guiju", "verify", str(path_of(made(cast)))],
        env={"GUIJU_HOME": str(home), "PYTHONPATH": str(Path(guiju.__file__).parents[1])},
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
