"""`guiju export LIST`: a register as a workbook."""

from __future__ import annotations

import argparse
from pathlib import Path

from guiju.commands.language import say as _


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("export", help=_("write a register as an Excel file"))
    parser.add_argument("register", metavar="LIST", help=_("code of the register, for instance appointments"))
    parser.add_argument("--unit", required=True, metavar="CODE", help=_("this unit with everything below it"))
    parser.add_argument("--layout", default="standard", metavar="NAME", help=_("in whose form"))
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=_("the file to write"))
    parser.add_argument("--json", action="store_true", help=_("print data as JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the file."""
    raise SystemExit(2)
