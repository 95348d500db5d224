"""Uploads: files of share tokens stay in memory, under a cap, and never meet the disk.

Django's own handlers write larger uploads to a temporary directory, in clear.
"""

import io
from collections.abc import Mapping
from typing import IO, Any, TypeAlias

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from sharing.csv_text.refusals import FileRefused, Refusal

# The stubs leave open what an uploaded file wraps; here it is always memory.
Upload: TypeAlias = "UploadedFile[IO[bytes]]"
MEBIBYTE = 1024 * 1024
_REFUSAL = "_upload_refusal"
MISSING = "No file arrived. Choose a CSV file of share tokens."


class CappedMemoryUploadHandler(FileUploadHandler):
    """Keeps files in memory, UPLOAD_MAX_BYTES of them in one request.

    What is over the cap is read to its end and dropped, so that the other fields of the form
    still arrive and the page can answer; `received` then raises the refusal.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._left: int = settings.UPLOAD_MAX_BYTES
        self._content = io.BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; it is skipped at once when the request cannot be taken."""
        super().new_file(*args, **kwargs)
        self._content = io.BytesIO()
        if self.request is not None and _is_compressed(self.request):
            raise SkipFile
        if self._left < 0:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece; past the cap everything kept is let go."""
        self._left -= len(raw_data)
        if self._left < 0:
            self._content = io.BytesIO()
            self._note(too_large())
            raise SkipFile
        self._content.write(raw_data)

    def file_complete(self, file_size: int) -> Upload:
        """The whole file, in memory."""
        self._content.seek(0)
        return InMemoryUploadedFile(
            file=self._content,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type or "",
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    @property
    def is_over(self) -> bool:
        """True when more bytes came than the cap allows, and files were let go."""
        return self._left < 0

    def _note(self, refusal: FileRefused) -> None:
        if self.request is not None:
            setattr(self.request, _REFUSAL, refusal)


def received(request: HttpRequest, field: str, *, missing: str = MISSING) -> Upload:
    """The file uploaded under `field`; `missing` is said when there is none.

    Raises FileRefused when it is over the cap, compressed in transit, or not there.
    """
    refuse_compressed(request)
    files: Mapping[str, Upload] = request.FILES
    refusal: FileRefused | None = getattr(request, _REFUSAL, None)
    if refusal is not None:
        raise refusal
    if field not in files:
        raise FileRefused(Refusal.MISSING, missing)
    return files[field]


def refuse_compressed(request: HttpRequest) -> None:
    """Raise FileRefused for a request with a Content-Encoding: a small body may unpack to any."""
    if _is_compressed(request):
        raise FileRefused(
            Refusal.COMPRESSED, "The request is compressed. Send it without Content-Encoding."
        )


def too_large() -> FileRefused:
    """Over UPLOAD_MAX_BYTES."""
    limit = settings.UPLOAD_MAX_BYTES / MEBIBYTE
    return FileRefused(
        Refusal.TOO_LARGE,
        f"The file is larger than {limit:.3g} MiB, the limit of an upload here. "
        "Split it, or use the command line, which has no limit.",
    )


def _is_compressed(request: HttpRequest) -> bool:
    return request.headers.get("Content-Encoding", "identity").lower() not in ("", "identity")
