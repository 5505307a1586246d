"""The command `guiju`: one parser, one module per command, three exit codes.

0 done, or the answer is yes; 1 the answer is no (not verified, rows rejected, packs with faults); 2 wrong use.
Nothing heavy is imported before a command runs, so that `guiju --help` answers at once.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import guiju
from guiju.commands import language, output
from guiju.commands.language import say as _
from guiju.lib.errors import Problem

COMMANDS = (
    "init", "serve", "worker", "demo", "doctor", "packs", "importing", "exporting", "posture", "report", "trail", "archive",
    "verify", "review",
)  # fmt: skip
YES, NO, WRONG_USE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character shows a mark instead of ending the command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    args = parser().parse_args(argv)
    os.umask(0o077)  # what an installation writes is for its own account, whatever folder it is in
    try:
        return _run(args)
    except Problem as problem:
        output.complain(str(problem))
        return NO if problem.faults or problem.status in {409, 422} else WRONG_USE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`guiju ... | head`); what follows must not complain about it either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return YES


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(prog="guiju", description=_("Guiju: compliance management. Data live in GUIJU_HOME."))
    top.add_argument("--version", action="version", version=f"guiju {guiju.__version__}")
    commands = top.add_subparsers(dest="command", metavar=_("COMMAND"), required=True)
    for name in COMMANDS:
        importlib.import_module(f"guiju.commands.{name}").add(commands)
    return top


def _run(args: argparse.Namespace) -> int:
    if getattr(args, "only_reads", False) and not os.environ.get("GUIJU_SECRET_KEY"):
        # Nothing is signed with it; without one the settings would make a key and its folder.
        os.environ["GUIJU_SECRET_KEY"] = secrets.token_urlsafe(48)
    _start_django()
    from django.db.utils import DatabaseError
    from django.utils import translation

    with translation.override(language.chosen()):
        if getattr(args, "needs_database", True) and not database_exists():
            raise _no_database()
        try:
            return int(args.run(args))
        except DatabaseError as error:
            raise _database_problem(error) from error


def _start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guiju.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except OSError as error:
        raise Problem(
            "home.unwritable",
            _("The data folder cannot be used: %(why)s.") % {"why": error},
            fix=_("Set GUIJU_HOME to a folder that you may write to."),
        ) from None
    except ImproperlyConfigured as error:
        raise Problem("settings", str(error)) from None


def database_exists() -> bool:
    """False for an SQLite file that is not there: connecting would make an empty one. A server is only asked later."""
    from django.conf import settings

    engine, name = (str(settings.DATABASES["default"][key]) for key in ("ENGINE", "NAME"))
    return "sqlite3" not in engine or ":memory:" in name or "mode=memory" in name or Path(name).exists()


def _no_database() -> Problem:
    fix = _("Run `guiju init` first; GUIJU_HOME names its folder.")
    return Problem("database.missing", _("This installation has no database yet."), fix=fix)


def _database_problem(error: Exception) -> Problem:
    """What went wrong with the database, and what usually helps."""
    from django.db import connection
    from django.db.utils import DatabaseError

    tables: list[str] = []
    with contextlib.suppress(DatabaseError):
        tables = connection.introspection.table_names()
    if "packs_pack" not in tables:
        return _no_database()
    what = _("The database refused: %(why)s.") % {"why": " ".join(str(error).split())}
    return Problem("database", what, fix=_("`guiju doctor` looks for the cause."))
