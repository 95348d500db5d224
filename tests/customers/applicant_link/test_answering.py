"""What applicants are asked behind their link, and what becomes of their answers."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from customers.applicant_link import making
from customers.applicant_link.making import Made
from customers.applying import completing, deciding, documents
from customers.applying.deeds import Author
from customers.applying.items import Item
from customers.models import ApplicationStatus, AttestationKind, LinkState, Paper, PaperKind
from tests.customers.applicant_link.visits import (
    CONSENT,
    SIGNATURE,
    fill,
    hand_in,
    link_of,
    put,
    send,
)
from tests.customers.applications import PDF, bring_to, make_application, make_manual, now
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HTMX = {"HX-Request": "true"}


# ---- what is asked


def test_only_what_is_missing_is_asked_for(made: Made, stranger: Client) -> None:
    page = words(stranger.get(made.path))
    assert "Hello Ada" in page
    assert page.count("<li>") == 5
    for known in ("Mercer", "1988", "Lijnbaan", "Utrecht", "ada@mail.example", "Where do you live"):
        assert known not in page
    for step in ("about-you", "address", "tax-number", "identity-document", "nonsense"):
        assert stranger.get(f"{made.path}{step}/").status_code == 404


def test_what_is_known_already_cannot_be_changed_by_the_link(made: Made, stranger: Client) -> None:
    answer = put(stranger, made, "address", {"street": "Elsewhere 1", "country": "USA"})
    assert answer.status_code == 404
    put(stranger, made, "work", {"employment_status": "student", "name": "Eve", "city": "Rome"})
    customer = now(made.link.application).customer
    assert (customer.name, customer.city, customer.street) == (
        "Ada Mercer",
        "Utrecht",
        "Lijnbaan 1",
    )


def test_a_person_entered_by_hand_is_asked_for_papers_and_a_us_person_for_the_number(
    olga: Author, stranger: Client
) -> None:
    application = make_manual(email="", country="ZZ", street="", city="", postal_code="")
    made = making.make(application.pk, olga)
    assert "Your US social security number" not in words(stranger.get(made.path))
    home = {"street": "Main 1", "city": "Boston", "postal_code": "02108", "country": "USA"}
    answer = put(stranger, made, "address", home)
    assert answer["Location"] == "../work/"
    page = words(stranger.get(made.path))
    for question in (
        "Your e-mail address",
        "US social security",
        "Your passport",
        "shows your add",
    ):
        assert question in page
    put(stranger, made, "tax-number", {"ssn": "321-54-9876"})
    page = words(stranger.get(f"{made.path}tax-number/"))
    assert "•••-••-9876" in page
    assert "321-54" not in page
    assert put(stranger, made, "tax-number", {"ssn": ""}).status_code == 302
    assert completing.current(now(application))["ssn"] == "321-54-9876"


def test_steps_that_sumsub_asks_for_lead_to_where_they_are_done(
    olga: Author, stranger: Client, settings: Settings
) -> None:
    application = make_application(steps=[{"step": "PROOF_OF_RESIDENCE", "submitted": False}])
    made = making.make(application.pk, olga)
    page = words(stranger.get(made.path))
    assert "<b>proof of address</b>" in page
    assert "We will be in touch and tell you how." in page
    settings.APPLICANT_VERIFICATION_URL = "https://bank.example/verify"
    settings.COMPANY_NAME = "Northbank"
    page = words(stranger.get(made.path))
    assert 'href="https://bank.example/verify" rel="noreferrer noopener external"' in page
    assert "Northbank" in page
    fill(stranger, made)
    assert "https://bank.example/verify" in words(send(stranger, made) and stranger.get(made.path))


def test_nothing_of_the_review_is_shown(olga: Author, stranger: Client) -> None:
    application = make_application(
        sumsub_review_answer="RED", sumsub_reject_type="RETRY", sumsub_reject_labels=["FORGERY"]
    )
    page = words(stranger.get(making.make(application.pk, olga).path))
    for secret in ("RED", "FORGERY", "orgery", "ejected", "Sumsub"):
        assert secret not in page


# ---- entering


def test_a_field_is_saved_as_it_is_filled_and_going_on_asks_for_the_rest(
    olga: Author, stranger: Client
) -> None:
    application = make_application(of_customer={"country": "ZZ", "street": "", "city": ""})
    made = making.make(application.pk, olga)
    address = f"{made.path}address/"
    answer = stranger.post(address, {"city": "Delft", "version": "2"}, headers=HTMX)
    assert "<html" not in words(answer)
    assert "Saved" in words(answer)
    assert now(application).customer.city == "Delft"
    answer = stranger.post(address, {"city": "Delft", "go": "1"})
    page = words(answer)
    assert answer.status_code == 422
    assert "Enter your street and house number." in page
    assert "Choose the country you live in." in page
    assert 'value="Delft"' in page


def test_an_empty_step_erases_nothing_that_was_asked_for_again(
    officer: User, olga: Author, stranger: Client
) -> None:
    application = bring_to(ApplicationStatus.UNDER_REVIEW, make_application(), officer)
    deciding.ask(application.pk, olga, reason="Did you move?", items=[Item.ADDRESS])
    made = making.make(application.pk, olga)
    assert "Lijnbaan" not in words(stranger.get(f"{made.path}address/"))
    assert put(stranger, made, "address", {"city": ""}).status_code == 422
    stranger.post(f"{made.path}address/", {"city": ""}, headers=HTMX)
    assert now(application).customer.city == "Utrecht"


def test_a_fault_is_told_in_words_beside_its_field(olga: Author, stranger: Client) -> None:
    made = making.make(make_application(of_customer={"email": ""}).pk, olga)
    answer = put(stranger, made, "about-you", {"email": "ada"})
    assert answer.status_code == 422
    assert "Enter an e-mail address, for example" in words(answer)


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(
    made: Made, olga: Author, stranger: Client
) -> None:
    """Olga fills in what the applicant's page asks for, and corrects what the applicant entered."""
    application = made.link.application
    seen = now(application).version
    put(stranger, made, "work", {"employment_status": "retired"})
    completing.save(
        application.pk, {"employment_status": "student", "source_of_wealth": ["loan"]}, olga
    )
    answer = put(stranger, made, "money", {"source_of_wealth": ["gift"], "version": seen})
    assert "Somebody of our staff filled this in meanwhile." in words(answer)
    given = {"employment_status": "employed", "version": seen + 1}
    answer = put(stranger, made, "work", given)
    page = words(answer)
    assert answer.status_code == 409
    assert "Somebody of our staff was quicker." in page
    assert "Olga" not in page
    stored = completing.current(now(application))
    assert (stored["employment_status"], stored["source_of_wealth"]) == ("student", ["loan"])
    newest = now(application).version
    mine = {"employment_status": "employed", "version": [str(seen + 1), str(newest)]}
    assert put(stranger, made, "work", mine, go=False).status_code == 302
    assert completing.current(now(application))["employment_status"] == "employed"


def test_a_version_that_is_no_number_counts_as_the_present_one(
    made: Made, stranger: Client
) -> None:
    given = {"employment_status": "retired", "version": "9" * 5000}
    assert put(stranger, made, "work", given).status_code == 302


def test_the_officers_page_tells_when_the_applicant_was_quicker(
    made: Made, office: Client, stranger: Client
) -> None:
    application = made.link.application
    seen = now(application).version
    put(stranger, made, "work", {"employment_status": "retired"})
    sent = {"employment_status": "student", "version": seen}
    answer = office.post(f"/applications/{application.pk}/complete/account/", sent)
    assert answer.status_code == 409
    assert "The applicant changed “Employment status” at" in words(answer)


# ---- documents


def test_a_document_is_added_seen_and_taken_back(made: Made, stranger: Client) -> None:
    address = f"{made.path}proof-of-money/"
    assert put(stranger, made, "proof-of-money", {}).status_code == 422
    assert hand_in(stranger, made, "proof-of-money")["Location"] == "../proof-of-money/"
    assert "payslip.pdf" in words(stranger.get(address))
    paper = Paper.objects.get()
    assert (paper.kind, paper.link, paper.document.uploaded_by) == (
        PaperKind.WEALTH,
        link_of(made),
        None,
    )
    stranger.post(address, {"remove": str(paper.document_id)})
    paper.refresh_from_db()
    assert paper.document.sealed is None
    assert "payslip.pdf" not in words(stranger.get(address))


@pytest.mark.parametrize("content", [b"MZ not a PDF", b""], ids=["not a PDF", "empty"])
def test_a_document_that_is_none_is_refused_in_words(
    content: bytes, made: Made, stranger: Client
) -> None:
    answer = hand_in(stranger, made, "proof-of-money", content)
    assert answer.status_code == 422
    assert "The file is" in words(answer)
    assert not Paper.objects.exists()


def test_the_link_neither_shows_nor_erases_documents_of_others(
    made: Made, olga: Author, stranger: Client
) -> None:
    application = made.link.application
    ours = documents.add(application.pk, PaperKind.OTHER, "internal.pdf", PDF, olga)
    hand_in(stranger, made, "proof-of-money")
    answer = stranger.post(f"{made.path}proof-of-money/", {"remove": str(ours.document_id)})
    assert answer.status_code == 422
    assert "internal.pdf" not in words(answer)
    ours.refresh_from_db()
    assert ours.removed_at is None
    file = f"/applications/{application.pk}/documents/{ours.document_id}/"
    assert stranger.get(file)["Location"].startswith("/accounts/login/")


# ---- signing, sending


def test_consent_comes_first_then_the_rest_with_the_typed_name_and_the_time(
    made: Made, stranger: Client
) -> None:
    application = made.link.application
    assert "May we take your signature here?" in words(stranger.get(f"{made.path}sign/"))
    early = put(stranger, made, "sign", SIGNATURE, go=False)
    assert early.status_code == 422
    before = datetime.now(UTC)
    put(stranger, made, "sign", CONSENT, go=False)
    nameless = put(stranger, made, "sign", SIGNATURE | {"name": " "}, go=False)
    assert "Type your full name." in words(nameless)
    half = {"kinds": ["privacy_policy"], "name": "Ada Mercer"}
    assert "Tick each sentence." in words(put(stranger, made, "sign", half, go=False))
    put(stranger, made, "sign", SIGNATURE, go=False)
    attested = list(application.attestations.order_by("pk"))
    assert [one.kind for one in attested] == list(AttestationKind)
    assert {one.name for one in attested} == {"Ada Mercer"}
    assert {one.recorded_by for one in attested} == {None}
    assert before <= attested[0].at <= attested[-1].at <= datetime.now(UTC)


def test_an_answer_that_is_changed_after_signing_is_signed_for_once_more(
    made: Made, stranger: Client
) -> None:
    fill(stranger, made)
    put(stranger, made, "work", {"employment_status": "student"})
    answer = send(stranger, made)
    assert answer.status_code == 409
    assert "Something is still open." in words(answer)
    page = words(stranger.get(f"{made.path}sign/"))
    assert "What I have entered here is true and complete." in page
    assert "terms of service and accept" not in page
    once_more = {"kinds": ["information_accuracy"], "name": "Ada Mercer"}
    assert put(stranger, made, "sign", once_more, go=False)["Location"] == "../check-your-answers/"
    assert send(stranger, made).status_code == 302


@pytest.mark.parametrize("missing", ["work", "proof-of-money", "sign"])
def test_nothing_is_sent_while_something_is_open(
    missing: str, made: Made, stranger: Client
) -> None:
    fill(stranger, made, but=missing)
    assert send(stranger, made).status_code == 409
    assert link_of(made).is_open


def test_a_last_look_then_thank_you_and_nothing_more(made: Made, stranger: Client) -> None:
    fill(stranger, made)
    page = words(stranger.get(f"{made.path}check-your-answers/"))
    for answered in ("Retired", "Investing", "Savings, Gift", "payslip.pdf", "Ada Mercer"):
        assert answered in page
    send(stranger, made)
    assert link_of(made).state == LinkState.SENT
    for place in ("", "work/", "check-your-answers/"):
        answer = stranger.get(f"{made.path}{place}")
        assert (answer.status_code, "Thank you" in words(answer)) == (200, True)
    put(stranger, made, "work", {"employment_status": "student"})
    assert completing.current(now(made.link.application))["employment_status"] == "retired"


def test_a_question_in_words_is_answered_in_words_or_by_a_document(
    officer: User, olga: Author, stranger: Client
) -> None:
    application = bring_to(ApplicationStatus.UNDER_REVIEW, make_application(), officer)
    deciding.ask(application.pk, olga, reason="How did you earn it?")
    made = making.make(application.pk, olga)
    assert "How did you earn it?" in words(stranger.get(f"{made.path}your-answer/"))
    nothing = put(stranger, made, "your-answer", {"words": " "})
    assert "Write an answer, or add a document." in words(nothing)
    put(stranger, made, "your-answer", {"words": "I sold my flat."})
    assert link_of(made).words == "I sold my flat."
    put(stranger, made, "your-answer", {"words": ""})
    assert hand_in(stranger, made, "your-answer").status_code == 302
    assert Paper.objects.get(link=made.link).kind == PaperKind.OTHER
    assert send(stranger, made).status_code == 302
