"""Answers to questions on compliance that were published: the knowledge of a company, for all its departments.

What is published is the question and the gist; who asked, and the answer as it was given, stay within the scope.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import text as letters
from guiju.registers import passages, search
from guiju.registers.models import Entry

REGISTER, PUBLISHED = "consultations", "published"
#: What somebody finds as an answer among the records that he sees.
SETTLED = ("answered", PUBLISHED)
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """One published answer; `is_open` where the whole record may be looked at."""

    entry: Entry
    segments: list[tuple[str, bool]]
    is_open: bool


#: Whoever looks at registers, and everybody who works there: it was published for all.
_READERS = (P.REGISTER_ENTRY_VIEW, P.GOVERNANCE_READING_CONFIRM)


def published(by: Actor) -> QuerySet[Entry]:
    """What was published in the companies in which somebody works, if only in one department."""
    rows = Entry.objects.filter(register=REGISTER, status=PUBLISHED)
    found = Q(pk__lt=0)
    for permission in _READERS:
        held = scope.scope(by, permission)
        if held.is_empty and not held.parts:
            continue
        found |= Q(pk__in=scope.restrict(rows, by=by, permission=permission).values("pk"))
        found |= Q(unit_id__in=[part.company_id for part in held.parts])
    return rows.filter(found)


def find(by: Actor, query: str, *, limit: int = 20) -> list[Answer]:
    """Published answers whose question or gist hold every word, the latest first; nothing else of them is looked at."""
    words = letters.clean(query).split()
    if not words:
        return []
    rows = list(search.narrow(published(by), query).select_related("unit", "body").order_by("-pk")[:_LOOKED_AT])
    held = [row for row in rows if all(_holds(f"{row.title}\n{gist(row)}", word) for word in words)][:limit]
    seen = _seen(by, held)
    return [Answer(row, passages.excerpt(gist(row), query), row.pk in seen) for row in held]


def latest(by: Actor, *, limit: int = 20) -> list[Answer]:
    """What was published last, with the whole gist."""
    rows = list(published(by).select_related("unit", "body").order_by("-pk")[:limit])
    seen = _seen(by, rows)
    return [Answer(row, [(gist(row), False)], row.pk in seen) for row in rows]


def gist(row: Entry) -> str:
    """The published answer."""
    return str(row.body.data.get("gist") or "")


def _seen(by: Actor, rows: list[Entry]) -> set[int]:
    own = scope.restrict(Entry.objects.all(), by=by, permission=P.REGISTER_ENTRY_VIEW)
    return set(own.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))


def _holds(said: str, word: str) -> bool:
    return any(hit for _part, hit in letters.highlight(said, word))
