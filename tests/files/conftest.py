"""A store of this folder's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from guiju.access.actor import Actor, system


@pytest.fixture
def root(db, settings, tmp_path: Path) -> Path:
    """Where files go in this test."""
    settings.FILES_ROOT = tmp_path / "files"
    settings.UPLOAD_LIMIT = 2 * 2**20
    return settings.FILES_ROOT


@pytest.fixture
def house() -> Actor:
    """Who stores."""
    return system("guiju")
