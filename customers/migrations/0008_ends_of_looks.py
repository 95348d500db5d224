"""A look at each row before it is sent counts dead share tokens, ends in parts, and asks in order.

SQLite adds an index without making the table of rows anew, which would lose its triggers.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0007_telling_people'),
    ]

    operations = [
        migrations.AddField(
            model_name='look',
            name='dead_run',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='each row: previews in a row that found the share token expired or used'),
        ),
        migrations.AlterField(
            model_name='look',
            name='state',
            field=models.CharField(choices=[('asking', 'Asking Sumsub'), ('ending', 'Sending the rest'), ('done', 'Done'), ('stopped', 'Stopped')], default='asking', max_length=7),
        ),
        migrations.AddIndex(
            model_name='row',
            index=models.Index(condition=models.Q(('state', 'staged')), fields=['import_ref', 'claim_order', 'line'], name='row_not_started'),
        ),
    ]
