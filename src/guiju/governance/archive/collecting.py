"""Writes the parts of an archive: each register as a workbook, its files, and what happened to each record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.files import store as files
from guiju.governance.archive import counting
from guiju.governance.archive.counting import Span
from guiju.governance.archive.naming import Names
from guiju.governance.archive.parts import Part, has_files
from guiju.governance.archive.proving import Told
from guiju.governance.archive.sealing import SealedZip
from guiju.lib import clock, hashing
from guiju.lib.errors import Conflict, Problem
from guiju.lib.excel import forms, writer
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers import exporting, formexport, ownlayouts, store, tables, values, writing
from guiju.registers.directory import Directory
from guiju.registers.models import Entry
from guiju.registers.spec import RegisterSpec
from guiju.registers.tables import TableColumn
from guiju.trail import presenters
from guiju.trail.models import BatchItem, Event

_CHUNK = 500
_TRIES = 3
_WIDTH = 18.0
_FOLDER = 40


@dataclass(frozen=True, slots=True)
class Attached:
    """One file of a record: where it lies in the archive, or why it does not."""

    record: str
    on: str
    name: str
    member: str
    digest: str
    why: str = ""


@dataclass(slots=True)
class Sheet:
    """What one register became."""

    spec: RegisterSpec
    label: str
    rows: int = 0
    bare: int = 0
    late: int = 0
    workbook: str = ""
    history: str = ""
    attached: list[Attached] = field(default_factory=list)


@dataclass(slots=True)
class Extra:
    """Members of one kind besides the registers."""

    label: str
    count: int = 0
    attached: list[Attached] = field(default_factory=list)


@dataclass(slots=True)
class Collector:
    """Everything that the registers give; `states` collects what the trail has to prove."""

    unit: Unit
    span: Span
    by: Actor
    sealed: SealedZip
    scratch: Path
    states: Path
    step: Callable[[int], None]
    names: Names = field(default_factory=Names)
    #: Digest of a stored file -> the member that holds it: the same file is packed once.
    packed: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def register(self, part: Part, folder: str, spec: RegisterSpec) -> Sheet | None:
        """One register: workbook, files, history; nothing where the span holds no record."""
        found = counting.rows_of(self.by, self.unit, [spec.code], self.span)
        if not found.exists():
            return None
        own = ownlayouts.default_of(self.unit, spec.code)
        sheet = Sheet(spec, own.title if own is not None else spec.title())
        layout = own.code if own is not None else tables.STANDARD
        book = self._stable(part, spec, found, sheet, layout)
        sheet.workbook = self.names.give(folder, f"{sheet.label}.xlsx")
        with book.open("rb") as source:
            self.sealed.copy(sheet.workbook, source)
        self._attach(folder, sheet)
        self._tell(folder, sheet)
        with self.states.open("ab") as target, self._state_file.open("rb") as source:
            for line in source:
                target.write(line)
        self.count += sheet.rows
        return sheet

    @property
    def _state_file(self) -> Path:
        return self.scratch / "states.jsonl"

    def _stable(self, part: Part, spec: RegisterSpec, found: QuerySet[Entry], sheet: Sheet, layout: str) -> Path:
        """Workbook and states of the very same versions: where somebody saved meanwhile, both are written again."""
        book = self.scratch / "book.xlsx"
        for _time in range(_TRIES):
            held = self._states(part, spec, found, sheet)
            write_book(spec, found, layout, unit=self.unit, by=self.by, to=book)
            if held == dict(found.order_by().values_list("uid", "version")):
                return book
        raise Conflict(
            _("The records of “%(register)s” are being changed at this moment.") % {"register": sheet.label},
            fix=_("Make the archive again when the import or the changes are through."),
            code="archive.moving",
        )

    def _states(self, part: Part, spec: RegisterSpec, found: QuerySet[Entry], sheet: Sheet) -> dict[Any, int]:
        """Write what the trail commits to of each record, one line each."""
        held: dict[Any, int] = {}
        takes_files, known = has_files(spec), Directory()
        sheet.rows = sheet.bare = sheet.late = 0
        with self._state_file.open("wb") as target:
            for entry in found.select_related("body").order_by("on", "pk").iterator(chunk_size=_CHUNK):
                held[entry.uid] = entry.version
                state = writing.content(writing.columns_of(entry), entry.body.data)
                told = [spec.code, sheet.label, str(entry.uid), entry.version, entry.title, part.code,
                        hashing.canonical(state).decode("utf-8")]  # fmt: skip
                target.write(json.dumps(told, ensure_ascii=False).encode("utf-8") + b"\n")
                sheet.rows += 1
                sheet.bare += takes_files and entry.file_count == 0
                late = entry.on is not None and clock.day_of(entry.created_at) > entry.on
                sheet.late += late and not (spec.stock and not registers.late_days(spec, entry, known))
        return held

    # --- files ------------------------------------------------------------------------------------------------------

    def _attach(self, folder: str, sheet: Sheet) -> None:
        """The files of each record in a folder of its own; what cannot be read is said, not left out silently."""
        for told in read_states(self._state_file):
            self.step(1)
            state = json.loads(told.state)
            on = str(state["columns"].get("on") or "")
            held = [
                one for value in state["data"].values() if isinstance(value, list) for one in value if _is_file(one)
            ]
            place: tuple[str, ...] = ()
            for one in held:
                if one["digest"] not in self.packed and not place:
                    name = f"{on} {told.title}".strip()[:_FOLDER]
                    place = self.names.folder(folder, _("Files"), sheet.label, name)
                member, why = self.pack(one["digest"], *place, one["name"])
                sheet.attached.append(Attached(told.title, on, one["name"], member, one["digest"], why))

    def pack(self, digest: str, *path: str) -> tuple[str, str]:
        """Copy a stored file into the archive; returns its member, or why there is none."""
        if digest in self.packed:
            return self.packed[digest], ""
        self.step(0)
        try:
            source = files.open_file(digest, verify=True)
        except (Problem, OSError) as error:
            return "", error.what if isinstance(error, Problem) else _("The stored file cannot be read.")
        with source:
            member = self.names.give(*path)
            self.sealed.copy(member, source)
        self.packed[digest] = member
        return member, ""

    # --- history ----------------------------------------------------------------------------------------------------

    def _tell(self, folder: str, sheet: Sheet) -> None:
        """What happened to each record, as sentences, in a workbook beside the register's."""
        sheet.history = self.names.give(folder, _("%(register)s (history)") % {"register": sheet.label} + ".xlsx")
        path = self.scratch / "history.xlsx"
        columns = [
            writer.Column(_("Record"), 36), writer.Column(_("When"), 18, "datetime"), writer.Column(_("Who"), 14),
            writer.Column(_("What happened"), 48), writer.Column(_("What was changed"), 60),
            writer.Column(_("Reason"), 30), writer.Column(_("Entered late by days"), 12, "int"),
        ]  # fmt: skip
        writer.write(
            path, title=_("History: %(register)s") % {"register": sheet.label}, columns=columns, rows=self._lines()
        )
        with path.open("rb") as source:
            self.sealed.copy(sheet.history, source)

    def _lines(self) -> Iterator[list[object]]:
        for batch in _batches(read_states(self._state_file)):
            found = _events([told.uid for told in batch])
            for told in batch:
                for event in found.get(told.uid, []):
                    line = presenters.line(event)
                    changed = "\n".join(
                        f"{one.label}：{one.before or '—'} → {one.after or '—'}" for one in line.changes
                    )
                    late: object = line.late_days or None
                    yield [told.title, line.at, line.by, line.sentence, changed, line.reason, late]
            self.step(len(batch))


def read_states(path: Path) -> Iterator[Told]:
    """The records as they were written down."""
    with path.open("rb") as source:
        for line in source:
            register, label, uid, version, title, part, state = json.loads(line)
            yield Told(register, label, uid, version, title, state, part)


def write_book(spec: RegisterSpec, found: QuerySet[Entry], layout: str, *, unit: Unit, by: Actor, to: Path) -> None:
    """The rows in the unit's own form where it has one, else with all columns of the register."""
    layouts = tables.layouts_for(spec, unit)
    ordered = found.order_by("on", "pk")
    if layout != tables.STANDARD:
        formexport.write(spec, layouts[layout], ordered, count=found.count(), by=by, to=to)
        return
    columns = tables.columns(spec, layout, layouts)
    title = tables.title(spec, layout, layouts)
    rows = exporting.lines(spec, store.of(spec).stream(ordered), columns, by=by)
    forms.write(to, title=title, columns=[_column(one) for one in columns], sheets=[(title, rows)], is_merged=False)


def _column(column: TableColumn) -> forms.FormColumn:
    kind: Any = values.excel_kind(column.field) if column.field is not None else "text"
    return forms.FormColumn(column.label, column.under, column.width or _WIDTH, kind, column.carry)


def _events(uids: list[str]) -> dict[str, list[Event]]:
    """All events of some records, oldest first, bulk actions included: four questions for five hundred."""
    items = list(BatchItem.objects.filter(object_type="entry", object_id__in=uids).values_list("object_id", "event_id"))
    own = Q(object_type="entry", object_id__in=uids)
    events = {event.pk: event for event in Event.objects.filter(own).select_related("body")}
    shared = {event_id for _uid, event_id in items}
    events |= {event.pk: event for event in Event.objects.filter(pk__in=shared).select_related("body")}
    found: dict[str, set[int]] = {uid: set() for uid in uids}
    for uid, event_id in items:
        found[uid].add(event_id)
    for event in events.values():
        if event.object_id in found:
            found[event.object_id].add(event.pk)
    return {uid: [events[pk] for pk in sorted(pks) if pk in events] for uid, pks in found.items()}


def _is_file(value: object) -> bool:
    return isinstance(value, dict) and {"digest", "name"} <= value.keys()


def _batches(source: Iterable[Told]) -> Iterator[list[Told]]:
    batch: list[Told] = []
    for told in source:
        batch.append(told)
        if len(batch) == _CHUNK:
            yield batch
            batch = []
    if batch:
        yield batch
