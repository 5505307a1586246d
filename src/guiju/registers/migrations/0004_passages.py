"""A fourth text slot, and passages of documents with their full-text index."""

from __future__ import annotations

from importlib import import_module

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_views = import_module("guiju.registers.migrations.0002_views_and_search")


def add_search(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(
            "CREATE VIRTUAL TABLE registers_passagesearch USING fts5(bigrams, content='registers_passage',"
            " content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        editor.execute(
            "CREATE INDEX registers_passage_words ON registers_passage USING gin (to_tsvector('simple', bigrams))"
        )


def drop_search(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE registers_passagesearch")
    else:
        editor.execute("DROP INDEX registers_passage_words")


class Migration(migrations.Migration):
    dependencies = [("registers", "0003_book_ownlayout")]

    operations = [
        # The view names every column, and SQLite makes the table anew.
        migrations.RunPython(_views.drop_view, _views.add_view),
        migrations.AddField("entry", "text_4", models.CharField(blank=True, max_length=200)),
        migrations.AddField("entryversion", "text_4", models.CharField(blank=True, max_length=200)),
        migrations.RunPython(_views.add_view, _views.drop_view),
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=64)),
                ("ordinal", models.PositiveIntegerField()),
                ("place", models.CharField(blank=True, max_length=120)),
                ("text", models.TextField()),
                ("bigrams", models.TextField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="passages", to="registers.entry"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "source", "ordinal"), name="passage_once")
                ],
            },
        ),
        migrations.RunPython(add_search, drop_search),
    ]
