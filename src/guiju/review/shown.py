"""A pass that somebody holds up: its signed text, the address in its QR code, or the short code alone.

read(written)         -> Shown: the pass, and whether it was shown whole; refuses what this installation did not issue
stand(pass)           -> does it hold now? what the gate says of the very text for which it was issued
role(pass, digest)    -> as what this document was reviewed; empty where it was not
mark(pass)            -> the letters by which the QR code of a pass is told from a code that somebody guessed
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guiju.access.actor import system
from guiju.lib.errors import Problem
from guiju.review import gate, passes, subjects
from guiju.review.models import Pass

#: Letters of the signature; who has not seen the pass does not guess them.
_MARK = 12
_CODE = re.compile(r"[2-9A-Z]{8}")
_ADDRESS = re.compile(r"/pass/([2-9A-Za-z]{8})/?(?:\?(?:.*&)?m=([\w-]{1,40}))?")
#: No signed text is longer; a file that is was not the text of a pass.
LONGEST = passes.LONGEST


@dataclass(frozen=True, slots=True)
class Shown:
    """A pass of this installation. Who showed it whole may read what it says; by the short code alone nobody does."""

    row: Pass
    is_whole: bool


def read(written: str) -> Shown:
    """The pass that was shown."""
    text = written.strip()
    if not text:
        raise _refused("nothing", _("Nothing was given."), _("Enter the short code, or choose the file of the pass."))
    if text.count(".") == 2 and len(text) > 200:
        return Shown(_of_text("".join(text.split())), is_whole=True)
    if found := _ADDRESS.search(text):
        return by_code(found[1], mark_shown=found[2] or "")
    return by_code(text)


def by_code(written: str, *, mark_shown: str = "") -> Shown:
    """The pass with this short code; a mark that is not its own makes it a pass that nobody issued."""
    code = re.sub(r"[\s-]", "", written).upper()
    if not _CODE.fullmatch(code):
        raise _refused(
            "code",
            _("This is neither a short code nor the text of a pass."),
            _("A short code has eight letters and digits; “0”, “1”, “I”, “L” and “O” do not occur in it."),
        )
    row = _rows().filter(code=code).first()
    if row is None or (mark_shown and not hmac.compare_digest(mark_shown, mark(row))):
        raise _unknown()
    return Shown(row, is_whole=bool(mark_shown))


def _of_text(token: str) -> Pass:
    said = passes.signed(token, passes.known(), kind=passes.TYPE)
    row = _rows().filter(token=token).first()
    if row is None or str(said.get("jti")) != str(row.uid):
        raise _unknown()
    return row


def _rows() -> QuerySet[Pass]:
    return Pass.objects.select_related("matter", "matter__unit").prefetch_related("digests", "uses")


def _unknown() -> Problem:
    return _refused(
        "unknown",
        _("No such pass was issued here."),
        _(
            "Compare the letters of the code. If they are right, the paper is forged or comes from another installation."
        ),
    )


def _refused(code: str, what: str, fix: str) -> Problem:
    return Problem(f"pass.{code}", what, fix=fix, status=422)


def stand(row: Pass) -> gate.Answer:
    """Does the pass hold now? The gate's own answer for the text it was issued for, later vetoes included."""
    text = next((one.digest for one in row.digests.all() if one.role == subjects.TEXT), "")
    if not (row.system and row.ref and text):
        return gate.judge(row, text)
    return gate.ask(
        system=row.system, ref=row.ref, digest=text, shown=row.code, unit=row.matter.unit.code, by=system("guiju")
    )


def role(row: Pass, digest: str) -> str:
    """As what a document with this digest was reviewed; empty where it was not."""
    return next((one.role for one in row.digests.all() if one.digest == digest), "")


def mark(row: Pass) -> str:
    """The first letters of its signature."""
    return row.token.rpartition(".")[2][:_MARK]
