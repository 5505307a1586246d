"""What can be wrong with a file of a stock, and the way on for each."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from guiju.files.models import TextState

#: Codes of refusals at the gate (`files.guards`) as codes of a file of a stock.
OF_PROBLEM = {
    "file.macro": "macros",
    "file.disguised": "disguised",
    "file.encrypted": "locked",
    "file.unknown_kind": "unknown",
    "file.program": "program",
    "file.bomb": "bomb",
    "file.broken": "broken",
    "file.empty": "empty",
    "file.too_big": "big",
}
OF_STATE = {
    TextState.SCANNED.value: "scanned",
    TextState.LOCKED.value: "locked",
    TextState.BROKEN.value: "broken",
    TextState.NONE.value: "wordless",
}
LIST = "list"
"""An Excel list of rules: it goes through the import of the register."""
NESTED = "nested"
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Words:
    """A fault as people read it."""

    what: str
    fix: str


def words(code: str) -> Words:
    """What happened and what to do."""
    again = _("Then choose the new file below; it takes the place of this one.")
    found = {
        "scanned": (
            _("The file holds pictures of pages without text."),
            _("Enter its title and days by hand: the file is kept as it is. Or choose a version with text."),
        ),
        "locked": (
            _("The file is protected by a password."),
            _("Open it, remove the password and save it.") + " " + again,
        ),
        "macros": (
            _("The file contains macros and was not taken in."),
            _("Save it without macros (.docx) or as a PDF.") + " " + again,
        ),
        "disguised": (
            _("The file is not what its ending says and was not taken in."),
            _("Open it and save it as a Word file or a PDF.") + " " + again,
        ),
        "broken": (
            _("The file is damaged and cannot be read."),
            _("Open and save it again, or get it again from its sender.") + " " + again,
        ),
        "wordless": (
            _("The file holds no text."),
            _("Enter its title and days by hand: the file is kept as it is. Or choose a version with text."),
        ),
        "unknown": (_("Files of this kind are not read."), _("Save it as a Word file or a PDF.") + " " + again),
        "program": (
            _("This is a program and was not taken in."),
            _("Leave it out, or choose the document itself below."),
        ),
        "bomb": (
            _("The archive was refused because unpacking it could overload the system."),
            _("Split it into several archives, or choose the documents one by one."),
        ),
        "many": (
            _("With the files of this archive the stock would be larger than a stock may be."),
            _("Take this one over first, and bring in the others as a second stock."),
        ),
        "empty": (_("The file is empty."), _("Choose the right file below, or leave it out.")),
        "big": (_("The file is larger than what may be stored."), _("Make it smaller or split it.") + " " + again),
        LIST: (
            _("This is an Excel list, not the text of a rule."),
            _("A list of rules is brought in through the import of the library; leave it out here."),
        ),
        NESTED: (_("An archive inside the archive is not opened."), _("Unpack it and add its files.")),
        GONE: (_("The stored file is no longer there."), _("Choose it again below.")),
    }
    what, fix = found.get(code, (_("The file cannot be used."), _("Choose another one below, or leave it out.")))
    return Words(what, fix)


def by_hand(code: str) -> bool:
    """May the rule be entered by hand while this file is kept beside it?"""
    return code in {"scanned", "locked", "broken", "wordless"}
