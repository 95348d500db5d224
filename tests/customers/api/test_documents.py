"""Documents of applications through the API: looked at, sealed, handed out, erased."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.api.codes import Code
from accounts.models import AuditEvent
from customers.models import Application, ApplicationStatus, Paper
from sharing.documents import MAX_BYTES
from sharing.models import StoredDocument
from tests.accounts.test_api_doors import refused
from tests.customers.applications import PDF, make_application
from tests.parts.api_callers import Program

pytestmark = pytest.mark.django_db


def documents(application: Application, more: str = "") -> str:
    return f"/api/v1/applications/app_{application.pk.hex}/documents{more}"


def handed_in(
    program: Program,
    application: Application,
    content: bytes = PDF,
    *,
    name: str = "salary.pdf",
    **said: str,
) -> Any:
    headers = {"X-Idempotency-Key": said.pop("key")} if "key" in said else {}
    fields = {"kind": "source_of_wealth", "file": SimpleUploadedFile(name, content)} | said
    return program.upload(documents(application), fields, **headers)


def test_a_document_is_kept_listed_and_downloaded(program: Program) -> None:
    application = make_application()
    answer = handed_in(program, application)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["kind"], made["name"], made["format"]) == ("source_of_wealth", "salary.pdf", "pdf")
    assert program.get(documents(application)).json()["data"] == [made]
    assert PDF not in bytes(StoredDocument.objects.get().sealed or b"")
    taken = program.get(answer["Location"])
    assert taken.content == PDF
    assert taken["Content-Type"] == "application/pdf"
    assert taken["Content-Disposition"].startswith("attachment")
    assert "no-store" in taken["Cache-Control"]
    deeds = AuditEvent.objects.about(f"application:{application.pk}").values_list("deed", flat=True)
    assert set(deeds) == {"application.document_added", "application.document_downloaded"}
    missing = program.get(documents(application).removesuffix("/documents")).json()["missing"]
    assert "source_of_wealth_documents" not in [one["item"] for one in missing]


def test_one_key_keeps_one_document(program: Program) -> None:
    application = make_application()
    first = handed_in(program, application, key="k")
    again = handed_in(program, application, key="k")
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    other = handed_in(program, application, PDF + b"\n%%EOF", key="k")
    refused(other, Code.IDEMPOTENCY_KEY_REUSED)
    refused(handed_in(program, application), Code.NOT_POSSIBLE)
    assert Paper.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"MZ\x90", "salary.pdf"), (PDF, "salary.png"), (b"", "salary.pdf"), (b"%PDF-1.7", "a.pdf")],
)
def test_what_is_no_document_is_refused(program: Program, content: bytes, name: str) -> None:
    application = make_application()
    refused(handed_in(program, application, content, name=name), Code.DOCUMENT_REFUSED)
    assert not StoredDocument.objects.exists()


def test_a_wrong_form_is_refused_by_its_fields(program: Program) -> None:
    application = make_application()
    path = documents(application)
    refused(program.upload(path, {"kind": "source_of_wealth"}), Code.INVALID_REQUEST)
    refused(handed_in(program, application, kind="diary"), Code.INVALID_REQUEST)
    refused(handed_in(program, application, note="x"), Code.INVALID_REQUEST)
    refused(program.post(path, {"kind": "other"}), Code.UNSUPPORTED_MEDIA_TYPE)
    refused(handed_in(program, application, PDF + b" " * MAX_BYTES), Code.TOO_LARGE)
    assert not Paper.objects.exists()


def test_a_removed_document_is_erased_and_its_reason_stays(program: Program) -> None:
    application = make_application()
    made = handed_in(program, application)
    path = documents(application, f"/{made.json()['id']}/remove")
    gone = program.post(path, {"reason": "Somebody else's."}, key="k").json()
    assert gone["removal_reason"] == "Somebody else's."
    assert gone["removed_at"]
    assert program.post(path, {"reason": "Somebody else's."}, key="k").json() == gone
    refused(program.post(path, {"reason": "x"}), Code.NOT_POSSIBLE)
    refused(program.get(made["Location"]), Code.NOT_FOUND)
    assert StoredDocument.objects.get().sealed is None


def test_a_document_of_another_application_is_not_found(program: Program) -> None:
    mine, other = make_application(), make_application()
    made = handed_in(program, mine).json()
    refused(program.get(documents(other, f"/{made['id']}/content")), Code.NOT_FOUND)
    path = documents(other, f"/{made['id']}/remove")
    refused(program.post(path, {"reason": "x"}), Code.NOT_FOUND)


def test_nothing_is_handed_in_after_the_submission(program: Program) -> None:
    application = make_application(status=ApplicationStatus.SUBMITTED)
    refused(handed_in(program, application), Code.NOT_POSSIBLE)
    assert not StoredDocument.objects.exists()
