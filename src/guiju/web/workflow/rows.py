"""Tasks as rows of a page: what, asked where, by when, by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.packs import catalogue
from guiju.packs.models import Requirement
from guiju.web.posture import counts
from guiju.web.workflow import words
from guiju.workflow import queries
from guiju.workflow.models import Task, TaskStatus
from guiju.workflow.queries import TaskLine


@dataclass(frozen=True, slots=True)
class Row:
    """One task as lists draw it."""

    line: TaskLine
    url: str
    document: str
    source: str
    left: str
    owner: str
    level: str
    tone: str

    @property
    def task(self) -> Task:
        """The task itself."""
        return self.line.task

    @property
    def title(self) -> str:
        """What is to be done, in the reader's language."""
        return self.line.title

    @property
    def is_open(self) -> bool:
        """Is it still to be done?"""
        return self.line.task.status == TaskStatus.OPEN

    @property
    def is_late(self) -> bool:
        """Has its date passed?"""
        return self.line.is_overdue

    @property
    def sign(self) -> str:
        """The sign beside it: a status code."""
        if not self.is_open:
            return "met" if self.line.task.status == TaskStatus.DONE else "na"
        return "unmet" if self.is_late else "partly"


class Sources:
    """Documents and articles of tasks, from what is in memory anyway."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, dict[str, Requirement]]] = {}

    def of(self, task: Task) -> tuple[str, str]:
        """(Title of the document, place in it); both empty for a task that no document asks."""
        title, asked = self._document(task.urn)
        found = asked.get(task.code)
        return title, found.source if found is not None else ""

    def _document(self, urn: str) -> tuple[str, dict[str, Requirement]]:
        if urn not in self._held:
            self._held[urn] = _document(urn)
        return self._held[urn]


def _document(urn: str) -> tuple[str, dict[str, Requirement]]:
    if not urn:
        return "", {}
    try:
        pack = catalogue.current(urn)
    except NotFound:
        return urn, {}
    return counts.title(pack), {row.code: row for row in catalogue.requirements(pack)}


def build(tasks: Iterable[Task], *, by: Actor, on: date | None = None) -> list[Row]:
    """Tasks with what people want to know; a constant number of queries."""
    today = on or clock.today()
    sources = Sources()
    return [of_line(line, sources, today) for line in queries.lines(tasks, by=by, on=today)]


def of_line(line: TaskLine, sources: Sources, on: date) -> Row:
    """One row."""
    document, source = sources.of(line.task)
    return Row(
        line=line,
        url=reverse("task", args=[line.task.uid]),
        document=document,
        source=source,
        left=words.left(line, on=on),
        owner=words.owner(line),
        level=words.level(line.task),
        tone=words.TONES[TaskStatus(line.task.status)],
    )


def week_end(on: date) -> date:
    """The Sunday of the week."""
    return date.fromordinal(on.toordinal() + 6 - on.weekday())


def groups(rows: Iterable[Row], names: dict[str, Any], *, on: date) -> list[dict[str, Any]]:
    """Rows under overdue, this week and later; empty groups are left out."""
    sunday = week_end(on)
    held: dict[str, list[Row]] = {"overdue": [], "week": [], "later": []}
    for row in rows:
        due = row.task.due_on
        held["overdue" if due < on else "week" if due <= sunday else "later"].append(row)
    return [{"code": code, "label": names[code], "rows": found} for code, found in held.items() if found]
