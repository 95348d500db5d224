"""Questions to indexes that hold only some rows, with more values than a list of a page has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Application, Customer, Row, RowState
from tests.parts.import_maker import make_import
from tests.parts.plans import plan_of, prefer_indexes

# PostgreSQL looks through a list of a hundred to find that none of its values is an empty text.
MANY = 150

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def applications() -> list[Application]:
    """Some that Sumsub knows, and as many that it does not."""
    made = []
    for number in range(2 * MANY):
        known = number < MANY
        made.append(
            Application(
                customer=Customer.objects.create(name=f"Person {number}"),
                level_name="id-only",
                provider_applicant_id=f"a{number:023}" if known else "",
                external_user_id=f"person-{number}" if known else "",
            )
        )
    return Application.objects.bulk_create(made)


def known_ids(applications: list[Application]) -> list[str]:
    return [one.provider_applicant_id for one in applications if one.provider_applicant_id]


def test_which_of_very_many_applicants_are_owned_is_found_by_the_index(
    applications: list[Application],
) -> None:
    prefer_indexes("customers_application")
    ids = [*known_ids(applications), "f" * 24]
    with CaptureQueriesContext(connection) as asked:
        assert Application.objects.applicant_ids_among(ids) == set(known_ids(applications))
    assert "application_applicant_once" in plan_of(asked.captured_queries[0]["sql"])


def test_the_applications_of_very_many_events_are_found_by_their_indexes(
    applications: list[Application],
) -> None:
    prefer_indexes("customers_application")
    matching = Application.objects.matching_events(known_ids(applications), ["person-7"])
    with CaptureQueriesContext(connection) as asked:
        assert len(matching) == MANY
    assert "application_applicant_once" in plan_of(asked.captured_queries[0]["sql"])


def test_the_row_that_owns_an_applicant_is_found_by_the_index() -> None:
    make_import(*[RowState.IMPORTED] * 3, *[RowState.PENDING] * MANY)
    owner = Row.objects.get(line=3)
    prefer_indexes("customers_row")
    with CaptureQueriesContext(connection) as asked:
        assert Row.objects.owning_applicant(owner.applicant_id) == owner
    assert "row_applicant_once" in plan_of(asked.captured_queries[0]["sql"])
