"""Questions whose SQL is made once answer as the querysets do that they are made of."""

from datetime import date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit
from accounts.compiled import Compiled, NotCompilable, counted
from accounts.models import AuditEvent, User

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PAST = timezone.now() - timedelta(days=1)


def told_of(subject: str, *, by: User) -> None:
    with transaction.atomic():
        audit.record("import.started", actor=by, subject=subject)


def after(moment: datetime, subject: str) -> QuerySet[AuditEvent]:
    """Events about something since then, with who did it."""
    found = AuditEvent.objects.filter(at__gt=moment, subject=subject)
    return found.select_related("actor").defer("details").order_by("-pk")


def test_it_answers_each_call_with_its_own_values(admin: User) -> None:
    for subject in ("import:1", "import:2", "import:1"):
        told_of(subject, by=admin)
    ask = Compiled(after, moment=datetime, subject=str)
    for subject, events in (("import:1", 2), ("import:2", 1), ("import:3", 0)):
        assert len(ask(moment=PAST, subject=subject)) == events
        assert ask(moment=PAST, subject=subject) == list(after(PAST, subject))
    assert ask(moment=timezone.now() + timedelta(days=1), subject="import:1") == []


def test_what_stands_beside_a_row_comes_with_it(admin: User) -> None:
    told_of("import:1", by=admin)
    ask = Compiled(after, moment=datetime, subject=str)
    ask(moment=PAST, subject="import:1")
    with CaptureQueriesContext(connection) as asked:
        (event,) = ask(moment=PAST, subject="import:1")
        assert event.actor == admin
        assert event.at > PAST
    assert len(asked) == 1


def test_it_sees_what_came_since_the_last_call(admin: User) -> None:
    ask = Compiled(after, moment=datetime, subject=str)
    assert ask(moment=PAST, subject="import:1") == []
    told_of("import:1", by=admin)
    assert len(ask(moment=PAST, subject="import:1")) == 1


def test_columns_numbers_and_the_first_of_many(admin: User) -> None:
    told_of("import:1", by=admin)
    told_of("import:2", by=admin)
    subjects = Compiled(
        lambda actor: AuditEvent.objects.filter(actor=actor).order_by("pk").values_list("subject"),
        actor=int,
    )
    how_many = Compiled(
        lambda actor, day: counted(AuditEvent.objects.filter(actor=actor, at__date__gte=day)),
        actor=int,
        day=date,
    )
    assert subjects(actor=admin.pk) == [("import:1",), ("import:2",)]
    assert subjects.first(actor=admin.pk) == ("import:1",)
    assert subjects.first(actor=admin.pk + 1) is None
    assert how_many(actor=admin.pk, day=PAST.date()) == [2]
    assert how_many(actor=admin.pk, day=PAST.date() + timedelta(days=9)) == [0]


def test_a_text_is_never_read_as_sql(admin: User) -> None:
    told_of("import:1", by=admin)
    ask = Compiled(after, moment=datetime, subject=str)
    assert ask(moment=PAST, subject="' OR '1' = '1") == []
    assert ask(moment=PAST, subject="%s") == []


def test_two_values_of_a_kind_are_told_apart(admin: User) -> None:
    told_of("import:1", by=admin)
    between = Compiled(
        lambda first, last: AuditEvent.objects.filter(at__range=(first, last)),
        first=datetime,
        last=datetime,
    )
    tomorrow = timezone.now() + timedelta(days=1)
    assert len(between(first=PAST, last=tomorrow)) == 1
    assert between(first=tomorrow, last=PAST) == []


def test_what_the_time_changes_is_refused() -> None:
    ask = Compiled(lambda: AuditEvent.objects.filter(at__lt=timezone.now()))
    with pytest.raises(NotCompilable):
        ask()


def test_a_value_that_is_changed_on_its_way_is_refused() -> None:
    ask = Compiled(lambda part: AuditEvent.objects.filter(subject__startswith=part), part=str)
    with pytest.raises(NotCompilable):
        ask(part="import:")


@pytest.mark.django_db(transaction=True)
def test_threads_ask_each_over_their_own_connection(admin: User) -> None:
    told_of("import:1", by=admin)
    ask = Compiled(after, moment=datetime, subject=str)
    here, found = ask(moment=PAST, subject="import:1"), []

    def elsewhere() -> None:
        try:
            found.extend(ask(moment=PAST, subject="import:1"))
        finally:
            connection.close()

    thread = Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert found == here
    assert len(ask(moment=PAST, subject="import:1")) == 1
