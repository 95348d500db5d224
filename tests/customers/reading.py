"""For tests of the reader: a file's contents in, its lines or its refusal out."""

import io

import pytest

from customers.token_csv import FileRefused, TokenFile, TokenLine, read

SECRET = "_act-sbx-canary-4711-v2"


def opened(contents: bytes | str, max_rows: int | None = None) -> TokenFile:
    """The file, its header read."""
    data = contents.encode() if isinstance(contents, str) else contents
    return read(io.BytesIO(data), max_rows=max_rows)


def lines(contents: bytes | str) -> list[TokenLine]:
    """All of its lines."""
    return list(opened(contents).lines)


def tokens(contents: bytes | str) -> list[tuple[int, str]]:
    """Number and share token of each line."""
    return [(line.line, line.share_token) for line in lines(contents)]


def refusal(contents: bytes | str, max_rows: int | None = None) -> FileRefused:
    """Why the file is refused as a whole; fails when it is not."""
    with pytest.raises(FileRefused) as caught:
        list(opened(contents, max_rows).lines)
    return caught.value
