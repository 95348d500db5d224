"""Names of a file's columns that mean nothing here. Nullable, so that SQLite rebuilds no table."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0018_queue_by_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='unused_columns',
            field=models.JSONField(help_text="names of the file's columns that mean nothing here, the first ones", null=True),
        ),
    ]
