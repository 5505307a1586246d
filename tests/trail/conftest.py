"""A log of this folder's own: fresh, with its own key and its own place for checkpoints."""

from __future__ import annotations

from pathlib import Path

import pytest

from guiju.access.actor import Actor, system
from guiju.files.models import StoredFile
from guiju.trail.models import BatchItem, Checkpoint, Event, EventBody, Log, Node
from tests.trail.attacks import without_guards

TABLES = (Event, EventBody, BatchItem, Node, Log, Checkpoint)


@pytest.fixture
def house() -> Actor:
    """Who acts."""
    return system("guiju")


@pytest.fixture
def outside(settings, tmp_path: Path) -> Path:
    """Keys and checkpoints of this test; the folder of checkpoints."""
    settings.KEYS = tmp_path / "keys"
    settings.CHECKPOINT_DIR = tmp_path / "keys" / "checkpoints"
    settings.LOG_ORIGIN = "guiju.test/log"
    return settings.CHECKPOINT_DIR


def wipe() -> None:
    """No log at all."""
    with without_guards():
        for table in TABLES:
            table.objects.all().delete()
    StoredFile.objects.all().delete()


@pytest.fixture
def empty_log(db, outside: Path) -> Path:
    """No log yet; what the session's set-up wrote comes back when the test's transaction is rolled back."""
    wipe()
    return outside


@pytest.fixture
def committed_log(transactional_db, outside: Path) -> Path:
    """The same for tests with real commits."""
    wipe()
    return outside
