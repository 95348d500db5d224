"""Many rows in one statement: what goes in comes out, on both databases."""

import uuid
from datetime import date, datetime

import pytest
from django.db import DataError, IntegrityError, transaction

from accounts import audit, sheets
from accounts.models import AuditEvent
from customers.models import Application, ApplicationStatus, Customer, KycStatus, Row, RowState
from sharing.database_clock import database_now
from tests.parts.import_maker import make_import, make_row

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOON = datetime.fromisoformat("2026-11-21T12:00:00.123456+00:00")
WORDS = 'Łukasz "Żółć" O\'Neil \\ 李 % %s \U0001f600'


def customer(**values: object) -> Customer:
    defaults = {"name": WORDS, "created_at": NOON, "updated_at": NOON}
    return Customer(**(defaults | values))


def test_every_kind_of_value_comes_back_as_it_was() -> None:
    person = customer(date_of_birth=date(1990, 2, 28), country="POL", region="")
    steps = [{"step": "SELFIE", "submitted": None}, {"step": WORDS, "submitted": True}]
    application = Application(
        customer=person,
        steps=steps,
        inherited_review=True,
        review_checks=3,
        created_at=NOON,
        updated_at=NOON,
    )
    sheets.insert(Customer, sheets.columns_of(Customer), [person])
    sheets.insert(Application, sheets.columns_of(Application), [application])
    kept = Application.objects.select_related("customer").get(pk=application.pk)
    assert (kept.steps, kept.documents, kept.inherited_review) == (steps, [], True)
    assert (kept.review_checks, kept.review_seen_at, kept.created_at) == (3, None, NOON)
    found = kept.customer
    assert isinstance(found.pk, uuid.UUID)
    assert (found.pk, found.name, found.date_of_birth) == (person.pk, WORDS, date(1990, 2, 28))
    assert (found.region, found.partner_id) == ("", None)


@pytest.mark.parametrize("people", [1, 3])
def test_what_all_rows_share_arrives_in_each_and_what_differs_in_its_own(people: int) -> None:
    drafts = [
        sheets.draft_of(Customer)(
            name=f"{WORDS} {n}",
            kyc_status=KycStatus.IN_REVIEW,
            date_of_birth=date(1990, 2, 28),
            created_at=NOON,
            updated_at=NOON,
        )
        for n in range(people)
    ]
    applications = [
        sheets.draft_of(Application)(
            customer_id=one.id, steps=[WORDS], created_at=NOON, updated_at=NOON
        )
        for one in drafts
    ]
    sheets.insert(Customer, sheets.columns_of(Customer), drafts)
    sheets.insert(Application, sheets.columns_of(Application), applications)
    kept = Application.objects.select_related("customer").in_bulk([one.id for one in applications])
    for draft, application in zip(drafts, applications, strict=True):
        found = kept[application.id]
        assert (found.steps, found.documents, found.review_seen_at) == ([WORDS], [], None)
        assert (found.status, found.has_questionnaire) == (ApplicationStatus.PENDING, False)
        stored = found.customer
        assert (stored.pk, stored.name, stored.kyc_status) == (draft.id, draft.name, "in_review")
        assert (stored.date_of_birth, stored.country) == (date(1990, 2, 28), "ZZ")
        assert (stored.partner_id, stored.email, stored.created_at) == (None, "", NOON)


def test_true_and_one_stay_apart_within_a_document() -> None:
    audit.record_all(
        [audit.drafted("a.b", actor=None, subject="", told=told) for told in (1, True)]
    )
    kept = AuditEvent.objects.order_by("pk").values_list("details", flat=True)
    assert [type(details["told"]) for details in kept] == [int, bool]


def test_nothing_to_insert_is_no_error() -> None:
    sheets.insert(Customer, sheets.columns_of(Customer), [])
    assert not Customer.objects.exists()


def test_columns_left_out_are_the_databases() -> None:
    before = database_now()
    audit.record_all([audit.drafted("a.b", actor=None, subject="row:1", line=2)])
    event = AuditEvent.objects.get()
    assert before <= event.at <= database_now()
    assert (event.seq, event.details) == (None, {"line": 2})


def test_one_bad_object_keeps_all_out() -> None:
    twice = [customer(), customer()]
    twice[1].pk = twice[0].pk
    with pytest.raises(IntegrityError), transaction.atomic():
        sheets.insert(Customer, sheets.columns_of(Customer), twice)
    assert not Customer.objects.exists()


def test_only_rows_that_are_as_expected_are_updated_and_counted() -> None:
    imported = make_import()
    rows = [make_row(imported, line, RowState.PENDING) for line in range(2, 7)]
    lines = [(row.pk, "pending", row.version + (row.line == 4), "wait", NOON) for row in rows]
    names, where = ("reason", "not_before"), ("id", "state", "version")
    assert sheets.update(Row, names, lines, where=where) == 4
    changed = dict(Row.objects.of(imported).values_list("line", "not_before"))
    assert changed == {2: NOON, 3: NOON, 4: None, 5: NOON, 6: NOON}


def test_bytes_are_refused_and_may_be_erased() -> None:
    row = make_row(make_import(), 2, RowState.PENDING, token_sealed=b"sealed")
    with pytest.raises(TypeError):
        sheets.update(Row, ("token_sealed",), [(row.pk, b"other")], where=("id",))
    assert sheets.update(Row, ("token_sealed",), [(row.pk, None)], where=("id",)) == 1
    row.refresh_from_db()
    assert row.token_sealed is None


def test_what_a_column_cannot_hold_is_refused() -> None:
    row = make_row(make_import(), 2, RowState.PENDING)
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        sheets.update(Row, ("state",), [(row.pk, "unheard of")], where=("id",))
