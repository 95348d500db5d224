"""Documents: looked at before they are taken, sealed at rest, handed out as attachments only."""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts.models import User
from accounts.plain_refusals import PlainRefusal
from sharing.models import DocumentKind, StoredDocument
from sharing.sealing import open_bytes, seal_bytes

MAX_BYTES: Final = 20 * 1024 * 1024
TOO_LARGE: Final = "The file is larger than 20 MB. Save a smaller copy of it."
ACCEPT: Final = ".pdf,.jpg,.jpeg,.png"
"""What a file field offers to choose."""

_NAME_LETTERS = 120
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_CHUNK_FRAME = 12
# A PDF ends with its mark; viewers look for it in so many last bytes.
_PDF_TAIL = 2048
_ENDINGS: Final = {
    "pdf": DocumentKind.PDF,
    "jpg": DocumentKind.JPEG,
    "jpeg": DocumentKind.JPEG,
    "png": DocumentKind.PNG,
}


class DocumentRefused(PlainRefusal):
    """A file is not taken. `sentence` says why and what to do."""


class DocumentErased(Exception):
    """The document was erased: only its name, size and digest are left."""


@dataclass(frozen=True)
class Checked:
    """A file whose bytes are what its name says."""

    kind: DocumentKind
    name: str
    content: bytes = field(repr=False)


def checked(name: str, content: bytes) -> Checked:
    """Look at a file's bytes and its name. Raises DocumentRefused."""
    if not content:
        raise DocumentRefused("The file is empty. Choose the document again.")
    if len(content) > MAX_BYTES:
        raise DocumentRefused(TOO_LARGE)
    kind = _kind_of(content)
    if kind is None:
        raise DocumentRefused("The file is no PDF, JPEG or PNG, or it is damaged. Save it as one.")
    kept = _kept_name(name, kind)
    claimed = _ENDINGS.get(kept.rpartition(".")[2].lower())
    if claimed is not None and claimed is not kind:
        raise DocumentRefused(
            f"The file's name says {claimed.label}, but its content is {kind.label}. "
            "Save it again under the right name."
        )
    return Checked(kind, kept, content)


def store(document: Checked, *, by: User | None) -> StoredDocument:
    """Seal and keep a checked file. The caller writes its audit event in the same transaction."""
    kept = StoredDocument(
        kind=document.kind,
        name=document.name,
        size=len(document.content),
        sha256=hashlib.sha256(document.content).hexdigest(),
        uploaded_by=by,
    )
    kept.sealed = seal_bytes(document.content, context=kept.context)
    kept.save(force_insert=True)
    return kept


def content_of(document: StoredDocument) -> bytes:
    """The bytes of a document. Raises DocumentErased, or `sealing.CannotOpen` without the key."""
    if document.sealed is None:
        raise DocumentErased
    return open_bytes(bytes(document.sealed), context=document.context)


def erase(document: StoredDocument) -> None:
    """Let go of a document's bytes for good; what it was called stays."""
    document.sealed = None
    document.erased_at = timezone.now()
    document.save(update_fields=["sealed", "erased_at"])


def attachment(document: StoredDocument) -> HttpResponse:
    """A document as a download that no browser opens by itself and no cache keeps.

    Raises DocumentErased. The caller checks the right and writes the audit event.
    """
    kind = DocumentKind(document.kind)
    response = HttpResponse(content_of(document), content_type=kind.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=document.name
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _kind_of(content: bytes) -> DocumentKind | None:
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-_PDF_TAIL:]:
        return DocumentKind.PDF
    if content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in content[3:]:
        return DocumentKind.JPEG
    if content.startswith(_PNG_HEAD) and _is_whole_png(content):
        return DocumentKind.PNG
    return None


def _is_whole_png(content: bytes) -> bool:
    """True when the chunks follow each other from IHDR to IEND (PNG specification, 5.3)."""
    position, first = len(_PNG_HEAD), True
    while position + _CHUNK_FRAME <= len(content):
        length = int.from_bytes(content[position : position + 4], "big")
        chunk = content[position + 4 : position + 8]
        if first and chunk != b"IHDR":
            return False
        first = False
        position += _CHUNK_FRAME + length
        if chunk == b"IEND":
            return position <= len(content)
    return False


def _kept_name(name: str, kind: DocumentKind) -> str:
    """The last part of a file's name without what may confuse a file system or a header."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    clean = re.sub(r"[^\w .()\-]", "_", last).strip(" .") or f"document.{kind.value}"
    stem, dot, ending = clean.rpartition(".")
    if not dot or ending.lower() not in _ENDINGS:
        stem, ending = clean, kind.value
    return f"{stem[: _NAME_LETTERS - len(ending) - 1]}.{ending}"
