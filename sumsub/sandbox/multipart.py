"""Reads multipart/form-data bodies (RFC 7578), tolerant of line ends, quoting and preambles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value

from sumsub.sandbox.problems import Problem

MAX_PARTS = 20
MAX_HEAD = 8 * 1024
MAX_BOUNDARY = 200
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|^\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form; ``media`` is its declared type without parameters, lower case."""

    data: bytes
    file_name: str = ""
    media: str = ""


def read_form(content_type: str, body: bytes) -> dict[str, Part]:
    """The parts by name; of a repeated name the first counts. Raises Problem 400."""
    boundary = _boundary(content_type)
    form: dict[str, Part] = {}
    for raw in _pieces(boundary, body):
        name, part = _part(raw)
        if name:
            form.setdefault(name, part)
    return form


def _boundary(content_type: str) -> bytes:
    message = Message()
    message["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ")
    try:
        boundary = message.get_param("boundary")
    except ValueError:  # pieces of a parameter, numbered beyond what Python reads
        boundary = None
    if message.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        raise Problem(400, "Content-Type must be multipart/form-data with a boundary")
    if not 0 < len(boundary) <= MAX_BOUNDARY:
        raise Problem(400, "The boundary of the multipart body is too long or empty")
    return boundary.encode("utf-8", "replace")


def _pieces(boundary: bytes, body: bytes) -> list[bytes]:
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    pieces: list[bytes] = []
    start: int | None = None
    for found in line.finditer(body):
        if start is not None:
            pieces.append(re.sub(rb"\A\r?\n", b"", body[start : found.start()], count=1))
        if found.group(1):
            return pieces
        if len(pieces) >= MAX_PARTS:
            raise Problem(400, f"The multipart body has more than {MAX_PARTS} parts")
        start = found.end()
    raise Problem(400, "Malformed multipart body")


def _part(raw: bytes) -> tuple[str, Part]:
    gap = _BLANK_LINE.search(raw[:MAX_HEAD])
    if gap is None:
        raise Problem(400, "Malformed multipart body")
    head = HeaderParser().parsestr(raw[: gap.start()].decode("utf-8", "replace"))
    declared = head["Content-Type"]
    return _parameter(head, "name"), Part(
        data=raw[gap.end() :],
        file_name=_parameter(head, "filename"),
        media=head.get_content_type() if declared else "",
    )


def _parameter(head: Message, name: str) -> str:
    """A parameter of Content-Disposition; raises Problem 400 when it cannot be decoded.

    The sender names the character set (RFC 2231), and Python knows some that refuse, or that make
    halves of surrogate pairs.
    """
    try:
        value = head.get_param(name, header="Content-Disposition", failobj="")
        return collapse_rfc2231_value(value).encode("utf-8", "replace").decode()
    except ValueError:
        raise Problem(400, f"The {name} of a part cannot be read") from None
