"""Two people edit the same rows as a table: which cells the other one has changed, with both sides of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from guiju.access.scope import Scope
from guiju.lib.errors import Problem
from guiju.registers import listing, rows, values
from guiju.registers.directory import Directory, as_uid
from guiju.registers.models import Entry, EntryVersion
from guiju.registers.spec import Field, RegisterSpec

if TYPE_CHECKING:
    from guiju.registers.grid import GridRow

_STATUS = "_status"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what was read, what stands there now, what was wanted instead; `clash` when both changed it."""

    field: str
    label: str
    base: str
    theirs: str
    mine: str
    clash: bool


@dataclass(frozen=True, slots=True)
class Clash:
    """A row that somebody else has changed, or removed, since it was read."""

    row: str
    uid: str
    title: str
    version: int
    by: str
    at: str
    removed: bool = False
    cells: tuple[Cell, ...] = field(default=())

    def told(self) -> dict[str, Any]:
        """As the page and the API give it out."""
        return {
            "row": self.row,
            "uid": self.uid,
            "title": self.title,
            "version": self.version,
            "by": self.by,
            "at": self.at,
            "removed": self.removed,
            "cells": [
                {"field": one.field, "label": one.label, "base": one.base, "theirs": one.theirs, "mine": one.mine,
                 "clash": one.clash}
                for one in self.cells
            ],
        }  # fmt: skip


def removed(spec: RegisterSpec, row: GridRow, view: Scope) -> Clash | None:
    """The row was there and somebody has taken it out; None for who would not have seen it."""
    uid = as_uid(row.uid)
    if uid is None:
        return None
    found = EntryVersion.objects.filter(register=spec.code, uid=uid, removed=True)
    last = found.select_related("unit", "department").order_by("-version").first()
    if last is None or not view.covers_row(last.unit, last.department):
        return None
    at = last.superseded_at.isoformat()
    return Clash(row.key, str(last.uid), last.title, last.version, last.superseded_by, at, removed=True)


class Past:
    """What the stale rows of a table were when they were read."""

    def __init__(self, spec: RegisterSpec, stale: Sequence[tuple[GridRow, Entry]], known: Directory) -> None:
        self.spec = spec
        self.known = known
        wanted = {(entry.uid, row.version) for row, entry in stale}
        found = EntryVersion.objects.filter(
            uid__in={uid for uid, _version in wanted}, version__in={version for _uid, version in wanted}
        )
        self._held: dict[tuple[Any, Any], tuple[Mapping[str, Any], str]] = {
            (uid, version): (data, status)
            for uid, version, data, status in found.values_list("uid", "version", "data", "status")
            if (uid, version) in wanted
        }
        rows.load_all_names(spec, [data for data, _status in self._held.values()], known)

    def clash(self, row: GridRow, entry: Entry) -> Clash | None:
        """The cells in which this row is no longer what was read; None when both sides agree."""
        if row.version == entry.version:
            return None
        base = self._held.get((entry.uid, row.version))
        cells = [cell for item in self.spec.fields if (cell := self._cell(item, row, entry, base))]
        if base is not None and base[1] != entry.status:
            label = listing.pseudo_label(_STATUS)
            cells.append(Cell(_STATUS, label, self._state(base[1]), self._state(entry.status), "", clash=False))
        if not cells:
            return None
        at = entry.recorded_at.isoformat()
        return Clash(row.key, str(entry.uid), entry.title, entry.version, entry.recorded_by, at, cells=tuple(cells))

    def _cell(self, item: Field, row: GridRow, entry: Entry, base: tuple[Mapping[str, Any], str] | None) -> Cell | None:
        if item.type == "files":
            return None
        was_mine = item.code in row.values
        theirs = entry.body.data.get(item.code)
        before = base[0].get(item.code) if base is not None else theirs if not was_mine else None
        if theirs == before:
            return None
        mine, written = self._mine(item, row) if was_mine else (before, "")
        if was_mine and mine == theirs:
            return None
        return Cell(item.code, item.label(), self._shown(item, before), self._shown(item, theirs), written, was_mine)

    def _mine(self, item: Field, row: GridRow) -> tuple[Any, str]:
        """What is wanted in its stored form and as people read it; as it was written where it cannot be read."""
        raw = row.values[item.code]
        try:
            stored = values.parse(item, raw, self.known)
        except Problem:
            return raw, str(raw)
        return stored, self._shown(item, stored)

    def _shown(self, item: Field, stored: Any) -> str:
        return values.show(item, stored, self.known)

    def _state(self, code: str) -> str:
        state = self.spec.state(code)
        return state.label() if state is not None else code
