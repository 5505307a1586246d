"""Writes the zip member by member, knows the digest of each, and closes it with manifest and seal."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, BinaryIO, Self

from guiju.governance.archive import form
from guiju.lib import clock, hashing, note

_PIECE = 1 << 20
#: Kinds of files that hold compressed bytes already.
_DENSE = frozenset("docx xlsx pptx ofd odt ods zip rar 7z png jpg jpeg gif webp heic mp4 mov m4a mp3 amr pdf".split())


@dataclass(frozen=True, slots=True)
class Member:
    """One member as it was written."""

    name: str
    size: int
    sha256: str


@dataclass(slots=True)
class SealedZip:
    """A zip under way. Nothing is held in memory but names and digests."""

    target: Path
    at: datetime
    members: list[Member] = field(default_factory=list)
    _zip: zipfile.ZipFile | None = None

    def __enter__(self) -> Self:
        self._zip = zipfile.ZipFile(self.target, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=6)
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        if self._zip is None:
            return
        if kind is not None:
            self._zip.fp = None  # an abandoned file needs no directory at its end
        self._zip.close()

    def add(self, name: str, content: bytes) -> Member:
        """A member that is at hand."""
        with self.open(name) as target:
            target.write(content)
        return self.members[-1]

    def copy(self, name: str, source: BinaryIO | IO[bytes]) -> Member:
        """A member read piece by piece."""
        with self.open(name) as target:
            for piece in iter(lambda: source.read(_PIECE), b""):
                target.write(piece)
        return self.members[-1]

    @contextmanager
    def open(self, name: str) -> Iterator[Counting]:
        """A member written as it comes; it counts as one of the archive when it is whole."""
        assert self._zip is not None
        with self._zip.open(self._info(name), "w", force_zip64=True) as target:
            counting = Counting(target)
            yield counting
        self.members.append(Member(name, counting.size, counting.seen.hexdigest()))

    def _info(self, name: str) -> zipfile.ZipInfo:
        local = self.at.astimezone(clock.SHANGHAI)
        info = zipfile.ZipInfo(name, date_time=local.timetuple()[:6])
        dense = name.rpartition(".")[2].lower() in _DENSE
        info.compress_type = zipfile.ZIP_STORED if dense else zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info

    def write_manifest(self, told: Mapping[str, Any]) -> str:
        """Name every member; returns the digest that the trail is to hold."""
        members = [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in self.members]
        content = json.dumps({"form": form.FORM, **told, "members": members}, ensure_ascii=False, indent=1)
        return self.add(form.MANIFEST, content.encode("utf-8")).sha256

    def write_seal(self, *, event: Mapping[str, str], index: int, path: list[bytes], checkpoint: str) -> None:
        """The proof of the event that names the manifest's digest; the event travels in the proof."""
        text = note.proof_text(index=index, path=path, checkpoint=checkpoint, extra=hashing.canonical(dict(event)))
        self.add(form.SEAL, text.encode("utf-8"))


class Counting:
    """A stream that hashes what goes through it."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.size = 0
        self.seen = sha256()

    def write(self, piece: bytes) -> int:
        """Pass on and count."""
        self._target.write(piece)
        self.seen.update(piece)
        self.size += len(piece)
        return len(piece)
