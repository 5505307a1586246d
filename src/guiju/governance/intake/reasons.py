"""Why something is advised, in sentences. What is stored is a code and its facts: {"code", ...}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: Reasons that ground a change of the rule, as the yearly plan names them.
GROUNDS = frozenset("newer ended ended_by replaced trial_over old refers_repealed".split())


def sentence(reason: Mapping[str, Any]) -> str:
    """One reason as people read it."""
    code = str(reason.get("code", ""))
    counted = {"years": int(reason.get("years") or 0), "count": int(reason.get("count") or 0)}
    if code == "old":
        words = ngettext(
            "Issued or last revised on %(day)s, more than %(years)d year ago, and not revised since.",
            "Issued or last revised on %(day)s, more than %(years)d years ago, and not revised since.",
            counted["years"],
        )
        return words % {**counted, "day": reason.get("day", "")}
    if code == "trial_over":
        words = ngettext(
            "On trial since %(day)s; a trial lasts %(years)d year.",
            "On trial since %(day)s; a trial lasts %(years)d years.",
            counted["years"],
        )
        return words % {**counted, "day": reason.get("day", "")}
    text = _plain().get(code, "")
    return text % {name: value for name, value in reason.items() if name != "code"} if text else ""


def _plain() -> dict[str, str]:
    return {
        "copy": _("The same words as file %(ordinal)d “%(name)s”."),
        "alike": _("Nearly the same words as file %(ordinal)d “%(name)s”."),
        "there": _("“%(title)s” is in the library already."),
        "newer": _("File %(ordinal)d has the same name and is newer (%(day)s)."),
        "older": _("File %(ordinal)d has the same name and is older (%(day)s)."),
        "ended": _("It says of itself that it no longer holds."),
        "ended_by": _("It says that “%(name)s” has taken its place."),
        "replaced": _("“%(name)s” (file %(ordinal)d) repeals it."),
        "ends_there": _("It repeals “%(title)s”, which is still in force in the library."),
        "refers_repealed": _("It refers to “%(title)s”, which has been repealed."),
        "draft": _("It calls itself a draft: only what was issued belongs in the library."),
        "no_day": _("No day of issue was found in it."),
        "no_business": _("No business or function was recognised."),
        "from_file": _("No title was found in the text; the name of the file was taken."),
        "cut": _("Of its %(pages)d pages the first part was read."),
        "level.charter": _("Articles of association stand above all other rules."),
        "level.guide": _("Called a guideline or handbook."),
        "level.detail": _("Its name says that it goes into detail."),
        "level.basic_name": _("Its name is that of a basic rule."),
        "level.under_own": _("Made on the ground of another rule of the firm."),
        "level.board": _("Passed by the board or the party committee."),
        "level.usual": _("Most rules of this name are specific ones."),
        "business.name": _("Recognised by its name."),
        "business.folder": _("Recognised by its folder."),
        "business.text": _("Recognised by its words."),
    }
