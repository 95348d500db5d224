"""What an application lacks, who supplies it, whose turn it is, and what the customer is."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from customers.applying import deciding
from customers.applying.deeds import Author
from customers.applying.items import Item, Who
from customers.applying.missing import Need, approval_hindrances, facts_of, is_adult, missing
from customers.applying.ssn import is_ssn
from customers.models import Application, ApplicationStatus, KycStatus, Waiting
from tests.customers.applications import (
    bring_to,
    check,
    complete,
    make_application,
    make_manual,
)

pytestmark = pytest.mark.django_db
S = ApplicationStatus
ASKED: dict[str, Any] = {"sumsub_review_status": "init", "sumsub_review_answer": ""}
RUNNING: dict[str, Any] = {"sumsub_review_status": "pending", "sumsub_review_answer": ""}


def needs(application: Application) -> list[Need]:
    fresh = Application.objects.with_facts().get(pk=application.pk)
    return list(missing(facts_of(fresh), timezone.now().date()))


def items(application: Application) -> list[Item]:
    return [need.item for need in needs(application)]


def test_an_imported_draft_lacks_what_a_share_token_never_carries() -> None:
    assert items(make_application()) == [
        Item.EMPLOYMENT,
        Item.PURPOSE,
        Item.WEALTH,
        Item.WEALTH_DOCUMENTS,
        Item.ATTESTATIONS,
    ]


def test_a_manual_draft_lacks_documents_of_its_own_too() -> None:
    assert {Item.IDENTITY_DOCUMENTS, Item.ADDRESS_DOCUMENTS} <= set(items(make_manual()))


def test_a_complete_draft_lacks_nothing_and_waits_for_our_submission(officer: User) -> None:
    done = complete(make_application(), officer)
    assert items(done) == []
    assert (done.waiting_on, done.entries_from) == (Waiting.US, Waiting.NOBODY)


@pytest.mark.parametrize(
    ("of_customer", "item", "who"),
    [
        ({"name": " "}, Item.NAME, Who.DONOR),
        ({"date_of_birth": None}, Item.DATE_OF_BIRTH, Who.DONOR),
        ({"date_of_birth": date.today()}, Item.DATE_OF_BIRTH, Who.US),
        ({"nationality": ""}, Item.NATIONALITY, Who.DONOR),
        ({"email": ""}, Item.EMAIL, Who.APPLICANT),
        ({"country": "ZZ"}, Item.ADDRESS, Who.APPLICANT),
        ({"postal_code": ""}, Item.ADDRESS, Who.APPLICANT),
        ({"nationality": "USA"}, Item.SSN, Who.APPLICANT),
        ({"country": "US"}, Item.SSN, Who.APPLICANT),
        ({"nationality": "USA", "tax_id": "666-12-3456"}, Item.SSN, Who.APPLICANT),
    ],
)
def test_what_sumsub_did_not_carry_is_missing_and_says_who_supplies_it(
    of_customer: dict[str, Any], item: Item, who: Who
) -> None:
    found = [need.who for need in needs(make_application(of_customer=of_customer))]
    lacking = items(make_application(of_customer=of_customer))
    assert found[lacking.index(item)] is who


def test_a_us_passport_makes_a_us_person() -> None:
    passport = [{"type": "PASSPORT", "country": "USA"}]
    licence = [{"type": "DRIVERS", "country": "USA"}]
    assert Item.SSN in items(make_application(documents=passport))
    assert Item.SSN not in items(make_application(documents=licence))


def test_a_well_formed_tax_id_of_a_us_person_is_their_ssn() -> None:
    known = make_application(of_customer={"nationality": "USA", "tax_id": "123-45-6789"})
    assert Item.SSN not in items(known)


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("123-45-6789", True),
        ("899-01-0001", True),
        ("123456789", False),
        ("000-45-6789", False),
        ("666-45-6789", False),
        ("900-45-6789", False),
        ("123-00-6789", False),
        ("123-45-0000", False),
        ("078-05-1120", False),
        ("１２３-45-6789", False),
    ],
)
def test_a_social_security_number_is_one_that_was_ever_given_out(text: str, real: bool) -> None:
    assert is_ssn(text) is real


def test_who_was_born_on_29_february_comes_of_age_on_1_march() -> None:
    assert not is_adult(date(2008, 2, 29), date(2026, 2, 28))
    assert is_adult(date(2008, 2, 29), date(2026, 3, 1))
    assert not is_adult(date(2008, 11, 30), date(2026, 11, 29))


def test_steps_that_sumsub_asks_for_are_the_applicants() -> None:
    steps = [
        {"step": "IDENTITY", "submitted": True, "answer": "GREEN"},
        {"step": "PROOF_OF_RESIDENCE", "submitted": False},
        {"step": "SELFIE", "submitted": True, "answer": "RED"},
        {"step": "QUESTIONNAIRE", "submitted": None},
    ]
    asked = [one for one in needs(make_application(steps=steps)) if one.item is Item.STEPS]
    assert [(one.what, one.who) for one in asked] == [
        ("Proof of address", Who.APPLICANT),
        ("Selfie", Who.APPLICANT),
    ]


def test_whom_sumsub_rejected_for_good_can_only_be_declined(officer: User) -> None:
    rejected: dict[str, Any] = {"sumsub_review_answer": "RED", "sumsub_reject_type": "FINAL"}
    done = complete(make_application(**rejected), officer)
    assert [(one.item, one.who) for one in needs(done)] == [(Item.REVIEW, Who.US)]


@pytest.mark.parametrize(
    ("status", "review", "whom"),
    [
        (S.PENDING, {}, Waiting.US),
        (S.PENDING, ASKED, Waiting.APPLICANT),
        (S.PENDING, RUNNING, Waiting.US),
        (S.SUBMITTED, {}, Waiting.US),
        (S.UNDER_REVIEW, {}, Waiting.US),
        (S.REQUEST_FOR_INFORMATION, {}, Waiting.APPLICANT),
        (S.APPROVED, {}, Waiting.NOBODY),
        (S.DECLINED, {}, Waiting.NOBODY),
    ],
)
def test_the_application_names_whose_turn_it_is(
    status: S, review: dict[str, Any], whom: Waiting, officer: User
) -> None:
    application = make_application(**review)
    if status == S.PENDING:
        assert complete(application, officer).waiting_on == whom
    else:
        assert bring_to(status, application, officer).waiting_on == whom


def test_a_submitted_application_waits_for_sumsub_while_its_review_runs(officer: User) -> None:
    submitted = bring_to(S.SUBMITTED, make_application(**RUNNING), officer)
    assert submitted.waiting_on == Waiting.SUMSUB


def test_only_what_the_donor_lacks_waits_for_the_donor(officer: User) -> None:
    done = complete(make_application(of_customer={"nationality": ""}), officer)
    assert done.waiting_on == Waiting.DONOR


@pytest.mark.parametrize(
    ("columns", "hindrance"),
    [
        ({}, ""),
        (RUNNING, "Review at Sumsub"),
        ({"inherited_review": True}, "Approved at the donor only"),
        ({"sumsub_review_status": "", "sumsub_review_answer": ""}, "Review at Sumsub"),
    ],
)
def test_an_approval_needs_a_green_review_of_our_own(
    columns: dict[str, Any], hindrance: str
) -> None:
    application = Application.objects.with_facts().get(pk=make_application(**columns).pk)
    assert [need.what for need in approval_hindrances(facts_of(application))] == (
        [hindrance] if hindrance else []
    )


def test_checks_by_hand_stand_in_for_sumsub(officer: User) -> None:
    application = make_manual()
    fresh = Application.objects.with_facts().get(pk=application.pk)
    assert len(approval_hindrances(facts_of(fresh))) == 3
    check(application, officer)
    fresh = Application.objects.with_facts().get(pk=application.pk)
    assert approval_hindrances(facts_of(fresh)) == ()


@pytest.mark.parametrize(
    ("status", "manual", "kyc"),
    [
        (S.SUBMITTED, True, KycStatus.IN_REVIEW),
        (S.REQUEST_FOR_INFORMATION, True, KycStatus.PENDING),
        (S.APPROVED, True, KycStatus.APPROVED),
        (S.DECLINED, True, KycStatus.REJECTED),
        (S.SUBMITTED, False, KycStatus.APPROVED),
        (S.DECLINED, False, KycStatus.REJECTED),
    ],
)
def test_the_customers_status_follows(
    status: S, manual: bool, kyc: KycStatus, officer: User
) -> None:
    application = make_manual() if manual else make_application()
    assert bring_to(status, application, officer).customer.kyc_status == kyc


def test_a_customer_whose_application_is_opened_again_is_no_longer_rejected(officer: User) -> None:
    application = bring_to(S.DECLINED, make_manual(), officer)
    deciding.reopen(application.pk, Author(officer), reason="A mistake.")
    application.customer.refresh_from_db()
    assert application.customer.kyc_status == KycStatus.IN_REVIEW
