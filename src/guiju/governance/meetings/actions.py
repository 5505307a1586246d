"""What may be done with bodies, meetings, opinions and shared matters: the one entrance for pages, API and demo.

A meeting's day: `plan` (with `items`), `notify`, `recuse`, then `hold` (who came) and `settle` (outcomes, decisions).
Opinions and reports are records of registers: enter them with `guiju.registers.actions.create`; `report_values` gives
what is known of a report of own accord.
"""

from __future__ import annotations

from guiju.governance.meetings.agenda import add_item, ask_opinions, cancel, notify, plan, recuse
from guiju.governance.meetings.matters import answer, open_matter
from guiju.governance.meetings.minutes import doubts, hold, keep, reopen, settle
from guiju.governance.meetings.reporting import report_values

__all__ = [
    "add_item", "answer", "ask_opinions", "cancel", "doubts", "hold", "keep", "notify", "open_matter", "plan", "recuse", "reopen",
    "report_values", "settle",
]  # fmt: skip
