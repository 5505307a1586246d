"""`guiju review`: ask the gate on the server itself, look for leaks; give away keys, ended passes, the checker."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib.errors import NotFound, Problem

_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("review", help=_("ask the review gate, look for leaks, fetch the keys of passes"))
    does = parser.add_subparsers(dest="does", metavar=_("ACTION"), required=True)
    gate = does.add_parser("gate", help=_("may this document be sealed, signed or issued? 0 yes, 1 no"))
    gate.add_argument("--system", required=True, metavar="SYSTEM", help=_("the system that asks, such as oa"))
    gate.add_argument("--ref", required=True, metavar="NUMBER", help=_("its number of what is asked about"))
    gate.add_argument("--digest", metavar="SHA256", help=_("SHA-256 of the document"))
    gate.add_argument("--file", type=Path, metavar="FILE", help=_("or the document itself"))
    gate.add_argument("--unit", default="", metavar="CODE", help=_("only matters of this unit"))
    gate.add_argument("--pass", dest="shown", default="", metavar="PASS", help=_("the pass that was shown"))
    gate.add_argument("--json", action="store_true", help=_("print data as JSON"))
    gate.set_defaults(run=_gate)
    leaks = does.add_parser("leaks", help=_("look for what was carried out without review, and print the review rates"))
    leaks.add_argument("--unit", required=True, metavar="CODE", help=_("the company"))
    leaks.add_argument(
        "--period",
        default="12m",
        metavar="PERIOD",
        help=_("2026, 2026Q3, 2026-03, or 12m: the twelve months up to today"),
    )
    leaks.add_argument("--below", action="store_true", help=_("all levels below as well"))
    leaks.add_argument(
        "--file", dest="files", type=Path, action="append", default=[], metavar="LEDGER",
        help=_("a contract, purchase or finance ledger (.xlsx, .csv); may be given several times"),
    )  # fmt: skip
    leaks.add_argument("--json", action="store_true", help=_("print data as JSON"))
    leaks.set_defaults(run=_leaks)
    keys = does.add_parser("keys", help=_("print the public keys of passes"))
    keys.set_defaults(run=_keys)
    newkey = does.add_parser("newkey", help=_("sign passes with a new key; those of the earlier one stay valid"))
    newkey.set_defaults(run=_newkey)
    withdraw = does.add_parser(
        "withdraw-key", help=_("say that a key may be in other hands: only passes that are known here hold on")
    )
    withdraw.add_argument("key", metavar="KID", help=_("the id of the key, as “guiju review keys” prints it"))
    withdraw.add_argument("--reason", required=True, metavar="TEXT", help=_("why"))
    withdraw.set_defaults(run=_withdraw)
    revoked = does.add_parser("revoked", help=_("print the signed list of ended passes"))
    revoked.set_defaults(run=_revoked)
    page = does.add_parser("checker", help=_("write a page that checks passes without network"))
    page.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=_("the file to write"))
    page.set_defaults(run=_checker)


def _gate(args: argparse.Namespace) -> int:
    """1 when it is not cleared; the reason is told either way."""
    from guiju.access.actor import system
    from guiju.review import gate

    if not args.system.strip() or not args.ref.strip():
        raise Problem("gate.invalid", _("The gate cannot answer this."), fix=_("Name the system and its number."))
    answer = gate.ask(
        system=args.system, ref=args.ref, digest=_digest(args), unit=args.unit, shown=args.shown, by=system("guiju")
    )
    if args.json:
        output.data(answer.said())
    else:
        (output.line if answer.cleared else output.complain)(f"{answer.code}: {answer.why}")
    return 0 if answer.cleared else 1


def _digest(args: argparse.Namespace) -> str:
    import hashlib

    if (args.digest is None) == (args.file is None):
        raise Problem("gate.digest", _("Give --digest or --file, one of them."))
    if args.digest is not None:
        if not _DIGEST.fullmatch(args.digest):
            raise Problem("gate.digest", _("A SHA-256 has 64 hexadecimal digits."), fix=_("Or give the --file."))
        return str(args.digest)
    if not args.file.is_file():
        raise NotFound(_("There is no file %(path)s.") % {"path": args.file})
    with args.file.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _leaks(args: argparse.Namespace) -> int:
    """One look, kept like every other, and told: rates, what weighs against them, every finding."""
    from contextlib import ExitStack

    from guiju.access.actor import system
    from guiju.org.models import Unit
    from guiju.review.leaks import looking, telling

    unit = Unit.objects.filter(code=args.unit).first()
    if unit is None:
        raise NotFound(_("There is no unit %(code)s.") % {"code": args.unit})
    for path in args.files:
        if not path.is_file():
            raise NotFound(_("There is no file %(path)s.") % {"path": path})
    with ExitStack() as opened:
        handed = [looking.Handed(path.name, opened.enter_context(path.open("rb"))) for path in args.files]
        run = looking.look(unit=unit, period=args.period, below=args.below, handed=handed, by=system("guiju"))
    if args.json:
        output.data(telling.data(run))
    else:
        for line in telling.lines(run):
            output.line(line)
    return 0


def _keys(_args: argparse.Namespace) -> int:
    from guiju.review import passes

    output.data(passes.published())
    return 0


def _newkey(_args: argparse.Namespace) -> int:
    from guiju.access import actor
    from guiju.review import passes

    key_id, aside = passes.replace(by=actor.system("guiju"))
    output.line(_("New passes are signed with the key %(id)s.") % {"id": key_id})
    if aside is not None:
        output.line(_("The earlier key lies in %(path)s; what it signed stays valid.") % {"path": aside})
    output.line(_("Whoever checks offline has to fetch /api/v1/gate/keys anew."))
    return 0


def _withdraw(args: argparse.Namespace) -> int:
    from guiju.access import actor
    from guiju.review import passes

    row, held = passes.withdraw(args.key, reason=args.reason, by=actor.system("guiju"))
    output.line(_("The key %(id)s is withdrawn.") % {"id": row.key_id})
    output.line(_("Passes of it that are known here and hold on: %(count)d") % {"count": held})
    output.line(_("Whoever checks offline has to fetch /api/v1/gate/keys and /api/v1/gate/revoked anew."))
    return 0


def _revoked(_args: argparse.Namespace) -> int:
    from guiju.review import passes

    output.data(passes.ended())
    return 0


def _checker(args: argparse.Namespace) -> int:
    from guiju.api.checker import page

    if not args.output.parent.is_dir():
        raise NotFound(_("There is no folder %(path)s.") % {"path": args.output.parent})
    args.output.write_text(page(), encoding="utf-8")
    output.line(_("Written: %(path)s") % {"path": args.output})
    return 0
