from django.db import migrations, models

_KINDS = [
    ('unreviewed', 'Carried out without review'),
    ('late', 'Reviewed afterwards'),
    ('entered', 'Review entered afterwards'),
    ('changed', 'Changed after the review'),
    ('split', 'Split below the threshold'),
    ('condition', 'Condition not met'),
    ('expired', 'Pass had ended'),
]


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0006_stayed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='leakfinding',
            name='kind',
            field=models.CharField(choices=_KINDS, max_length=12),
        ),
        migrations.AlterField(
            model_name='leaksettlement',
            name='kind',
            field=models.CharField(choices=_KINDS, max_length=12),
        ),
    ]
