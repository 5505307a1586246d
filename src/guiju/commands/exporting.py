"""`guiju export LIST`: a register as a workbook."""

from __future__ import annotations

import argparse
from pathlib import Path

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib.errors import NotFound


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("export", help=_("write a register as an Excel file"))
    parser.add_argument("register", metavar="LIST", help=_("code of the register, for instance appointments"))
    parser.add_argument("--unit", required=True, metavar="CODE", help=_("this unit with everything below it"))
    parser.add_argument("--layout", default="standard", metavar="NAME", help=_("in whose form"))
    parser.add_argument("--alone", action="store_true", help=_("only the unit's own rows, none of the units below"))
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=_("the file to write"))
    parser.add_argument("--json", action="store_true", help=_("print data as JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """The file appears whole or not at all."""
    from guiju.access import actor
    from guiju.commands.importing import find_unit
    from guiju.registers import exporting, spec
    from guiju.registers.listing import ListQuery

    target: Path = args.output
    if not target.parent.is_dir():
        what = _("There is no folder %(path)s.") % {"path": target.parent}
        raise NotFound(what, fix=_("Make it, or choose another."))
    unit = find_unit(args.unit)
    by, register, query = actor.system("guiju"), spec.get(args.register), ListQuery(within=unit, alone=args.alone)
    planned = exporting.plan(by=by, spec=register, query=query, layout=args.layout)
    draft = target.with_name(f".{target.name}.part")
    try:
        count = exporting.export(by=by, spec=register, query=query, layout=args.layout, to=draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    if args.json:
        told = {"register": args.register, "unit": unit.code, "layout": args.layout, "rows": count, "file": str(target)}
        output.data({**told, "workbook": planned.book.name if planned.book else None})
    else:
        if planned.book is not None:
            output.line(_("Written into the workbook that was imported: %(name)s") % {"name": planned.book.name})
        elif planned.is_redrawn:
            output.line(
                _("More than 5,000 rows: drawn anew in this form, not written into the workbook that was imported.")
            )
        output.line(_("Written: %(path)s (rows: %(count)s)") % {"path": target, "count": count})
    return 0
