"""Indexes that find customers by KYC status, and by how their name, e-mail or id begins.

See `customers.models.person_search`, and 0012 for why those of words stand here and not in the model.
"""

from django.db import migrations, models

COLUMNS = ("external_id", "name", "last_name", "email")
KEYS = {
    "postgresql": "upper({}::text) text_pattern_ops",
    "sqlite": "{} COLLATE NOCASE",
}


def forwards(apps, schema_editor):
    key = KEYS[schema_editor.connection.vendor]
    for column in COLUMNS:
        schema_editor.execute(
            f"CREATE INDEX customer_{column}_begins ON customers_customer ({key.format(column)}) "
            f"WHERE NOT ({column} = '')"
        )


def backwards(apps, schema_editor):
    for column in COLUMNS:
        schema_editor.execute(f"DROP INDEX customer_{column}_begins")


class Migration(migrations.Migration):

    dependencies = [("customers", "0019_unused_columns")]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["kyc_status", "created_at", "id"], name="customer_kyc"),
        ),
        migrations.RunPython(forwards, backwards),
    ]
