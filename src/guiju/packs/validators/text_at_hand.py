"""Marks stand in a text, and a gist is for a document whose text is not at hand."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Silent where the text is named but cannot be read; that is told elsewhere."""
    if folder.header is None:
        return
    header = folder.header.value
    if header.source is None and folder.marks:
        what = _("Marks say what became of the document's text, but this pack has no text.")
        fix = _("Add the text as source.txt and name it under “source” in pack.yaml, or remove the marks.")
        yield folder.marks[0].fault(what, fix)
    if header.source is not None and header.words == "gist":
        what = _("A gist is for a document whose text is not at hand, but this pack has its text.")
        fix = _("Copy the words as they stand and remove “words”, or remove “source”.")
        yield folder.header.fault(what, fix, key=("words",))
