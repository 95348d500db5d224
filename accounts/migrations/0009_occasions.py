"""Every notice has an occasion of its own: what was chosen for "anything else" holds for each."""

from django.db import migrations, models

OTHER = "other"
# What had no occasion of its own until now.
THEIR_OWN = ("link.sent", "link.expired", "batch.ended", "export.taken", "partner.needs")


def carry_over(apps, schema_editor):
    choices = apps.get_model("accounts", "NoticeChoice").objects
    for chosen in choices.filter(occasion=OTHER).iterator():
        kept = {"in_app": chosen.in_app, "by_mail": chosen.by_mail}
        for occasion in THEIR_OWN:
            choices.get_or_create(person_id=chosen.person_id, occasion=occasion, defaults=kept)
    choices.filter(occasion=OTHER).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_audit_filters'),
    ]

    operations = [
        migrations.AlterField(
            model_name='noticechoice',
            name='occasion',
            field=models.CharField(choices=[('import.done', 'An import is finished and asks nothing'), ('import.needs', 'An import is finished and rows need somebody'), ('import.stopped', 'An import was paused by itself or cancelled'), ('gate.closed', 'A closed gate holds an import back'), ('endpoint.stopped', 'A webhook endpoint stopped'), ('work.assigned', 'A colleague gives you a task'), ('work.noted', 'A colleague names you in a note'), ('link.sent', 'An applicant sent what your link asked for'), ('link.expired', 'A link you made for an applicant expired'), ('batch.ended', 'A batch of share tokens is finished, waits or stopped'), ('export.taken', 'A file of applicants you brought is taken in'), ('partner.needs', 'An agreement or a partner token runs out')], max_length=24),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
