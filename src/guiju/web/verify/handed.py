"""Files that are handed over to be looked at once: measured and hashed, and not kept."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem

MB = 2**20


def digest(file: UploadedFile[Any], *, limit: int) -> str:
    """SHA-256 of what was handed over."""
    require(file, limit=limit)
    seen = hashlib.sha256()
    for piece in file.chunks():
        seen.update(piece)
    return seen.hexdigest()


def require(file: UploadedFile[Any], *, limit: int) -> None:
    """Refuse what is empty or too large, by its name."""
    if not file.size:
        raise Problem(
            "file.empty", _("The file is empty."), fix=_("Choose the file again."), where=file.name or "", status=422
        )
    if file.size > limit:
        raise Problem(
            "file.too_big",
            _("The file is larger than %(limit)d MB.") % {"limit": limit // MB},
            fix=_("Have it checked with “guiju verify” on a computer; whoever looks after computers knows how."),
            where=file.name or "",
            status=413,
        )


@contextmanager
def on_disk(file: UploadedFile[Any]) -> Iterator[Path]:
    """The file under a path, as long as it is looked at."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix="checked-", suffix=".zip", dir=folder) as kept:
        file.seek(0)
        shutil.copyfileobj(file, kept)
        kept.flush()
        yield Path(kept.name)
