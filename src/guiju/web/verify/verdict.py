"""What is told about a pass that was shown: does it hold, what does it say, and are these the papers?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext

from guiju.lib import clock
from guiju.review import shown, subjects
from guiju.review.gate import Answer
from guiju.review.models import Pass
from guiju.review.shown import Shown
from guiju.web.review import words

_SHORT = 8
#: The code of the gate for a pass that holds as soon as a condition is met.
_WAITS = "condition"
#: Why a pass does not hold, by the code of the gate.
_HEADS: dict[str, Promise] = {
    "expired": _l("This pass has expired."),
    "revoked": _l("This pass was withdrawn."),
    "void": _l("This pass was withdrawn."),
    "suspended": _l("A veto stops this matter."),
    "vetoed": _l("A veto stops this matter."),
    "stayed": _l("This pass is suspended."),
    "condition": _l("A condition has to be met first."),
}


#: The same for whoever is not of the firm: no veto, no minutes, no reasons.
_OUTSIDE: dict[str, Promise] = {
    "expired": _l("This pass has expired."),
    "revoked": _l("This pass was withdrawn."),
    "void": _l("This pass was withdrawn."),
    "stayed": _l("This pass is suspended."),
    "condition": _l("This pass must wait for a condition."),
}


@dataclass(frozen=True, slots=True)
class Handed:
    """A paper that was handed over to be compared."""

    name: str
    digest: str


def told(found: Shown, papers: Sequence[Handed] = (), *, inside: bool = False) -> dict[str, Any]:
    """The answer in words, what the pass says, and each paper with what it is.

    Only people of the firm (`inside`) read why it does not hold, and the number under which something was done.
    """
    row = found.row
    answer = shown.stand(row)
    compared = [_compared(row, one, holds=answer.cleared) for one in papers]
    head, tone, why = _head(answer, compared, inside=inside)
    return {
        "head": head,
        "tone": tone,
        "why": why,
        "stop": tone == "unmet" or not answer.cleared,
        "until": _until(row, answer),
        "papers": compared,
        "uses": [
            {"kind": one.get_kind_display(), "at": one.used_at, "doing": one.doing if inside else ""}
            for one in row.uses.all()
        ],
        "row": row,
        "code": f"{row.code[:4]} {row.code[4:]}",
        "matter": row.matter,
        "is_whole": found.is_whole,
        "kind": words.kind(row.matter.kind),
        "files": _files(row) if found.is_whole else [],
    }


def _head(answer: Answer, papers: Sequence[dict[str, Any]], *, inside: bool) -> tuple[str, str, str]:
    why = answer.why
    if not answer.cleared:
        heads = _HEADS if inside else _OUTSIDE
        tone = "partly" if answer.code == _WAITS else "unmet"
        return (
            str(heads.get(answer.code, _("This pass does not hold."))),
            tone,
            why if inside else _outside(answer.code),
        )
    if not papers:
        return _("This pass holds."), "met", why
    if any(one["tone"] == "unmet" for one in papers):
        return (
            _("This is not what was reviewed."),
            "unmet",
            _("One changed letter is another paper; the pass does not speak for it."),
        )
    if not any(one["tone"] == "met" for one in papers):
        return (
            _("These are attachments of the review only."), "partly",
            _("The pass holds, but the text that is to be signed is not among the papers given."),
        )  # fmt: skip
    return _("The pass holds, and this is the text that was reviewed."), "met", why


def _outside(code: str) -> str:
    """What to do, for whoever is told no reason."""
    if code == _WAITS:
        return _(
            "It holds once the unit has met and confirmed a condition. Ask the unit that issued it, then check again."
        )
    if code == "stayed":
        return _("Its unit is deciding anew on the matter. Ask the unit that issued it, then check again.")
    return _("Ask the unit that issued it.")


def _until(row: Pass, answer: Answer) -> dict[str, str] | None:
    """The last day of a pass that holds, or the day on which it ended; none where something else stops it."""
    if answer.cleared or answer.code == _WAITS:
        return {"label": pgettext("pass", "Holds until"), "day": row.expires_on.isoformat()}
    if row.revoked_at is not None:
        return {"label": pgettext("pass", "Withdrawn on"), "day": clock.day_of(row.revoked_at).isoformat()}
    if answer.code == "expired":
        return {"label": pgettext("pass", "Held until"), "day": row.expires_on.isoformat()}
    return None


def _compared(row: Pass, one: Handed, *, holds: bool) -> dict[str, Any]:
    role = shown.role(row, one.digest)
    text = ("met", _("Unchanged: the text that was reviewed."))
    if not holds:
        text = ("partly", _("Unchanged, but the pass does not count now."))
    told_as = {
        subjects.TEXT: text,
        "": ("unmet", _("Not what was reviewed: changed, or another file.")),
    }
    tone, said = told_as.get(
        role, ("partly", _("Unchanged, but an attachment of the review; it is not the text to be signed."))
    )
    return {"name": one.name, "tone": tone, "said": said, "short": one.digest[:_SHORT]}


def _files(row: Pass) -> list[dict[str, str]]:
    names = {one.digest: one.name for one in row.matter.papers.all()}
    subject = subjects.all_of().get(row.matter.kind)
    return [
        {"label": _label(subject, one.role), "name": names.get(one.digest, ""), "short": one.digest[:_SHORT]}
        for one in sorted(row.digests.all(), key=lambda one: one.role != subjects.TEXT)
    ]


def _label(subject: subjects.Subject | None, role: str) -> str:
    kind = subject.paper(role) if subject is not None else None
    return subjects.said(kind) if kind is not None else role
