"""The pages of applications: what they show, what they do, and who is refused."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEvent, User
from customers.applying import completing, documents
from customers.applying.deeds import Author
from customers.models import Application, ApplicationStatus, Paper, PaperKind
from sharing.models import Partner
from tests.customers.applications import (
    PDF,
    bring_to,
    check,
    complete,
    make_application,
    make_manual,
    now,
)
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SignIn = Callable[[User], Client]
S = ApplicationStatus
ANSWERED = {
    "employment_status": "employed",
    "purpose_of_account": ["investing"],
    "source_of_wealth": ["savings"],
}


def at(application: Application, deed: str = "") -> str:
    return f"/applications/{application.pk}/{deed}"


# ---- the list


def test_an_empty_list_says_what_to_do(office: Client) -> None:
    page = words(office.get("/applications/"))
    assert "No applications yet" in page
    assert "/customers/add/" in page


def test_the_list_is_narrowed_by_whose_turn_it_is(office: Client, officer: User) -> None:
    make_application(of_customer={"name": "Draft Person"})
    bring_to(S.REQUEST_FOR_INFORMATION, make_application(of_customer={"name": "Asked"}), officer)
    ours = words(office.get("/applications/?waiting=us"))
    theirs = words(office.get("/applications/?waiting=applicant"))
    assert "Draft Person" in ours
    assert "Asked" not in ours
    assert "Asked" in theirs
    assert "Nothing waits here" in words(office.get("/applications/?waiting=donor"))


@pytest.mark.parametrize("query", ["status=approved", "q=mercer", "partner=PARTNER", "age=7"])
def test_the_list_is_filtered(query: str, office: Client, officer: User) -> None:
    donor = Partner.objects.create(name="Ostermoor Pay", client_id="om", is_donor=True)
    found = make_application(of_customer={"partner": donor})
    bring_to(S.APPROVED, found, officer)
    Application.objects.filter(pk=found.pk).update(waiting_since="2026-01-01T00:00Z")
    make_application(of_customer={"name": "Bram Oostervelt"})
    page = words(office.get(f"/applications/?{query.replace('PARTNER', str(donor.pk))}"))
    assert "Ada Mercer" in page
    assert "Bram Oostervelt" not in page


def test_a_line_says_what_is_missing_first(office: Client) -> None:
    make_application()
    assert "Employment status and 4 more" in words(office.get("/applications/"))


@pytest.mark.parametrize("query", ["?waiting=us", ""])
def test_paging_shows_every_application_once(query: str, office: Client) -> None:
    first = make_application()
    for number in range(54):
        made = make_application(of_customer={"name": f"Number {number}"})
        Application.objects.filter(pk=made.pk).update(waiting_since=first.waiting_since)
    page = words(office.get(f"/applications/{query}"))
    following = page.split('rel="next" href="')[1].split('"')[0]
    rest = words(office.get(f"/applications/{following}"))
    seen = [part.split('"')[0] for part in (page + rest).split('main-link" href="')[1:]]
    assert len(seen) == len(set(seen)) == 55


def test_a_filter_or_cursor_that_makes_no_sense_counts_as_none(office: Client) -> None:
    make_application()
    page = words(office.get("/applications/?status=x&age=never&waiting=moon&before=~~"))
    assert "Ada Mercer" in page


# ---- completing


def test_a_section_is_saved_without_javascript(office: Client) -> None:
    application = make_application()
    answer = office.post(at(application, "complete/account/"), ANSWERED | {"version": 1})
    assert answer.headers["Location"].endswith("/complete/#section-account")
    assert completing.current(now(application))["purpose_of_account"] == ["investing"]


def test_a_fault_is_told_beside_its_field_and_what_was_typed_stays(office: Client) -> None:
    application = make_application()
    answer = office.post(at(application, "complete/address/"), {"country": "", "city": "x" * 200})
    page = words(answer)
    assert answer.status_code == 422
    assert "At most 120 characters fit here." in page
    assert "x" * 200 in page


def test_htmx_gets_the_section_alone_with_its_next_version(office: Client) -> None:
    application = make_application()
    sent = ANSWERED | {"version": 1}
    answer = office.post(at(application, "complete/account/"), sent, headers={"HX-Request": "true"})
    page = words(answer)
    assert answer.status_code == 200
    assert "<html" not in page
    assert 'name="version" value="2"' in page
    assert answer.headers["HX-Trigger"] == "application-changed"


def test_the_second_of_two_editors_sees_both_values_and_chooses(
    office: Client, oskar: Author
) -> None:
    application = make_application()
    completing.save(application.pk, {"city": "Delft"}, oskar)
    sent = {"street": "Lijnbaan 1", "city": "Gouda", "postal_code": "3512 AB", "country": "NLD"}
    told = office.post(at(application, "complete/address/"), sent | {"version": 1})
    page = words(told)
    assert told.status_code == 409
    assert "Oskar Officer changed “Town” at" in page
    assert "Delft" in page
    assert 'value="Gouda"' in page
    assert now(application).customer.city == "Delft"
    office.post(at(application, "complete/address/"), sent | {"version": ["1", "2"]})
    assert now(application).customer.city == "Gouda"


def test_an_ssn_is_never_shown_again_and_an_empty_field_keeps_it(office: Client) -> None:
    application = make_application(of_customer={"nationality": "USA"})
    office.post(at(application, "complete/tax/"), {"ssn": "321-54-9876"})
    page = words(office.get(at(application, "complete/")))
    assert "•••-••-9876" in page
    assert "321-54" not in page
    office.post(at(application, "complete/tax/"), {"ssn": ""})
    assert completing.current(now(application))["ssn"] == "321-54-9876"
    office.post(at(application, "complete/tax/"), {"ssn": "", "remove": "1"})
    assert completing.current(now(application))["ssn"] == ""


def test_documents_come_and_go_through_the_page(office: Client) -> None:
    application = make_application()
    sent = {"kind": "source_of_wealth", "file": SimpleUploadedFile("payslip.pdf", PDF)}
    office.post(at(application, "documents/"), sent)
    paper = Paper.objects.get()
    file = at(application, f"documents/{paper.document_id}/")
    answer = office.get(file)
    assert answer.content == PDF
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    office.post(f"{file}remove/", {"reason": "Of somebody else."})
    assert office.get(file).status_code == 404
    assert "Of somebody else." in words(office.get(at(application)))


@pytest.mark.parametrize("content", [b"MZ not a PDF", b""], ids=["not a PDF", "empty"])
def test_a_document_that_is_none_is_refused_in_words(content: bytes, office: Client) -> None:
    application = make_application()
    sent = {"kind": "other", "file": SimpleUploadedFile("payslip.pdf", content)}
    answer = office.post(at(application, "documents/"), sent)
    assert answer.status_code == 422
    assert "The file is" in words(answer)
    assert not Paper.objects.exists()


def test_a_document_belongs_to_its_application(office: Client, olga: Author) -> None:
    one, other = make_application(), make_application()
    paper = documents.add(one.pk, PaperKind.WEALTH, "payslip.pdf", PDF, olga)
    assert office.get(at(other, f"documents/{paper.document_id}/")).status_code == 404


def test_what_is_submitted_has_no_completing_page(office: Client, officer: User) -> None:
    application = bring_to(S.SUBMITTED, make_application(), officer)
    assert office.get(at(application, "complete/")).headers["Location"] == at(application)


# ---- deciding


def test_the_whole_way_on_pages(office: Client, officer: User) -> None:
    application = complete(make_manual(), officer)
    assert "Submit the application" in words(office.get(at(application)))
    office.post(at(application, "submit/"), {"version": application.version})
    office.post(at(application, "take/"))
    page = words(office.post(at(application, "approve/")))
    assert "It cannot be approved yet" in page
    check(application, officer)
    office.post(at(application, "approve/"), {"reason": "Plausible."})
    page = words(office.get(at(application)))
    assert now(application).status == S.APPROVED
    assert "Plausible." in page


def test_a_refused_decision_keeps_what_the_person_wrote(office: Client, officer: User) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    stale = {"reason": "Their story has gaps.", "version": application.version - 1}
    answer = office.post(at(application, "decline/"), stale)
    assert answer.status_code == 409
    assert "Their story has gaps." in words(answer)
    assert now(application).status == S.UNDER_REVIEW


def test_submitting_too_early_says_what_is_missing(office: Client) -> None:
    application = make_application()
    answer = office.post(at(application, "submit/"))
    assert answer.status_code == 409
    assert "It cannot be submitted yet. Still needed: Employment status" in words(answer)


def test_an_approval_that_sumsub_took_back_is_told(office: Client, officer: User) -> None:
    application = bring_to(S.APPROVED, make_application(), officer)
    Application.objects.filter(pk=application.pk).update(sumsub_review_answer="RED")
    assert "Sumsub no longer approves this person." in words(office.get(at(application)))


# ---- who may

DEEDS = ("submit/", "take/", "approve/", "decline/", "ask/", "reopen/", "check/")


def test_what_is_refused_opens_where_it_is_refused(office: Client) -> None:
    application = make_application()
    page = words(office.get(at(application, "complete/")))
    assert f'action="{at(application, "documents/")}#documents"' in page
    for section in ("identity", "address", "account", "tax"):
        assert f'action="{at(application, f"complete/{section}/")}#section-{section}"' in page


CHANGES = ("complete/account/", "attest/", "documents/")


def test_a_viewer_sees_where_an_application_stands_and_nothing_personal(
    viewer: User, officer: User, client_for: SignIn
) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    page = words(client_for(viewer).get(at(application)))
    assert "A… M…" in page
    for hidden in ("Mercer", "Utrecht", "Savings", "source_of_wealth.pdf", "Approve<", "Decline"):
        assert hidden not in page
    assert "Mercer" not in words(client_for(viewer).get("/applications/"))


@pytest.mark.parametrize("address", [*DEEDS, *CHANGES])
def test_a_viewer_changes_nothing_by_a_direct_request(
    address: str, viewer: User, client_for: SignIn
) -> None:
    application = make_application()
    client = client_for(viewer)
    assert client.post(at(application, address), {"reason": "So."}).status_code == 403
    assert now(application).version == 1
    assert not AuditEvent.objects.of_deed("application").exists()


def test_a_viewer_gets_neither_the_completing_page_nor_a_document(
    viewer: User, olga: Author, client_for: SignIn
) -> None:
    application = make_application()
    paper = documents.add(application.pk, PaperKind.WEALTH, "payslip.pdf", PDF, olga)
    client = client_for(viewer)
    for address in ("complete/", f"documents/{paper.document_id}/"):
        assert client.get(at(application, address)).status_code == 403
    removal = at(application, f"documents/{paper.document_id}/remove/")
    assert client.post(removal, {"reason": "So."}).status_code == 403


@pytest.mark.parametrize("role", ["admin", "auditor", "donor_operator", "outsider"])
def test_others_are_refused_whether_the_application_exists_or_not(
    role: str, request: pytest.FixtureRequest, client_for: SignIn
) -> None:
    client = client_for(request.getfixturevalue(role))
    known = make_application()
    for address in ("/applications/", at(known, "complete/"), f"/applications/{uuid4()}/complete/"):
        assert client.get(address).status_code == 403
    for deed in (*DEEDS, *CHANGES):
        assert client.post(at(known, deed)).status_code == 403
        assert client.post(f"/applications/{uuid4()}/{deed}").status_code == 403
