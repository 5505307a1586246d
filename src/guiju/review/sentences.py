"""How the trail tells that somebody else is asked: from whom to whom, and about what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from guiju.review import keeping
from guiju.trail.events import Action
from guiju.trail.models import Event
from guiju.trail.presenters import acting, register_sentence

_SEATS: Mapping[str, Promise] = {
    "to": _l("%(by)s handed the place of %(seat)s in the review of %(what)s over to %(to)s."),
    "recused": _l("%(seat)s stepped aside from the review of %(what)s (%(by)s)."),
    "excluded": _l("%(by)s made %(excluded)s step aside from the review of %(what)s."),
    "added": _l("%(by)s asked %(added)s as well about %(what)s."),
    "counsel": _l("%(by)s asked the outside counsel %(counsel)s about %(what)s."),
}


def set_up() -> None:
    """Tell the trail."""
    register_sentence(keeping.OBJECT, tell)


def tell(event: Event, content: Mapping[str, Any]) -> str | None:
    """The sentence of a change of places; nothing for other events."""
    about = content.get("about")
    if event.action != Action.REVIEW_SEATS or not isinstance(about, Mapping):
        return None
    text = next((text for code, text in _SEATS.items() if about.get(code)), None)
    if text is None:
        return None
    names = {code: str(about.get(code) or "") for code in ("seat", "to", "excluded", "added", "counsel")}
    what = _("“%(title)s”") % {"title": event.object_title or event.object_id}
    told = str(text) % {"by": acting(event), "what": what, **names}
    if not about.get("twice"):
        return told
    return _("%(told)s One person now looks at it at two steps: %(twice)s.") % {
        "told": told,
        "twice": str(about["twice"]),
    }
