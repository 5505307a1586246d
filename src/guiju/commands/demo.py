"""`guiju demo`: invented enterprises with invented records, for looking around."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib.errors import Conflict, NotFound


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    parser = commands.add_parser("demo", help=_("demo data"))
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    load = actions.add_parser("load", help=_("fill a demo installation"))
    load.add_argument("--scale", default="small", choices=["small", "group", "large"], help=_("how much"))
    load.add_argument("--json", action="store_true", help=_("print data as JSON"))
    load.set_defaults(run=run)
    accounts = actions.add_parser("accounts", help=_("show the accounts of the demo"))
    accounts.add_argument("--json", action="store_true", help=_("print data as JSON"))
    accounts.set_defaults(run=show_accounts)


def run(args: argparse.Namespace) -> int:
    """Load once; a second time would double everything."""
    from guiju.trail.models import Log

    log = Log.objects.first()
    if log is None or not log.is_demo:
        raise Conflict(
            _("Demo data may only be loaded into a demo installation."),
            fix=_("Make one in a folder of its own: GUIJU_HOME=... guiju init --demo"),
            code="demo.not_demo",
        )
    if _accounts_file().exists():
        raise Conflict(
            _("The demo data are loaded already."),
            fix=_("`guiju demo accounts` shows the accounts."),
            code="demo.loaded",
        )
    from guiju.demo import load

    summary = load.run(args.scale, _tell)
    found = [dataclasses.asdict(account) for account in summary.accounts]
    path = _accounts_file()
    path.write_text(json.dumps(found, ensure_ascii=False, indent=2), encoding="utf-8")
    path.chmod(0o600)
    if args.json:
        output.data({"scale": args.scale, "accounts": found})
    else:
        output.line(_("The demo data are loaded. Accounts: %(count)s") % {"count": len(found)})
        _tell_samples()
    return 0


def _tell_samples() -> None:
    """Where the files to try the import with lie."""
    from django.conf import settings

    for sample in sorted((settings.HOME / "samples").glob("*.xlsx")):
        output.line(_("An Excel list to try the import with: %(path)s") % {"path": sample})
    for sample in sorted((settings.HOME / "samples").glob("*.zip")):
        output.line(_("A stock of rules to bring into the library: %(path)s") % {"path": sample})


def _tell(done: int, total: int, what: str) -> None:
    """A line now and then, so that nobody thinks it hangs."""
    if done == total or done % 10 == 0:
        output.complain(f"{done}/{total} {what}")


def show_accounts(args: argparse.Namespace) -> int:
    """What `load` has noted; only a demo keeps passwords in a file."""
    path = _accounts_file()
    if not path.exists():
        raise NotFound(_("There are no demo data here."), fix=_("Load them: guiju demo load"))
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    if args.json:
        output.data(found)
    elif found:
        shown = ("username", "password", "name", "role_text", "unit", "what_to_see")
        output.table([[str(item.get(name, "")) for name in shown] for item in found])
        _tell_samples()
    return 0


def _accounts_file() -> Path:
    from django.conf import settings

    return Path(settings.HOME) / "demo-accounts.json"
