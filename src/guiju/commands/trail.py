"""`guiju trail verify`: is the log whole, and do the live rows say what it says?"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from guiju.commands import output
from guiju.commands.language import say as _


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("trail", help=_("the log of who did what"))
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    verify = actions.add_parser("verify", help=_("check the log against its signatures and the live rows"))
    verify.add_argument("--anchors", type=Path, metavar="FOLDER", help=_("checkpoints kept elsewhere"))
    verify.add_argument("--quick", action="store_true", help=_("signatures and the newest events only"))
    verify.add_argument("--json", action="store_true", help=_("print data as JSON"))
    verify.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """1 when anything does not agree; what does not is told on stderr."""
    from guiju.trail import verify

    report = verify.run(args.anchors, quick=args.quick)
    if args.json:
        output.data(dataclasses.asdict(report))
        return 0 if report.ok else 1
    output.line(_("Events: %(count)s") % {"count": report.size})
    output.line(_("Root: %(root)s") % {"root": report.root})
    output.line(_("Checkpoints outside the database: %(count)s") % {"count": report.anchor_count})
    for note in report.notes:
        output.line(note)
    for finding in report.findings:
        output.complain(finding)
    output.line(_("The log is whole, and the records agree with it.") if report.ok else _("The log is NOT whole."))
    return 0 if report.ok else 1
