"""In SQLite: a webhook that cannot be applied holds up no other, and all are found by an index."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from customers import inbox
from customers.models import Application, EventState, Reaction, Row, RowState, SumsubEvent
from tests.customers.hooks import SECRET, after, body_of, deliver
from tests.parts.import_maker import make_import

# The database itself refuses one application: in SQLite's words.
REFUSAL = """
    CREATE TRIGGER refuses_one BEFORE UPDATE ON customers_application
    WHEN NEW.provider_applicant_id = '{id}'
    BEGIN SELECT RAISE(ABORT, 'refused'); END
"""


@pytest.mark.django_db
def test_a_webhook_that_breaks_is_set_aside_and_the_others_are_applied(settings: Settings) -> None:
    settings.SUMSUB_WEBHOOK_SECRET, settings.SUMSUB_CLIENT_ID = SECRET, ""
    make_import(*[RowState.IMPORTED] * 3)
    applications = list(Application.objects.order_by("pk"))
    broken = applications[1].provider_applicant_id
    for application in applications:
        applicant, at = application.provider_applicant_id, after(application, 60)
        deliver(body_of(applicant, "applicantOnHold", "onHold", at=at))
    with connection.cursor() as cursor:
        cursor.execute(REFUSAL.format(id=broken))
    inbox.look_at_events(threading.Event())
    reactions = dict(SumsubEvent.objects.values_list("applicant_id", "reaction"))
    assert reactions.pop(broken) == Reaction.BROKEN
    assert set(reactions.values()) == {Reaction.UPDATED}
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuses_one")
    assert not inbox.is_anything_due()
    SumsubEvent.objects.filter(look_at__gt=timezone.now() + timedelta(minutes=50)).update(
        look_at=timezone.now() - timedelta(seconds=1)
    )
    inbox.look_at_events(threading.Event())
    assert set(SumsubEvent.objects.values_list("state", "reaction")) == {
        (EventState.DONE, Reaction.UPDATED)
    }


@pytest.mark.django_db
def test_webhooks_and_their_rows_are_found_by_an_index() -> None:
    assert "event_held" in SumsubEvent.objects.held_for(["66f1"]).explain()
    assert "event_due" in SumsubEvent.objects.due(timezone.now()).explain()
    assert "event_asking" in SumsubEvent.objects.asking().explain()
    assert "row_without_applicant" in Row.objects.open_to_webhooks(["kr-1"]).explain()
