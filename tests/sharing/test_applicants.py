"""The donor's applicants: list, lookup, export, page."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, User
from sharing import applicant_list
from sharing.applicant_lookup import look_up
from sharing.models import Applicant, ApplicantExport
from sharing.profile import carried_steps
from sumsub.errors import NotFound
from sumsub.sandbox.process import Sandbox
from tests.sharing.conftest import Browse


def _csv(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("applicants.csv", text.encode(), content_type="text/csv")


def test_a_lookup_by_our_id_stores_what_sumsub_knows(
    as_donor: Sandbox, donor_operator: User, client_for: Browse
) -> None:
    client = client_for(donor_operator)
    answer = client.post(
        "/applicants/look-up/", {"applicant": "demo-approved-complete"}, follow=True
    )
    found = Applicant.objects.get(external_user_id="demo-approved-complete")
    assert answer.redirect_chain[-1][0] == f"/applicants/{found.pk}/"
    assert (found.review_status, found.review_answer) == ("completed", "GREEN")
    assert found.source == "lookup"
    assert escape(found.name) in answer.content.decode()
    event = AuditEvent.objects.get(deed="applicant.looked_up")
    assert (event.actor, event.outcome) == (donor_operator, "found")
    assert found.name not in str(event.details)


def test_a_lookup_by_sumsubs_id_finds_the_same_applicant(as_donor: Sandbox, db: None) -> None:
    first = look_up("demo-approved", by=None)
    second = look_up(first.applicant.applicant_id, by=None)
    assert first.is_new
    assert not second.is_new
    assert second.applicant == first.applicant
    assert second.changed == ()


def test_a_lookup_brings_an_exported_applicant_up_to_date_and_names_what_changed(
    applicant: Applicant, donor_operator: User, client_for: Browse
) -> None:
    Applicant.objects.update(review_status="init", name="Somebody Else")
    client = client_for(donor_operator)
    page = client.post(f"/applicants/{applicant.pk}/look-again/", follow=True).content.decode()
    assert "Looked up at Sumsub. Changed: name, review status." in page
    fresh = Applicant.objects.get()
    assert (fresh.name, fresh.review_status) == (applicant.name, "completed")
    page = client.post(f"/applicants/{applicant.pk}/look-again/", follow=True).content.decode()
    assert "Looked up at Sumsub: nothing changed." in page


def test_an_id_that_nobody_has_is_said_and_nothing_is_stored(
    as_donor: Sandbox, donor_operator: User, client_for: Browse
) -> None:
    answer = client_for(donor_operator).post("/applicants/look-up/", {"applicant": "nobody-1"})
    assert "Sumsub knows no applicant “nobody-1” in this workspace" in answer.content.decode()
    assert not Applicant.objects.exists()


def test_an_applicant_of_another_workspace_is_not_found(connected: Sandbox, db: None) -> None:
    foreign = next(
        one["applicant_id"]
        for one in connected.applicants()
        if one["client_id"] == connected.donor.client_id
    )
    with pytest.raises(NotFound):
        look_up(foreign, by=None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter the id that Sumsub&#x27;s dashboard shows, or your own id."),
        ("..", "This is no id."),
        ("x" * 257, "An id has at most 256 characters."),
    ],
)
def test_what_is_no_id_is_refused_before_sumsub_is_asked(
    as_donor: Sandbox, donor_operator: User, client_for: Browse, text: str, sentence: str
) -> None:
    answer = client_for(donor_operator).post("/applicants/look-up/", {"applicant": text})
    assert sentence in answer.content.decode()


def test_an_unreachable_sumsub_is_said_in_plain_words(
    settings: Settings, as_donor: Sandbox, donor_operator: User, client_for: Browse
) -> None:
    settings.SUMSUB_BASE_URL = "http://127.0.0.1:9"
    answer = client_for(donor_operator).post("/applicants/look-up/", {"applicant": "demo-approved"})
    assert "Sumsub cannot be reached, so nothing was sent." in answer.content.decode()


def test_the_profile_keeps_no_number_of_a_document_or_taxpayer(as_donor: Sandbox, db: None) -> None:
    found = look_up("demo-approved-us-tin", by=None).applicant
    assert "812-45-6789" not in str(found.profile)
    assert {key for one in found.profile["documents"] for key in one} == {
        "type",
        "country",
        "valid_until",
    }


def test_the_page_says_what_a_share_token_carries(
    applicant: Applicant, donor_operator: User, client_for: Browse
) -> None:
    page = client_for(donor_operator).get(f"/applicants/{applicant.pk}/").content.decode()
    assert [(step.title, step.word) for step in carried_steps(applicant)] == [
        ("Identity", "Shared"),
        ("Selfie", "Shared"),
        ("Proof of address", "Shared"),
        ("Questionnaire", "Stays here"),
    ]
    for words in ("Passport, FRA, valid until", "Never travels with a share token", "First seen"):
        assert words in page
    born = date.fromisoformat(applicant.profile["born"])
    assert f"{born.day} {born:%b %Y}" in page


def test_a_missing_selfie_is_shown_as_missing(as_donor: Sandbox, db: None) -> None:
    found = look_up("demo-documents-no-selfie", by=None).applicant
    assert {step.title: step.word for step in carried_steps(found)}["Selfie"] == "Missing"


def test_an_export_adds_and_updates_and_names_its_faulty_lines(
    exported: Applicant, donor_operator: User, client_for: Browse
) -> None:
    text = (
        "applicantId,externalId,applicantName,status\n"
        f"{exported.applicant_id},004417,Henrike Valdamar,init\n"
        "66f000000000000000000002,00009,Ada Moreau,Approved\n"
        ",1,Nobody,init\n"
    )
    page = (
        client_for(donor_operator)
        .post("/applicants/import/", {"file": _csv(text)}, follow=True)
        .content.decode()
    )
    assert "<h1>2 applicants stored</h1>" in page
    export = ApplicantExport.objects.get()
    assert (export.new, export.changed, export.faulty) == (1, 1, 1)
    assert "Line 4 has no applicant id." in page
    known = Applicant.objects.get(pk=exported.pk)
    assert (known.review_status, known.review_answer) == ("init", "")
    # The file has no e-mail column, so what was known stays.
    assert known.email == exported.email
    added = Applicant.objects.get(applicant_id="66f000000000000000000002")
    assert (added.external_user_id, added.source) == ("00009", "csv")
    event = AuditEvent.objects.get(deed="applicants.imported")
    assert event.details == {"new": 1, "changed": 1, "unchanged": 0, "faulty": 1}


def test_the_same_export_twice_adds_nothing(donor_operator: User, client_for: Browse) -> None:
    client, text = client_for(donor_operator), "applicantId\nabc\nabc\ndef\n"
    for _ in range(2):
        client.post("/applicants/import/", {"file": _csv(text)})
    second, first = ApplicantExport.objects.newest_first()
    assert (first.new, first.repeated) == (2, 1)
    assert (second.new, second.changed, second.unchanged) == (0, 0, 2)
    assert Applicant.objects.count() == 2


def test_a_later_line_for_the_same_applicant_wins_across_chunks(
    donor_operator: User, client_for: Browse
) -> None:
    lines = [f"id{number},old" for number in range(1500)] + ["id3,new", "id1499,new"]
    text = "applicantId,applicantName\n" + "\n".join(lines)
    client_for(donor_operator).post("/applicants/import/", {"file": _csv(text)})
    intake = ApplicantExport.objects.get()
    assert (intake.new, intake.changed, intake.repeated) == (1500, 0, 2)
    assert set(Applicant.objects.filter(name="new").values_list("applicant_id", flat=True)) == {
        "id3",
        "id1499",
    }


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"PK\x03\x04", "Save it as CSV UTF-8"),
        (b"token\nabc\n", "This file has no column applicantId"),
        (b"applicantId,Applicant ID\nabc,def\n", "This file has two columns applicantId."),
    ],
)
def test_a_file_that_is_no_export_is_refused_on_the_page(
    donor_operator: User, client_for: Browse, content: bytes, sentence: str
) -> None:
    upload = SimpleUploadedFile("x.csv", content)
    page = client_for(donor_operator).post("/applicants/import/", {"file": upload}).content.decode()
    assert sentence in page
    assert not Applicant.objects.exists()


def test_no_file_at_all_is_said(donor_operator: User, client_for: Browse) -> None:
    page = client_for(donor_operator).post("/applicants/import/", {}).content.decode()
    assert "Choose the CSV that Sumsub&#x27;s dashboard exported." in page


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("q=valdamar", True),
        ("q=MAIL.example", True),
        ("q=4417", True),
        ("q=66f0c2a4", True),
        ("q=e19b7d35", False),
        ("status=Approved&country=NLD&level=id-only", True),
        ("status=Rejected", False),
        ("q=%27%22%3Cb%3E", False),
    ],
)
def test_search_and_filters_narrow_the_list(
    exported: Applicant, donor_operator: User, client_for: Browse, query: str, finds: bool
) -> None:
    answer = client_for(donor_operator).get(f"/applicants/?{query}")
    assert (exported in answer.context["page"].rows) is finds
    assert ("No applicant matches" in answer.content.decode()) is not finds


def test_the_list_is_paged_by_key(donor_operator: User, client_for: Browse) -> None:
    Applicant.objects.bulk_create(
        Applicant(applicant_id=f"a{number}", source="csv") for number in range(120)
    )
    client, seen, address = client_for(donor_operator), [], "/applicants/"
    while address:
        page: Any = client.get(address).context["page"]
        seen += [applicant.applicant_id for applicant in page.rows]
        address = f"/applicants/?before={page.older}" if page.older else ""
    assert seen == [f"a{number}" for number in reversed(range(120))]
    assert applicant_list.PAGE_SIZE == 50


def test_an_empty_list_says_where_applicants_come_from(
    donor_operator: User, client_for: Browse
) -> None:
    page = client_for(donor_operator).get("/applicants/").content.decode()
    assert "No applicants yet" in page
    assert 'href="/applicants/import/">Import CSV' in page


def test_a_page_title_names_nobody(
    exported: Applicant, donor_operator: User, client_for: Browse
) -> None:
    page = client_for(donor_operator).get(f"/applicants/{exported.pk}/").content.decode()
    title = page.split("<title>")[1].split("</title>")[0]
    assert "Valdamar" not in title
