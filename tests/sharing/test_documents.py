"""Documents that people hand in."""

import zlib

import pytest

from accounts.models import User
from sharing.documents import (
    MAX_BYTES,
    DocumentErased,
    DocumentRefused,
    attachment,
    checked,
    content_of,
    erase,
    store,
)
from sharing.models import DocumentKind, StoredDocument

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40 + b"\xff\xd9"


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    crc = zlib.crc32(name + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + name + content + crc


PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG = PNG_HEAD + chunk(b"IHDR", b"\x00" * 13) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("payslip.pdf", PDF, DocumentKind.PDF),
        ("photo.jpeg", JPEG, DocumentKind.JPEG),
        ("scan.PNG", PNG, DocumentKind.PNG),
    ],
)
def test_the_three_kinds_are_taken(name: str, content: bytes, kind: DocumentKind) -> None:
    document = checked(name, content)
    assert (document.kind, document.name) == (kind, name)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 an archive",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a",
        PDF[:-7],
        JPEG[:-2],
        PNG[:-12],
        PNG_HEAD + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
        b"  %PDF-1.7\n%%EOF",
    ],
)
def test_what_is_none_of_them_or_cut_off_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentRefused, match="no PDF, JPEG or PNG"):
        checked("proof.pdf", content)


def test_a_name_that_contradicts_the_content_is_refused() -> None:
    with pytest.raises(DocumentRefused, match="name says PNG, but its content is PDF"):
        checked("scan.png", PDF)


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(DocumentRefused, match="empty"):
        checked("a.pdf", b"")
    with pytest.raises(DocumentRefused, match="20 MB"):
        checked("a.pdf", b"%PDF-1.7" + b" " * MAX_BYTES + b"%%EOF")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ada\\proof.pdf", "proof.pdf"),
        ('a"b\r\nX-Evil: 1.pdf', "a_b__X-Evil_ 1.pdf"),
        ("", "document.pdf"),
        ("proof.exe", "proof.exe.pdf"),
        ("Ünicode Großeltern.pdf", "Ünicode Großeltern.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_kept_as_far_as_they_are_harmless(sent: str, kept: str) -> None:
    assert checked(sent, PDF).name == kept


@pytest.mark.django_db
def test_a_document_is_sealed_at_rest_and_comes_back_whole(officer: User) -> None:
    kept = store(checked("payslip.pdf", PDF), by=officer)
    found = StoredDocument.objects.get(pk=kept.pk)
    assert found.sealed is not None
    assert b"%PDF" not in bytes(found.sealed)
    assert content_of(found) == PDF
    assert found.uploaded_by == officer


@pytest.mark.django_db
def test_a_document_is_handed_out_as_an_attachment_that_nothing_keeps_or_runs() -> None:
    response = attachment(store(checked("payslip.pdf", PDF), by=None))
    assert response.content == PDF
    assert response.headers["Content-Disposition"] == 'attachment; filename="payslip.pdf"'
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.django_db
def test_an_erased_document_leaves_its_name_and_digest_only() -> None:
    kept = store(checked("payslip.pdf", PDF), by=None)
    erase(kept)
    found = StoredDocument.objects.get(pk=kept.pk)
    assert found.sealed is None
    assert found.name == "payslip.pdf"
    with pytest.raises(DocumentErased):
        content_of(found)
