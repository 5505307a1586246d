"""Reads documents in a process of its own, under limits: one JSON line in for each file, one JSON line out.

Started by `reader` as `python -m guiju.lib.extract.child`; it imports next to nothing of the product. What a file is
is told by its bytes; only texts, which have no sign of their own, are told by their name's ending.
"""

from __future__ import annotations

import sys
import zipfile
import zlib
from pathlib import Path
from xml.parsers import expat

import orjson

from guiju.lib.extract import doc, docx, office, pdf, plain
from guiju.lib.extract.found import BrokenError, Found, Limits, LockedError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXTS = ("txt", "md", "csv")
_FAULTS = (
    BrokenError, zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, ValueError, KeyError,
    RuntimeError, RecursionError,
)  # fmt: skip


def read(path: Path, ending: str, limits: Limits) -> Found:
    """The words of one file, or what is wrong with it."""
    try:
        return _read(path, ending, limits)
    except LockedError:
        return Found("locked")
    except _FAULTS as error:
        return Found("broken", why=f"{type(error).__name__}: {error}"[:300])


def _read(path: Path, ending: str, limits: Limits) -> Found:
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"%PDF-"):
        return pdf.read(path, limits)
    if head.startswith(_OLE):
        return doc.read(path, limits)
    if head.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            return _zipped(archive, limits)
    return plain.read(path, limits) if ending in _TEXTS else Found("none")


def _zipped(archive: zipfile.ZipFile, limits: Limits) -> Found:
    names = {name.lower() for name in archive.namelist()}
    if any(member.flag_bits & 1 for member in archive.infolist()):
        return Found("locked")
    if "word/document.xml" in names:
        return docx.read(archive, limits)
    if "ppt/presentation.xml" in names:
        return office.slides(archive, limits)
    if "ofd.xml" in names:
        return office.ofd(archive, limits)
    if "content.xml" in names:
        return office.opendocument(archive, limits)
    return Found("none")


def main() -> int:
    """Answer orders until there are none left."""
    for line in sys.stdin.buffer:
        order = orjson.loads(line)
        limits = Limits(**order["limits"])
        _restrain(limits)
        found = _outlive(Path(order["path"]), order["ending"], limits)
        message = {
            "state": found.state,
            "text": found.text.encode("utf-8", "replace").decode("utf-8").replace("\x00", ""),
            "pages": found.page_count,
            "cut": found.cut,
            "why": found.why,
        }
        sys.stdout.buffer.write(orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()
    return 0


def _outlive(path: Path, ending: str, limits: Limits) -> Found:
    try:
        return read(path, ending, limits)
    except MemoryError:
        return Found("broken", why="memory")
    except Exception as error:  # noqa: BLE001 - whatever a parser raises, the file is what is wrong
        return Found("broken", why=f"{type(error).__name__}: {error}"[:300])


def _restrain(limits: Limits) -> None:
    """The system ends this process when one file takes too much; on Windows the parent's clock has to do."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + limits.cpu_seconds + 1
    for kind, wanted in ((resource.RLIMIT_AS, limits.memory_bytes), (resource.RLIMIT_CPU, until)):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
