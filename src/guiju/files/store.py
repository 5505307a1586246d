"""Bytes under their SHA-256: kept once, never changed, handed out without being believed.

Whoever hands a file out has asked for permission on the record that points to it; this module knows no records.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.files import guards
from guiju.files.kinds import INLINE, PDF
from guiju.files.models import StoredFile
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.trail import header
from guiju.trail import log as trail
from guiju.trail.events import Action

Source = File[Any] | BinaryIO | IO[bytes] | bytes | Path

_PIECE = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NOTHING = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
#: Scripts, forms, frames and links to elsewhere are off, should a browser show the file after all.
_SANDBOX = f"sandbox; {_NOTHING}"


@dataclass(frozen=True, slots=True)
class Damage:
    """A stored file that is not what it was."""

    digest: str
    what: str


def save(source: Source, *, name: str, by: Actor) -> StoredFile:
    """Take a file in: guarded, on disk for good, known to the trail. The same bytes again give the same row."""
    root = Path(settings.FILES_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    handle, draft_name = tempfile.mkstemp(prefix="incoming-", dir=root)
    draft = Path(draft_name)
    try:
        with os.fdopen(handle, "w+b") as file:
            digest, size = _receive(source, file, name=name)
            kind = guards.check(file, name=name, size=size)
            file.flush()
            os.fsync(file.fileno())
        _settle(draft, path_of(digest))
    finally:
        draft.unlink(missing_ok=True)
    return _enter(digest, size=size, media_type=kind.media_type, name=name, by=by)


def keep(draft: Path, *, name: str, media_type: str, by: Actor) -> StoredFile:
    """Take in a file that the programme itself has made, however large; the draft is moved, not copied."""
    with draft.open("r+b") as file:
        digest = _hash(file)
        os.fsync(file.fileno())
    size = draft.stat().st_size
    _settle(draft, path_of(digest))
    return _enter(digest, size=size, media_type=media_type, name=name, by=by)


def path_of(digest: str) -> Path:
    """Where the bytes with this digest lie."""
    if not _DIGEST.fullmatch(digest):
        raise _gone()
    return Path(settings.FILES_ROOT) / digest[:2] / digest[2:4] / digest


def open_file(digest: str, *, verify: bool = False) -> BinaryIO:
    """The bytes, for reading; `verify` hashes them first and refuses what has changed."""
    try:
        file = path_of(digest).open("rb")
    except FileNotFoundError:
        raise _gone() from None
    if verify and _hash(file) != digest:
        file.close()
        raise Problem(
            "file.changed",
            _("The stored file is no longer what was stored; it is not handed out."),
            fix=_("Tell the administrator; an unchanged copy may be in the backup."),
            status=500,
        )
    return file


def response(file: StoredFile, name: str, *, inline: bool = False) -> FileResponse:
    """The answer that hands a file out under this name; only pictures and PDFs may be shown `inline`."""
    shown = inline and file.media_type in INLINE
    answer = FileResponse(open_file(file.digest), as_attachment=not shown, filename=name, content_type=file.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    # Chromium shows no PDF in a sandboxed page; its viewer has a sandbox of its own.
    answer["Content-Security-Policy"] = _NOTHING if shown and file.media_type == PDF else _SANDBOX
    answer["Cache-Control"] = "private, no-store"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def verify_all() -> list[Damage]:
    """Read every stored file and compare; what is missing, cut or changed is named."""
    return list(_damaged(StoredFile.objects.order_by("digest").iterator(chunk_size=500)))


def state_of(row: StoredFile) -> dict[str, object]:
    """All columns of a stored file, as the trail commits to them."""
    return {"digest": row.digest, "size": row.size, "media_type": row.media_type, "stored_at": row.stored_at}


def live(digests: Iterable[str]) -> Mapping[str, tuple[int, bytes]]:
    """For verification of the trail."""
    rows = StoredFile.objects.in_bulk(list(digests))
    return {digest: (1, header.state_digest(state_of(row))) for digest, row in rows.items()}


def digests() -> Iterator[str]:
    """All digests, for verification of the trail."""
    return iter(StoredFile.objects.order_by().values_list("digest", flat=True).iterator())


# --- inside -------------------------------------------------------------------------------------------------------


def _receive(source: Source, target: BinaryIO | IO[bytes], *, name: str) -> tuple[str, int]:
    """Copy piece by piece, hashing, and stop at the limit."""
    seen, size, limit = hashlib.sha256(), 0, settings.UPLOAD_LIMIT
    for piece in _pieces(source):
        size += len(piece)
        if size > limit:
            raise guards.too_big(name, limit)
        seen.update(piece)
        target.write(piece)
    target.flush()
    return seen.hexdigest(), size


def _pieces(source: Source) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
    elif isinstance(source, Path):
        with source.open("rb") as file:
            yield from iter(lambda: file.read(_PIECE), b"")
    elif isinstance(source, File):
        yield from source.chunks(_PIECE)
    else:
        yield from iter(lambda: source.read(_PIECE), b"")


def _settle(draft: Path, target: Path) -> None:
    """Move into place; bytes that are there already stay as they are unless they are damaged."""
    if target.exists() and target.stat().st_size == draft.stat().st_size:
        with target.open("rb") as file:
            if _hash(file) == target.name:
                return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft.chmod(0o400)
    draft.replace(target)
    # A renamed file survives a power cut only once its folder is on disk; Windows has no such call and no need.
    with suppress(OSError):
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@transaction.atomic
def _enter(digest: str, *, size: int, media_type: str, name: str, by: Actor) -> StoredFile:
    row, created = StoredFile.objects.get_or_create(
        digest=digest, defaults={"size": size, "media_type": media_type, "stored_at": clock.now()}
    )
    if created:
        trail.record(
            Action.FILE_STORED,
            by=by,
            unit=None,
            object_type="file",
            object_id=digest,
            object_version=1,
            title=name,
            content={**state_of(row), "about": {"name": name}},
        )
    return row


def _damaged(rows: Iterable[StoredFile]) -> Iterator[Damage]:
    for row in rows:
        try:
            with path_of(row.digest).open("rb") as file:
                if _hash(file) != row.digest:
                    yield Damage(row.digest, _("The stored file was changed."))
        except FileNotFoundError:
            yield Damage(row.digest, _("The stored file is missing."))


def _hash(file: BinaryIO) -> str:
    seen = hashlib.sha256()
    for piece in iter(lambda: file.read(_PIECE), b""):
        seen.update(piece)
    file.seek(0)
    return seen.hexdigest()


def _gone() -> NotFound:
    return NotFound(_("This file is not here."), fix=_("Open the record again and choose the file from its list."))
