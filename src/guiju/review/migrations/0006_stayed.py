"""A pass is suspended while its resolution is being changed; a later round says what became of earlier conditions."""

from typing import Any
from uuid import UUID

from django.db import migrations, models


def rest_on(apps: Any, schema_editor: Any) -> None:
    """Vetoes that were lifted before rest on the item that was entered then."""
    matters = apps.get_model("review", "Matter")
    for row in matters.objects.filter(state="passed").exclude(veto={}).iterator():
        item = (row.veto.get("lifted") or {}).get("item")
        if item:
            matters.objects.filter(pk=row.pk).update(lifted_item=UUID(item))


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0005_key_withdrawn'),
    ]

    operations = [
        migrations.AddField(
            model_name='condition',
            name='reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='condition',
            name='round',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='condition',
            name='stated_by',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='condition',
            name='stated_round',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='matter',
            name='lifted_item',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='condition',
            name='state',
            field=models.CharField(choices=[('open', 'Not yet met'), ('claimed', 'Said to be met, to be confirmed'), ('met', 'Met'), ('failed', 'Not met'), ('dropped', 'Dropped')], default='open', max_length=8),
        ),
        migrations.AlterField(
            model_name='matter',
            name='state',
            field=models.CharField(choices=[('draft', 'Being prepared'), ('in_review', 'Under review'), ('returned', 'Returned to be changed'), ('suspended', 'Suspended, to be reported to the leading body'), ('vetoed', 'Vetoed'), ('passed', 'Passed'), ('stayed', 'Pass suspended, the resolution is being changed'), ('refused', 'Not passed'), ('withdrawn', 'Withdrawn'), ('void', 'Pass withdrawn')], default='draft', max_length=10),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('lifted_item__isnull', False)), fields=['lifted_item'], name='matter_lifted'),
        ),
        migrations.RunPython(rest_on, migrations.RunPython.noop),
    ]
