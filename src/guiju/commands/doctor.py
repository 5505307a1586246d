"""`guiju doctor`: is everything there that the installation needs, and what to do where it is not?"""

from __future__ import annotations

import argparse
import os
import shutil
import stat
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib.errors import Problem

PYTHON = (3, 11)
#: Below the first the disk is full for a database; below the second it soon will be.
DISK_BAD, DISK_LOW = 200 * 2**20, 2 * 2**30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `good`, `warning` or `bad`, and what to do."""

    name: str
    state: str
    what: str
    fix: str = ""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("doctor", help=_("look for what is missing or wrong"))
    parser.add_argument("--json", action="store_true", help=_("print data as JSON"))
    parser.set_defaults(run=run, needs_database=False)


def run(args: argparse.Namespace) -> int:
    """1 when something is bad."""
    found = examine()
    if args.json:
        output.data({"checks": [asdict(item) for item in found]})
    else:
        signs = {"good": "✓", "warning": "!", "bad": "✗"}
        for item in found:
            output.line(f"{signs[item.state]} {item.name}: {item.what}")
            if item.fix:
                output.line(f"    {item.fix}")
    return 1 if any(item.state == "bad" for item in found) else 0


def examine() -> list[Finding]:
    """All checks; those that need tables are left out while there are none."""
    found = [_python(), _disk(), _keys(), _assets(), _address(), _database()]
    if found[-1].state == "bad":
        return found
    found.append(_migrations())
    if found[-1].state == "good":
        found += [_packs_valid(), _packs_loaded(), _log()]
    return found


def waiting_migrations() -> list[str]:
    """Names of the changes of tables that have not been made."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON:
        return Finding("Python", "bad", version, _("Install Python 3.11 or newer."))
    return Finding("Python", "good", version)


def _disk() -> Finding:
    from django.conf import settings

    free = shutil.disk_usage(settings.HOME if settings.HOME.exists() else settings.HOME.anchor).free
    what = _("%(free)s MB free in %(home)s") % {"free": free // 2**20, "home": settings.HOME}
    if free < DISK_LOW:
        return Finding(_("Disk"), "bad" if free < DISK_BAD else "warning", what, _("Make room on this disk."))
    return Finding(_("Disk"), "good", what)


def _keys() -> Finding:
    from django.conf import settings

    name, folder = _("Keys"), Path(settings.KEYS)
    if os.name != "posix":
        return Finding(name, "good", str(folder))
    paths = [folder, *sorted(folder.glob("*.key"))]
    loose = [path for path in paths if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        what = _("other accounts of this machine may read %(path)s") % {"path": loose[0]}
        return Finding(name, "bad", what, f"chmod -R go= {folder}")
    return Finding(name, "good", _("only this account may read %(path)s") % {"path": folder})


def _assets() -> Finding:
    from django.contrib.staticfiles import finders

    wanted = ("vendor/bootstrap.min.css", "vendor/htmx.min.js", "vendor/icons.svg")
    missing = [name for name in wanted if finders.find(name) is None]
    if missing:
        what = _("missing: %(names)s") % {"names": ", ".join(missing)}
        return Finding(_("Front end"), "bad", what, _("In a checkout run `make assets`; else install the wheel again."))
    return Finding(_("Front end"), "good", _("present"))


def _address() -> Finding:
    from django.conf import settings

    if settings.HTTPS or any(f"//{host}" in settings.BASE_URL for host in ("127.0.0.1", "localhost", "[::1]")):
        return Finding(_("Address"), "good", settings.BASE_URL)
    what = _("%(address)s carries passwords in the clear") % {"address": settings.BASE_URL}
    return Finding(
        _("Address"), "warning", what, _("Put a TLS proxy in front and set GUIJU_BASE_URL to https://your.example.cn")
    )


def _database() -> Finding:
    from django.db import connection
    from django.db.utils import DatabaseError

    from guiju.cli import database_exists

    name = _("Database")
    if not database_exists():
        return Finding(name, "bad", _("there is none"), _("Run `guiju init`."))
    try:
        with connection.cursor() as cursor:
            if connection.vendor != "sqlite":
                return _server(name, cursor)
            cursor.execute("PRAGMA journal_mode")
            mode = str(cursor.fetchone()[0]).lower()
            cursor.execute("PRAGMA synchronous")
            synchronous = int(cursor.fetchone()[0])
    except DatabaseError as error:
        what = _("cannot be opened: %(why)s") % {"why": " ".join(str(error).split())}
        return Finding(name, "bad", what, _("Check GUIJU_HOME or DATABASE_URL; `guiju init` makes a new installation."))
    if mode not in {"wal", "memory"} or synchronous < 2:
        what = _("SQLite runs with journal %(mode)s and synchronous %(level)s, so a power cut could lose records")
        names = {"mode": mode, "level": synchronous}
        return Finding(name, "bad", what % names, _("The disk must be a local one; network folders cannot hold it."))
    return Finding(name, "good", "SQLite, WAL, synchronous=FULL")


def _server(name: str, cursor: Any) -> Finding:
    """PostgreSQL may be told to say "saved" before it is."""
    cursor.execute("SHOW server_version")
    version = f"PostgreSQL {cursor.fetchone()[0]}"
    cursor.execute("SHOW synchronous_commit")
    if cursor.fetchone()[0] == "off":
        what = _("%(version)s runs with synchronous_commit off, so a power cut could lose records")
        return Finding(name, "bad", what % {"version": version}, "ALTER SYSTEM SET synchronous_commit = on")
    return Finding(name, "good", version)


def _migrations() -> Finding:
    waiting = waiting_migrations()
    if waiting:
        what = _("%(count)s changes of tables have not been made") % {"count": len(waiting)}
        return Finding(_("Tables"), "bad", what, _("Run `guiju init`."))
    return Finding(_("Tables"), "good", _("up to date"))


def _packs_valid() -> Finding:
    from guiju.packs import check, folder

    found = [folder.read(path) for path in check.installed()]
    house = folder.House(tuple(found))
    faults = [fault for each in found for fault in check.faults(each, house)]
    if faults:
        what = _("%(count)s faults; the first: %(fault)s") % {"count": len(faults), "fault": faults[0]}
        return Finding(_("Pack files"), "bad", what, _("`guiju packs check PATH` shows all of them."))
    if not found:
        fix = _("Install the wheel again, or set GUIJU_PACK_DIRS.")
        return Finding(_("Pack files"), "bad", _("there are none"), fix)
    return Finding(_("Pack files"), "good", _("%(count)s packs without faults") % {"count": len(found)})


def _packs_loaded() -> Finding:
    from guiju.packs import catalogue, check, folder

    loaded = {pack.urn: pack.digest for pack in catalogue.packs()}
    found = [folder.read(path) for path in check.installed()]
    stale = [each.urn for each in found if loaded.get(each.urn) != each.digest]
    if stale:
        what = _("not loaded, or changed since: %(urns)s") % {"urns": ", ".join(stale)}
        return Finding(_("Packs"), "warning", what, _("Run `guiju packs load`."))
    return Finding(_("Packs"), "good", _("%(count)s loaded") % {"count": len(loaded)})


def _log() -> Finding:
    from guiju.trail import verify

    name = _("Log")
    try:
        report = verify.run(quick=True)
    except Problem as problem:
        return Finding(name, "bad", problem.what, problem.fix)
    if not report.ok:
        fix = _("`guiju trail verify` tells everything. Keep the files as they are.")
        return Finding(name, "bad", report.findings[0], fix)
    return Finding(name, "good", _("%(count)s events, whole since the last checkpoint") % {"count": report.size})
