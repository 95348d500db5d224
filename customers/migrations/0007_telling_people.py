"""Telling people how an import ended: who asked for it, and of which end they were told.

Imports that had ended before count as told: nobody wants a notice for each of them.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


def count_as_told(apps, schema_editor):
    apps.get_model("customers", "Import").objects.filter(state="finished").update(
        told_of=F("finished_at")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_looks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "import",
            "told_of",
            models.DateTimeField(
                help_text="the finished_at that the people who asked for it were told of",
                null=True,
            ),
        ),
        migrations.RunPython(count_as_told, migrations.RunPython.noop),
        migrations.AddIndex(
            "import",
            models.Index(
                condition=Q(("state", "finished"))
                & (Q(("told_of__isnull", True)) | Q(("told_of__lt", F("finished_at")))),
                fields=["finished_at"],
                name="import_untold",
            ),
        ),
        migrations.AddIndex("import", models.Index(fields=["created_at"], name="import_stored")),
        migrations.CreateModel(
            "Watch",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "import_ref",
                    models.ForeignKey(
                        db_column="import_id",
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="watches",
                        to="customers.import",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "watch",
            models.UniqueConstraint(fields=("import_ref", "person"), name="watch_once"),
        ),
    ]
