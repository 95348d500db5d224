"""What an uploaded file is, by its first bytes (Sumsub: upload errors 1002 to 1011)."""

from __future__ import annotations

from sumsub.sandbox.multipart import Part
from sumsub.sandbox.problems import Code, Problem

# Sumsub takes 64 MB; a body that the sandbox reads at all is smaller, so this is a limit of ours.
MAX_BYTES = 5 * 1024 * 1024
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
MP4, WEBM = "video/mp4", "video/webm"

_STARTS = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"%PDF-", PDF),
           (b"\x1aE\xdf\xa3", WEBM))  # fmt: skip
_SAME = {"image/jpg": JPEG, "image/pjpeg": JPEG, "image/x-png": PNG, "video/quicktime": MP4}
_BY_ENDING = {"jpg": JPEG, "jpeg": JPEG, "png": PNG, "pdf": PDF, "mp4": MP4, "mov": MP4,
              "webm": WEBM}  # fmt: skip


def checked_media(part: Part) -> str:
    """The MIME type of a file; raises Problem 400 with 1002, 1003, 1004, 1005 or 1011.

    A file that says it is of a kind we know and is not is corrupted; one of a kind that we do not
    know is not supported.
    """
    if not part.data:
        raise Problem(400, "The file is empty", Code.EMPTY)
    if len(part.data) > MAX_BYTES:
        raise Problem(400, f"The file is larger than {MAX_BYTES} bytes", Code.TOO_BIG)
    declared, found = _declared(part), _found(part.data)
    if declared is not None and declared != found:
        raise Problem(400, "The file is corrupted or of another format than it says",
                      Code.CORRUPTED)  # fmt: skip
    if found is None:
        raise Problem(400, "The file format is not supported", Code.UNSUPPORTED)
    if found == PDF and b"/Encrypt" in part.data:
        raise Problem(400, "The file is encrypted", Code.ENCRYPTED)
    return found


def _found(data: bytes) -> str | None:
    if data[4:8] == b"ftyp":
        return MP4
    return next((media for start, media in _STARTS if data.startswith(start)), None)


def _declared(part: Part) -> str | None:
    """One of the known kinds, or None when the file says nothing of use."""
    media = _SAME.get(part.media, part.media)
    if media in (JPEG, PNG, PDF, MP4, WEBM):
        return media
    if media.startswith(("image/", "video/")):
        return None
    return _BY_ENDING.get(part.file_name.rpartition(".")[2].lower())
