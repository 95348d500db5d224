"""Indexes that find rows by how their name, label or id begins: see `customers.models.row_search`.

Rows without one, as most are while they wait, are in none of them. Each database has its own way
of looking for a beginning whatever the case, so they stand here and not in the model.
"""

from django.db import migrations

COLUMNS = ("name", "label", "external_id")
KEYS = {
    "postgresql": "upper({}::text) text_pattern_ops",
    "sqlite": "{} COLLATE NOCASE",
}


def forwards(apps, schema_editor):
    key = KEYS[schema_editor.connection.vendor]
    for column in COLUMNS:
        schema_editor.execute(
            f"CREATE INDEX row_{column}_begins ON customers_row (import_id, {key.format(column)}) "
            f"WHERE NOT ({column} = '')"
        )


def backwards(apps, schema_editor):
    for column in COLUMNS:
        schema_editor.execute(f"DROP INDEX row_{column}_begins")


class Migration(migrations.Migration):
    dependencies = [("customers", "0011_applications")]

    operations = [migrations.RunPython(forwards, backwards)]
