"""Files read in the background."""

from __future__ import annotations

from contextlib import suppress

from django_tasks import task

from guiju.files import texts
from guiju.files.models import StoredFile
from guiju.lib.errors import NotFound
from guiju.lib.extract.reader import Reader


@task()
def read_texts(files: list[list[str]]) -> int:
    """Read the words of stored files, (digest, name) each; begun again it goes on where it was."""
    wanted = dict(files)
    known = StoredFile.objects.filter(digest__in=wanted).values_list("digest", flat=True)
    with Reader() as reader:
        for digest in known:
            with suppress(NotFound):  # its bytes are gone; `verify_all` says so
                texts.text_of(digest, name=wanted[digest], reader=reader)
    return len(wanted)
