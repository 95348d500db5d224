"""What people add to what waits for them, and indexes that find it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0016_applicant_links'),
        ('sharing', '0007_hand_over'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WorkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField(help_text='the last day, in UTC', null=True)),
                ('snoozed_until', models.DateTimeField(null=True)),
                ('set_for', models.DateTimeField(help_text='the waiting that both are about', null=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='WorkNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('words', models.CharField(blank=True, max_length=2000)),
                ('removed_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ('-id',),
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('waiting_on', 'us'), models.Q(('status', 'pending'), _negated=True)), fields=['status', 'waiting_since', 'id'], name='application_ours'),
        ),
        migrations.AddIndex(
            model_name='lookalikes',
            index=models.Index(condition=models.Q(('state', 'suspected')), fields=['found_at', 'id'], name='lookalikes_suspected'),
        ),
        migrations.AddIndex(
            model_name='row',
            index=models.Index(condition=models.Q(('state', 'needs_person')), fields=['settled_at', 'id'], name='row_for_a_person'),
        ),
        migrations.AddField(
            model_name='workitem',
            name='application',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.application'),
        ),
        migrations.AddField(
            model_name='workitem',
            name='assignee',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='workitem',
            name='gate',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.gate'),
        ),
        migrations.AddField(
            model_name='workitem',
            name='imported',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.import'),
        ),
        migrations.AddField(
            model_name='workitem',
            name='pair',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.lookalikes'),
        ),
        migrations.AddField(
            model_name='workitem',
            name='partner',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sharing.partner'),
        ),
        migrations.AddField(
            model_name='workitem',
            name='row',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.row'),
        ),
        migrations.AddField(
            model_name='worknote',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='worknote',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='customers.workitem'),
        ),
        migrations.AddField(
            model_name='worknote',
            name='mentioned',
            field=models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='workitem',
            index=models.Index(condition=models.Q(('due_on__isnull', False)), fields=['due_on'], name='work_item_due'),
        ),
        migrations.AddConstraint(
            model_name='workitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('application__isnull', False), ('gate__isnull', True), ('imported__isnull', True), ('pair__isnull', True), ('partner__isnull', True), ('row__isnull', True)), models.Q(('application__isnull', True), ('gate__isnull', True), ('imported__isnull', True), ('pair__isnull', True), ('partner__isnull', True), ('row__isnull', False)), models.Q(('application__isnull', True), ('gate__isnull', True), ('imported__isnull', True), ('pair__isnull', False), ('partner__isnull', True), ('row__isnull', True)), models.Q(('application__isnull', True), ('gate__isnull', True), ('imported__isnull', False), ('pair__isnull', True), ('partner__isnull', True), ('row__isnull', True)), models.Q(('application__isnull', True), ('gate__isnull', False), ('imported__isnull', True), ('pair__isnull', True), ('partner__isnull', True), ('row__isnull', True)), models.Q(('application__isnull', True), ('gate__isnull', True), ('imported__isnull', True), ('pair__isnull', True), ('partner__isnull', False), ('row__isnull', True)), _connector='OR'), name='work_item_about_one_thing'),
        ),
    ]
