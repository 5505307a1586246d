"""The words of stored files: read once, in a process of its own, and kept.

Whoever asks has permission on the record that points to the file; this module knows no records.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guiju.files import store
from guiju.files.models import FileText, StoredFile, TextState
from guiju.jobs import backend
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.lib.extract.reader import Found, Limits, Reader

#: At most so many files in one background job: a job that dies is begun again from its start.
BATCH = 200


def text_of(digest: str, *, name: str, reader: Reader | None = None) -> FileText:
    """The words of a stored file. Whatever is wrong with it is said by its state; never raises for its contents.

    Who reads many files hands in one `reader`, so that one child process reads them all.
    """
    kept = FileText.objects.filter(file_id=digest).first()
    if kept is not None:
        return kept
    if reader is not None:
        return _read(digest, name=name, reader=reader)
    with Reader() as own:
        return _read(digest, name=name, reader=own)


def read_later(files: Iterable[tuple[str, str]]) -> None:
    """Have files, (digest, name) each, read in the background; what was read before is left alone."""
    from guiju.files.tasks import read_texts

    wanted = dict(files)
    known = set(FileText.objects.filter(file_id__in=wanted).values_list("file_id", flat=True))
    left = [[digest, name] for digest, name in wanted.items() if digest not in known]
    for at in range(0, len(left), BATCH):
        backend.enqueue(read_texts, files=left[at : at + BATCH])


def is_cut(words: FileText) -> bool:
    """Whether the document was longer than what is read, so that only its first part is here."""
    limits = Limits()
    return (words.page_count or 0) > limits.pages or len(words.text) >= limits.characters


def _read(digest: str, *, name: str, reader: Reader) -> FileText:
    path = store.path_of(digest)
    if not path.exists():
        raise NotFound(_("This file is not here."))
    found = reader.read(path, name=name)
    return _keep(digest, found)


def _keep(digest: str, found: Found) -> FileText:
    """Two who read the same file at once keep it once."""
    words = FileText(
        file=StoredFile(digest=digest),
        state=TextState(found.state),
        text=found.text,
        page_count=found.page_count,
        read_at=clock.now(),
    )
    try:
        with transaction.atomic():
            words.save(force_insert=True)
    except IntegrityError:
        return FileText.objects.get(file_id=digest)
    return words
