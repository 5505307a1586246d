"""`guiju posture`: how a unit stands against a document, requirement by requirement."""

from __future__ import annotations

import argparse
from typing import Any

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib.errors import Problem


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("posture", help=_("how a unit stands against a document"))
    parser.add_argument("--unit", required=True, metavar="CODE", help=_("code of the unit"))
    parser.add_argument("--pack", required=True, metavar="URN", help=_("URN of the document"))
    parser.add_argument("--as-of", metavar="DATE", help=_("as recorded and happened by that day, such as 2026-03-31"))
    parser.add_argument("--json", action="store_true", help=_("print data as JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """1 when something is not met, or the unit has not adopted the document."""
    from guiju.commands.importing import find_unit
    from guiju.packs import catalogue
    from guiju.posture import engine

    unit, pack = find_unit(args.unit), catalogue.current(args.pack)
    found = [_plain(finding) for finding in engine.findings(unit, pack, as_of=_date(args.as_of))]
    if args.json:
        output.data({"unit": unit.code, "pack": pack.urn, "version": pack.version, "requirements": found})
    else:
        output.table([(row["id"], row["status"], row["strength"] or "", row["missing"] or "") for row in found])
    return 1 if any(row["status"] in {"unmet", "partly", "not_adopted"} for row in found) else 0


def _date(text: str | None) -> Any:
    from guiju.lib import dates

    if not text:
        return None
    found = dates.parse(text)
    if found is None:
        raise Problem("date", _("“%(text)s” is not a date.") % {"text": text}, fix=_("Write it like 2026-03-31."))
    return found


def _plain(finding: Any) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in ("id", "status", "strength", "figure", "evidence", "missing")}
