"""Cancelled imports are told of too. Those that were cancelled before count as told."""

from django.db import migrations, models
from django.db.models import F, Q


def count_as_told(apps, schema_editor):
    cancelled = apps.get_model("customers", "Import").objects.filter(state="cancelled")
    cancelled.update(told_of=F("finished_at"))


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_ends_of_looks")]

    operations = [
        migrations.RunPython(count_as_told, migrations.RunPython.noop),
        migrations.RemoveIndex("import", "import_untold"),
        migrations.AddIndex(
            "import",
            models.Index(
                condition=Q(("state__in", ["finished", "cancelled"]))
                & (Q(("told_of__isnull", True)) | Q(("told_of__lt", F("finished_at")))),
                fields=["finished_at"],
                name="import_untold",
            ),
        ),
    ]
