"""The queue says of a draft what its own page says, and reads a page of them in a few questions."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.ids import uuid7
from accounts.models import User
from customers.applying import attesting, completing, deciding, documents
from customers.applying.deeds import Author
from customers.applying.missing import facts_of, missing
from customers.models import Application, ApplicationStatus, AttestationKind, PaperKind
from customers.work.drafts import facts_by_key
from tests.customers.applications import ANSWERS, PDF, bring_to, complete, make_application
from tests.customers.applications import make_manual as by_hand
from tests.parts.pages import words
from tests.parts.partners import make_partner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
S = ApplicationStatus


def lapsed(olga: Author) -> Application:
    """Attested as accurate, then changed; a document came and went."""
    application = make_application()
    for kind in AttestationKind:
        attesting.attest(application.pk, kind, "Ada Mercer", olga)
    completing.save(application.pk, {"city": "Delft"}, olga)
    paper = documents.add(application.pk, PaperKind.WEALTH, "payslip.pdf", PDF, olga)
    documents.remove(paper, "Of somebody else.", olga)
    return application


def reopened(olga: Author) -> Application:
    """Information was requested, it was declined, and it is a draft again."""
    assert olga.person is not None
    application = bring_to(S.DECLINED, make_application(), olga.person)
    deciding.reopen(application.pk, olga, reason="Declined by mistake.")
    return application


MADE: dict[str, Callable[[Author], Application]] = {
    "as an import leaves it": lambda olga: make_application(),
    "complete": lambda olga: complete(make_application(), olga.person),  # type: ignore[arg-type]
    "without papers": lambda olga: complete(make_application(), olga.person, but=["papers"]),  # type: ignore[arg-type]
    "lapsed": lapsed,
    "reopened": reopened,
    "by hand": lambda olga: by_hand(nationality="", street=""),
    "of a US person": lambda olga: make_application(of_customer={"nationality": "USA"}),
    "too young": lambda olga: make_application(of_customer={"date_of_birth": date(2020, 1, 1)}),
    "with open steps": lambda olga: make_application(
        sumsub_review_answer="", steps=[{"step": "SELFIE", "submitted": False}]
    ),
    "rejected": lambda olga: make_application(
        sumsub_review_answer="RED", sumsub_reject_type="FINAL"
    ),
}


@pytest.mark.parametrize("how", MADE)
def test_a_draft_lacks_in_the_queue_what_it_lacks_on_its_page(how: str, officer: User) -> None:
    application = MADE[how](Author(officer))
    today = timezone.now().date()
    page = Application.objects.with_facts().get(pk=application.pk)
    queue = facts_by_key([application.pk])[application.pk]
    with CaptureQueriesContext(connection) as asked:
        lacking = missing(queue, today)
    assert lacking == missing(facts_of(page), today)
    assert len(asked) == 0


def test_those_asked_for_are_found_and_nobody_else() -> None:
    made = [make_application().pk for _ in range(3)]
    other = make_application().pk
    found = facts_by_key([*made, uuid7()])
    assert found.keys() == set(made)
    assert other not in found
    assert facts_by_key([]) == {}


def test_a_longer_page_of_the_queue_asks_no_more_questions(office: Client, officer: User) -> None:
    donor = make_partner(name="Ostermoor Pay", client_id="om", is_donor=True)

    def questions() -> int:
        page = "/customers/to-do/?all=1"
        office.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert "Still needed: Employment status and 4 more" in words(office.get(page))
        return len(asked)

    first = make_application(of_customer={"partner": donor})
    few = questions()
    for _ in range(20):
        made = make_application(of_customer={"partner": donor})
        completing.save(made.pk, {**ANSWERS, "city": "Delft"}, Author(officer))
    assert first.customer.partner == donor
    assert questions() == few
