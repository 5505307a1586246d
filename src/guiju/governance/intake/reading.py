"""Reading a stock in the background: each file once, kept as soon as it is read, so that a killed worker loses nothing."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from guiju.access.actor import Actor
from guiju.files import texts
from guiju.files.kinds import extension
from guiju.files.models import FileText, TextState
from guiju.governance.enums import FileState, IntakeState
from guiju.governance.intake import faults, finding, judging, queries, receiving, sorting
from guiju.governance.models import Intake, IntakeFile
from guiju.jobs import lease
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.lib.extract.reader import Reader
from guiju.registers import writing

_AT_ONCE = 500


def read(intake: Intake, *, by: Actor) -> int:
    """Read what waits, archives first, then judge the whole stock. Begun again it goes on where it was."""
    done = 0
    while True:
        for item in _waiting(intake):
            if extension(item.name) == "zip":
                receiving.open_archive(item, by=by)
        total = done + _waiting(intake).count()
        with Reader() as reader:
            for item in _waiting(intake).iterator(chunk_size=_AT_ONCE):
                _note(item, reader)
                done += 1
                lease.progress(done, total)
        if finish(intake):
            return done


def _waiting(intake: Intake) -> Any:
    rows = IntakeFile.objects.filter(intake=intake, state=FileState.WAITING).select_related("intake")
    return rows.order_by("ordinal")


def _note(item: IntakeFile, reader: Reader) -> None:
    """Keep what was found in one file, in a write of its own."""
    try:
        words = texts.text_of(item.digest, name=item.name, reader=reader)
    except NotFound:
        words = None
    changes: dict[str, Any] = {"state": FileState.FAULTY, "fault": faults.GONE}
    if words is not None and words.state == TextState.READ:
        changes = {"state": FileState.READ, "fault": "", "found": found_in(words, name=item.name, folder=item.folder)}
    elif words is not None:
        found: dict[str, Any] = {"name": finding.file_stem(item.name), "name_from": "file"}
        found |= sorting.sort(name=str(found["name"]), folder=item.folder, text="")
        if words.page_count:
            found["pages"] = words.page_count
        changes = {"state": FileState.FAULTY, "fault": faults.OF_STATE.get(words.state, "broken"), "found": found}
    IntakeFile.objects.filter(pk=item.pk, digest=item.digest, state=FileState.WAITING).update(**changes)


def found_in(words: FileText, *, name: str, folder: str) -> dict[str, Any]:
    """Everything recognised in a text."""
    found = finding.find(words.text, file_name=name, today=clock.today())
    found |= sorting.sort(name=found.get("name", ""), folder=folder, text=words.text)
    found["exact"], found["sketch"] = judging.sketch(words.text)
    found["letters"] = len(words.text)
    if words.page_count:
        found["pages"] = words.page_count
    if texts.is_cut(words):
        found["cut"] = True
    return found


@transaction.atomic
def finish(intake: Intake) -> bool:
    """Judge every file beside the others and beside the library; False when more came in meanwhile."""
    writing.lock_value("intake", intake.pk)
    fresh = Intake.objects.select_for_update(of=("self",)).select_related("unit").get(pk=intake.pk)
    if fresh.state not in {IntakeState.READING, IntakeState.READY}:
        return True
    if _waiting(fresh).exists():
        return False
    judge(fresh)
    Intake.objects.filter(pk=fresh.pk).update(state=IntakeState.READY)
    return True


def judge(intake: Intake) -> None:
    """Advice, reasons and likeness of every file; what people settled stays."""
    rows = list(IntakeFile.objects.filter(intake=intake).exclude(state=FileState.WAITING).order_by("ordinal"))
    items = [judging.Item(row.pk, row.ordinal, row.name, {**row.found, **row.settled}) for row in rows if row.found]
    judging.judge(items, queries.library(intake.unit), today=clock.today())
    by_pk = {row.pk: row for row in rows}
    for item in items:
        row = by_pk[item.pk]
        row.advice, row.why = item.advice, item.why
        row.same_as_file_id, row.same_as_policy = item.same_as, item.policy
    fields = ["advice", "why", "same_as_file", "same_as_policy"]
    IntakeFile.objects.bulk_update([by_pk[item.pk] for item in items], fields, batch_size=200)
