"""Partners with signed agreements, contacts, papers, partner tokens, and reasons of refusal.

Sharing asks for a signed agreement from here on. Earlier versions knew only its reference, so a
partner with one counts as signed on the day it came into the register; one without must be
completed, and its page says so.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def bring_over(apps, schema_editor):
    partners = apps.get_model("sharing", "Partner").objects
    contact = apps.get_model("sharing", "PartnerContact")
    for partner in partners.exclude(agreement_reference=""):
        signed = partner.created_at.date()
        partners.filter(pk=partner.pk).update(agreement_signed_on=signed)
    partners.update(not_partners_at=F("contradicted_at"))
    for partner in partners.exclude(contact=""):
        contact.objects.create(partner=partner, **split(partner.contact))


def split(text):
    """One line of earlier versions: an address counts as one, anything else as a name."""
    text = text.strip()
    is_address = "@" in text and not any(letter.isspace() for letter in text)
    return {"name": text[:120], "email": text if is_address else ""}


def check_now(apps, schema_editor):
    """Check the rows just written: PostgreSQL alters no table that waits for it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):

    dependencies = [
        ('sharing', '0003_documents'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='partner',
            name='agreement_covers',
            field=models.CharField(choices=[('both', 'Both ways'), ('in', 'Only what they share with us'), ('out', 'Only what we share with them')], default='both', max_length=4),
        ),
        migrations.AddField(
            model_name='partner',
            name='agreement_signed_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='partner',
            name='lawful_basis',
            field=models.CharField(blank=True, choices=[('consent', 'Consent (a)'), ('contract', 'Contract (b)'), ('legal_obligation', 'Legal obligation (c)'), ('vital_interests', 'Vital interests (d)'), ('public_task', 'Public task (e)'), ('legitimate_interests', 'Legitimate interests (f)')], max_length=20),
        ),
        migrations.AddField(
            model_name='partner',
            name='lawful_basis_note',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='partner',
            name='not_partners_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='AgreementPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(blank=True, max_length=120)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sharing.storeddocument')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='sharing.partner')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PartnerContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('purpose', models.CharField(blank=True, max_length=120, verbose_name='for')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='sharing.partner')),
            ],
            options={
                'ordering': ('pk',),
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PartnerToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('in', 'They share with us'), ('out', 'We share with them')], max_length=3)),
                ('label', models.CharField(blank=True, max_length=80)),
                ('made_at', models.DateTimeField()),
                ('dies_at', models.DateTimeField(db_index=True)),
                ('sealed', models.BinaryField(null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('erased_at', models.DateTimeField(null=True)),
                ('erased_why', models.CharField(blank=True, choices=[('died', 'it died'), ('proven', 'it did its work'), ('replaced', 'another one took its place'), ('asked', 'an admin erased it')], max_length=8)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='TokenUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('linked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='token_uses', to='sharing.partner')),
                ('token', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='sharing.partnertoken')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Tick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('sent', 'Sent'), ('entered', 'Entered'), ('listed', 'Both see each other'), ('worked', 'The first share token worked')], max_length=8)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('use', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ticks', to='sharing.tokenuse')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PartnerRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('error_code', models.PositiveIntegerField()),
                ('error_name', models.CharField(blank=True, max_length=120)),
                ('count', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField()),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='sharing.partner')),
            ],
            options={
                'ordering': ('-count', 'error_code'),
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('partner', 'error_code'), name='one_count_per_reason')],
            },
        ),
        migrations.AddConstraint(
            model_name='tokenuse',
            constraint=models.UniqueConstraint(fields=('token', 'partner'), name='token_used_once_per_partner'),
        ),
        migrations.AddConstraint(
            model_name='tick',
            constraint=models.UniqueConstraint(fields=('use', 'step'), name='step_ticked_once'),
        ),
        migrations.RunPython(bring_over, migrations.RunPython.noop),
        migrations.RunPython(check_now, migrations.RunPython.noop),
        migrations.RemoveField(model_name="partner", name="contact"),
    ]
