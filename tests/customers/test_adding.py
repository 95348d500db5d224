"""One set of rules for what is entered of a customer, whoever enters it and where."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.api.codes import Code
from accounts.models import AuditEvent
from customers.adding import NotTaken, add_by_hand
from customers.applying import completing
from customers.applying.deeds import Author
from customers.creation import draft_customer
from customers.models import Application, Customer, Import, Row
from sumsub.records import Address, Applicant, Identity
from tests.accounts.test_api_doors import refused
from tests.customers.applications import make_application
from tests.parts.api_callers import Program
from tests.parts.pages import words

pytestmark = pytest.mark.django_db

ADD = "/customers/add/?how=manual"
CUSTOMERS = "/api/v1/customers"
PERSON = {"name": "Ada Mercer", "country": "NLD"}
FAULTS = [
    ("name", "", "Enter the full name."),
    ("name", "12345", "Enter the name in letters."),
    ("name", "x" * 257, "At most 256 characters fit here."),
    ("country", "", "Choose the country of residence."),
    ("country", "ZZ", "Choose a country, or enter its two or three letters, for example DE."),
    ("country", "Utopia", "Choose a country, or enter its two or three letters, for example DE."),
    ("date_of_birth", "1899-12-31", "Enter a day between 1 January 1900 and today."),
    ("date_of_birth", "2999-01-01", "Enter a day between 1 January 1900 and today."),
    ("date_of_birth", "2024-W01-1", "Enter a day as year-month-day, for example 1988-06-04."),
    ("email", "nobody", "Enter an e-mail address, for example name@company.example."),
]
# What every place that takes fields of a customer says alike; an application may lack a name yet.
EVERYWHERE = [one for one in FAULTS if one[1]]


@pytest.mark.parametrize(("field", "value", "sentence"), FAULTS)
def test_page_and_api_refuse_a_new_customer_in_the_same_words(
    office: Client, program: Program, field: str, value: str, sentence: str
) -> None:
    given = PERSON | {field: value}
    page = office.post(ADD, given)
    assert page.status_code == 422
    assert sentence in words(page)
    found = refused(program.post(CUSTOMERS, given), Code.INVALID_REQUEST)
    assert [(one["field"], one["message"]) for one in found["errors"]] == [(field, sentence)]
    assert not Customer.objects.exists()


@pytest.mark.parametrize(("field", "value", "sentence"), EVERYWHERE)
def test_an_application_refuses_the_same_in_the_same_words(
    olga: Author, program: Program, field: str, value: str, sentence: str
) -> None:
    application = make_application()
    saved = completing.save(application.pk, {field: value}, olga)
    assert saved.faults == {field: sentence}
    address = f"/api/v1/applications/app_{application.pk.hex}"
    found = refused(program.patch(address, {field: value, "version": 1}), Code.INVALID_REQUEST)
    assert [(one["field"], one["message"]) for one in found["errors"]] == [(field, sentence)]


def test_who_is_too_young_is_added_nowhere(office: Client, program: Program) -> None:
    child = PERSON | {"date_of_birth": f"{timezone.now().year - 17}-01-01"}
    sentence = "Customers must be 18 or older."
    assert sentence in words(office.post(ADD, child))
    found = refused(program.post(CUSTOMERS, child), Code.INVALID_REQUEST)
    assert found["errors"][0]["message"] == sentence
    assert not Customer.objects.exists()


@pytest.mark.parametrize("given", [{}, {"name": None, "country": None}])
def test_what_is_left_out_or_null_is_asked_for_as_what_is_empty(
    program: Program, given: dict[str, Any]
) -> None:
    found = refused(program.post(CUSTOMERS, given), Code.INVALID_REQUEST)
    assert {one["field"]: one["message"] for one in found["errors"]} == {
        "name": "Enter the full name.",
        "country": "Choose the country of residence.",
    }


@pytest.mark.parametrize("written", ["nl", "NL", " nld ", "NLD"])
def test_a_country_is_kept_in_three_letters_however_it_came(
    office: Client, program: Program, written: str
) -> None:
    office.post(ADD, PERSON | {"country": written})
    answer = program.post(CUSTOMERS, PERSON | {"country": written})
    assert answer.json()["country"] == "NLD"
    assert [one.country for one in Customer.objects.all()] == ["NLD", "NLD"]


def test_what_sumsub_carries_is_kept_in_the_same_letters_and_never_refused() -> None:
    def taken_in(country: str, nationality: str) -> Any:
        there = Address(country=country)
        person = Identity(first_name="Ada", nationality=nationality, addresses=(there,))
        return draft_customer(Row(), Applicant(id="66f0", info=person), Import(), timezone.now())

    usual, odd = taken_in("de", "NL"), taken_in("XKX", "")
    assert (usual.country, usual.nationality) == ("DEU", "NLD")
    assert (odd.country, odd.nationality) == ("XKX", "")


def test_a_customer_by_hand_is_written_down_with_the_author(olga: Author) -> None:
    made = add_by_hand(PERSON | {"date_of_birth": date(1988, 6, 4), "external_id": "LM-17"}, olga)
    customer = Customer.objects.get()
    assert (customer.created_by, customer.external_id) == (olga.person, "LM-17")
    assert Application.objects.get() == made
    event = AuditEvent.objects.of_deed("customer.created").get()
    assert (event.actor, event.subject) == (olga.person, f"customer:{customer.pk}")
    with pytest.raises(NotTaken) as told:
        add_by_hand({"name": "Ada Mercer", "shoe_size": "43"}, olga)
    assert set(told.value.faults) == {"country", "shoe_size"}
    assert "Mercer" not in repr(told.value)
