"""What the API of the donor needs: secrets of answers, kept for minutes; two more words."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_notice_settings'),
        ('sharing', '0007_hand_over'),
    ]

    operations = [
        migrations.AlterField(
            model_name='issuedtoken',
            name='handed_over',
            field=models.CharField(choices=[('none', 'Not handed over'), ('page', 'Shown on the page'), ('copied', 'Copied from the page'), ('file', 'In a file'), ('link', 'By link'), ('command', 'On the command line'), ('api', 'By the API')], default='none', max_length=10),
        ),
        migrations.AlterField(
            model_name='mintbatch',
            name='source',
            field=models.CharField(choices=[('file', 'File'), ('paste', 'Pasted ids'), ('selection', 'Selected applicants'), ('filter', 'Filtered applicants'), ('again', 'Minted again'), ('command', 'Command line'), ('api', 'List by the API')], max_length=10),
        ),
        migrations.CreateModel(
            name='KeptSecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_until', models.DateTimeField(null=True)),
                ('sealed', models.BinaryField(null=True)),
                ('until', models.DateTimeField(db_index=True, null=True)),
                ('call', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.keptcall')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('sealed', None), ('until__isnull', False), _connector='OR'), name='kept_secret_has_an_end')],
            },
        ),
    ]
