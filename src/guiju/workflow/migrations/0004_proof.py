"""Files that show that a task was done, and tasks that ask for such proof."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflow", "0003_routes")]

    operations = [
        migrations.AddField("task", "asks_proof", models.BooleanField(default=False)),
        migrations.AddField("task", "files", models.JSONField(default=list)),
        migrations.AlterField(
            "task",
            "done_how",
            models.CharField(
                blank=True,
                choices=[
                    ("record", "A record shows it"),
                    ("file", "A file shows it"),
                    ("person", "Somebody said so"),
                ],
                max_length=8,
            ),
        ),
    ]
