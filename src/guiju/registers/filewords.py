"""The words of files that records hold: read in the background after a record was saved, found by the search."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from guiju.files import texts
from guiju.files.models import TextState
from guiju.jobs import backend
from guiju.registers import changes, passages, spec
from guiju.registers.changes import Change
from guiju.registers.models import Entry, Passage


def set_up() -> None:
    """Follow what is saved."""
    changes.listen(on_rows)


def on_rows(found: Sequence[Change]) -> None:
    """Rows with files of a register whose files are searched were written: read them once this is saved."""
    from guiju.registers.tasks import index_files

    for change in found:
        row = change.after
        if row is None or not (row["file_count"] or (change.before or {}).get("file_count")):
            continue
        if spec.get(change.register).full_text:
            backend.enqueue(index_files, unique_key=f"words:{row['uid']}", uid=str(row["uid"]))


def index(uid: str) -> int:
    """Read the files of one record; returns how many passages they have. Files that are gone are forgotten."""
    entry = Entry.objects.select_related("body").filter(uid=UUID(uid)).first()
    if entry is None:
        return 0
    held = dict(_files(entry))
    read = {digest: texts.text_of(digest, name=name) for digest, name in held.items()}
    count = 0
    with transaction.atomic():
        passages.drop_rows(Passage.objects.filter(entry=entry).exclude(source__in=held))
        for digest, words in read.items():
            if words.state == TextState.READ:
                count += passages.replace(entry, digest, passages.by_pages(words.text))
    return count


def _files(entry: Entry) -> list[tuple[str, str]]:
    found = []
    for item in spec.get(entry.register).fields:
        if item.type == "files":
            found += [(str(one["digest"]), str(one["name"])) for one in entry.body.data.get(item.code) or []]
    return found
