"""Customers and applications: list, search, filters, paging, the two pages, and who sees what."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from customers.models import (
    Application,
    ApplicationStatus,
    Customer,
    ImportState,
    KycStatus,
    ReviewChange,
    Row,
    RowState,
)
from customers.models.customers import PLACEHOLDER_COUNTRY
from tests.parts.import_maker import make_import
from tests.parts.pages import words
from tests.parts.partners import make_partner

pytestmark = pytest.mark.both_databases

SignIn = Callable[[User], Client]


def make_customer(name: str, **columns: object) -> Customer:
    applied = {
        key[12:]: columns.pop(key) for key in list(columns) if key.startswith("application_")
    }
    customer = Customer.objects.create(name=name, **columns)
    Application.objects.create(customer=customer, **applied)
    return customer


def test_an_empty_list_says_what_to_do(office: Client) -> None:
    page = words(office.get("/customers/"))
    assert "No customers yet" in page
    assert "/customers/add/" in page


@pytest.mark.parametrize("found_by", ["mercer", "ada@mail.example", "LM-17", "66f0c2a4e19b7d35"])
def test_a_customer_is_found_by_name_mail_and_ids(office: Client, found_by: str) -> None:
    make_customer(
        "Ada Mercer",
        email="ada@mail.example",
        external_id="LM-17",
        application_provider_applicant_id="66f0c2a4e19b7d35",
    )
    make_customer("Bram Oostervelt", email="bram@mail.example", external_id="LM-18")
    page = words(office.get("/customers/", {"q": found_by}))
    assert "Ada Mercer" in page
    assert "Bram Oostervelt" not in page


@pytest.mark.parametrize(
    "query",
    [
        {"kyc": "approved"},
        {"status": "submitted"},
        {"review": "Approved"},
        {"partner": "PARTNER"},
    ],
    ids=["kyc status", "application", "review", "partner"],
)
def test_customers_are_filtered(office: Client, query: dict[str, str]) -> None:
    donor = make_partner(name="Ostermoor Pay", client_id="om", is_donor=True)
    make_customer(
        "Ada Mercer",
        partner=donor,
        kyc_status=KycStatus.APPROVED,
        application_status=ApplicationStatus.SUBMITTED,
        application_sumsub_review_status="completed",
        application_sumsub_review_answer="GREEN",
    )
    make_customer("Bram Oostervelt", application_sumsub_review_status="init")
    asked = {name: value.replace("PARTNER", str(donor.pk)) for name, value in query.items()}
    page = words(office.get("/customers/", asked))
    assert "Ada Mercer" in page
    assert "Bram Oostervelt" not in page


def test_an_approval_that_a_copy_brought_along_is_not_found_among_the_approved(
    office: Client,
) -> None:
    approved = {
        "application_sumsub_review_status": "completed",
        "application_sumsub_review_answer": "GREEN",
    }
    make_customer("Ada Mercer", **approved)
    make_customer("Bram Oostervelt", **approved, application_inherited_review=True)
    ours = words(office.get("/customers/", {"review": "Approved"}))
    assert "Ada Mercer" in ours
    assert "Bram Oostervelt" not in ours
    theirs = words(office.get("/customers/", {"review": "Approved at the donor only"}))
    assert "Bram Oostervelt" in theirs
    assert "Ada Mercer" not in theirs


def test_a_filter_that_makes_no_sense_counts_as_none(office: Client) -> None:
    make_customer("Ada Mercer")
    page = words(office.get("/customers/?kyc=nonsense&partner=x&before=~~"))
    assert "Ada Mercer" in page


def test_paging_shows_every_customer_once_also_those_made_at_one_moment(office: Client) -> None:
    first = make_customer("Number 0")
    others = [Customer(name=f"Number {n}", created_at=first.created_at) for n in range(1, 120)]
    Customer.objects.bulk_create(others)
    seen: list[str] = []
    query = ""
    while True:
        page = words(office.get(f"/customers/{query}"))
        seen += [part.split("</a>")[0] for part in page.split('/">')[1:] if part[:6] == "Number"]
        if 'rel="next"' not in page:
            break
        query = page.split('rel="next" href="')[1].split('"')[0]
    assert sorted(seen) == sorted(f"Number {n}" for n in range(120))


def test_the_page_of_a_customer_shows_who_they_are_and_where_they_came_from(
    office: Client,
) -> None:
    imported = make_import(RowState.IMPORTED, state=ImportState.FINISHED)
    row = Row.objects.get()
    page = words(office.get(f"/customers/{row.customer_id}/"))
    for part in (row.name, "Utrecht", row.applicant_id, f"Import {imported.pk}, line 2"):
        assert part in page
    assert f"/applications/{row.application_id}/" in page


def test_countries_are_said_by_name(office: Client) -> None:
    customer = make_customer("Ada Mercer", city="Utrecht", country="NLD", nationality="GB")
    page = words(office.get(f"/customers/{customer.pk}/"))
    assert "Utrecht, Netherlands" in page
    assert "United Kingdom" in page
    assert "NLD" not in page


def test_a_placeholder_address_is_said_in_words(office: Client) -> None:
    customer = make_customer("Ada Mercer", country=PLACEHOLDER_COUNTRY)
    page = words(office.get(f"/customers/{customer.pk}/"))
    assert "The address is a placeholder." in page
    assert PLACEHOLDER_COUNTRY not in page.split("<main")[1]


def test_an_application_lists_what_is_still_needed(office: Client) -> None:
    customer = make_customer(
        "Ada Mercer",
        country=PLACEHOLDER_COUNTRY,
        application_steps=[
            {"step": "IDENTITY", "submitted": True, "answer": "GREEN", "doc_type": "PASSPORT"},
            {"step": "PROOF_OF_RESIDENCE", "submitted": False},
        ],
    )
    page = words(office.get(f"/applications/{customer.application.pk}/"))
    needed = page.split("Still needed")[1].split("What Sumsub carried over")[0]
    for part in ("Proof of address", "Address", "Nationality", "Employment status", "Purpose"):
        assert part in needed
    carried = page.split("What Sumsub carried over")[1]
    assert "Accepted" in carried
    assert "Passport" in carried


def test_an_application_shows_the_history_of_its_review(office: Client) -> None:
    customer = make_customer("Ada Mercer", application_provider_applicant_id="66f0")
    application = customer.application
    early = ReviewChange.objects.create(application=application, status="init", source="import")
    ReviewChange.objects.create(
        application=application,
        status="completed",
        answer="GREEN",
        source="lookup",
        at=early.at + timedelta(minutes=1),
    )
    page = words(office.get(f"/applications/{application.pk}/"))
    assert page.index("Review at Sumsub: Approved") < page.index(
        "Review at Sumsub: Documents requested"
    )


def test_an_approval_inherited_by_a_copy_is_not_shown_as_approved(office: Client) -> None:
    customer = make_customer(
        "Ada Mercer",
        application_provider_applicant_id="66f0",
        application_inherited_review=True,
        application_sumsub_review_status="completed",
        application_sumsub_review_answer="GREEN",
    )
    page = words(office.get(f"/customers/{customer.pk}/"))
    assert "Approved at the donor only" in page
    assert "</svg>Approved<" not in page


def test_who_may_not_see_personal_data_sees_none(viewer: User, client_for: SignIn) -> None:
    customer = make_customer(
        "Ada Mercer", email="ada@mail.example", tax_id="123456789", city="Utrecht"
    )
    client = client_for(viewer)
    pages = [
        words(client.get(address))
        for address in (
            "/customers/",
            f"/customers/{customer.pk}/",
            f"/applications/{customer.application.pk}/",
        )
    ]
    for page in pages:
        assert "A… M…" in page
        for secret in ("Mercer", "ada@mail.example", "123456789", "Utrecht"):
            assert secret not in page


def test_a_tax_id_that_is_a_social_security_number_is_masked(office: Client) -> None:
    customer = make_customer("Ada Mercer", tax_id="123-45-6789")
    page = words(office.get(f"/customers/{customer.pk}/"))
    assert "•••-••-6789" in page
    assert "123-45" not in page


def test_names_cannot_be_found_by_who_may_not_see_them(viewer: User, client_for: SignIn) -> None:
    make_customer("Ada Mercer", external_id="LM-17")
    client = client_for(viewer)
    assert "No customer matches" in words(client.get("/customers/?q=mercer"))
    assert "A… M…" in words(client.get("/customers/?q=LM-17"))


@pytest.mark.parametrize("role", ["admin", "auditor", "donor_operator", "outsider"])
def test_without_the_right_customers_are_forbidden_whether_they_exist_or_not(
    role: str, request: pytest.FixtureRequest, client_for: SignIn
) -> None:
    client = client_for(request.getfixturevalue(role))
    known = make_customer("Ada Mercer")
    for address in (
        "/customers/",
        f"/customers/{known.pk}/",
        f"/customers/{uuid4()}/",
        f"/applications/{known.application.pk}/",
    ):
        assert client.get(address).status_code == 403


def test_unknown_customers_and_applications_are_not_found(office: Client) -> None:
    assert office.get(f"/customers/{uuid4()}/").status_code == 404
    assert office.get(f"/applications/{uuid4()}/").status_code == 404
