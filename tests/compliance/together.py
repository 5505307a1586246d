"""Rows of many units entered at once, as an import of the group enters them: whoever listens is told once for all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guiju.access.actor import Actor
from guiju.org.models import Unit
from guiju.registers import beginning, rows, writing
from guiju.registers import spec as specs
from guiju.registers.actions import insert_batch
from guiju.registers.directory import Directory
from guiju.trail.events import Action


def enter_all(register: str, given: Iterable[tuple[Unit, dict[str, Any]]], *, top: Unit, by: Actor) -> None:
    """Each row at its own unit, all of them below `top`."""
    spec, known = specs.get(register), Directory(top, bulk=True, by=by)
    drafts = [
        writing.Draft(unit, rows.read(spec, values, known, status=beginning.state(spec, by=by, unit=unit)))
        for unit, values in given
    ]
    insert_batch(spec, drafts, known, by=by, unit=top, reason="", action=Action.ENTRY_CREATED)
