"""A leak finding is looked up by its key from look to look; a key of passes may be withdrawn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0004_grounds"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="leakfinding",
            index=models.Index(fields=["key", "unit"], name="leak_key"),
        ),
        migrations.AddField(
            model_name="passkey",
            name="reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="passkey",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
