"""Full-text search over records by character bigrams: FTS5 on SQLite, tsvector('simple') on PostgreSQL.

SQLite's index keeps no text of its own (external content), so a deletion must hand back the old words. The
actions keep it, not triggers: a bulk import writes it in the same batches as the rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from guiju.lib import bulk, text
from guiju.registers.models import Entry, EntryText

_ADD = "INSERT INTO registers_entrysearch (rowid, bigrams) VALUES (%s, %s)"
_DROP = "INSERT INTO registers_entrysearch (registers_entrysearch, rowid, bigrams) VALUES ('delete', %s, %s)"
_FIND_SQLITE = "SELECT rowid FROM registers_entrysearch WHERE registers_entrysearch MATCH %s"
_FIND_POSTGRES = (
    "SELECT entry_id FROM registers_entrytext WHERE to_tsvector('simple', bigrams) @@ to_tsquery('simple', %s)"
)


def add(rows: Sequence[tuple[int, str]]) -> None:
    """Index new entries: (entry id, bigrams)."""
    bulk.insert(EntryText, ("entry_id", "bigrams"), rows)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(_ADD, rows)


def replace(pk: int, words: str) -> None:
    """Index an entry anew, if its words have changed."""
    old = EntryText.objects.filter(pk=pk).values_list("bigrams", flat=True).first()
    if old == words:
        return
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            if old is not None:
                cursor.execute(_DROP, [pk, old])
            cursor.execute(_ADD, [pk, words])
    EntryText.objects.update_or_create(pk=pk, defaults={"bigrams": words})


def drop(pk: int) -> None:
    """Take an entry out of the index, before its row goes."""
    if connection.vendor == "sqlite":
        old = EntryText.objects.filter(pk=pk).values_list("bigrams", flat=True).first()
        if old is not None:
            with connection.cursor() as cursor:
                cursor.execute(_DROP, [pk, old])
    EntryText.objects.filter(pk=pk).delete()


def narrow(rows: QuerySet[Entry], query: str) -> QuerySet[Entry]:
    """The rows in which every word of the query occurs."""
    if connection.vendor == "sqlite":
        words, sql = text.bigram_query(query), _FIND_SQLITE
    else:
        words, sql = text.bigram_query(query, dialect="postgres"), _FIND_POSTGRES
    return rows.filter(pk__in=RawSQL(sql, [words])) if words else rows.none()  # noqa: S611 - constant SQL, bound words
