from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0007_entered'),
    ]

    operations = [
        migrations.AddField(
            model_name='matter',
            name='stayed',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddIndex(
            model_name='ground',
            index=models.Index(condition=models.Q(('register', 'agenda_items')), fields=['entry'], name='ground_item'),
        ),
    ]
