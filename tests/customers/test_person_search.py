"""Finding customers, applications and pairs by words and by status: by an index, however many."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.ids import uuid7
from customers.models import (
    Application,
    ApplicationStatus,
    Customer,
    KycStatus,
    Lookalikes,
    Waiting,
)
from customers.models.applications import FEW
from customers.models.row_search import MOST
from tests.parts.api_callers import Program
from tests.parts.plans import plan_of, prefer_indexes

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

S = ApplicationStatus
TABLES = ("customers_customer", "customers_application")


def people(*names: str, status: ApplicationStatus = S.PENDING, **columns: str) -> None:
    """Customers of these names, each with an application in a status."""
    waiting = Waiting.US if status == S.PENDING else Waiting.NOBODY
    made = [Customer(pk=uuid7(), name=name, **columns) for name in names]
    Customer.objects.bulk_create(made)
    Application.objects.bulk_create(
        Application(customer=one, status=status, waiting_on=waiting) for one in made
    )


def found(words: str, *, by_name: bool = True) -> list[str]:
    chosen = Customer.objects.found_by(words, by_name=by_name)
    return sorted(chosen.values_list("name", flat=True))


def names_in(answer: object) -> list[str]:
    return sorted(one["name"] for one in answer.json()["data"])  # type: ignore[attr-defined]


def test_who_begins_with_the_words_is_found_and_else_who_contains_them() -> None:
    people("Anna Berg", "Johanna Meyer", "ANNA Conti", "Otto Berger")
    assert found("anna") == ["ANNA Conti", "Anna Berg"]
    assert found("berg") == ["Anna Berg", "Otto Berger"]
    assert found("nobody") == []


def test_words_behind_a_star_are_found_wherever_they_stand() -> None:
    people("Berta Holm", "Anna Berg", "Otto Ott")
    assert found("ber") == ["Berta Holm"]
    assert found("*ber") == found(" * ber ") == ["Anna Berg", "Berta Holm"]
    assert found("*ber", by_name=False) == []
    anna = Customer.objects.get(name="Anna Berg")
    assert Application.objects.found_by("*berg").get().customer == anna


def test_a_list_of_who_begins_so_leads_to_everybody_with_the_words(office: Client) -> None:
    people("Berta Holm", "Anna Berg")
    page = office.get("/customers/?q=ber")
    assert "Anna Berg" not in page.content.decode()
    assert 'href="?q=*ber"' in page.content.decode().replace("%2A", "*")
    everybody = office.get("/customers/?q=*ber").content.decode()
    assert "Anna Berg" in everybody
    assert "Find it anywhere" not in everybody


def test_a_family_name_an_e_mail_and_an_id_are_found_by_their_beginning() -> None:
    people("Ada Mercer", last_name="Mercer", email="ada@mail.example", external_id="LM-17")
    people("Mercedes Ott", "Oda Mail", "Lma Oz")
    assert found("mercer") == found("ada@") == found("lm-") == ["Ada Mercer"]
    assert found("merce") == ["Ada Mercer", "Mercedes Ott"]
    assert found("mercer", by_name=False) == found("ada@", by_name=False) == []
    assert found("LM-17", by_name=False) == ["Ada Mercer"]


def test_sumsubs_id_is_found_whole() -> None:
    people("Ada Mercer", "Otto Berg")
    Application.objects.filter(customer__name="Ada Mercer").update(provider_applicant_id="66f0")
    assert found("66f0") == ["Ada Mercer"]
    assert found("66f") == []


def test_words_that_very_many_begin_with_find_them_all() -> None:
    people(*[f"Person {number}" for number in range(MOST + 2)])
    assert len(found("person")) == MOST + 2


def test_where_nobody_of_a_filter_begins_so_who_contains_the_words_is_found(
    program: Program,
) -> None:
    people("Anna Berg")
    people("Johanna Meyer", kyc_status=KycStatus.APPROVED)
    everybody = program.get("/api/v1/customers?q=anna")
    approved = program.get("/api/v1/customers?q=anna&kyc_status=approved")
    assert names_in(everybody) == ["Anna Berg"]
    assert names_in(approved) == ["Johanna Meyer"]


def test_applications_and_pairs_are_found_by_their_people() -> None:
    people("Anna Berg", "Johanna Meyer", "Otto Berger")
    anna, johanna, otto = Customer.objects.order_by("name")
    pair = Lookalikes.objects.create(first=johanna, second=otto, by_name=True)
    other = Lookalikes.objects.create(first=anna, second=otto, by_name=True)
    for words, one in (("anna", anna), ("hanna", johanna)):
        assert Application.objects.found_by(words).get().customer == one
    assert Lookalikes.objects.found_by("anna").get() == other
    assert Lookalikes.objects.found_by("hanna").get() == pair


def test_a_beginning_is_found_by_an_index() -> None:
    people(*[f"Person {number}" for number in range(MOST)])
    prefer_indexes(*TABLES)
    with CaptureQueriesContext(connection) as asked:
        assert found("person 177") == ["Person 177"]
    told = " ".join(plan_of(one["sql"]) for one in asked.captured_queries)
    for column in ("external_id", "name", "last_name", "email"):
        assert f"customer_{column}_begins" in told
    assert "application_applicant_once" in told


def test_a_kyc_status_is_walked_by_an_index_in_the_order_of_the_list() -> None:
    people(*[f"Person {number}" for number in range(MOST)])
    people("Ada Mercer", kyc_status=KycStatus.APPROVED)
    prefer_indexes(*TABLES)
    approved = Customer.objects.filter(kyc_status=KycStatus.APPROVED)
    told = approved.order_by("-created_at", "-id")[:26].explain()
    assert "customer_kyc" in told
    assert "Sort" not in told
    assert "B-TREE" not in told


@pytest.mark.parametrize(
    ("status", "index"),
    [(S.APPROVED, "application_status"), (S.PENDING, "application_waiting")],
)
def test_few_in_a_status_are_told_by_an_index(
    status: ApplicationStatus, index: str, program: Program
) -> None:
    other = S.PENDING if status == S.APPROVED else S.APPROVED
    people(*[f"Person {number}" for number in range(MOST)], status=other)
    people("Ada Mercer", status=status)
    prefer_indexes(*TABLES)
    with CaptureQueriesContext(connection) as asked:
        customers = program.get(f"/api/v1/customers?application_status={status}")
        applications = program.get(f"/api/v1/applications?status={status}")
    assert names_in(customers) == ["Ada Mercer"]
    assert len(applications.json()["data"]) == 1
    plans = [
        plan_of(one["sql"]) for one in asked.captured_queries if f"LIMIT {FEW + 1}" in one["sql"]
    ]
    # Later ones ask about the few by their ids.
    assert index in plans[0]


def test_what_is_no_draft_is_walked_by_an_index_in_the_order_of_the_list() -> None:
    people(*[f"Person {number}" for number in range(MOST)])
    people("Ada Mercer", status=S.APPROVED)
    prefer_indexes(*TABLES)
    told = Application.objects.in_status(S.APPROVED).latest_first()[:26].explain()
    assert "application_status" in told
    assert "Sort" not in told
    assert "B-TREE" not in told


@pytest.mark.parametrize("status", [S.APPROVED, S.PENDING])
def test_many_in_a_status_are_listed_as_few_are(
    status: ApplicationStatus, program: Program
) -> None:
    people(*[f"Person {number}" for number in range(FEW + 1)], status=status)
    people("Ada Mercer", status=S.SUBMITTED)
    for path in (f"customers?application_status={status}", f"applications?status={status}"):
        answer = program.get(f"/api/v1/{path}&limit=100").json()
        assert len(answer["data"]) == 100
        assert answer["has_more"]
    [ada] = program.get("/api/v1/customers?application_status=submitted").json()["data"]
    assert ada["name"] == "Ada Mercer"
