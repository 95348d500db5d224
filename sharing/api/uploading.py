"""A file in a form: taken into memory under the house's cap, or refused."""

import hashlib

from django.conf import settings
from rest_framework.request import Request

from accounts.api.codes import Code
from accounts.api.problems import FieldError, Problem
from accounts.api.reading import too_large
from sharing.csv_text.refusals import FileRefused, Refusal
from sharing.uploads import Upload, received


def uploaded(request: Request, missing: str, *, field: str = "file") -> Upload:
    """The file under `file`. Raises Problem about `field`; `missing` is said when none came."""
    try:
        return received(request._request, "file", missing=missing)
    except FileRefused as refused:
        raise file_problem(refused, field) from None


def file_problem(refused: FileRefused, field: str = "file") -> Problem:
    """What is wrong with a file or a list as a whole."""
    if refused.code == Refusal.TOO_LARGE:
        return too_large(settings.UPLOAD_MAX_BYTES)
    return Problem(
        Code.FILE_REFUSED,
        refused.sentence,
        errors=[FieldError(field, refused.sentence, refused.code.value)],
    )


def sha256_of(content: bytes) -> str:
    """Stands for a file where two bodies are compared."""
    return hashlib.sha256(content).hexdigest()
