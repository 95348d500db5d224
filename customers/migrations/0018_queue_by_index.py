"""Indexes that the work queue is walked by, whatever many of its tasks are put off."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0017_work_queue'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='application',
            name='application_waiting',
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['waiting_on', 'waiting_since', 'id', 'status'], name='application_waiting'),
        ),
        migrations.AddIndex(
            model_name='workitem',
            index=models.Index(condition=models.Q(('snoozed_until__isnull', False)), fields=['set_for', 'application', 'snoozed_until'], name='work_item_put_off'),
        ),
    ]
