"""A workbook into a register in two phases: read, compare and show; then save all of it, or nothing.

run = importing.prepare(register="appointments", unit=unit, path=path, name="任职.xlsx", by=by)
run.summary        new, changed, same, faulty, the first faults cell by cell, the first conflicts
importing.confirm(run, by)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.access import check
from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib.errors import Conflict, Problem
from guiju.lib.excel import guard, marking, reader
from guiju.lib.excel.cells import column_letters
from guiju.org import tree
from guiju.org.models import Unit
from guiju.registers import actions, books, reading, rows, sheets, staging, store, tables, writing
from guiju.registers import spec as specs
from guiju.registers.directory import Directory
from guiju.registers.models import ImportRun
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Store
from guiju.registers.writing import Draft

Progress = Callable[[int], None]
#: Files up to this many rows are read while the person waits; larger ones by a job.
INLINE_ROWS = 2_000
_PIECE = 1 << 20
#: What a row says that is not, or no longer, what the preview saw.
_OVERTAKEN = frozenset({"import.outdated", "entry.removed"})


def prepare(
    *,
    register: RegisterSpec | str,
    unit: Unit,
    path: Path,
    name: str,
    by: Actor,
    layout: str = tables.AUTO,
    progress: Progress | None = None,
) -> ImportRun:
    """Read a file to the end and say what it would do; nothing is saved. A file that is no list leaves no run."""
    run = begin(register=register, unit=unit, path=path, name=name, by=by, layout=layout)
    return read(run, by, progress=progress)


def begin(
    *, register: RegisterSpec | str, unit: Unit, path: Path, name: str, by: Actor, layout: str = tables.AUTO
) -> ImportRun:
    """Take the file in, so that `read` can go on at once or in a job. Without a layout the likeliest one is found."""
    spec = actions.spec_of(register)
    require(by, spec, unit)
    if layout != tables.AUTO:
        tables.layout_of(spec, layout, tables.layouts_for(spec, unit))
    guard.check(path, name=name)
    run = ImportRun.objects.create(
        register=spec.code,
        unit=unit,
        user_id=by.user_id,
        file_digest=_digest(path),
        file_name=name[:200],
        layout=layout,
        created_at=clock.now(),
    )
    staging.take(run, path)
    return run


def require(by: Actor, spec: RegisterSpec, unit: Unit) -> None:
    """Who keeps a department's rows alone may bring in a file for the unit; its rows are looked at one by one."""
    permission = store.of(spec).permission(actions.IMPORT)
    if spec.by_slot.get("department") is None or not check.touches(by, permission, unit):
        check.require(by, permission, unit)


def read(run: ImportRun, by: Actor, *, progress: Progress | None = None) -> ImportRun:
    """The first phase. A refusal of the whole file drops the run; reading again begins anew."""
    spec = specs.get(run.register)
    layouts = tables.layouts_for(spec, run.unit)
    try:
        path = staging.source(run)
        table = sheets.find(path, name=run.file_name, spec=spec, layout=run.layout, layouts=layouts)
        work = reading.Reading(spec, store.of(spec), run.unit, by, table)
        work.stands(books.places(spec, run.unit, table.layout, name=run.file_name, sheets=table.names))
        rows = reader.iter_sheets(path, table.names, name=run.file_name)
        with (
            staging.staged(run).open("wb") as staged,
            staging.faults(run).open("wb") as faults,
            closing(rows),  # type: ignore[type-var]
        ):
            tally = work.run(rows, staged, faults, progress)
        if not tally.rows:
            raise _empty(run, table)
    except Problem:
        staging.drop(run)
        run.delete()
        raise
    run.state = "ready"
    run.layout = table.layout
    run.summary = _summary(spec, work, layouts)
    run.summary["is_kept"] = books.may_keep(table, tally.rows, path, name=run.file_name)
    run.save(update_fields=["state", "layout", "summary"])
    return run


def _empty(run: ImportRun, table: sheets.Table) -> Problem:
    first = table.matches[0]
    return Problem(
        "import.empty",
        _("There are no rows below the header."),
        fix=_("Enter the rows below row %(row)d.") % {"row": first.last_row},
        where=f"{run.file_name} · {first.sheet}",
    )


def _summary(spec: RegisterSpec, work: reading.Reading, layouts: tables.Layouts) -> dict[str, Any]:
    tally, pages = work.tally, work.pages
    first = pages.table.matches[0]
    return {
        "sheet": first.sheet,
        "sheets": [
            {"name": page.name, "rows": page.rows, "department": page.department.label if page.department else ""}
            for page in pages.pages.values()
        ],
        "other_sheets": list(pages.table.others),
        "skipped_sheets": [{"name": one.name, "why": one.why} for one in pages.table.skipped],
        "layout": pages.table.layout,
        "layout_title": tables.title(spec, pages.table.layout, layouts) if pages.table.layout in layouts else "",
        "layout_why": sheets.why(pages.table, layouts),
        "header_rows": list(first.rows),
        "rows": tally.rows,
        "new": tally.new,
        "changed": tally.changed,
        "same": tally.same,
        "faulty": tally.faulty,
        "skipped": tally.skipped,
        "absent": tally.absent,
        "absentees": tally.absentees,
        "fault_count": tally.fault_count,
        "faults": tally.faults,
        "conflicts": tally.conflicts,
        "examples": tally.examples,
        "columns": [
            {"at": column_letters(at), "heading": first.labels.get(code, ""), "label": _field_label(spec, code)}
            for code, at in sorted(first.columns.items(), key=lambda pair: pair[1])
        ],
        "unknown_columns": reading.unknown_columns(pages.table.matches),
        "missing_columns": reading.absent_columns(spec, pages.filled),
    }


def _field_label(spec: RegisterSpec, code: str) -> str:
    spread = tables.spread(code)
    item = spec.field(spread[0] if spread else code)
    return item.label() if item is not None else tables.pseudo(code, set())


def conflicts(run: ImportRun) -> Iterator[dict[str, Any]]:
    """All changed rows cell by cell, old and new."""
    spec = specs.get(run.register)
    known = Directory(run.unit)
    for line in staging.read(staging.staged(run)):
        if line["k"] == "changed":
            yield reading.conflict(spec, line, known)


def faults(run: ImportRun) -> Iterator[dict[str, Any]]:
    """All faulty cells."""
    return staging.read(staging.faults(run))


def marked_file(run: ImportRun, to: Path) -> Path:
    """The person's own file with the faulty cells marked and a sheet that lists them."""
    if not staging.source(run).exists():
        raise Conflict(_("The file is no longer kept."), fix=_("Import it again."), code="import.gone")
    sheet = str(run.summary.get("sheet", ""))
    found = [
        marking.CellFault(
            fault.get("sheet", sheet), _marked_at(fault), f"{fault['column']}: {fault['what']}", fault["fix"]
        )
        for fault in faults(run)
    ]
    return marking.mark(staging.source(run), found, to, name=run.file_name).path


def _marked_at(fault: dict[str, Any]) -> str:
    return fault.get("cell") or f"A{fault['row']}"


def confirm(
    run: ImportRun, by: Actor, *, skip_faulty: bool = False, reason: str = "", progress: Progress | None = None
) -> ImportRun:
    """The second phase: all rows in one transaction. A second confirmation of the same run changes nothing."""
    with transaction.atomic():
        held = ImportRun.objects.select_for_update(of=("self",)).select_related("unit").get(pk=run.pk)
        if held.state == "done":
            return held
        require_ready(held, skip_faulty=skip_faulty)
        spec = specs.get(held.register)
        source = store.of(spec)
        require(by, spec, held.unit)
        # Keys are unique by comparing alone: who comes second must see what the first has saved.
        writing.lock_value("import", spec.code, held.unit.root_id or held.unit_id)
        saving = _Saving(spec, source, held, by, reason)
        saving.run(progress)
        books.keep(held, saving.places, by=by)
        held.state = "done"
        held.finished_at = clock.now()
        saved = held.summary["new"] + held.summary["changed"]
        held.summary = {**held.summary, "saved": saved, "kept": saving.places is not None}
        held.save(update_fields=["state", "finished_at", "summary"])
        transaction.on_commit(lambda: staging.drop(held, rows_only=True))
    return held


def discard(run: ImportRun) -> None:
    """Forget a run that nobody wants to save."""
    ImportRun.objects.filter(pk=run.pk).exclude(state="done").update(state="dropped")
    staging.drop(run)


def require_ready(run: ImportRun, *, skip_faulty: bool) -> None:
    """Refuse what waits for nobody, or holds faulty rows that nobody has agreed to leave out."""
    if run.state != "ready" or not staging.staged(run).exists():
        raise Conflict(
            _("This import is no longer waiting to be saved."), fix=_("Import the file again."), code="import.gone"
        )
    faulty = run.summary.get("faulty", 0)
    if faulty and not skip_faulty:
        raise Problem(
            "import.faulty",
            ngettext(
                "%(count)d row is not right; nothing was saved.",
                "%(count)d rows are not right; nothing was saved.",
                faulty,
            )
            % {"count": faulty},
            fix=_("Correct the file and import it again, or choose to save the other rows only."),
            where=run.file_name,
            status=422,
        )


class _Saving:
    """Writes the staged rows in batches; refuses when the list has moved on since the preview."""

    def __init__(self, spec: RegisterSpec, source: Store, run: ImportRun, by: Actor, reason: str) -> None:
        self.spec = spec
        self.store = source
        self.run_ = run
        self.by = by
        self.reason = reason
        self.known = Directory(run.unit)
        self.units = Unit.objects.in_bulk({line["u"] for line in staging.read(staging.staged(run))} or {run.unit_id})
        self.keys = source.keys(run.unit) if spec.key else {}
        #: Sheet -> (row, uid), where the workbook will be kept.
        self.places: books.Places | None = {} if run.summary.get("is_kept") and not run.summary["faulty"] else None

    def run(self, progress: Progress | None) -> None:
        done = 0
        permission = self.store.permission(actions.IMPORT)
        for unit in self.units.values():
            if unit.pk == self.run_.unit_id:
                require(self.by, self.spec, unit)
            else:
                check.require(self.by, permission, unit)
        for batch in actions.batches(staging.read(staging.staged(self.run_))):
            new = [line for line in batch if line["k"] == "new"]
            changed = [line for line in batch if line["k"] == "changed"]
            self._load_names(batch)
            if new:
                self._insert(new)
            if changed:
                self._change(changed)
            self._note([line for line in batch if line["k"] != "new"])
            done += len(batch)
            if progress is not None:
                progress(done)

    def _load_names(self, batch: list[dict[str, Any]]) -> None:
        people: set[str] = set()
        places: set[str] = set()
        entries: set[str] = set()
        for line in batch:
            some = rows.references(self.spec, line.get("d", {}))
            people |= some[0]
            places |= some[1]
            entries |= some[2]
        self.known.load(people=people, units=places, entries=entries)

    def _insert(self, lines: list[dict[str, Any]]) -> None:
        drafts = []
        for line in lines:
            unit = self.units[line["u"]]
            given = tuple(line["d"].get(code) for code in self.spec.key)
            if any(value is not None for value in given) and (self.store.key_unit(unit), *given) in self.keys:
                raise self._outdated(line)
            self._require_department(unit, line["d"])
            drafts.append(Draft(unit, line["d"], line["s"], uid=self._place(line)))
        try:
            self.store.insert(
                drafts, self.known, by=self.by, unit=self.run_.unit, reason=self.reason, title=self.run_.file_name
            )
        except Problem as problem:
            problem.where = problem.where or self.run_.file_name
            raise

    def _change(self, lines: list[dict[str, Any]]) -> None:
        held = self.store.held([line["pk"] for line in lines])
        for line in lines:
            there = held.get(line["pk"])
            if there is None or there.version != line["v"]:
                raise self._outdated(line)
            self._require_department(self.units[line["u"]], line["d"])
            try:
                self.store.change(
                    line["pk"],
                    version=line["v"],
                    data=line["d"],
                    known=self.known,
                    by=self.by,
                    reason=self.reason or _("Import of %(name)s") % {"name": self.run_.file_name[:120]},
                )
            except Conflict as refused:  # somebody was quicker between the look above and the lock
                if refused.code in _OVERTAKEN:
                    raise self._outdated(line) from refused
                raise

    def _require_department(self, unit: Unit, data: rows.Data) -> None:
        """Grants may have ended since the preview."""
        permission = self.store.permission(actions.IMPORT)
        if unit.pk in self._whole:
            return
        item = self.spec.by_slot.get("department")
        known = self.known.units.get(data.get(item.code, "")) if item is not None else None
        check.require(self.by, permission, unit, self._departments.get(known.pk if known is not None else 0))

    @cached_property
    def _whole(self) -> set[int]:
        permission = self.store.permission(actions.IMPORT)
        return {unit.pk for unit in self.units.values() if check.can(self.by, permission, unit)}

    @cached_property
    def _departments(self) -> dict[int, Unit]:
        return Unit.objects.in_bulk(list(tree.subtree(self.run_.unit).values_list("pk", flat=True)))

    def _place(self, line: dict[str, Any]) -> UUID | None:
        """The uid that a new row is given, where the workbook has to know it."""
        if self.places is None:
            return None
        uid = uuid4()
        self.places.setdefault(line["h"], []).append((line["n"], str(uid)))
        return uid

    def _note(self, lines: list[dict[str, Any]]) -> None:
        """Where the rows stand that are there already."""
        if self.places is not None and lines:
            held = self.store.held([line["pk"] for line in lines])
            for line in lines:
                if line["pk"] in held:
                    self.places.setdefault(line["h"], []).append((line["n"], held[line["pk"]].uid))

    def _outdated(self, line: dict[str, Any]) -> Conflict:
        return Conflict(
            _("The record of row %(row)d has changed since the file was read; nothing was saved.") % {"row": line["n"]},
            fix=_("Import the file again: the preview will show the present state."),
            where=self.run_.file_name,
            code="import.outdated",
        )


def _digest(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            total.update(piece)
    return total.hexdigest()
