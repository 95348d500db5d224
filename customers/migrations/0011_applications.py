"""Completing, submitting and deciding applications.

A trigger holds which status may
follow which: the table of `customers.models.application_states`.
"""

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT, F

from accounts.statements import run_statements


TABLE = "customers_application"
ALLOWED = {
    "pending": "submitted declined",
    "submitted": "under_review",
    "under_review": "request_for_information approved declined",
    "request_for_information": "submitted declined",
    "approved": "under_review",
    "declined": "under_review pending",
}
REFUSAL = "an application may not go this way"
STEPS = ", ".join(
    f"'{leaves}>{enters}'" for leaves, ways in ALLOWED.items() for enters in ways.split()
)
WRONG = f"OLD.status <> NEW.status AND (OLD.status || '>' || NEW.status) NOT IN ({STEPS})"


def wait_since_creation(apps, schema_editor):
    apps.get_model("customers", "Application").objects.update(waiting_since=F("created_at"))


def sqlite_triggers():
    return [
        f"""CREATE TRIGGER application_transition BEFORE UPDATE OF status ON {TABLE} WHEN {WRONG}
            BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    ]


def postgresql_triggers():
    return [
        f"""CREATE FUNCTION application_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
            END $$""",
        f"""CREATE TRIGGER application_transition BEFORE UPDATE OF status ON {TABLE} FOR EACH ROW
            WHEN ({WRONG}) EXECUTE FUNCTION application_refuse()""",
    ]


REMOVALS = {
    "sqlite": ["DROP TRIGGER application_transition"],
    "postgresql": [
        f"DROP TRIGGER application_transition ON {TABLE}",
        "DROP FUNCTION application_refuse()",
    ],
}

STATUSES = [
    ("pending", "Draft"),
    ("submitted", "Submitted"),
    ("under_review", "Under review"),
    ("request_for_information", "Information requested"),
    ("approved", "Approved"),
    ("declined", "Declined"),
]
TURNS = [
    ("us", "Us"),
    ("applicant", "The applicant"),
    ("sumsub", "Sumsub"),
    ("donor", "The donor"),
    ("", "Nobody"),
]


def whose_turn(**more):
    return models.CharField(
        blank=True, choices=TURNS, db_default="us", default="us", max_length=10, **more
    )


def number():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def of_application(name):
    return models.ForeignKey(on_delete=PROTECT, related_name=name, to="customers.application")


def by_person():
    return models.ForeignKey(
        null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_webhooks_in"),
        ("sharing", "0003_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "application", "version", models.PositiveIntegerField(db_default=1, default=1)
        ),
        migrations.AddField("application", "waiting_on", whose_turn()),
        migrations.AddField(
            "application",
            "entries_from",
            whose_turn(
                help_text="whose turn it is with what is entered here; empty when all of it is there"
            ),
        ),
        migrations.AddField(
            "application",
            "waiting_since",
            models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RunPython(wait_since_creation, migrations.RunPython.noop),
        migrations.AddIndex(
            "application",
            models.Index(fields=["waiting_on", "waiting_since", "id"], name="application_waiting"),
        ),
        migrations.AddIndex(
            "application",
            models.Index(fields=["waiting_since", "id"], name="application_moved"),
        ),
        migrations.AddIndex(
            "application",
            models.Index(
                condition=models.Q(("status", "pending"), _negated=True),
                fields=["status", "waiting_since", "id"],
                name="application_status",
            ),
        ),
        migrations.CreateModel(
            "Completion",
            [
                (
                    "application",
                    models.OneToOneField(
                        on_delete=PROTECT,
                        primary_key=True,
                        related_name="completion",
                        serialize=False,
                        to="customers.application",
                    ),
                ),
                (
                    "employment_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("employed", "Employed"),
                            ("self_employed", "Self-employed"),
                            ("unemployed", "Unemployed"),
                            ("student", "Student"),
                            ("retired", "Retired"),
                        ],
                        max_length=20,
                    ),
                ),
                ("purpose_of_account", models.JSONField(blank=True, default=list)),
                ("source_of_wealth", models.JSONField(blank=True, default=list)),
                ("ssn_sealed", models.BinaryField(null=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            "Attestation",
            [
                ("id", number()),
                ("application", of_application("attestations")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("e_sign", "Electronic signature"),
                            ("terms_of_service", "Terms of service"),
                            ("privacy_policy", "Privacy policy"),
                            ("information_accuracy", "Accuracy of the information"),
                        ],
                        max_length=24,
                    ),
                ),
                ("name", models.CharField(help_text="of the person who attested", max_length=256)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("recorded_by", by_person()),
                ("lapsed_at", models.DateTimeField(null=True)),
            ],
            options={"ordering": ("id",), "default_permissions": ()},
        ),
        migrations.AddConstraint(
            "attestation",
            models.UniqueConstraint(
                condition=models.Q(("lapsed_at__isnull", True)),
                fields=("application", "kind"),
                name="attestation_once",
            ),
        ),
        migrations.CreateModel(
            "Paper",
            [
                ("id", number()),
                ("application", of_application("papers")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("source_of_wealth", "Source of wealth"),
                            ("identity", "Identity document"),
                            ("address_proof", "Proof of address"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=PROTECT, related_name="+", to="sharing.storeddocument"
                    ),
                ),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_by", by_person()),
                ("removal_reason", models.CharField(blank=True, max_length=500)),
            ],
            options={"ordering": ("id",), "default_permissions": ()},
        ),
        migrations.CreateModel(
            "HandCheck",
            [
                ("id", number()),
                ("application", of_application("hand_checks")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("identity", "Identity document compared with the person"),
                            ("address", "Proof of address looked at"),
                            ("screening", "Sanctions and PEP lists searched"),
                        ],
                        max_length=12,
                    ),
                ),
                ("words", models.CharField(max_length=500)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", by_person()),
            ],
            options={"ordering": ("id",), "default_permissions": ()},
        ),
        migrations.AddConstraint(
            "handcheck",
            models.UniqueConstraint(fields=("application", "kind"), name="hand_check_once"),
        ),
        migrations.CreateModel(
            "StatusChange",
            [
                ("id", number()),
                ("application", of_application("status_changes")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", by_person()),
                ("by_label", models.CharField(max_length=150)),
                ("leaves", models.CharField(choices=STATUSES, max_length=24)),
                ("enters", models.CharField(choices=STATUSES, max_length=24)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("asked_for", models.JSONField(blank=True, default=list)),
                ("answered", models.JSONField(blank=True, default=list)),
            ],
            options={"ordering": ("id",), "default_permissions": ()},
        ),
        run_statements(
            {"sqlite": sqlite_triggers(), "postgresql": postgresql_triggers()}, REMOVALS
        ),
    ]
