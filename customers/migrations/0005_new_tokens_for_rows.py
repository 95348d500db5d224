"""A new share token for a person whose row came to nothing: a row of its own, linked both ways.

Not `replaced_by`, which is for the same share token in a later row: that one shares the id at
Sumsub, and evidence for it belongs to the later row. A new share token has another id, so what is
found under the old id still belongs to the old row.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_reasons_by_index")]

    operations = [
        migrations.AddField(
            "import",
            "renews",
            models.ForeignKey(
                blank=True,
                help_text="the import for whose rows this one brought new share tokens",
                null=True,
                on_delete=models.PROTECT,
                related_name="renewals",
                to="customers.import",
            ),
        ),
        migrations.AddField(
            "row",
            "renewed_by",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=models.PROTECT,
                related_name="+",
                to="customers.row",
            ),
        ),
        migrations.AddIndex(
            "row",
            models.Index(
                condition=models.Q(("renewed_by__isnull", False)),
                fields=["renewed_by"],
                name="row_renewed",
            ),
        ),
    ]
