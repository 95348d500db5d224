"""Walks along the audit trail's chain, so that a long one shows how far it is."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_notice_settings")]

    operations = [
        migrations.CreateModel(
            name="ChainCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "upto",
                    models.BigIntegerField(help_text="the last sealed event when it began"),
                ),
                (
                    "reached",
                    models.BigIntegerField(
                        default=0, help_text="the last event found as it was sealed"
                    ),
                ),
                (
                    "unsealed",
                    models.PositiveIntegerField(
                        default=0, help_text="events that no seal covered yet"
                    ),
                ),
                (
                    "bad_seq",
                    models.BigIntegerField(null=True, help_text="the first event that does not fit"),
                ),
                ("problem", models.CharField(blank=True, max_length=120)),
                (
                    "seconds",
                    models.FloatField(default=0.0, help_text="how long the walking itself took"),
                ),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ("-pk",), "default_permissions": ()},
        ),
    ]
