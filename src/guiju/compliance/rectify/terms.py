"""Words and figures that the parts of rectification share."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

REGISTER = "rectifications"
#: What tasks of this part are about.
ABOUT = "rectification"
OPEN, SUBMITTED, CLOSED = "open", "submitted", "closed"
#: So many months after closing the same cause is a recurrence.
WATCHED_MONTHS = 12
#: So many working days after it was submitted a rectification should be looked at.
ACCEPT_WITHIN = 10


def months_later(day: date, months: int) -> date:
    """The same day of a later (or, with a negative number, earlier) month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
