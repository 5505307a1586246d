"""`guiju packs`: look at packs, check them, load them."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guiju.commands import output, packs_diff
from guiju.commands.language import say as _

if TYPE_CHECKING:
    from guiju.packs.load import LoadResult


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    parser = commands.add_parser("packs", help=_("the documents that units answer to"))
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    listed = actions.add_parser("list", help=_("the packs that are loaded"))
    listed.set_defaults(run=show_list)
    show = actions.add_parser("show", help=_("what a document asks"))
    show.add_argument("urn", metavar="URN")
    show.add_argument("--size", choices=["large", "medium", "small", "micro"], help=_("only the indicators of a size"))
    show.set_defaults(run=show_one)
    check = actions.add_parser("check", help=_("look for faults in a pack's files, without loading"))
    check.add_argument("path", metavar="PATH", type=Path)
    check.set_defaults(run=run_check, needs_database=False)
    load = actions.add_parser("load", help=_("load what has changed"))
    load.add_argument("--replace", action="store_true", help=_("also where the version was not raised"))
    load.set_defaults(run=run_load)
    tests = actions.add_parser("tests", help=_("the evidence tests that a pack may name, with their parameters"))
    tests.add_argument(
        "name", metavar=_("NAME"), nargs="?", default="", help=_("only those whose name holds this word")
    )
    tests.set_defaults(run=show_tests, needs_database=False)
    facts = actions.add_parser("facts", help=_("the fact relations that a register may feed, with their columns"))
    facts.set_defaults(run=show_facts, needs_database=False)
    registers = actions.add_parser("registers", help=_("the registers with their fields, choices and facts"))
    registers.add_argument("code", metavar=_("CODE"), nargs="?", help=_("only this register"))
    registers.set_defaults(run=show_registers, needs_database=False)
    diff = packs_diff.add(actions)
    for each in (listed, show, check, load, tests, facts, registers, diff):
        each.add_argument("--json", action="store_true", help=_("print data as JSON"))


def show_list(args: argparse.Namespace) -> int:
    """One line per current pack, with the number of things it holds by kind."""
    from guiju.packs import catalogue, words

    found: list[dict[str, Any]] = []
    for pack in catalogue.packs():
        counts = catalogue.counts(pack, catalogue.text(pack))
        one = {
            "urn": pack.urn,
            "version": pack.version,
            "title": pack.title,
            "document_status": pack.document_status,
            "requirements": len(catalogue.requirements(pack)),
            "registers": sum(1 for item in catalogue.registers() if item.pack_id == pack.pk),
            "loaded_at": pack.loaded_at.isoformat(),
            "kinds": counts,
        }
        found.append(one)
    if args.json:
        output.data({"packs": found})
        return 0
    heads = (_("URN"), _("Version"), _("Title"), _("Status"), _("Requirements"), _("Registers"), _("Holds"))
    keys = ("urn", "version", "title", "document_status", "requirements", "registers")
    lines = [[*(one[key] for key in keys), words.held(one["kinds"])] for one in found]
    output.table([heads, *lines])
    return 0


def show_one(args: argparse.Namespace) -> int:
    """The contract's JSON, or lines to read."""
    from guiju.commands import packs_show
    from guiju.packs import catalogue

    found = catalogue.show(args.urn, args.size)
    if args.json:
        output.data(found)
        return 0
    pack = catalogue.current(args.urn)
    output.line(f"{pack.title}  {pack.urn} {pack.version}  ({pack.get_document_status_display()})")
    for line in packs_show.lines(found):
        output.line(line)
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Faults to stderr, each with file and line; 1 when there are any."""
    from guiju.packs import check

    found = check.look(args.path)
    if args.json:
        output.data(
            {"faults": [asdict(item) for item in found.faults], "notes": [asdict(item) for item in found.notes]}
        )
        return 1 if found.faults else 0
    for item in found.faults:
        output.complain(str(item))
    for item in found.notes:
        output.line(_("Note: %(note)s") % {"note": item})
    if not found.faults:
        output.line(_("No faults. Packs looked at: %(count)s") % {"count": len(found.folders)})
    return 1 if found.faults else 0


def run_load(args: argparse.Namespace) -> int:
    """All packs of the installation, or none."""
    from guiju.access import actor
    from guiju.packs import load

    results = load.load_all(by=actor.system("guiju"), replace=args.replace)
    if args.json:
        output.data({"packs": [{"urn": r.urn, "version": r.version, "outcome": r.outcome} for r in results]})
        return 0
    for result in results:
        output.line(outcome_line(result))
    return 0


def show_tests(args: argparse.Namespace) -> int:
    """For authors: what can be asked of the records."""
    from guiju.commands import packs_tests

    found = packs_tests.found(args.name)
    if args.json:
        output.data({"tests": found})
        return 0
    for line in packs_tests.lines(found):
        output.line(line)
    return 0


def show_facts(args: argparse.Namespace) -> int:
    """For authors: where the fields of a register can go."""
    from guiju.packs import factnames

    found = {name: sorted(factnames.columns(name) or ()) for name in factnames.relations()}
    if args.json:
        output.data({"relations": found})
        return 0
    for name, columns in found.items():
        output.line(f"{name}: {', '.join(columns)}")
    return 0


def show_registers(args: argparse.Namespace) -> int:
    """For authors: which records there are, and the codes that parameters of tests take."""
    from guiju.commands import packs_registers

    found = packs_registers.found(args.code)
    if args.json:
        output.data({"registers": found})
        return 0
    for line in packs_registers.lines(found):
        output.line(line)
    return 0


def outcome_line(result: LoadResult) -> str:
    """What became of one pack, for people."""
    words = {
        "unchanged": _("unchanged"),
        "new": _("new"),
        "superseded": _("new version"),
        "replaced": _("replaced"),
    }
    return f"{result.urn} {result.version}  {result.title}: {words[result.outcome]}"
