"""What Copy Applicant is told beside level and id, and what its applicants bring along."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_row_transitions")]

    operations = [
        migrations.AddField(
            "import",
            "copy_reset_steps",
            models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="steps that Copy Applicant asks for again, separated by commas",
            ),
        ),
        migrations.AddField(
            "import",
            "copy_trust_review",
            models.BooleanField(
                help_text="Copy Applicant: no = recheck, yes = inherit, nothing = not said",
                null=True,
            ),
        ),
        migrations.AddField(
            "application",
            "has_questionnaire",
            models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            "application",
            "source_applicant_id",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="the donor's applicant",
                max_length=64,
            ),
        ),
    ]
