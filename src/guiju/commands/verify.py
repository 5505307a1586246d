"""`guiju verify FILE`: is a file that this programme sealed still what was sealed? No database, no network.

With `--pass` the file is a document that was reviewed, and the question whether the pass speaks for it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib.errors import NotFound, Problem

if TYPE_CHECKING:
    from guiju.governance.archive.checking import Verdict
    from guiju.lib.note import VerifierKey
    from guiju.review.offline import Verdict as PassVerdict


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "verify", help=_("check a sealed file, or a document with its review pass, without network and database")
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=_("the archive as it was issued, or the document"))
    parser.add_argument(
        "--key",
        metavar="KEY",
        help=_("the issuer's public key or the file that holds it; else the file's own is taken"),
    )
    parser.add_argument(
        "--pass", dest="review_pass", metavar="PASS", help=_("the review pass of the document, or the file with it")
    )
    parser.add_argument("--keys", type=Path, metavar="KEYS", help=_("the keys of passes, from /api/v1/gate/keys"))
    parser.add_argument(
        "--revoked", type=Path, metavar="LIST", help=_("the list of ended passes, from /api/v1/gate/revoked")
    )
    parser.add_argument("--system", default="", metavar="SYSTEM", help=_("the pass must be for this system"))
    parser.add_argument("--ref", default="", metavar="NUMBER", help=_("and for this number of it"))
    parser.add_argument("--json", action="store_true", help=_("print data as JSON"))
    parser.set_defaults(run=run, needs_database=False, only_reads=True)


def run(args: argparse.Namespace) -> int:
    """1 when anything does not agree; what does not is told on stderr."""
    from guiju.governance.archive import checking

    if not args.file.is_file():
        what = _("There is no file %(path)s.") % {"path": args.file}
        raise NotFound(what, fix=_("Name the file as it was issued."))
    if args.review_pass is not None:
        return _of_pass(args)
    if args.keys is not None or args.revoked is not None:
        raise Problem("verify.pass", _("The pass is missing."), fix=_("Give it with --pass."))
    verdict = checking.check(args.file, key=_key(args.key) if args.key else None)
    if args.json:
        findings = [dataclasses.asdict(one) for one in verdict.findings]
        output.data(
            {"ok": verdict.ok, "findings": findings, "more_findings": verdict.more, "notes": verdict.notes,
             "members": verdict.members, "records": verdict.records, **verdict.facts}
        )  # fmt: skip
    else:
        _tell(verdict)
    return 0 if verdict.ok else 1


def _key(given: str) -> VerifierKey:
    from guiju.lib.note import VerifierKey

    path = Path(given)
    try:
        return VerifierKey.parse(path.read_text(encoding="utf-8") if path.is_file() else given)
    except (UnicodeDecodeError, OSError):
        what = _("%(path)s holds no public key.") % {"path": path}
        raise Problem("note.bad_key", what, fix=_("Take the file of the public key as the issuer gave it.")) from None


def _tell(verdict: Verdict) -> None:
    facts = verdict.facts
    if facts:
        words = {"unit": facts["unit"].get("name", ""), "from": facts["begins_on"], "to": facts["ends_on"]}
        output.line(_("Archive of %(unit)s, %(from)s to %(to)s") % words)
        output.line(_("Made %(at)s by %(by)s") % {"at": facts["made_at"], "by": facts["made_by"]})
        output.line(_("Files as sealed: %(count)s") % {"count": verdict.members})
        output.line(
            _("Records proved: %(count)s of %(all)s") % {"count": verdict.records, "all": facts["record_count"]}
        )
        if facts["origin"].startswith("DEMO"):
            output.line(_("This archive comes from a demonstration; its history is made up."))
    for note in verdict.notes:
        output.line(note)
    for finding in verdict.findings:
        output.complain(finding.text)
    if verdict.more:
        output.complain(_("… and %(count)s more.") % {"count": verdict.more})
    output.line(_("The archive is what was sealed.") if verdict.ok else _("The archive is NOT what was sealed."))


# --- a document and its pass ----------------------------------------------------------------------------------------


def _of_pass(args: argparse.Namespace) -> int:
    """1 when the pass does not speak for the document."""
    import hashlib

    from guiju.review import offline

    if args.keys is None:
        raise Problem(
            "verify.keys", _("The keys are missing."), fix=_("Fetch /api/v1/gate/keys and give it as --keys.")
        )
    with args.file.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    verdict = offline.check(
        token=_token(args.review_pass), digest=digest, keys=_json(args.keys), system=args.system, ref=args.ref,
        ended=_json(args.revoked) if args.revoked else None,
    )  # fmt: skip
    if args.json:
        output.data(
            {"ok": verdict.ok, "result": verdict.result, "why": verdict.why, "role": verdict.role, "sha256": digest,
             "notes": verdict.notes, "pass": verdict.said}
        )  # fmt: skip
    else:
        _tell_pass(verdict)
    return 0 if verdict.ok else 1


def _token(given: str) -> str:
    """The pass itself, or what stands in the file of that name."""
    from guiju.review.passes import LONGEST

    if given.count(".") == 2 and len(given) > 200:
        return given
    path = Path(given)
    try:
        # A file that is far too long for a pass is none, and is not read.
        short = path.is_file() and path.stat().st_size <= 2 * LONGEST
        return path.read_text(encoding="utf-8").strip() if short else "" if path.is_file() else given
    except (UnicodeDecodeError, OSError):
        return given


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        what = _("%(path)s holds no JSON object.") % {"path": path}
        raise Problem("verify.json", what, fix=_("Take the file as it was fetched."))
    return found


def _tell_pass(verdict: PassVerdict) -> None:
    said = verdict.said
    if said:
        unit = said.get("unit")
        words = {"number": said.get("sub"), "title": said.get("title"), "unit": dict(unit or {}).get("name", "")}
        output.line(_("Review %(number)s of %(unit)s: %(title)s") % words)
        output.line(_("Pass %(code)s") % {"code": said.get("code")})
    for note in verdict.notes:
        output.line(note)
    (output.line if verdict.ok else output.complain)(f"{verdict.result}: {verdict.why}")
