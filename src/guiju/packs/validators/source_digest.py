"""The text of the document is the one whose SHA-256 the header states."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """Line ends do not count, because checkouts differ in them."""
    header = folder.header
    if header is None or header.value.source is None or folder.source is None or not header.value.source.sha256:
        return
    data = (folder.path / header.value.source.file).read_bytes()
    found = {hashlib.sha256(data).hexdigest(), hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()}
    if header.value.source.sha256 not in found:
        what = _("The text in “%(name)s” is not the one named here.") % {"name": header.value.source.file}
        fix = _("Restore the text, or state its SHA-256: %(digest)s") % {"digest": min(found)}
        yield header.fault(what, fix, key=("source", "sha256"))
