"""Where an import waits between preview and confirmation: files under GUIJU_HOME, one JSON line per row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import orjson
from django.conf import settings

from guiju.lib import clock
from guiju.registers.models import ImportRun

KEPT = timedelta(days=2)


def folder() -> Path:
    """Made when first needed; for this account's eyes only."""
    path = Path(settings.HOME) / "tmp" / "imports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def source(run: ImportRun) -> Path:
    """The file as it was given."""
    return folder() / f"{run.uid}.xlsx"


def staged(run: ImportRun) -> Path:
    """Rows that would be saved."""
    return folder() / f"{run.uid}.rows"


def faults(run: ImportRun) -> Path:
    """Cells that are not right."""
    return folder() / f"{run.uid}.faults"


def take(run: ImportRun, path: Path) -> None:
    """Keep a copy of the file: it is read again when its faults are marked."""
    shutil.copyfile(path, source(run))


def write(file: IO[bytes], line: Any) -> None:
    """One line."""
    file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


@contextmanager
def anew(path: Path) -> Iterator[IO[bytes]]:
    """Write a file again: until all of it is written, what was there before stands."""
    draft = path.with_suffix(f"{path.suffix}-next")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read(path: Path) -> Iterator[Any]:
    """The lines of a file; none when it is not there."""
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                yield orjson.loads(line)


def drop(run: ImportRun, *, rows_only: bool = False) -> None:
    """Forget a run's files."""
    for path in (staged(run),) if rows_only else (staged(run), faults(run), source(run)):
        path.unlink(missing_ok=True)


def sweep() -> int:
    """Forget runs that nobody confirmed within two days; returns how many."""
    waiting = ImportRun.objects.filter(created_at__lt=clock.now() - KEPT, state__in=["reading", "ready"])
    runs = list(waiting)
    waiting.filter(pk__in=[run.pk for run in runs]).update(state="dropped")
    for run in runs:
        drop(run)
    before = (clock.now() - KEPT).timestamp()
    _sweep_files(before)
    _sweep_uploads(before)
    return len(runs)


def _sweep_files(before: float) -> None:
    """Remove what runs kept that are over: the folder tells which, so that nobody walks all imports ever made."""
    for path in folder().iterdir():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _sweep_uploads(before: float) -> None:
    """Remove what uploads left behind when the server was killed in their midst."""
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*"):
        if path != folder() and path.stat().st_mtime < before:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for draft in Path(settings.FILES_ROOT).glob("incoming-*"):
        if draft.stat().st_mtime < before:
            draft.unlink(missing_ok=True)
