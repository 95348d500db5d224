"""Notices: what happened and one person is to know, and whether e-mails go with them."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='mails_notices',
            field=models.BooleanField(db_default=False, default=False, verbose_name='send notices by e-mail too'),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(max_length=120)),
                ('event', models.CharField(max_length=40)),
                ('occurred_at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('done', 'Done'), ('needs', 'Needs you'), ('stopped', 'Stopped')], max_length=8)),
                ('title', models.CharField(max_length=200)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('link', models.CharField(help_text='path of the page that tells more', max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('read_at', models.DateTimeField(null=True)),
                ('mail', models.CharField(choices=[('none', 'Not asked for'), ('due', 'To be sent'), ('taken', 'Being sent'), ('sent', 'Sent'), ('failed', 'Could not be sent')], db_default='none', default='none', max_length=6)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('read_at__isnull', True)), fields=['person'], name='notice_unread'), models.Index(condition=models.Q(('mail', 'due')), fields=['created_at'], name='notice_mail_due'), models.Index(fields=['about'], name='notice_about')],
                'constraints': [models.UniqueConstraint(fields=('person', 'about', 'event', 'occurred_at'), name='notice_once')],
            },
        ),
    ]
