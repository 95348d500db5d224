"""Opening the file that a command was given, or standard input."""

import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from accounts.plain_refusals import PlainRefusal

STANDARD_INPUT = "-"


class CannotRead(PlainRefusal):
    """The file cannot be opened."""


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The file, opened. What comes through a pipe is read first: no transaction waits for it."""
    if name == STANDARD_INPUT:
        yield io.BytesIO(sys.stdin.buffer.read())
        return
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(Path(name).open("rb"))
        except OSError as error:
            raise CannotRead(f"{name} cannot be read: {error.strerror}.") from None
        yield stream if stream.seekable() else io.BytesIO(stream.read())
