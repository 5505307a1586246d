"""History as sentences: what each event says to a person, and what it changed.

Other packages register how their objects are told: `register_sentence` for a better sentence than the default,
`register_fields` for the names and values of their fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.lib import clock
from guiju.trail.events import SENTENCES, Action
from guiju.trail.models import BatchItem, Event

#: (event, content) -> a sentence, or None for the default one.
Sentence = Callable[[Event, Mapping[str, Any]], str | None]
#: (field code, content) -> its label; "" hides the field from history.
Label = Callable[[str, Mapping[str, Any]], str]
#: (field code, value, content) -> the value as people read it.
Shown = Callable[[str, object, Mapping[str, Any]], str]


#: The name under which the command line and jobs act.
HOUSE = "guiju"
#: Objects whose contents are business, hidden from those who only keep accounts, rights or the trail.
BUSINESS = frozenset(
    {
        "archive", "assessment", "attribute", "book", "check_item", "check_run", "entry", "graph_change", "hearing",
        "judgement", "library_use", "link", "list_version", "mark", "person", "reading", "receipt", "round", "task",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One field that an event changed, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event told to a person."""

    sentence: str
    at: datetime
    by: str
    happened_on: date | None
    late_days: int
    action: str
    reason: str
    changes: Sequence[Change]
    uid: str
    url: str = ""

    @property
    def note(self) -> str:
        """The reason given, under the name that the history template uses."""
        return self.reason


_sentences: dict[str, Sentence] = {}
_labels: dict[str, Label] = {}
_shown: dict[str, Shown] = {}


def register_sentence(object_type: str, tell: Sentence) -> None:
    """Let `tell` make the sentences about objects of this type."""
    _sentences[object_type] = tell


def register_fields(object_type: str, *, label: Label, value: Shown | None = None) -> None:
    """Let `label` name the fields of this type in changes, and `value` write their values."""
    _labels[object_type] = label
    if value is not None:
        _shown[object_type] = value


def history(object_type: str, object_id: str, *, limit: int = 200) -> list[HistoryLine]:
    """What happened to one object, newest first, bulk actions included."""
    in_batches = BatchItem.objects.filter(object_type=object_type, object_id=object_id).values("event_id")
    events = Event.objects.filter(Q(object_type=object_type, object_id=object_id) | Q(pk__in=in_batches))
    return [line(event) for event in events.select_related("body").order_by("-id")[:limit]]


def line(event: Event) -> HistoryLine:
    """One event as a line of history (`event.body` is read)."""
    content = event.body.content
    # A later correction is not a late entry; only what first told of the thing can be.
    tells_first = event.action not in {Action.ENTRY_CHANGED, Action.ENTRY_MOVED, Action.ENTRY_REMOVED}
    late = (clock.day_of(event.at) - event.happened_on).days if event.happened_on and tells_first else 0
    return HistoryLine(
        sentence=sentence(event, content),
        at=event.at,
        by=actor_word(event),
        happened_on=event.happened_on,
        late_days=max(late, 0),
        action=event.action,
        reason=event.reason,
        changes=changes(event.object_type, content),
        uid=str(event.uid),
    )


def actor_word(event: Event) -> str:
    """Who acted, as people read it: the installation itself has no name of a person."""
    return _("The system") if event.actor_name == HOUSE and event.actor_id is None else event.actor_name


def acting(event: Event) -> str:
    """Who acted, and for whom."""
    by = actor_word(event)
    if event.on_behalf_of:
        return _("%(by)s on behalf of %(other)s") % {"by": by, "other": event.on_behalf_of}
    return by


def sentence(event: Event, content: Mapping[str, Any]) -> str:
    """The sentence of an event, in the reader's language."""
    tell = _sentences.get(event.object_type)
    own = tell(event, content) if tell else None
    if own is not None:
        return own
    if event.batch_count:
        return _batch_sentence(event)
    by = acting(event)
    what = _("“%(title)s”") % {"title": event.object_title or event.object_id}
    try:
        text = SENTENCES[Action(event.action)]
    except ValueError:  # written by a later release, read by an earlier one
        return _("%(by)s: %(action)s %(what)s.") % {"by": by, "action": event.action, "what": what}
    return str(text) % {"by": by, "what": what}


def _batch_sentence(event: Event) -> str:
    words = {"by": actor_word(event), "title": event.object_title, "count": event.batch_count}
    if event.action == Action.ENTRY_IMPORTED:
        return (
            ngettext(
                "%(by)s imported %(count)d row from “%(title)s”.",
                "%(by)s imported %(count)d rows from “%(title)s”.",
                event.batch_count,
            )
            % words
        )
    if event.action == Action.ENTRY_REMOVED:
        return (
            ngettext(
                "%(by)s removed %(count)d row at once.", "%(by)s removed %(count)d rows at once.", event.batch_count
            )
            % words
        )
    if event.action == Action.ENTRY_CREATED:
        return (
            ngettext(
                "%(by)s entered %(count)d row at once.", "%(by)s entered %(count)d rows at once.", event.batch_count
            )
            % words
        )
    return (
        ngettext("%(by)s changed %(count)d row at once.", "%(by)s changed %(count)d rows at once.", event.batch_count)
        % words
    )


def changes(object_type: str, content: Mapping[str, Any]) -> list[Change]:
    """What the event changed: each field of `before` beside its value afterwards."""
    before = content.get("before")
    if not isinstance(before, Mapping):
        return []
    label, show = _labels.get(object_type), _shown.get(object_type, _plain)
    found = []
    for field, old in before.items():
        name = label(field, content) if label else field
        if name:
            new = _after(field, content)
            found.append(Change(name, show(field, old, content), show(field, new, content)))
    return found


def _after(field: str, content: Mapping[str, Any]) -> object:
    for part in (content.get("about"), content.get("data"), content.get("columns"), content):
        if isinstance(part, Mapping) and field in part:
            return part[field]
    return None


def _plain(_field: str, value: object, _content: Mapping[str, Any]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return "、".join(_plain("", item, {}) for item in value)
    return str(value)
