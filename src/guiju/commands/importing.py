"""`guiju import LIST FILE`: a workbook into a register, all rows or none."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib.errors import NotFound


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("import", help=_("bring an Excel file into a register"))
    parser.add_argument("register", metavar="LIST", help=_("code of the register, for instance appointments"))
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--unit", required=True, metavar="CODE", help=_("code of the unit the rows belong to"))
    parser.add_argument("--layout", default="standard", metavar="NAME", help=_("whose form the file is in"))
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
    run_ = importing.prepare(
        register=args.register,
        unit=find_unit(args.unit),
        path=args.file,
        name=args.file.name,
        by=by,
        layout=args.layout,
    )
    faults: list[dict[str, Any]] = list(run_.summary.get("faults", []))
    if faults and args.marked:
        args.marked.write_bytes(importing.marked_file(run_))
    if not faults and not args.dry_run:
        importing.confirm(run_, by=by)
    _report(args, dict(run_.summary), faults)
    return 1 if faults else 0


def find_unit(code: str) -> Any:
    """The unit with this code; the command line may act on every unit."""
    from guiju.org.models import Unit

    found = Unit.objects.filter(code=code).first()
    if found is None:
        what = _("There is no unit with the code “%(code)s”.") % {"code": code}
        raise NotFound(what, fix=_("Codes are written as in the list of units: guiju export units --unit CODE"))
    return found


def _report(args: argparse.Namespace, summary: dict[str, Any], faults: list[dict[str, Any]]) -> None:
    saved = not faults and not args.dry_run
    if args.json:
        output.data({**summary, "faults": faults, "saved": saved})
        return
    for fault in faults:
        output.complain(
            f"{args.file.name} {fault.get('where', '')}: {fault.get('what', '')} {fault.get('fix', '')}".rstrip()
        )
    counts = ", ".join(f"{name} {count}" for name, count in summary.items() if isinstance(count, int))
    if faults:
        output.complain(_("Nothing was saved: %(count)s cells are wrong.") % {"count": len(faults)})
    elif saved:
        output.line(_("Saved: %(counts)s") % {"counts": counts})
    else:
        output.line(_("Nothing saved, as asked. The file holds: %(counts)s") % {"counts": counts})
