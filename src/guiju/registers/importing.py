"""A workbook into a register in two phases: read, compare and show; then save all of it, or nothing.

run = importing.prepare(register="appointments", unit=unit, path=path, name="任职.xlsx", by=by)
run.summary        new, changed, same, faulty, the first faults cell by cell, the first conflicts
importing.confirm(run, by)
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
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
from guiju.registers import (
    actions,
    books,
    deciding,
    making,
    ownlayouts,
    reading,
    rows,
    sheets,
    staging,
    store,
    summaries,
    tables,
    writing,
)
from guiju.registers import spec as specs
from guiju.registers.deciding import Decisions
from guiju.registers.directory import Directory
from guiju.registers.models import ImportRun
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Store
from guiju.registers.writing import Draft

Progress = Callable[[int], None]
#: Files up to this many rows are read while the person waits; larger ones by a job.
INLINE_ROWS = 2_000
_PIECE = 1 << 20
#: So many units and departments are kept of where the rows of one file went.
_PLACES = 200
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
    is_strict: bool = False,
    progress: Progress | None = None,
) -> ImportRun:
    """Read a file to the end and say what it would do; nothing is saved. A file that is no list leaves no run.

    Strictly, nothing is proposed and nothing asked: what does not fit is a fault.
    """
    run = begin(register=register, unit=unit, path=path, name=name, by=by, layout=layout, is_strict=is_strict)
    return read(run, by, progress=progress)


def begin(
    *,
    register: RegisterSpec | str,
    unit: Unit,
    path: Path,
    name: str,
    by: Actor,
    layout: str = tables.AUTO,
    is_strict: bool = False,
    is_lenient: bool = False,
) -> ImportRun:
    """Take the file in, so that `read` can go on at once or in a job. Without a layout the likeliest one is found.

    Leniently, a file that lacks required columns is taken too: a person will say which ones they are.
    """
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
        summary={"decided": {"strict": True}} if is_strict else {"lenient": True} if is_lenient else {},
    )
    staging.take(run, path)
    return run


def require(by: Actor, spec: RegisterSpec, unit: Unit) -> None:
    """Who keeps a department's rows alone may bring in a file for the unit; its rows are looked at one by one."""
    permission = store.of(spec).permission(actions.IMPORT)
    if spec.by_slot.get("department") is None or not check.touches(by, permission, unit):
        check.require(by, permission, unit)


def read(run: ImportRun, by: Actor, *, progress: Progress | None = None) -> ImportRun:
    """The first phase. A refusal of the whole file drops the run; one that was read before stays as it was."""
    try:
        return _read(run, by, progress)
    except Problem as problem:
        if "rows" in run.summary:
            told = {"what": problem.what, "fix": problem.fix, "where": problem.where}
            ImportRun.objects.filter(pk=run.pk).update(state="ready", summary={**run.summary, "refusal": told})
        else:
            staging.drop(run)
            run.delete()
        raise


def _read(run: ImportRun, by: Actor, progress: Progress | None) -> ImportRun:
    spec = specs.get(run.register)
    layouts = tables.layouts_for(spec, run.unit)
    path = staging.source(run)
    table, decided, is_remembered = _find(run, spec, layouts)
    work = reading.Reading(spec, store.of(spec), run.unit, by, table, decided)
    work.stands(books.places(spec, run.unit, table.layout, name=run.file_name, sheets=table.names))
    found = reader.iter_sheets(path, table.names, name=run.file_name)
    with (
        staging.anew(staging.staged(run)) as staged,
        staging.anew(staging.faults(run)) as faults,
        closing(found),  # type: ignore[type-var]
    ):
        tally = work.run(found, staged, faults, progress)
        if not tally.rows:
            raise _empty(run, table)
    is_plain = not work.pages.asking.questions and not decided.columns
    run.state = "ready"
    run.layout = table.layout
    run.summary = {
        **_summary(spec, work, layouts),
        **summaries.of(spec, work),
        "is_kept": is_plain and books.may_keep(table, tally.rows, path, name=run.file_name),
        "decided": decided.plain(),
        "lenient": bool(run.summary.get("lenient")),
        "is_remembered": is_remembered,
    }
    run.save(update_fields=["state", "layout", "summary"])
    return run


def _find(run: ImportRun, spec: RegisterSpec, layouts: tables.Layouts) -> tuple[sheets.Table, Decisions, bool]:
    """The list in the file, with what was decided about it or about the last one with the same headings."""
    every = sheets.first_rows(staging.source(run), name=run.file_name)
    decided = deciding.of(run)
    known = bool(run.summary.get("is_remembered"))

    def found(columns: Mapping[str, str]) -> sheets.Table:
        return sheets.find_in(
            every, name=run.file_name, spec=spec, layout=run.layout, layouts=layouts, columns=columns,
            is_lenient=bool(run.summary.get("lenient")),
        )  # fmt: skip

    table = found(decided.columns)
    if "rows" in run.summary or decided.strict:
        return table, decided, known
    before = deciding.remembered(run, summaries.headings_of(table))
    if before is None:
        return table, decided, False
    return found(before.columns), before, True


def decide(run: ImportRun, by: Actor, given: Mapping[str, Any], *, progress: Progress | None = None) -> ImportRun:
    """Read the file again as a person wants it: where its columns go, what its words mean; nothing is saved."""
    with transaction.atomic():
        held = take_decisions(run, by, given)
        return _read(held, by, progress)


def take_decisions(run: ImportRun, by: Actor, given: Mapping[str, Any]) -> ImportRun:
    """Keep what was decided, for `read` to go by."""
    held = ImportRun.objects.select_for_update(of=("self",)).select_related("unit").get(pk=run.pk)
    if held.state != "ready" or not staging.source(held).exists():
        raise _gone()
    spec = specs.get(held.register)
    require(by, spec, held.unit)
    decided = deciding.changed(spec, deciding.of(held), given)
    _require_free(spec, held, decided)
    making.require(spec, held.unit, decided, by=by)
    held.summary = {**held.summary, "decided": decided.plain()}
    held.summary.pop("refusal", None)
    held.save(update_fields=["summary"])
    return held


def _require_free(spec: RegisterSpec, run: ImportRun, decided: Decisions) -> None:
    """Two columns cannot go into one field."""
    taken: dict[str, str] = {}
    for one in run.summary.get("mapping", ()):
        target = decided.columns.get(one["name"], deciding.ASIDE)
        if not target or target == deciding.OWN or target.startswith(deciding.ADDED):
            continue
        if target in taken:
            raise Problem(
                "import.twice",
                _("The columns “%(one)s” and “%(other)s” cannot both go to “%(field)s”.")
                % {"one": taken[target], "other": one["name"], "field": _field_label(spec, target)},
                fix=_("Send one of them elsewhere."),
                where=run.file_name,
                status=422,
            )
        taken[target] = one["name"]


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
    words = ownlayouts.worded(ownlayouts.held_by(run.unit, spec.code)) if spec.layouts else ownlayouts.Wording()
    for line in staging.read(staging.staged(run)):
        if line["k"] == "changed":
            yield reading.conflict(spec, line, known, words)


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
        making.make(spec, held, by=by)
        # Keys are unique by comparing alone: who comes second must see what the first has saved.
        writing.lock_value("import", spec.code, held.unit.root_id or held.unit_id)
        saving = _Saving(spec, source, held, by, reason)
        saving.run(progress)
        books.keep(held, saving.places, by=by)
        held.state = "done"
        held.finished_at = clock.now()
        saved = held.summary["new"] + held.summary["changed"]
        held.summary = {
            **held.summary,
            "saved": saved,
            "kept": saving.places is not None,
            # Whose lists the rows went into: unit, department, rows.
            "places": [[unit, department, count] for (unit, department), count in saving.went.most_common(_PLACES)],
        }
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
        raise _gone()
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


def _gone() -> Conflict:
    return Conflict(
        _("This import is no longer waiting to be saved."), fix=_("Import the file again."), code="import.gone"
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
        #: (unit, department) -> rows that were entered or changed there.
        self.went: Counter[tuple[int, str]] = Counter()
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
            self.went.update(self._whose(line) for line in (*new, *changed))
            done += len(batch)
            if progress is not None:
                progress(done)

    def _whose(self, line: dict[str, Any]) -> tuple[int, str]:
        item = self.spec.by_slot.get("department")
        return line["u"], str(line["d"].get(item.code) or "") if item is not None else ""

    def _load_names(self, batch: list[dict[str, Any]]) -> None:
        rows.load_all_names(self.spec, (line.get("d", {}) for line in batch), self.known)

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
