"""What a requirement asks, beyond its words: who, by when, where it stands, and on which form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack, PackText, Requirement
from guiju.posture.findings import Finding
from guiju.posture.models import Adoption, Status
from guiju.web.packs import cards


def facts(
    unit: Unit, pack: Pack, asked: Requirement, found: Finding, adoption: Adoption | None
) -> list[dict[str, Any]]:
    """Label, words, and a second line or a link, for each thing that the document says; its force stands beside it."""
    text_url = reverse("posture-text", args=[unit.code, pack.urn])
    beside = catalogue.text(pack)
    rows: list[dict[str, Any]] = []
    who = cards.who(asked)
    if who:
        rows.append({"label": _("Who must do it"), "text": who})
    rows += _when(asked, found, adoption)
    number = _number(beside, asked.code)
    if number:
        rows.append(
            {"label": _("Where it stands"), "text": asked.source, "url": f"{text_url}#t-{number}",
             "action": _("Read it in the text")}
        )  # fmt: skip
    for title in _forms(beside, asked.code):
        rows.append({"label": _("Form"), "text": title, "url": f"{text_url}?show=form", "action": _("See the form")})
    return rows


def _when(asked: Requirement, found: Finding, adoption: Adoption | None) -> list[dict[str, Any]]:
    """The document's words, the day they mean under this adoption, and how far off it is."""
    words = cards.when(asked, found)
    if not words and found.due_on is None:
        return []
    notes = [] if found.due_on is None else [_distance(found)]
    if adoption is not None and adoption.base_date is not None and found.due_on is not None:
        notes.append(_("counted from the base date %(day)s") % {"day": adoption.base_date.isoformat()})
    return [{"label": _("By when"), "text": words, "note": _(", ").join(note for note in notes if note)}]


def _distance(found: Finding) -> str:
    assert found.due_on is not None
    days = (found.due_on - found.as_of).days
    if days >= 0:
        return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}
    if found.status in {Status.MET, Status.NA}:
        return ""
    return ngettext("%(count)d day past", "%(count)d days past", -days) % {"count": -days}


def _number(beside: PackText | None, code: str) -> int:
    """The requirement's number in the text; 0 where the text is not kept."""
    if beside is None or not beside.text:
        return 0
    order = dict.fromkeys(str(span[3]) for span in beside.spans if span[2] == "requirement")
    return list(order).index(code) + 1 if code in order else 0


def _forms(beside: PackText | None, code: str) -> Iterable[str]:
    """The forms of which a cell is about this requirement."""
    english = (get_language() or "").startswith("en")
    for form in beside.forms if beside is not None else ():
        if any(cell.get("about") == code for cell in form["cells"]):
            yield (form["title_en"] if english else "") or form["title"]
