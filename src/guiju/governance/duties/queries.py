"""What pages and the API read about the organisation and its duties."""

from __future__ import annotations

from guiju.governance.duties.holding import Holding, holding, holdings
from guiju.governance.duties.organisation import (
    Ask,
    DepartmentLine,
    Organisation,
    Part,
    counted,
    departments,
    organisation,
    serving,
)
from guiju.governance.duties.person import Done, Month, Work, find, work
from guiju.governance.duties.results import Coverage, Objective, Results, Violation, results
from guiju.governance.duties.third import Round, one, origin, rounds, source_of

__all__ = [
    "Ask", "Coverage", "DepartmentLine", "Done", "Holding", "Month", "Objective", "Organisation", "Part", "Results",
    "Round", "Violation", "Work", "counted", "departments", "find", "holding", "holdings", "one", "organisation",
    "origin", "results", "rounds", "serving", "source_of", "work",
]  # fmt: skip
