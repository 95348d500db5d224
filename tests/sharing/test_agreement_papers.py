"""The documents of agreements: who adds them, who reads them, and what stays of an erased one."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEvent, User
from sharing.models import AgreementPaper, Partner, StoredDocument
from tests.sharing.conftest import Browse

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def _add(
    client: Client, partner: Partner, name: str = "agreement.pdf", content: bytes = PDF
) -> str:
    file = SimpleUploadedFile(name, content)
    answer = client.post(f"/partners/{partner.pk}/document/", {"file": file}, follow=True)
    return answer.content.decode()


def test_a_document_is_kept_sealed_handed_out_as_it_was_and_each_deed_is_audited(
    admin: User, auditor: User, client_for: Browse, donor: Partner
) -> None:
    page = _add(client_for(admin), donor)
    paper = AgreementPaper.objects.get()
    assert "stands now, VB-2026-11" in page
    assert PDF not in bytes(StoredDocument.objects.get().sealed or b"")
    answer = client_for(auditor).get(f"/partners/documents/{paper.pk}/")
    assert answer.content == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="agreement.pdf"'
    assert "no-store" in answer["Cache-Control"]
    deeds = AuditEvent.objects.of_deed("partner").order_by("pk").values_list("deed", "actor")
    assert list(deeds) == [
        ("partner.agreement_document_added", admin.pk),
        ("partner.agreement_document_downloaded", auditor.pk),
    ]


def test_a_newer_document_stands_and_the_earlier_one_stays_readable(
    admin: User, client_for: Browse, donor: Partner
) -> None:
    client = client_for(admin)
    _add(client, donor, "first.pdf")
    page = _add(client, donor, "second.pdf")
    assert page.index("second.pdf") < page.index("first.pdf")
    assert page.count("stands now,") == page.count("earlier,") == 1
    first = AgreementPaper.objects.earliest("pk")
    assert client.get(f"/partners/documents/{first.pk}/").content == PDF


def test_an_erased_document_leaves_its_name_and_digest(
    admin: User, client_for: Browse, donor: Partner
) -> None:
    client = client_for(admin)
    _add(client, donor)
    paper = AgreementPaper.objects.get()
    page = client.post(f"/partners/documents/{paper.pk}/erase/", follow=True).content.decode()
    assert paper.document.sha256[:12] in page
    assert StoredDocument.objects.get().sealed is None
    page = client.get(f"/partners/documents/{paper.pk}/", follow=True).content.decode()
    assert "This document was erased." in page
    assert not AuditEvent.objects.filter(deed="partner.agreement_document_downloaded").exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("agreement.pdf", b"", "The file is empty."),
        ("agreement.pdf", b"MZ" + bytes(80), "The file is no PDF, JPEG or PNG"),
        ("agreement.png", PDF, "The file&#x27;s name says PNG"),
    ],
)
def test_a_file_that_is_no_document_is_refused_in_words(
    admin: User, client_for: Browse, donor: Partner, name: str, content: bytes, sentence: str
) -> None:
    assert sentence in _add(client_for(admin), donor, name, content)
    assert not AgreementPaper.objects.exists()


def test_choosing_no_file_says_so(admin: User, client_for: Browse, donor: Partner) -> None:
    answer = client_for(admin).post(f"/partners/{donor.pk}/document/", follow=True)
    assert "Choose the document first." in answer.content.decode()


def test_who_reads_the_register_only_sees_no_documents(
    admin: User, viewer: User, client_for: Browse, donor: Partner
) -> None:
    _add(client_for(admin), donor)
    assert "agreement.pdf" not in client_for(viewer).get(f"/partners/{donor.pk}/").content.decode()


# ---- the register as a file ----------------------------------------------------------------------


def test_the_register_as_csv_is_the_record_of_sharing_and_holds_no_formula(
    admin: User, auditor: User, client_for: Browse, donor: Partner, recipient: Partner
) -> None:
    _add(client_for(admin), donor)
    Partner.objects.filter(pk=recipient.pk).update(
        name='=HYPERLINK("x")', state="removed", lawful_basis="consent"
    )
    donor.contacts.create(name="Imke", email="imke@ostermoor.example", purpose="tokens")
    answer = client_for(auditor).get("/partners/register.csv")
    rows = {row["client_id"]: row for row in csv.DictReader(io.StringIO(answer.content.decode()))}
    told = rows[donor.client_id]
    assert (told["shares_with_us_now"], told["gets_from_us_now"]) == (
        "yes",
        "no: not registered for it",
    )
    assert told["document"] == "agreement.pdf"
    assert told["contacts"] == "Imke <imke@ostermoor.example> for tokens"
    assert rows[recipient.client_id]["name"] == '\'=HYPERLINK("x")'
    assert rows[recipient.client_id]["gets_from_us_now"] == "no: removed"
    event = AuditEvent.objects.get(deed="partner.register_exported")
    assert event.details == {"partners": 2}
