"""Lines to records: the cells of each, where it begins, and what ends the reading of a file."""

import csv
from collections.abc import Callable, Iterator
from typing import TypeVar

from sharing.csv_text import refusals
from sharing.csv_text.decoding import Lines, LongLine
from sharing.csv_text.refusals import FileRefused

# What a line of nothing else is empty with: delimiters, white space, a mark of byte order.
BLANK = ",;\t \r\n\ufeff\u00a0"
Line = TypeVar("Line")


def records(source: Lines, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each record with the number of the line on which it begins; None for one that is too long.

    Blank ones are among them. Raises FileRefused for quotes that leave open where a cell ends.
    """
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        number = source.begin_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except LongLine:
            yield number, None
            continue
        except csv.Error as error:
            fault = str(error)
        else:
            yield number, cells
            continue
        # Outside the handler, so that no error with a piece of the line stays attached.
        raise _bad_quotes(source, number, fault)


def bare_lines(source: Lines) -> Iterator[tuple[int, str | None]]:
    """Each line of a text without a header, blank ones left out; None for one that is too long."""
    while True:
        number = source.begin_record()
        try:
            text = next(source)
        except StopIteration:
            return
        except LongLine:
            yield number, None
            continue
        if text.strip(BLANK):
            yield number, text


def capped(
    lines: Iterator[Line],
    most: int | None,
    *,
    too_many: Callable[[int], FileRefused],
    none: Callable[[], FileRefused],
) -> Iterator[Line]:
    """The lines, while there are no more than `most`. Raises one refusal for more, one for none."""
    count = 0
    for line in lines:
        count += 1
        if most is not None and count > most:
            raise too_many(most)
        yield line
    if not count:
        raise none()


def _bad_quotes(source: Lines, number: int, fault: str) -> FileRefused:
    if "unexpected end of data" in fault or "field larger" in fault:
        return refusals.unclosed_quote(source.opened_quote())
    return refusals.stray_quote(max(number, source.number))
