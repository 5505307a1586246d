"""Running `guiju` inside the test process, in English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from guiju.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def guiju(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """`guiju("packs", "list")`."""
    monkeypatch.setenv("GUIJU_LANG", "en")

    def run(*words: object) -> Ran:
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = int(end.code or 0)
        found = capsys.readouterr()
        return Ran(code, found.out, found.err)

    return run
