"""How often a body has met, and when it meets next: a strip of one year by its cycle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from guiju.governance.meetings.terms import PLANNED, TOOK_PLACE
from guiju.lib import clock
from guiju.lib.period import Kind, Period
from guiju.registers.models import Entry

#: How a period stands: held, to come (planned or not), due now, ended without a meeting, before the body was there.
HELD, AHEAD, DUE, MISSING, BEFORE = "held", "ahead", "due", "missing", "before"
KINDS = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Cell:
    """One period of a strip; `planned` is the next meeting arranged in it."""

    period: Period
    state: str
    meetings: tuple[Entry, ...]
    planned: Entry | None


@dataclass(frozen=True, slots=True)
class Strip:
    """A year of a body. `asked` says that the cycle is a document's and not the body's own; `due_on` may be None."""

    year: int
    kind: Kind
    is_own: bool
    cells: tuple[Cell, ...]
    due_on: date | None

    @property
    def missing(self) -> int:
        """Periods that ended without a meeting."""
        return sum(cell.state == MISSING for cell in self.cells)


def cycle(body: Entry, asked: str = "") -> tuple[Kind, bool]:
    """The body's own cycle, else what its documents ask, else a year; and whether it is its own."""
    if body.text_3 in KINDS:
        return Kind(body.text_3), True
    return (Kind(asked) if asked in KINDS else Kind.YEAR), False


def strip(body: Entry, meetings: Iterable[Entry], *, year: int, since: date | None = None, asked: str = "") -> Strip:
    """The year of a body from its meetings; before `since` (and before it was set up) nothing can be missing."""
    kind, is_own = cycle(body, asked)
    rows = sorted((row for row in meetings if row.on is not None), key=lambda row: (row.on or date.min, row.pk))
    begun = max(filter(None, (body.on, since)), default=date(year, 1, 1))
    periods = [Period(year, kind, index) for index in range(1, kind.per_year + 1)]
    cells = tuple(_cell(one, rows, begun=begun, ended=body.done_on) for one in periods)
    return Strip(year, kind, is_own, cells, _due(body, rows, kind))


def _cell(period: Period, rows: Sequence[Entry], *, begun: date, ended: date | None) -> Cell:
    today = clock.today()
    within = [row for row in rows if row.on is not None and period.contains(row.on)]
    took = tuple(row for row in within if row.status in TOOK_PLACE and row.on is not None and row.on <= today)
    planned = next((row for row in within if row.status == PLANNED), None)
    if took:
        state = HELD
    elif period.end < begun or (ended is not None and period.start > ended):
        state = BEFORE
    elif period.end < today:
        state = MISSING
    else:
        state = DUE if period.start <= today else AHEAD
    return Cell(period, state, took, planned)


def _due(body: Entry, rows: Sequence[Entry], kind: Kind) -> date | None:
    """The last day of the first period, from the present one on, in which it has not met."""
    if body.done_on is not None and body.done_on < clock.today():
        return None
    period = Period.of(clock.today(), kind)
    held = any(row.status in TOOK_PLACE and row.on is not None and period.contains(row.on) for row in rows)
    return period.next.end if held else period.end
