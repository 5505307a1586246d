"""Passages of documents: what a search finds inside a record, clause by clause or page by page.

The index is kept like that of the records themselves (see `search`): character bigrams, FTS5 with external content on
SQLite, tsvector on PostgreSQL, written by the actions in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import translation
from django.utils.translation import gettext as _

from guiju.lib import text
from guiju.registers.models import Entry, Passage

#: Characters of one passage; a longer clause is cut at the end of a sentence where there is one.
LONGEST = 1_500
#: Characters shown around the first hit.
AROUND = 90

_ADD = "INSERT INTO registers_passagesearch (rowid, bigrams) VALUES (%s, %s)"
_DROP = "INSERT INTO registers_passagesearch (registers_passagesearch, rowid, bigrams) VALUES ('delete', %s, %s)"
_FIND_SQLITE = "SELECT rowid FROM registers_passagesearch WHERE registers_passagesearch MATCH %s"
_FIND_LATEST = (
    "SELECT rowid FROM registers_passagesearch WHERE registers_passagesearch MATCH %s AND rowid < %s "
    "ORDER BY rowid DESC LIMIT %s"
)
#: Passages looked at in one go, how often, and a number above all of theirs.
_CHUNK, _TURNS, _BEYOND = 300, 2, 2**62
_FIND_POSTGRES = "SELECT id FROM registers_passage WHERE to_tsvector('simple', bigrams) @@ to_tsquery('simple', %s)"


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage that holds every word of the query: where it stands, and its words with the hits marked."""

    entry: Entry
    place: str
    segments: list[tuple[str, bool]]


def replace(entry: Entry, source: str, pieces: Iterable[tuple[str, str]]) -> int:
    """Keep these (place, words) as what `source` says of the entry; returns how many passages there are now."""
    drop(entry, source=source)
    cut = [(place, part) for place, words in pieces for part in _cut(words)]
    made = Passage.objects.bulk_create(
        [
            Passage(
                entry=entry, source=source, ordinal=number, place=place[:120], text=part, bigrams=text.bigrams(part)
            )
            for number, (place, part) in enumerate(cut)
        ],
        batch_size=500,
    )
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(_ADD, [(row.pk, row.bigrams) for row in made])
    return len(made)


def drop(entry: Entry, *, source: str = "") -> None:
    """Forget what one source, or every source, says of the entry; before the entry's row goes."""
    found = Passage.objects.filter(entry=entry)
    if source:
        found = found.filter(source=source)
    drop_rows(found)


def drop_rows(found: QuerySet[Passage]) -> None:
    """Forget these passages; the index wants to hear the old words."""
    if connection.vendor == "sqlite":
        old = list(found.values_list("pk", "bigrams"))
        if not old:
            return
        with connection.cursor() as cursor:
            cursor.executemany(_DROP, old)
    found.delete()


def find(rows: QuerySet[Entry], query: str, *, limit: int = 50, start: int = 0) -> list[Hit]:
    """The passages of these rows in which every word of the query occurs, the latest documents first.

    At most six queries; a common word in 100,000 passages is not gathered and sorted as a whole.
    """
    held = _latest(rows, query, limit) if connection.vendor == "sqlite" and not start else None
    if held is None:
        found = matching(query).filter(entry__in=rows.order_by().values("pk"))
        held = list(found.select_related("entry", "entry__unit").order_by("-pk")[start : start + limit])
    turns = {pk: turn for turn, pk in enumerate(dict.fromkeys(row.entry_id for row in held))}
    held.sort(key=lambda row: (turns[row.entry_id], row.pk))
    return [Hit(row.entry, row.place, excerpt(row.text, query)) for row in held]


def _latest(rows: QuerySet[Entry], query: str, limit: int) -> list[Passage] | None:
    """The latest passages, read from the end of the index; None where too few of those are among the rows."""
    words = text.bigram_query(query)
    if not words:
        return []
    found: list[Passage] = []
    last = _BEYOND
    for _turn in range(_TURNS):
        with connection.cursor() as cursor:
            cursor.execute(_FIND_LATEST, [words, last, _CHUNK])
            ids = [row[0] for row in cursor.fetchall()]
        near = list(Passage.objects.filter(pk__in=ids).select_related("entry", "entry__unit").order_by("-pk"))
        seen = set(rows.order_by().filter(pk__in={row.entry_id for row in near}).values_list("pk", flat=True))
        found += [row for row in near if row.entry_id in seen]
        if len(found) >= limit or len(ids) < _CHUNK:
            return found[:limit]
        last = ids[-1]
    return None


def matching(query: str) -> QuerySet[Passage]:
    """The passages in which every word of the query occurs, whoever may see them."""
    is_sqlite = connection.vendor == "sqlite"
    words = text.bigram_query(query) if is_sqlite else text.bigram_query(query, dialect="postgres")
    if not words:
        return Passage.objects.none()
    sql = _FIND_SQLITE if is_sqlite else _FIND_POSTGRES
    return Passage.objects.filter(pk__in=RawSQL(sql, [words]))  # noqa: S611 - constant SQL, bound words


def excerpt(words: str, query: str) -> list[tuple[str, bool]]:
    """The words around the first hit, the hits marked; joined they are a piece of the text."""
    segments = text.highlight(words, query)
    first = 0
    for part, is_hit in segments:
        if is_hit:
            break
        first += len(part)
    begin = max(0, first - AROUND // 2) if len(words) > AROUND * 2 else 0
    end = min(len(words), begin + AROUND * 2)
    shown = text.highlight(words[begin:end], query)
    return [*([("…", False)] if begin else []), *shown, *([("…", False)] if end < len(words) else [])]


def by_pages(words: str) -> list[tuple[str, str]]:
    """(place, words) of a text whose pages are parted by form feeds; a text of one page has no place."""
    pages = words.split("\f")
    with translation.override(settings.LANGUAGE_CODE):  # kept with the words, which are in the house's language too
        return [
            (_("page %(number)d") % {"number": number} if len(pages) > 1 else "", page.strip())
            for number, page in enumerate(pages, 1)
            if page.strip()
        ]


def _cut(words: str) -> Sequence[str]:
    words = words.strip()
    found = []
    while len(words) > LONGEST:
        at = max(words.rfind(mark, LONGEST // 2, LONGEST) for mark in "。；\n") + 1 or LONGEST
        found.append(words[:at])
        words = words[at:]
    return [*found, words] if words else found


def entry_excerpt(data: dict[str, Any], title: str, query: str) -> list[tuple[str, bool]]:
    """The field of a record that holds the query, as far as one does."""
    for value in data.values():
        if isinstance(value, str) and any(hit for _part, hit in text.highlight(value, query)):
            return excerpt(value, query)
    return excerpt(title, query)
