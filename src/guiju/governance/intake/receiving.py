"""Files on their way into a stock: stored, or noted with what is wrong with them; archives are opened in the background."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.files import store
from guiju.files.kinds import extension
from guiju.governance.enums import FileState
from guiju.governance.intake import faults
from guiju.governance.models import Intake, IntakeFile
from guiju.lib import text as letters
from guiju.lib.errors import Problem
from guiju.registers import writing

#: Files of one stock.
MOST = 3_000
READABLE = frozenset("docx doc wps pdf txt odt ofd".split())
_LISTS = frozenset("xlsx xls et csv".split())
_ARCHIVES = frozenset("zip rar 7z".split())
_CLUTTER = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
_NAME, _FOLDER = 200, 300
_TOO_MANY = "intake.too_many"
#: Whatever a damaged member of an archive makes its unpacking raise; methods that nobody knows are a RuntimeError.
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody hands it in; `folder` is where it lay."""

    name: str
    source: Any
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file after the gate: its digest, or what is wrong with it."""

    name: str
    folder: str
    digest: str = ""
    size: int = 0
    fault: str = ""

    def as_item(self, intake: Intake, ordinal: int) -> IntakeFile:
        """As a row of the stock."""
        return IntakeFile(
            intake=intake,
            ordinal=ordinal,
            name=short(self.name),
            folder=self.folder[-_FOLDER:],
            digest=self.digest,
            size=self.size,
            state=FileState.FAULTY if self.fault else FileState.WAITING,
            fault=self.fault,
        )


def take(uploads: Iterable[Upload | Taken], *, by: Actor, nested: bool = False) -> list[Taken]:
    """Store each file; one that is refused is noted instead. Not in a transaction: writing files takes time."""
    return [_take(one, by=by, nested=nested) for one in uploads if not is_clutter(one.name)]


def _take(given: Upload | Taken, *, by: Actor, nested: bool) -> Taken:
    if isinstance(given, Taken):
        return given
    one = Upload(short(given.name), given.source, folders(given.folder))
    ending = extension(one.name)
    fault = ""
    if ending in _LISTS:
        fault = faults.LIST
    elif ending in _ARCHIVES and (nested or ending != "zip"):
        fault = faults.NESTED
    elif ending not in READABLE and ending != "zip":
        fault = "unknown"
    if fault:
        return Taken(one.name, one.folder, fault=fault)
    try:
        row = store.save(one.source, name=one.name, by=by)
    except Problem as problem:
        return Taken(one.name, one.folder, fault=faults.OF_PROBLEM.get(problem.code, "broken"))
    return Taken(one.name, one.folder, digest=row.digest, size=row.size)


@transaction.atomic
def enter(intake: Intake, taken: Iterable[Taken]) -> list[IntakeFile]:
    """Rows for what was handed in; the same file of the same folder twice is one."""
    writing.lock_value("intake", intake.pk)
    held = set(IntakeFile.objects.filter(intake=intake).values_list("folder", "name", "digest"))
    last = IntakeFile.objects.filter(intake=intake).aggregate(last=Max("ordinal"))["last"] or 0
    fresh: list[IntakeFile] = []
    for one in taken:
        item = one.as_item(intake, last + len(fresh) + 1)
        if (item.folder, item.name, item.digest) not in held:
            held.add((item.folder, item.name, item.digest))
            fresh.append(item)
    if len(held) > MOST:
        raise Problem(
            _TOO_MANY,
            _("A stock takes at most %(most)d files.") % {"most": MOST},
            fix=_("Take this one over first, and bring in the others as a second stock."),
            status=413,
        )
    return IntakeFile.objects.bulk_create(fresh)


def open_archive(item: IntakeFile, *, by: Actor) -> int:
    """The files of a stored archive take its place; done twice it does nothing more. One that cannot be opened, or
    holds more than the stock takes, stays in it with what is wrong."""
    there = IntakeFile.objects.filter(intake=item.intake).count() - 1
    try:
        if there + sum(1 for _member in _listed(item)) > MOST:
            return _spoilt(item, "many")
        taken = take(_members(item), by=by, nested=True)
    except _DAMAGED:
        return _spoilt(item, "broken")
    if not taken:
        return _spoilt(item, "broken")
    try:
        with transaction.atomic():
            deleted, _tables = IntakeFile.objects.filter(pk=item.pk, state=FileState.WAITING).delete()
            return len(enter(item.intake, taken)) if deleted else 0
    except Problem as problem:
        if problem.code != _TOO_MANY:
            raise
        return _spoilt(item, "many")  # others were added while it was unpacked


def _spoilt(item: IntakeFile, fault: str) -> int:
    IntakeFile.objects.filter(pk=item.pk, state=FileState.WAITING).update(state=FileState.FAULTY, fault=fault)
    return 0


def _listed(item: IntakeFile) -> Iterator[zipfile.ZipInfo]:
    with store.open_file(item.digest) as file, zipfile.ZipFile(file) as archive:
        yield from (member for member in archive.infolist() if not member.is_dir())


def _members(item: IntakeFile) -> Iterator[Upload | Taken]:
    """Each file of the archive with the folders it lies in, one after the other; what the gate measured before is not
    measured again."""
    with store.open_file(item.digest) as file, zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            folder, _slash, name = _path(member).rpartition("/")
            if member.is_dir() or not name or "__MACOSX" in folder or is_clutter(name):
                continue
            if member.flag_bits & 1:
                yield Taken(name, folder, fault="locked")
            elif member.file_size > settings.UPLOAD_LIMIT:
                yield Taken(name, folder, fault="big")
            else:
                yield _unpacked(archive, member, name, folder)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, folder: str) -> Upload | Taken:
    try:
        return Upload(name, io.BytesIO(archive.read(member)), folder)
    except _DAMAGED:
        return Taken(name, folder, fault="broken")


def _path(member: zipfile.ZipInfo) -> str:
    """A member's path; Windows writes Chinese names in its own code and does not say so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return folders(name)


def folders(path: str) -> str:
    """A path of names alone: it leads nowhere else, and shows every character that it has."""
    parts = (_plain(part) for part in path.replace("\\", "/").split("/"))
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _plain(name: str) -> str:
    """Without characters that nobody sees: they hide an ending, and no database takes all of them."""
    return " ".join(letters.clean(name).split())


def is_clutter(name: str) -> bool:
    """Files that programs leave beside those of people."""
    return name.startswith(("~$", "._")) or name.lower() in _CLUTTER


def short(name: str) -> str:
    """A name that fits, with its ending."""
    base = _plain(name.replace("\\", "/").rpartition("/")[2])
    if len(base) <= _NAME:
        return base
    ending = extension(base)[:10]
    return f"{base[: _NAME - len(ending) - 1]}.{ending}"
