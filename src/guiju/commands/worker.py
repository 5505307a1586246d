"""`guiju worker`: do background work until stopped."""

from __future__ import annotations

import argparse

from guiju.commands.language import say as _


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("worker", help=_("do background work"))
    parser.add_argument("--once", action="store_true", help=_("end when nothing is left to do"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Take jobs one after the other."""
    from guiju.commands.serve import require_ready
    from guiju.jobs import worker

    require_ready()
    if args.once:
        worker.drain()
        return 0
    return worker.main()
