"""The page that checks passes without network, and what it needs: keys and the list of ended passes. All are public."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from guiju.access import policy
from guiju.api import wire
from guiju.review import passes

_FOLDER = Path(__file__).parent / "templates" / "api"


@policy.public("public halves of keys: whoever holds a pass checks it with them")
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that sign or signed passes, as a JWK set (RFC 7517)."""
    return _json(passes.published())


@policy.public("ids of ended passes without what they were about: whoever checks offline needs them")
@require_safe
def revoked(request: HttpRequest) -> HttpResponse:
    """Passes that ended before their last day, signed."""
    return _json(passes.ended())


@policy.public("a page without data of anybody; it checks what its reader already holds")
@require_safe
def checker(request: HttpRequest) -> HttpResponse:
    """The page; saved as a file it works without network."""
    answer = HttpResponse(page())
    answer["Content-Security-Policy"] = _closed()
    answer["Cache-Control"] = "no-store"
    return answer


def page() -> str:
    """The whole page with keys and list as they are now, in the language of the moment."""
    script, style = _parts()
    context = {
        "style": mark_safe(style),  # noqa: S308 - our own file
        "script": mark_safe(script),  # noqa: S308
        "words": _words(),
        "keys": passes.published(),
        "ended": passes.ended(),
        "has_keys": True,
    }
    return render_to_string("api/checker.html", context)


@lru_cache(maxsize=1)
def _parts() -> tuple[str, str]:
    return tuple((_FOLDER / name).read_text(encoding="utf-8") for name in ("checker.js", "checker.css"))  # type: ignore[return-value]


@lru_cache(maxsize=1)
def _closed() -> str:
    """Nothing runs but the script and style of the page, and nothing goes out."""
    script, style = (base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in _parts())
    return (
        f"default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def _json(data: Any) -> HttpResponse:
    answer = HttpResponse(wire.dumps(data), content_type="application/json; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer


def _words() -> dict[str, Any]:
    return {
        "results": {
            "verified": [pgettext("pass", "Verified"), _("This is the document that was reviewed.")],
            "changed": [pgettext("pass", "Changed"), _("This document is not the one that was reviewed.")],
            "attachment": [
                pgettext("pass", "An attachment"),
                _("This document was an attachment of the review; it is not the text that was to be signed."),
            ],
            "expired": [pgettext("pass", "Expired"), _("The pass has expired.")],
            "forged": [pgettext("pass", "Forged"), _("The signature does not fit: the pass was changed.")],
            "unknown_key": [pgettext("pass", "Unknown issuer"), _("None of the known keys has signed this pass.")],
            "malformed": [pgettext("pass", "No pass"), _("This is no review pass.")],
            "withdrawn_key": [
                pgettext("pass", "Key withdrawn"),
                _("The key that signed this pass was withdrawn, and the pass is not among those that its issuer knows."),
            ],
            "revoked": [pgettext("pass", "Withdrawn"), _("The pass was withdrawn on %(day)s.")],
            "stayed": [pgettext("pass", "Suspended"), _("The pass has been suspended since %(day)s.")],
            "bad_list": [pgettext("pass", "Unknown list"), _("The list of ended passes was not made by who issued the pass.")],
            "incomplete": [pgettext("pass", "Not checked yet"), _("Something is missing.")],
        },
        "no_list": _("Without the list of ended passes: whether this one was withdrawn is not known."),
        "old_list": _("The list of ended passes is of %(day)s; fetch it anew."),
        "before": _("To be met before it is carried out: %(text)s"),
        "number": pgettext("pass", "Review"), "title": pgettext("pass", "Matter"), "unit": pgettext("pass", "Unit"),
        "ref": pgettext("pass", "For"), "code": pgettext("pass", "Pass"),
        "until": pgettext("pass", "Holds until"),
        "no_document": _("Choose the document."), "no_pass": _("Paste the text of the pass."),
        "no_keys": _("Give the keys of the issuer."),
        "unreadable": _("A file cannot be read; choose it again."),
        "held": _("This page holds the keys of its issuer and the list of ended passes of %(day)s."),
    }  # fmt: skip
