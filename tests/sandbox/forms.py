"""Multipart bodies and files as callers send them, written by hand."""

from __future__ import annotations

import json
import os
from typing import Any

from tests.sandbox.caller import Caller, Reply

JPEG = b"\xff\xd8\xff\xe0"
PNG = b"\x89PNG\r\n\x1a\n"
PDF = b"%PDF-1.4\n"


def picture(start: bytes = JPEG) -> bytes:
    """A file that no one has sent before."""
    return start + os.urandom(64)


def form(
    metadata: bytes | None,
    content: bytes | None,
    *,
    declared: str = "image/jpeg",
    file_name: str = "front.jpg",
    boundary: str = "----boundary7MA4",
    end: bytes = b"\r\n",
) -> bytes:
    """The two parts of an upload; ``end`` is the line end."""
    mark = b"--" + boundary.encode()
    lines: list[bytes] = []
    if metadata is not None:
        lines += [mark, b'Content-Disposition: form-data; name="metadata"', b"", metadata]
    if content is not None:
        disposition = f'Content-Disposition: form-data; name="content"; filename="{file_name}"'
        lines += [mark, disposition.encode()]
        lines += [f"Content-Type: {declared}".encode()] if declared else []
        lines += [b"", content]
    return end.join([*lines, mark + b"--", b""])


def send_form(
    caller: Caller, applicant_id: str, body: bytes, boundary: str = "----boundary7MA4"
) -> Reply:
    target = f"/resources/applicants/{applicant_id}/info/idDoc"
    content_type = f"multipart/form-data; boundary={boundary}"
    return caller.call("POST", target, body, "", content_type=content_type)


def upload(
    caller: Caller, applicant_id: str, content: bytes | None = None, /, **metadata: Any
) -> Reply:
    """One file; by default a fresh JPEG."""
    data = picture() if content is None else content
    return send_form(caller, applicant_id, form(json.dumps(metadata).encode(), data))
