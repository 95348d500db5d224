"""Uploads stay in memory, under the cap, and answer in words."""

import gzip

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from customers.token_csv import FileRefused, Refusal
from sharing.uploads import received

MEBIBYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def handlers(settings: Settings) -> None:
    """The cap is small, the handler the product's own."""
    settings.UPLOAD_MAX_BYTES = 3 * MEBIBYTE
    assert settings.FILE_UPLOAD_HANDLERS == ["sharing.uploads.CappedMemoryUploadHandler"]


def upload(size: int, **headers: str) -> HttpRequest:
    form = {"before": "1", "file": SimpleUploadedFile("a.csv", b"x" * size), "level": "id-only"}
    return RequestFactory().post("/", form, headers=headers or None)


def test_a_file_that_django_would_spill_to_disk_stays_in_memory() -> None:
    found = received(upload(2_700_000), "file")
    assert isinstance(found, InMemoryUploadedFile)
    assert (found.size, found.name) == (2_700_000, "a.csv")


def test_a_file_over_the_cap_is_refused_and_the_form_still_arrives() -> None:
    request = upload(4 * MEBIBYTE)
    with pytest.raises(FileRefused, match="3 MiB") as caught:
        received(request, "file")
    assert caught.value.code is Refusal.TOO_LARGE
    assert (request.POST["before"], request.POST["level"]) == ("1", "id-only")


def test_the_cap_holds_for_all_files_of_a_request_together() -> None:
    files = {name: SimpleUploadedFile(name, b"x" * 2 * MEBIBYTE) for name in ("file", "more")}
    with pytest.raises(FileRefused, match="larger"):
        received(RequestFactory().post("/", files), "file")


def test_a_form_without_a_file_is_told_so() -> None:
    with pytest.raises(FileRefused, match="No file arrived"):
        received(RequestFactory().post("/", {"level": "x"}), "file")


def test_a_compressed_request_is_refused() -> None:
    with pytest.raises(FileRefused, match="Content-Encoding"):
        received(upload(10, content_encoding="gzip"), "file")


def test_a_compressed_body_is_never_unpacked() -> None:
    body = gzip.compress(b"x" * 50 * MEBIBYTE)
    request = RequestFactory().post(
        "/", body, content_type="text/csv", headers={"content-encoding": "gzip"}
    )
    with pytest.raises(FileRefused, match="compressed"):
        received(request, "file")
