"""A paper put to a record as a Word file: once as it is, and again only when it has come to say something else."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from guiju.access.actor import Actor
from guiju.documents import docx, reports
from guiju.documents.paper import Paper
from guiju.files import store
from guiju.files.models import StoredFile

Files = list[dict[str, Any]]
#: Papers are far smaller; what is larger under the name of one was made by somebody else.
_MOST = 20 << 20


def added(paper: Paper, held: Sequence[Mapping[str, Any]], *, by: Actor) -> Files:
    """The files of a record with this paper among them, the latest last.

    A paper that says what a file of the record says already is not added; one that says something else is called the
    next version, and those before it stay.
    """
    out = BytesIO()
    docx.write(paper, to=out)
    size = out.tell()
    out.seek(0)
    name = reports.file_name(paper.title)
    stored = store.save(out, name=name, by=by)
    files = [dict(one) for one in held]
    earlier = [one for one in files if _is_version(str(one.get("name") or ""), name)]
    same = next((one for one in reversed(earlier) if _says_the_same(one, stored.digest)), None)
    if same is not None:
        return files if same is earlier[-1] else [*(one for one in files if one is not same), same]
    made = {"digest": stored.digest, "name": _name(name, len(earlier) + 1), "size": size}
    return [*files, {**made, "media_type": reports.MEDIA_TYPE}]


def _is_version(name: str, of: str) -> bool:
    stem, _dot, ending = of.rpartition(".")
    return re.fullmatch(rf"{re.escape(stem)}(?:（第\d+版）)?\.{re.escape(ending)}", name) is not None


def _name(name: str, number: int) -> str:
    stem, _dot, ending = name.rpartition(".")
    return name if number == 1 else f"{stem}（第{number}版）.{ending}"


def _says_the_same(held: Mapping[str, Any], digest: str) -> bool:
    """By its bytes, or by its words: a later release may lay out the same words otherwise."""
    if held.get("digest") == digest:
        return True
    words = _words(digest)
    return words is not None and _words(str(held.get("digest"))) == words


def _words(digest: str) -> list[tuple[bytes, bytes]] | None:
    """The words of a kept Word file, piece by piece; None of what is none."""
    row = StoredFile.objects.filter(digest=digest, size__lte=_MOST).first()
    try:
        with zipfile.ZipFile(store.path_of(digest)) as held, held.open("word/document.xml") as part:
            found = part.read(_MOST)
    except (OSError, KeyError, zipfile.BadZipFile):
        return None
    return re.findall(rb"<w:t(?: [^>]*)?>([^<]*)</w:t>|<(/w:p)>", found) if row is not None else None
