"""A document, a pass and the published keys: does the pass speak for it? No database, no network, no installation.

Results: verified; changed (another document), attachment (reviewed, but not as the text to be signed), expired,
forged, unknown_key, malformed, revoked, stayed (suspended while a resolution is being changed), withdrawn_key (signed by
a key that may be in other hands, and not known to its issuer), foreign (for another system or number than the one named).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Problem
from guiju.review import passes, subjects

VERIFIED = "verified"
#: A list of ended passes that is older than this is told as old: what ended since is not in it.
FRESH_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a pass says of a document; `said` is what it says at all, empty where its signature does not count."""

    result: str
    why: str
    role: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """May it be signed?"""
        return self.result == VERIFIED


def check(
    *,
    token: str,
    digest: str,
    keys: Mapping[str, Any],
    ended: Mapping[str, Any] | None = None,
    system: str = "",
    ref: str = "",
    at: datetime | None = None,
) -> Verdict:
    """Check a pass for one document. `ended` is the issuer's list of ended passes, as it was fetched."""
    moment, system, ref = at or clock.now(), letters.word(system), letters.word(ref)
    try:
        said = passes.read(token.strip(), keys, at=moment)
    except Problem as problem:
        return Verdict(problem.code.removeprefix("pass."), problem.what)
    listed, notes = _list(ended, keys, moment)
    if _is_withdrawn(token, keys, listed):
        why = _("The key that signed this pass was withdrawn, and the pass is not among those that its issuer knows.")
        return Verdict("withdrawn_key", why, notes=notes)
    gone = _gone(listed, str(said["jti"]))
    if gone and str(said["jti"]) in listed.get("stayed", ()):
        why = _("The pass has been suspended since %(day)s.") % {"day": gone}
        return Verdict("stayed", why, said=said, notes=notes)
    if gone:
        return Verdict("revoked", _("The pass was withdrawn on %(day)s.") % {"day": gone}, said=said, notes=notes)
    bound = bool(said.get("ref"))  # one that was brought on the pages is bound to its document alone
    if bound and ((system and said.get("system") != system) or (ref and said.get("ref") != ref)):
        why = _("This pass was not issued for what is asked about.")
        return Verdict("foreign", why, said=said, notes=notes)
    role = _role(said, digest)
    if not role:
        why = _("This document is not the one that was reviewed.")
        return Verdict("changed", why, said=said, notes=notes)
    if role != subjects.TEXT:
        why = _("This document was an attachment of the review; it is not the text that was to be signed.")
        return Verdict("attachment", why, role, said, notes)
    return Verdict(VERIFIED, _("This is the document that was reviewed."), role, said, (*notes, *_before(said)))


def _role(said: Mapping[str, Any], digest: str) -> str:
    papers = (one for one in said["papers"] if isinstance(one, Mapping))
    return next((str(one.get("role") or "") for one in papers if one.get("sha256") == digest.strip().lower()), "")


def _before(said: Mapping[str, Any]) -> tuple[str, ...]:
    """Conditions that have to be met before: a pass cannot know whether they were."""
    given = said.get("conditions")
    rows = [one for one in given if isinstance(one, Mapping) and one.get("before")] if isinstance(given, list) else []
    return tuple(_("To be met before it is carried out: %(text)s") % {"text": one.get("text")} for one in rows)


def _is_withdrawn(token: str, keys: Mapping[str, Any], listed: Mapping[str, Any]) -> bool:
    """Did a key sign it that may be in other hands, and does the issuer not name this very pass among its own?"""
    key = passes.key_of(token, keys)
    rows = [one for one in listed.get("withdrawn", ()) if isinstance(one, Mapping) and one.get("kid") == key.get("kid")]
    if not key.get("withdrawn_at") and not rows:
        return False
    return not any(passes.digest_of(token) in one.get("passes", ()) for one in rows)


def _list(
    ended: Mapping[str, Any] | None, keys: Mapping[str, Any], moment: datetime
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """What the list of ended passes says, and what is to be said about it."""
    if ended is None:
        return {}, (_("Without the list of ended passes: whether this one was withdrawn is not known."),)
    try:
        said = passes.signed(str(ended.get("list") or ""), keys, kind=passes.LIST_TYPE)
    except Problem as problem:
        what = _("The list of ended passes was not made by who issued the pass.")
        raise Problem("pass.list", what, fix=_("Fetch it anew."), where="revoked", status=422) from problem
    made = int(said.get("iat") or 0)
    if moment.timestamp() - made <= FRESH_SECONDS:
        return said, ()
    day = clock.day_of(datetime.fromtimestamp(made, UTC)).isoformat()
    return said, (_("The list of ended passes is of %(day)s; fetch it anew.") % {"day": day},)


def _gone(listed: Mapping[str, Any], jti: str) -> str:
    """The day on which the pass ended."""
    rows = {str(one[0]): int(one[1]) for one in listed.get("ended", ()) if isinstance(one, list) and len(one) == 2}
    gone = rows.get(jti)
    return clock.day_of(datetime.fromtimestamp(gone, UTC)).isoformat() if gone else ""
