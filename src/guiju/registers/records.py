"""One row of any register as lists, pages, exports and the API see it, wherever it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers import values
from guiju.registers.directory import Directory
from guiju.registers.spec import Field, Move, RegisterSpec, State


@dataclass(slots=True)
class Record:
    """A row with its stored values; `source` is the model instance behind it."""

    spec: RegisterSpec
    pk: int
    uid: str
    version: int
    unit: Unit
    title: str
    status: str
    values: Mapping[str, Any]
    created_at: datetime
    created_by: str
    recorded_at: datetime
    recorded_by: str
    late_days: int
    file_count: int
    source: Any
    known: Directory = field(repr=False)

    @property
    def department(self) -> Unit | None:
        """The department that answers for the row, where rows name one."""
        found: Unit | None = getattr(self.source, "department", None)
        return found

    def value(self, code: str) -> Any:
        """The stored value of a field, None when empty."""
        return self.values.get(code)

    def text(self, name: str) -> str:
        """A field or pseudo-field as people read it."""
        item = self.spec.field(name)
        if item is not None:
            return values.show(item, self.values.get(name), self.known)
        return self._pseudo(name)

    def _pseudo(self, name: str) -> str:
        if name == "_status":
            return self.status_label
        if name in {"_recorded_at", "_created_at"}:
            at = self.recorded_at if name == "_recorded_at" else self.created_at
            return at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
        if name == "_late":
            return _("%(days)d days late") % {"days": self.late_days} if self.late_days else ""
        plain = {"_unit": self.unit.label, "_title": self.title, "_uid": self.uid, "_file_count": self.file_count or ""}
        return str(plain.get(name, ""))

    def tone(self, name: str) -> str:
        """The colour of a choice or of the status; `none` for everything else."""
        if name == "_status":
            return self.state.tone if self.state else "none"
        item = self.spec.field(name)
        option = item.option(self.values.get(name)) if item is not None and item.type == "choice" else None
        return option.tone if option else "none"

    @property
    def state(self) -> State | None:
        """Where the row stands."""
        return self.spec.state(self.status)

    @property
    def status_label(self) -> str:
        """The state's name."""
        return self.state.label() if self.state else ""

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves open from here (whether a person may make them is another question)."""
        return self.spec.moves_from(self.status)

    def cells(self, names: list[str]) -> list[str]:
        """The texts of several columns."""
        return [self.text(name) for name in names]

    def shown(self) -> list[tuple[Field, str]]:
        """All fields that hold something, in the order of the form."""
        return [(item, self.text(item.code)) for item in self.spec.fields if self.values.get(item.code) is not None]
