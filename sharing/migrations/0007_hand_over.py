"""Files of share tokens that wait for a recipient, behind a link and a passphrase."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sharing', '0006_minting_many'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(help_text='what the audit trail calls its source', max_length=80)),
                ('file_name', models.CharField(max_length=120)),
                ('token_count', models.PositiveIntegerField()),
                ('redeem_by', models.DateTimeField(null=True)),
                ('secret_sha256', models.CharField(max_length=64, unique=True)),
                ('passphrase_hash', models.CharField(max_length=128)),
                ('sealed', models.BinaryField(null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('wrong_tries', models.PositiveSmallIntegerField(default=0)),
                ('opened_at', models.DateTimeField(null=True)),
                ('opened_address', models.GenericIPAddressField(null=True)),
                ('taken_at', models.DateTimeField(null=True)),
                ('taken_address', models.GenericIPAddressField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='sharing.partner')),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
            },
        ),
    ]
