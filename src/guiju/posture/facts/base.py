"""What every fact has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID


@dataclass(slots=True)
class Row:
    """What every fact has: whose it is, where it stands, when it happened and when it was recorded."""

    relation: ClassVar[str] = ""
    #: What registers call the day it happened or began; everybody reads it as `on`.
    day: ClassVar[str] = "on"
    unit_id: int = 0
    uid: UUID | None = None
    register: str = ""
    title: str = ""
    on: date | None = None
    recorded_at: datetime | None = None
    created_at: datetime | None = None
    status: str = ""
    file_count: int = 0
    entry_id: int = 0
