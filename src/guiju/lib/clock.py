"""The one source of time.

All code asks `clock.now()` and `clock.today()`. A demo loader may run the real actions at simulated moments;
`trail.record` refuses events at a simulated time unless the log's origin says DEMO (ADR 0004).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_simulated: ContextVar[datetime | None] = ContextVar("simulated_now", default=None)


def now() -> datetime:
    """The moment, in UTC, aware, microseconds."""
    return _simulated.get() or datetime.now(UTC)


def today() -> date:
    """The calendar day in China, where deadlines are counted."""
    return now().astimezone(SHANGHAI).date()


def day_of(at: datetime) -> date:
    """The calendar day in China on which a moment falls."""
    return at.astimezone(SHANGHAI).date()


def is_simulated() -> bool:
    """True inside `simulate`."""
    return _simulated.get() is not None


@contextmanager
def simulate(at: datetime) -> Iterator[None]:
    """Let the code inside believe that it is `at` (aware). For demo history and tests only."""
    if at.tzinfo is None:
        raise ValueError("simulate needs an aware datetime")
    token = _simulated.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _simulated.reset(token)
