"""`guiju report KIND`: a report of a unit as a Word file, a ledger as a workbook as well, or as data."""

from __future__ import annotations

import argparse
from pathlib import Path

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib.errors import NotFound, Problem


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("report", help=_("write a report of a unit as a Word file"))
    parser.add_argument("kind", metavar="KIND", help=_("which report, for instance work-report"))
    parser.add_argument("--unit", required=True, metavar="CODE", help=_("code of the unit"))
    parser.add_argument("--period", required=True, metavar="P", help=_("2025, 2025H1, 2025Q1 or 2025-03"))
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help=_("the file to write; a ledger ending in “.xlsx” becomes a workbook"),
    )
    parser.add_argument("--json", action="store_true", help=_("print data as JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Without -o the paper is only shown, with --json; the file appears whole or not at all."""
    from guiju.access import actor
    from guiju.commands.importing import find_unit
    from guiju.documents import reports

    by, unit = actor.system("guiju"), find_unit(args.unit)
    if args.output is None:
        if not args.json:
            raise Problem("report.output", _("A Word file needs a name."), fix=_("Add -o FILE, or --json for data."))
        output.data(reports.build(args.kind, unit=unit, period=args.period, by=by).as_dict())
        return 0
    target: Path = args.output
    if not target.parent.is_dir():
        what = _("There is no folder %(path)s.") % {"path": target.parent}
        raise NotFound(what, fix=_("Make it, or choose another."))
    make = reports.export_workbook if target.suffix.lower() == ".xlsx" else reports.export
    made = make(args.kind, unit=unit, period=args.period, by=by)
    _write(target, made.content)
    lacking = made.paper.missing
    if args.json:
        output.data({**made.paper.as_dict(), "file": str(target), "sha256": made.digest})
        return 0
    output.line(_("Written: %(path)s") % {"path": target})
    if lacking:
        output.complain(_("Missing in it: %(names)s.") % {"names": "、".join(lacking)})
    return 0


def _write(target: Path, content: bytes) -> None:
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
