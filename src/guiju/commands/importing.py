"""`guiju import LIST FILE`: a workbook into a register, all rows or none."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib.errors import NotFound

#: Wrong cells told on the screen; the marked file and --json hold all of them.
SHOWN = 50


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("import", help=_("bring an Excel file into a register"))
    parser.add_argument("register", metavar="LIST", help=_("code of the register, for instance appointments"))
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--unit", required=True, metavar="CODE", help=_("code of the unit the rows belong to"))
    parser.add_argument(
        "--layout", default="auto", metavar="NAME", help=_("whose form the file is in; found out if left out")
    )
    parser.add_argument("--dry-run", action="store_true", help=_("look only, save nothing"))
    parser.add_argument("--marked", type=Path, metavar="FILE", help=_("where to put the file with bad cells marked"))
    parser.add_argument("--json", action="store_true", help=_("print data as JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """1 when cells are wrong: then nothing is saved."""
    from guiju.access import actor
    from guiju.registers import importing

    by = actor.system("guiju")
    if not args.file.is_file():
        raise NotFound(_("There is no file %(path)s.") % {"path": args.file}, fix=_("Check the name and the folder."))
    waiting = importing.prepare(
        register=args.register,
        unit=find_unit(args.unit),
        path=args.file,
        name=args.file.name,
        by=by,
        layout=args.layout,
        is_strict=True,
    )
    faults = list(importing.faults(waiting))
    if faults and args.marked:
        importing.marked_file(waiting, args.marked)
    if faults or args.dry_run:
        importing.discard(waiting)
    else:
        waiting = importing.confirm(waiting, by)
    _report(args, waiting.summary, faults)
    return 1 if faults else 0


def find_unit(code: str) -> Any:
    """The unit with this code; the command line may act on every unit."""
    from guiju.org.models import Unit

    found = Unit.objects.filter(code=code).first()
    if found is None:
        what = _("There is no unit with the code “%(code)s”.") % {"code": code}
        raise NotFound(what, fix=_("A code is written exactly as in the list of units."))
    return found


def _report(args: argparse.Namespace, summary: Mapping[str, Any], faults: list[dict[str, Any]]) -> None:
    counts = {name: summary[name] for name in ("rows", "new", "changed", "same", "faulty", "skipped")}
    saved = not faults and not args.dry_run
    if args.json:
        told = (
            "sheet",
            "sheets",
            "skipped_sheets",
            "layout",
            "unknown_columns",
            "missing_columns",
            "absent",
            "absentees",
        )
        output.data({**counts, **{name: summary[name] for name in told}, "saved": saved, "faults": faults})
        return
    for fault in faults[:SHOWN]:
        ref = fault["ref"] or fault["row"]
        place = f"{args.file.name} {ref if len(summary['sheets']) > 1 else fault['sheet'] + '!' + str(ref)}"
        output.complain(f"{place} {fault['column']}: {fault['what']} {fault['fix']}".rstrip())
    if len(faults) > SHOWN:
        output.complain(_("... and %(count)s more; --marked FILE marks them all.") % {"count": len(faults) - SHOWN})
    if summary["layout_title"]:
        output.line(_("Form: %(title)s (%(layout)s)") % {"title": summary["layout_title"], "layout": summary["layout"]})
    for sheet in summary["sheets"] if len(summary["sheets"]) > 1 else ():
        output.line(_("Sheet %(name)s: %(rows)s rows") % sheet)
    for sheet in summary["skipped_sheets"]:
        output.line(_("Sheet %(name)s left aside: %(why)s") % sheet)
    if summary["absent"]:
        output.line(_("Not in the file, they stay: %(absent)s") % summary)
    output.line(_("Rows: %(rows)s, new: %(new)s, changed: %(changed)s, same: %(same)s, wrong: %(faulty)s") % counts)
    output.line(_("Saved.") if saved else _("Nothing was saved."))
