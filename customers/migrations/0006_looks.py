"""Looks and forecasts have tables of their own.

A column of the row would be written at every step of its way, and SQLite would make the table anew
for it, without its triggers.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0005_new_tokens_for_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Look',
            fields=[
                ('import_ref', models.OneToOneField(db_column='import_id', on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='look', serialize=False, to='customers.import')),
                ('kind', models.CharField(choices=[('sample', 'A sample'), ('all', 'All rows'), ('each', 'Each row just before it is sent')], max_length=6)),
                ('state', models.CharField(choices=[('asking', 'Asking Sumsub'), ('done', 'Done'), ('stopped', 'Stopped')], default='asking', max_length=7)),
                ('documents_pass', models.BooleanField(default=True, help_text='each row: one that would end in Documents requested is sent')),
                ('began_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('wanted', models.PositiveIntegerField(db_default=0, default=0)),
                ('passes_count', models.PositiveIntegerField(db_default=0, default=0)),
                ('documents_count', models.PositiveIntegerField(db_default=0, default=0)),
                ('refused_count', models.PositiveIntegerField(db_default=0, default=0)),
                ('unanswered_count', models.PositiveIntegerField(db_default=0, default=0)),
                ('stopped_by', models.CharField(db_default='', default='', max_length=16)),
                ('stopped_code', models.PositiveIntegerField(null=True)),
                ('stopped_detail', models.CharField(db_default='', default='', max_length=500)),
                ('at_levels', models.JSONField(help_text='what a few refused rows would find at other levels; null = not asked', null=True)),
                ('change', models.PositiveBigIntegerField(db_default=0, default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('lease_owner', models.CharField(db_default='', default='', max_length=40)),
                ('served_at', models.DateTimeField(help_text='the last time a process took it', null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Forecast',
            fields=[
                ('row', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='forecast', serialize=False, to='customers.row')),
                ('outlook', models.CharField(choices=[('waiting', 'To be asked'), ('passes', 'Would be imported'), ('documents', 'Documents requested'), ('refused', 'Would be refused'), ('unanswered', 'No answer')], default='waiting', max_length=10)),
                ('reason', models.CharField(db_default='', default='', max_length=40)),
                ('error_code', models.PositiveIntegerField(null=True)),
                ('error_name', models.CharField(db_default='', default='', max_length=80)),
                ('steps', models.CharField(db_default='', default='', max_length=256)),
                ('asked_at', models.DateTimeField(null=True)),
                ('look', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='forecasts', to='customers.look')),
            ],
            options={
                'indexes': [models.Index(fields=['look', 'outlook', 'reason', 'error_code'], name='forecast_by_outlook')],
            },
        ),
    ]
