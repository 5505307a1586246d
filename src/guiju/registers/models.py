"""Entries of all registers: a narrow row with typed slots, its JSON body beside it, and superseded versions."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from guiju.lib.fields import BinaryOrderField


class EntryColumns(models.Model):
    """The columns that lists sort and filter by and evidence tests read.

    Anything sorted, filtered, timed or tested must be one of these (shared risk note 1). Named columns carry a
    common meaning; the numbered ones are slots that each register's YAML assigns.
    """

    uid = models.UUIDField(editable=False)
    register = models.CharField(max_length=40)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    root = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=24, blank=True)
    on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    period = models.CharField(max_length=8, blank=True)
    title = models.CharField(max_length=200)
    title_key = BinaryOrderField(max_length=240, blank=True)
    number = BinaryOrderField(max_length=60, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=24, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    count_1 = models.IntegerField(null=True)
    count_2 = models.IntegerField(null=True)
    file_count = models.PositiveSmallIntegerField(default=0)
    text_1 = models.CharField(max_length=200, blank=True)
    text_2 = models.CharField(max_length=200, blank=True)
    text_3 = models.CharField(max_length=200, blank=True)
    text_4 = models.CharField(max_length=200, blank=True)
    num_1 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    num_2 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    date_1 = models.DateField(null=True)
    flag_1 = models.BooleanField(null=True)
    flag_2 = models.BooleanField(null=True)
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    ref_1 = models.UUIDField(null=True)
    ref_2 = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        abstract = True


#: Columns a list may sort by; each has an index of its own.
SORTABLE = (
    "on", "due_on", "done_on", "period", "title_key", "number", "status", "kind", "level", "amount",
    "text_1", "num_1", "date_1", "recorded_at",
)  # fmt: skip


def _sorted_by(*names: str) -> list[models.Index]:
    """One index per sortable column: a tree's rows of one register in that order, ties by id."""
    return [models.Index(fields=["root", "register", name, "id"], name=f"entry_by_{name}") for name in names]


class Entry(EntryColumns):
    """The present version of one row of one register."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        indexes = [
            *_sorted_by(*SORTABLE),
            models.Index(fields=["unit", "register", "on"], name="entry_unit_on"),
            models.Index(fields=["register", "unit", "kind", "on"], name="entry_facts"),
            models.Index(fields=["ref_1"], name="entry_ref_1", condition=Q(ref_1__isnull=False)),
            models.Index(fields=["ref_2"], name="entry_ref_2", condition=Q(ref_2__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title


class EntryBody(models.Model):
    """All field values of an entry as JSON (slots included, so that export needs one place)."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="body")
    data = models.JSONField(default=dict)


class EntryVersion(EntryColumns):
    """A version that was replaced or removed: the same columns, its values, and when it ceased to hold."""

    entry_id = models.BigIntegerField()
    superseded_at = models.DateTimeField()
    superseded_by = models.CharField(max_length=80)
    removed = models.BooleanField(default=False)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(name="entry_version_once", fields=["uid", "version"])]
        indexes = [
            models.Index(fields=["register", "unit", "superseded_at"], name="entryversion_facts"),
        ]


class EntryPast(EntryColumns):
    """Present and superseded versions together (a database view), for questions as of an earlier day."""

    entry_id = models.BigIntegerField(primary_key=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "registers_entrypast"


class EntryText(models.Model):
    """What a search finds an entry by, as character bigrams."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="text")
    bigrams = models.TextField()


class Passage(models.Model):
    """A piece of what a record's document says, so that a search finds the clause and not only the record.

    `source` is the digest of the file or the uid of the version it comes from, `place` how a person finds it there
    (“第三章 第十二条”, “第 5 页”). It is seen by whoever may see the entry.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="passages")
    source = models.CharField(max_length=64)
    ordinal = models.PositiveIntegerField()
    place = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    bigrams = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(name="passage_once", fields=["entry", "source", "ordinal"])]


class ImportRun(models.Model):
    """One uploaded workbook on its way in: parsed rows wait here until a person confirms."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    register = models.CharField(max_length=40)
    unit = models.ForeignKey("org.Unit", models.CASCADE)
    user_id = models.BigIntegerField(null=True)
    file_digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    layout = models.CharField(max_length=40, default="standard")
    state = models.CharField(max_length=12, default="reading")
    summary = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)


class SavedView(models.Model):
    """A person's own columns, filters and sorting of one list."""

    user = models.ForeignKey("access.User", models.CASCADE, related_name="views")
    register = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=600, blank=True)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(name="saved_view_once", fields=["user", "register", "name"])]


class OwnLayout(models.Model):
    """An organisation's own form of one list: its name, its columns with their headings, one sheet per department or not.

    `columns` holds what `LayoutColumn` describes. It holds for the unit and all below it that have none of this code.
    The nearest chosen one (`is_default`) also names the list and its columns on screen. A changed form is a new version of
    the same row; the trail keeps what it was.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    register = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    columns = models.JSONField(default=list)
    by_department = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="own_layout_once", fields=["unit", "register", "code"]),
            models.UniqueConstraint(
                name="own_layout_one_default", fields=["unit", "register"], condition=Q(is_default=True)
            ),
        ]


class Book(models.Model):
    """A workbook that came in under a layout, kept as the form to write the list back into.

    `rows` says which record stands in which row: `{sheet: [[row, uid], ...]}`, rows as people count them. What a cell
    said when it came in is read again from the kept file; nothing of it is stored twice.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    register = models.CharField(max_length=40)
    layout = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    rows = models.JSONField(default=dict)
    row_count = models.PositiveIntegerField(default=0)
    kept_at = models.DateTimeField()
    by = models.CharField(max_length=80)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="book_one_current", fields=["unit", "register", "layout"], condition=Q(replaced_at__isnull=True)
            )
        ]
