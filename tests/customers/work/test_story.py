"""The timeline: one list from the share token to the decision, narrowed by kind, person and day."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from customers.duplicates import deciding as pairs
from customers.models import (
    Application,
    ApplicationStatus,
    Customer,
    Lookalikes,
    Reaction,
    ReviewChange,
    Row,
    RowState,
    SumsubEvent,
)
from customers.models.duplicates import PairState
from customers.moments import Moment, Strand
from customers.stories.whole import story_of
from customers.work import assigning, noting
from tests.customers.applications import bring_to, make_application
from tests.customers.work.conftest import about
from tests.parts.import_maker import make_import
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SignIn = Callable[[User], Client]


def told(customer: Customer) -> list[Moment]:
    application = Application.objects.get(customer=customer)
    return story_of(Customer.objects.get(pk=customer.pk), application, timezone.now())


def strands(moments: list[Moment]) -> set[Strand]:
    return {one.strand for one in moments}


@pytest.fixture
def imported(officer: User) -> Customer:
    """A customer who came by a share token, was completed, decided, planned, noted and compared."""
    row = Row.objects.of(make_import(RowState.IMPORTED)).get()
    assert row.application is not None
    assert row.customer is not None
    application, customer = row.application, row.customer
    Customer.objects.filter(pk=customer.pk).update(
        name="Ada Mercer", nationality="NLD", country="NLD", street="Lijnbaan 1"
    )
    ReviewChange.objects.create(
        application=application, status="completed", answer="GREEN", source="webhook"
    )
    SumsubEvent.objects.create(
        body_digest="1" * 64,
        type="applicantReviewed",
        application=application,
        reaction=Reaction.ASKED,
    )
    other = make_application().customer
    pair = Lookalikes.objects.create(first=customer, second=other, by_name=True)
    noting.note(about(application, officer), "Called her in Delft.", by=officer)
    assigning.assign([about(application, officer)], officer, by=officer)
    pairs.decide(
        pair.pk, PairState.DISMISSED, seen=PairState.SUSPECTED, by=officer, reason="Two birthdays."
    )
    return Customer.objects.get(pk=customer.pk)


def test_every_strand_is_in_one_list_the_latest_first(officer: User, imported: Customer) -> None:
    moments = told(imported)
    assert [one.at for one in moments] == sorted((one.at for one in moments), reverse=True)
    expected = {Strand.IMPORT, Strand.REVIEW, Strand.WEBHOOK, Strand.DUPLICATE, Strand.PLAN}
    assert strands(moments) == expected | {Strand.NOTE}
    texts = [one.what for one in moments]
    assert "Review at Sumsub: Approved, by webhook" in texts
    assert "Told apart from a customer who looks alike" in texts
    assert "Taken" in texts


def test_a_decided_application_tells_entries_documents_attestations_and_decisions(
    officer: User,
) -> None:
    application = bring_to(ApplicationStatus.DECLINED, make_application(), officer)
    moments = told(application.customer)
    assert {Strand.ENTRY, Strand.DOCUMENT, Strand.ATTESTATION, Strand.DECISION} <= strands(moments)
    assert moments[0].what == "Declined"
    assert moments[0].words == "Not plausible."
    assert moments[-1].what == "Customer created"
    entry = next(one for one in moments if one.strand is Strand.ENTRY)
    assert "employment status" in entry.what
    assert "employed" not in entry.what


def test_kind_person_and_day_narrow_it(office: Client, officer: User, imported: Customer) -> None:
    address = f"/customers/{imported.pk}/timeline/"
    notes = words(office.get(f"{address}?strand=note"))
    assert "“Called her in Delft.”" in notes
    assert "Sumsub told" not in notes
    machines = words(office.get(f"{address}?who=machines"))
    assert "Sumsub told: reviewed" in machines
    assert "Called her" not in machines
    mine = words(office.get(f"{address}?who={officer.pk}"))
    assert "Called her in Delft." in mine
    assert "Sumsub told: reviewed" not in mine
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()
    assert "Nothing of that kind happened" in words(office.get(f"{address}?first={tomorrow}"))
    wrong = words(office.get(f"{address}?first={tomorrow}&last=2020-01-01"))
    assert "Choose a day on or after the first one." in wrong


def test_a_long_story_is_paged_and_no_moment_is_lost(
    office: Client, officer: User, draft: Application
) -> None:
    for number in range(110):
        noting.note(about(draft, officer), f"Note number {number:03}.", by=officer)
    address = f"/customers/{draft.customer_id}/timeline/?strand=note"
    first = words(office.get(address))
    second = words(office.get(f"{address}&before=10"))
    shown = [n for n in range(110) if (f"{n:03}." in first) + (f"{n:03}." in second) == 1]
    assert len(shown) == 110
    assert "before=10" in first


def test_the_same_story_stands_on_all_three_pages(office: Client, imported: Customer) -> None:
    application = Application.objects.get(customer=imported)
    for address in (
        f"/customers/{imported.pk}/",
        f"/applications/{application.pk}/",
        f"/customers/{imported.pk}/timeline/",
    ):
        assert "Told apart from a customer who looks alike, by Olga Officer" in words(
            office.get(address)
        )


def test_a_viewer_reads_what_happened_and_nobodys_words(
    viewer: User, client_for: SignIn, imported: Customer
) -> None:
    page = words(client_for(viewer).get(f"/customers/{imported.pk}/timeline/"))
    assert "Note, by Olga Officer, with words that your role does not see" in page
    assert "Delft" not in page
    assert "birthdays" not in page
    assert "Mercer" not in page
