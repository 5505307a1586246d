"""The view of all versions, the full-text index, and PostgreSQL indexes that sort empty values as SQLite does."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

VIEW = "registers_entrypast"
NULLABLE = ("on", "due_on", "done_on", "amount", "num_1", "date_1")


def _columns(apps: Apps) -> list[str]:
    """Those that both tables have: the state of an unmanaged model lacks its foreign keys."""
    present = {field.column for field in apps.get_model("registers", "Entry")._meta.local_concrete_fields}
    past = [field.column for field in apps.get_model("registers", "EntryVersion")._meta.local_concrete_fields]
    return [name for name in past if name is not None and name in present and name != "id"]


def add_view(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    names = ", ".join(editor.quote_name(name) for name in _columns(apps))
    nothing = "NULL" if editor.connection.vendor == "sqlite" else "CAST(NULL AS timestamp with time zone)"
    present = f"SELECT id AS entry_id, {nothing} AS superseded_at, {names} FROM registers_entry"  # noqa: S608 - our names
    past = f"SELECT entry_id, superseded_at, {names} FROM registers_entryversion"  # noqa: S608 - our names
    editor.execute(f"CREATE VIEW {VIEW} AS {present} UNION ALL {past}")


def drop_view(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(f"DROP VIEW {VIEW}")


def add_search(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(
            "CREATE VIRTUAL TABLE registers_entrysearch USING fts5(bigrams, content='registers_entrytext',"
            " content_rowid='entry_id', tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        editor.execute(
            "CREATE INDEX registers_entrytext_words ON registers_entrytext"
            " USING gin (to_tsvector('simple', bigrams))"
        )


def drop_search(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE registers_entrysearch")
    else:
        editor.execute("DROP INDEX registers_entrytext_words")


def nulls_first(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Both databases treat an empty value as the smallest, so that one keyset condition serves both."""
    _make_indexes(editor, " NULLS FIRST")


def nulls_last(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _make_indexes(editor, "")


def _make_indexes(editor: BaseDatabaseSchemaEditor, order: str) -> None:
    if editor.connection.vendor != "postgresql":
        return
    for name in NULLABLE:
        editor.execute(f"DROP INDEX entry_by_{name}")
        editor.execute(
            f'CREATE INDEX entry_by_{name} ON registers_entry (root_id, register, "{name}" ASC{order}, id)'
        )


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial")]

    operations = [
        migrations.RunPython(add_view, drop_view),
        migrations.RunPython(add_search, drop_search),
        migrations.RunPython(nulls_first, nulls_last),
    ]
