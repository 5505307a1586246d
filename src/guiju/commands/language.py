"""The language of the command line, known before Django is: GUIJU_LANG, else the locale; Chinese unless English."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

_LOCALE = Path(__file__).resolve().parent.parent / "locale"


def chosen() -> str:
    """`en` or `zh-hans`."""
    for name in ("GUIJU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").strip().lower()
        if value:
            return "en" if value.startswith("en") else "zh-hans"
    return "zh-hans"


def say(text: str) -> str:
    """The message in that language; imported as `_`."""
    return _catalogue(chosen()).gettext(text)


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    folder = "en" if code == "en" else "zh_Hans"
    return gettext.translation("django", _LOCALE, languages=[folder], fallback=True)
