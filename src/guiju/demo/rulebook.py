"""How many rules a stocktake found: counted from the rules of the same firm, so that ledger and library agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from guiju.demo.content import Line
from guiju.demo.story import Firm

_LEVELS = {"basic": "基本管理制度", "specific": "具体规章制度", "guideline": "专项合规指引"}


def count(lines: Sequence[Line], firm: Firm) -> None:
    """Give each stocktake without a total the numbers of the rules in force on its cut-off day."""
    for line in lines:
        if line.register == "policy_stocktakes" and "total" not in line.values:
            on = firm.day(str(line.values["cutoff_on"]))
            levels = Counter(str(rule.values.get("level", "")) for rule in lines if _in_force(rule, on, firm))
            line.values |= {"total": levels.total(), **{code: levels[label] for code, label in _LEVELS.items()}}


def _in_force(rule: Line, on: date, firm: Firm) -> bool:
    if rule.register != "policies" or rule.own.get("status", "issued") != "issued":
        return False
    begun = (rule.values.get("issued_on"), rule.values.get("in_force_on"))
    ended = (after.values["repealed_on"] for after in rule.after if "repealed_on" in after.values)
    return all(firm.day(str(day)) <= on for day in begun if day) and all(firm.day(day) > on for day in ended)
