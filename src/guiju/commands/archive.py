"""`guiju archive`: what a unit keeps for inspection, sealed in one file."""

from __future__ import annotations

import argparse
import shutil
from datetime import date
from pathlib import Path

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib.errors import NotFound, Problem


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("archive", help=_("write the sealed archive of a unit"))
    parser.add_argument("--unit", required=True, metavar="CODE", help=_("code of the unit"))
    parser.add_argument("--from", required=True, dest="begins", metavar="DAY", help=_("first day, such as 2026-01-01"))
    parser.add_argument("--to", required=True, dest="ends", metavar="DAY", help=_("last day, such as 2026-12-31"))
    parser.add_argument(
        "--part", action="append", default=[], metavar="PART", help=_("only this part; may be repeated")
    )
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=_("the file to write"))
    parser.add_argument("--json", action="store_true", help=_("print data as JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """The file appears whole or not at all; it is kept among the archives of the unit as well."""
    from guiju.access import actor
    from guiju.commands.importing import find_unit
    from guiju.files import store
    from guiju.governance.archive import making
    from guiju.governance.archive.counting import Span

    target: Path = args.output
    if not target.parent.is_dir():
        what = _("There is no folder %(path)s.") % {"path": target.parent}
        raise NotFound(what, fix=_("Make it, or choose another."))
    span = Span(_day(args.begins), _day(args.ends))
    by, unit = actor.system("guiju"), find_unit(args.unit)
    asked = making.begin(unit=unit, span=span, by=by, codes=args.part, background=False)
    made = making.make(asked, by=by)
    draft = target.with_name(f".{target.name}.part")
    try:
        with store.open_file(made.digest) as source, draft.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    if args.json:
        output.data({"file": str(target), "sha256": made.digest, "size": made.size, "manifest": made.manifest,
                     "unit": unit.code, "from": span.begins_on, "to": span.ends_on, "parts": made.counted})  # fmt: skip
    else:
        rows = sum(one["rows"] for one in made.counted.values())
        output.line(_("Written: %(path)s (records: %(count)s)") % {"path": target, "count": rows})
        output.line(f"SHA-256: {made.digest}")
    return 0


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        what = _("“%(day)s” is not a day.") % {"day": written}
        raise Problem("archive.day", what, fix=_("Write it as 2026-01-31.")) from None
