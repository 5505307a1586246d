"""The words of a policy: typed, or read from its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from guiju.files.models import FileText, TextState
from guiju.lib import text as letters
from guiju.lib.errors import Problem


def tidy(written: str) -> str:
    """One paragraph a line: no empty lines, no page breaks, no blanks at the ends, no invisible characters."""
    lines = (letters.clean(line) for line in written.replace("\f", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def words(written: str, files: Sequence[Mapping[str, object]]) -> str:
    """What was typed; without it the words of the first file that has any. Reading may take a while: no transaction."""
    if written.strip() or not files:
        return tidy(written)
    for one in files:
        found = read(str(one["digest"]), name=str(one.get("name") or ""))
        if found.state == TextState.READ:
            return tidy(found.text)
    return ""


def read(digest: str, *, name: str) -> FileText:
    """The words of a stored file, read once."""
    from guiju.files import texts

    return texts.text_of(digest, name=name)


def known(files: Sequence[Mapping[str, object]]) -> str:
    """The words of the first file that was read before; nothing is read here."""
    digests = [str(one["digest"]) for one in files]
    held = FileText.objects.filter(file_id__in=digests, state=TextState.READ)
    by_digest = {row.file_id: row.text for row in held}
    return next((tidy(by_digest[digest]) for digest in digests if digest in by_digest), "")


def why_not(files: Sequence[Mapping[str, object]]) -> Problem | None:
    """Why no words could be read from any of the files; None where nobody has tried or one has words."""
    digests = [str(one["digest"]) for one in files]
    names = {str(one["digest"]): str(one.get("name") or "") for one in files}
    rows = list(FileText.objects.filter(file_id__in=digests).defer("text"))
    if not rows or any(row.state == TextState.READ for row in rows):
        return None
    return _refusal(rows[0].state, names[rows[0].file_id])


def _refusal(state: str, name: str) -> Problem:
    what = {
        TextState.SCANNED: _("“%(name)s” holds pictures without text."),
        TextState.LOCKED: _("“%(name)s” is protected by a password."),
        TextState.BROKEN: _("“%(name)s” cannot be read."),
    }.get(TextState(state), _("“%(name)s” holds no text that can be read."))
    return Problem(
        f"policy.text_{state}",
        what % {"name": name},
        fix=_("Attach a Word file or a PDF with text, or type the text; this file stays beside it."),
        where="files",
        status=422,
    )
