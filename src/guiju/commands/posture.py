"""`guiju posture`: how a unit stands against a document, requirement by requirement."""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from guiju.commands import output
from guiju.commands.language import say as _

if TYPE_CHECKING:
    from guiju.org.models import Unit
    from guiju.packs.models import Pack


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("posture", help=_("how a unit stands against a document"))
    parser.add_argument("--unit", required=True, metavar="CODE", help=_("code of the unit"))
    parser.add_argument("--pack", required=True, metavar="URN", help=_("URN of the document"))
    parser.add_argument("--as-of", metavar="DATE", help=_("as recorded and happened by that day, such as 2026-03-31"))
    parser.add_argument("--json", action="store_true", help=_("print data as JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 only when everything that is asked today is met; nothing can be said of a document that was not adopted."""
    from guiju.commands.importing import find_unit
    from guiju.packs import catalogue
    from guiju.posture import findings

    unit, pack, day = find_unit(args.unit), catalogue.current(args.pack), _date(args.as_of)
    found = findings.findings(unit, pack, as_of=day)
    rows = _not_adopted(pack) if found is None else [finding.as_dict() for finding in found]
    if args.json:
        output.data({"unit": unit.code, "pack": pack.urn, "adopted": found is not None, "requirements": rows})
    else:
        _tell(rows, unit=unit, pack=pack, adopted=found is not None)
    return 0 if all(row["status"] in {"met", "na", "not_due"} for row in rows) else 1


def _not_adopted(pack: Pack) -> list[dict[str, Any]]:
    """The contract's rows for a unit that does not answer to the document."""
    from guiju.packs import catalogue

    empty: dict[str, Any] = {"status": "not_adopted", "strength": None, "figure": None, "evidence": [], "missing": None}
    return [
        {"id": row.code, **empty}
        for row in catalogue.requirements(pack)
        if row.kind != "definition" and row.addressee == "unit"
    ]


def _tell(rows: list[dict[str, Any]], *, unit: Unit, pack: Pack, adopted: bool) -> None:
    from guiju.posture.models import Status

    if not adopted:
        output.line(_("%(unit)s has not adopted %(pack)s.") % {"unit": unit.name, "pack": pack.title})
        return
    labels = {status.value: str(status.label) for status in Status}
    output.table([(row["id"], labels[row["status"]], row["figure"] or "", row["missing"] or "") for row in rows])
    counts = Counter(row["status"] for row in rows)
    output.line(", ".join(f"{labels[status]} {counts[status]}" for status in labels if counts[status]))


def _date(text: str | None) -> date | None:
    from guiju.lib import dates

    return dates.parse(text, where="--as-of") if text else None
