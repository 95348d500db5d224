"""Completing an application: entries, attestations, documents, and two people at once."""

from typing import Any

import pytest

from accounts.models import AuditEvent, User
from customers.applying import attesting, completing, documents, submitting
from customers.applying.deeds import Author, NotPossible, Overtaken, subject_of
from customers.applying.ssn import kept_ssn, masked_ssn
from customers.applying.values import read
from customers.models import (
    ApplicationStatus,
    AttestationKind,
    Completion,
    Paper,
    PaperKind,
)
from sharing.documents import DocumentErased, DocumentRefused
from tests.customers.applications import (
    ANSWERS,
    PDF,
    bring_to,
    complete,
    make_application,
    now,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
S = ApplicationStatus


# ---- completing


def test_what_is_entered_is_stored_and_the_trail_names_fields_only(olga: Author) -> None:
    application = make_application()
    saved = completing.save(application.pk, {**ANSWERS, "city": " Den  Haag "}, olga)
    assert (saved.faults, saved.version) == ({}, 2)
    stored = completing.current(now(application))
    assert (stored["city"], stored["source_of_wealth"]) == ("Den Haag", ["savings", "gift"])
    event = AuditEvent.objects.about(subject_of(application.pk)).get()
    assert event.deed == "application.completed"
    assert event.details["fields"].startswith("city, employment_status")
    assert "Haag" not in str(event.details)


def test_a_fault_keeps_its_field_as_it_was_and_lets_the_others_pass(olga: Author) -> None:
    application = make_application()
    given = {"email": "nobody", "city": "Delft", "country": "Atlantis", "shoe_size": "43"}
    saved = completing.save(application.pk, given, olga)
    assert saved.changed == ("city",)
    assert set(saved.faults) == {"email", "country", "shoe_size"}
    assert now(application).customer.email == "ada@mail.example"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date_of_birth", "2020-01-01"),
        ("date_of_birth", "1899-12-31"),
        ("date_of_birth", "soon"),
        ("nationality", "ZZZ"),
        ("country", "ZZ"),
        ("email", "a@b"),
        ("phone", "call me"),
        ("name", "12345"),
        ("street", "x" * 201),
        ("city", "Del\x00ft"),
        ("ssn", "123-45-678"),
        ("employment_status", "pirate"),
        ("purpose_of_account", ["investing", "laundering"]),
        ("source_of_wealth", "savings"),
        ("source_of_wealth", {"savings": "yes"}),
        ("source_of_wealth", [["savings"]]),
        ("name", 7),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_words(field: str, value: Any) -> None:
    entries = read({field: value})
    assert entries.values == {}
    assert entries.faults[field].endswith((".", "!"))


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("nationality", "de", "DEU"),
        ("country", " USA ", "USA"),
        ("ssn", "123 45 6789", "123-45-6789"),
        ("purpose_of_account", ["making_online_payments", "investing"], None),
        ("date_of_birth", "", None),
        ("name", "", ""),
    ],
)
def test_values_are_kept_in_one_form(field: str, value: Any, kept: Any) -> None:
    entries = read({field: value})
    assert not entries.faults
    if field == "purpose_of_account":
        kept = ["investing", "making_online_payments"]
    assert entries.values[field] == kept


def test_a_social_security_number_is_sealed_and_shown_by_its_last_digits(olga: Author) -> None:
    application = make_application(of_customer={"nationality": "USA"})
    completing.save(application.pk, {"ssn": "123-45-6789"}, olga)
    completion = Completion.objects.get(pk=application.pk)
    assert b"6789" not in bytes(completion.ssn_sealed or b"")
    assert masked_ssn(kept_ssn(completion)) == "•••-••-6789"
    completing.save(application.pk, {"ssn": ""}, olga)
    assert Completion.objects.get(pk=application.pk).ssn_sealed is None


def test_the_second_editor_is_told_and_overwrites_nothing(olga: Author, oskar: Author) -> None:
    application = make_application()
    version = application.version
    completing.save(application.pk, {"city": "Delft", "street": "Markt 1"}, olga, based_on=version)
    with pytest.raises(Overtaken) as told:
        completing.save(application.pk, {"city": "Gouda"}, oskar, based_on=version)
    assert "Olga Officer changed “Town, street and number” at" in told.value.sentence
    assert told.value.fields == {"city"}
    assert now(application).customer.city == "Delft"


def test_two_editors_of_different_fields_do_not_disturb_each_other(
    olga: Author, oskar: Author
) -> None:
    application = make_application()
    version = application.version
    completing.save(application.pk, {"city": "Delft"}, olga, based_on=version)
    completing.save(application.pk, {"employment_status": "retired"}, oskar, based_on=version)
    stored = completing.current(now(application))
    assert (stored["city"], stored["employment_status"]) == ("Delft", "retired")


def test_what_is_submitted_cannot_be_changed(olga: Author, officer: User) -> None:
    application = bring_to(S.SUBMITTED, make_application(), officer)
    with pytest.raises(NotPossible, match="submitted"):
        completing.save(application.pk, {"city": "Delft"}, olga)


# ---- attestations


def test_attestations_come_in_their_order(olga: Author) -> None:
    application = make_application()
    with pytest.raises(NotPossible, match="“Electronic signature” comes first"):
        attesting.attest(application.pk, AttestationKind.TERMS, "Ada Mercer", olga)
    attesting.attest(application.pk, AttestationKind.ESIGN, " Ada  Mercer ", olga)
    with pytest.raises(NotPossible, match="attested already"):
        attesting.attest(application.pk, AttestationKind.ESIGN, "Ada Mercer", olga)
    kept = application.attestations.get()
    assert (kept.name, kept.recorded_by) == ("Ada Mercer", olga.person)


def test_nobody_attests_without_a_name(olga: Author) -> None:
    with pytest.raises(NotPossible, match="name"):
        attesting.attest(make_application().pk, AttestationKind.ESIGN, " ", olga)


def test_a_change_makes_the_attested_accuracy_lapse(olga: Author, officer: User) -> None:
    application = complete(make_application(), officer)
    completing.save(application.pk, {"city": "Delft"}, olga)
    with pytest.raises(NotPossible, match="Attestations"):
        submitting.submit(application.pk, olga)
    attesting.attest(application.pk, AttestationKind.ACCURACY, "Ada Mercer", olga)
    submitting.submit(application.pk, olga)


# ---- documents


def test_a_document_is_taken_for_what_it_is_and_goes_with_a_reason(olga: Author) -> None:
    application = make_application()
    with pytest.raises(DocumentRefused):
        documents.add(application.pk, PaperKind.WEALTH, "payslip.pdf", b"MZ not a PDF", olga)
    paper = documents.add(application.pk, PaperKind.WEALTH, "payslip.pdf", PDF, olga)
    with pytest.raises(NotPossible, match="there already"):
        documents.add(application.pk, PaperKind.WEALTH, "again.pdf", PDF, olga)
    with pytest.raises(NotPossible, match="why"):
        documents.remove(paper, " ", olga)
    documents.remove(paper, "Of somebody else.", olga)
    gone = Paper.objects.get(pk=paper.pk)
    assert (gone.removal_reason, gone.document.sealed) == ("Of somebody else.", None)
    with pytest.raises(DocumentErased):
        documents.hand_out(gone, olga)
    with pytest.raises(NotPossible, match="already"):
        documents.remove(gone, "Twice.", olga)


def test_who_takes_a_document_home_is_written_down(olga: Author) -> None:
    application = make_application()
    paper = documents.add(application.pk, PaperKind.WEALTH, "payslip.pdf", PDF, olga)
    answer = documents.hand_out(paper, olga)
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    event = AuditEvent.objects.of_deed("application.document_downloaded").get()
    assert event.actor == olga.person
    assert "payslip" not in str(event.details)
