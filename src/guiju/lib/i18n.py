"""Translation for code that must also run without Django settings (child processes, the offline verifier)."""

from __future__ import annotations

import sys


def _(text: str) -> str:
    """The message in the reader's language where Django is set up, the English msgid elsewhere."""
    conf, apps = sys.modules.get("django.conf"), sys.modules.get("django.apps")
    if conf is None or apps is None or not conf.settings.configured or not apps.apps.ready:
        return text
    from django.utils.translation import gettext

    return str(gettext(text))
