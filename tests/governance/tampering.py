"""Doing to an archive file what somebody might who wants it to say something else."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from guiju.governance.archive import form

Members = dict[str, bytes]


def read(path: Path) -> Members:
    """All members in their order."""
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def write(members: Mapping[str, bytes], path: Path) -> Path:
    """A zip of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def altered(path: Path, to: Path, change: Callable[[Members], None]) -> Path:
    """A copy in which the members were changed."""
    members = read(path)
    change(members)
    return write(members, to)


def flipped(content: bytes, at: int) -> bytes:
    """One byte changed."""
    at %= len(content)
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def ordinary(members: Mapping[str, bytes]) -> list[str]:
    """The members besides manifest and seal."""
    return [name for name in members if name not in {form.MANIFEST, form.SEAL}]
