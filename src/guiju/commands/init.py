"""`guiju init`: make or bring up to date the installation in GUIJU_HOME. Asks nothing; may be run again."""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib.errors import Conflict, Problem

if TYPE_CHECKING:
    from guiju.access.actor import Actor
    from guiju.org.models import Unit

#: Letters and digits that cannot be taken for one another on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("init", help=_("make the installation, or bring it up to date"))
    parser.add_argument("--demo", action="store_true", help=_("one whose history may be invented"))
    parser.add_argument("--admin", metavar=_("NAME"), help=_("make the first accounts, this one for the administrator"))
    parser.add_argument("--unit-name", metavar=_("NAME"), help=_("name of your enterprise, for the first accounts"))
    parser.add_argument("--unit-code", metavar=_("CODE"), default="001", help=_("its code (001 unless you say)"))
    parser.set_defaults(run=run, needs_database=False)


def run(args: argparse.Namespace) -> int:
    """Folders, tables, log, packs, and on demand the first accounts."""
    from django.conf import settings

    from guiju.access import actor
    from guiju.trail import log as trail

    if args.admin and not args.unit_name:
        what = _("The first accounts need an enterprise.")
        raise Problem("init.unit", what, fix=_("Add --unit-name with the name of your enterprise."))
    by = actor.system("guiju")
    _make_folders()
    _migrate()
    _open_log(by, demo=args.demo)
    _load_packs(by)
    if args.admin:
        _make_accounts(args, by)
    trail.checkpoint()
    output.line(_("Ready: %(home)s") % {"home": settings.HOME})
    return 0


def _make_folders() -> None:
    from django.conf import settings

    # The folder of static files stays empty; the server only wants it to be there.
    tmp = Path(settings.FILE_UPLOAD_TEMP_DIR)
    for path in (settings.HOME, settings.FILES_ROOT, tmp, settings.STATIC_ROOT, settings.KEYS, settings.CHECKPOINT_DIR):
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.chmod(0o700)
        except OSError as error:
            what = _("The folder %(path)s cannot be made: %(why)s.") % {"path": path, "why": error.strerror}
            raise Problem("home.unwritable", what, fix=_("Set GUIJU_HOME to a folder that you may write to.")) from None


def _migrate() -> None:
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    for path in (database, *database.parent.glob(f"{database.name}-*")) if database.is_file() else ():
        path.chmod(0o600)  # made by an earlier release, or by hand


def _open_log(by: Actor, *, demo: bool) -> None:
    from django.conf import settings

    from guiju.trail import log as trail

    origin = None
    if demo and not settings.LOG_ORIGIN.startswith("DEMO"):
        origin = f"DEMO guiju-{secrets.token_hex(4)}"
    log = trail.open_log(by=by, origin=origin)
    if demo and not log.is_demo:
        raise Conflict(
            _("The installation in %(home)s is a real one; its history cannot be invented.") % {"home": settings.HOME},
            fix=_("Choose another folder for the demo: GUIJU_HOME=..."),
            code="init.not_demo",
        )


def _load_packs(by: Actor) -> None:
    from guiju.commands.packs import outcome_line
    from guiju.packs import load

    for result in load.load_all(by=by):
        if result.outcome != "unchanged":
            output.line(outcome_line(result))


def _make_accounts(args: argparse.Namespace, by: Actor) -> None:
    """Duties are apart from the first day: who makes accounts, who grants rights, and who keeps the records."""
    from django.db import transaction

    from guiju.access import actions

    wanted = (
        (args.admin, _("System administrator"), "system_admin"),
        (f"{args.admin}-security", _("Security administrator"), "security_admin"),
        (f"{args.admin}-compliance", _("Compliance office"), "compliance_office"),
    )
    made: list[tuple[str, str, str]] = []
    with transaction.atomic():
        unit = _unit(args, by)
        for username, name, role in wanted:
            if _is_taken(username):
                output.complain(_("The account %(name)s exists already; it stays as it is.") % {"name": username})
                continue
            password = _password()
            user = actions.create_account(username=username, name=name, password=password, by=by)
            actions.grant(user=user, role=role, unit=unit, by=by, reason=_("First account of the installation"))
            made.append((username, password, name))
    if made:
        output.line(_("Accounts (the passwords are shown only now; change them after signing in):"))
        output.table([(_("Account"), _("Password"), _("For")), *made])


def _unit(args: argparse.Namespace, by: Actor) -> Unit:
    from guiju.org import actions
    from guiju.org.enums import UnitKind
    from guiju.org.models import Unit

    found = Unit.objects.filter(code=args.unit_code).first()
    return found or actions.create_unit(code=args.unit_code, name=args.unit_name, kind=UnitKind.COMPANY, by=by)


def _is_taken(username: str) -> bool:
    from guiju.access.models import User

    return User.objects.filter(username=username).exists()


def _password() -> str:
    """Four groups of four: 79 bits, and easy to copy from paper."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _place in range(4)) for _group in range(4))
