"""Why a file is refused as a whole: what holds of any CSV file, whatever it lists."""

from enum import StrEnum

from accounts.look.figures import thousands
from accounts.plain_refusals import PlainRefusal

SAVE_AS = "Save it as “CSV UTF-8” and choose that file."


class Refusal(StrEnum):
    """What is wrong with a file, as a code for machines."""

    EMPTY = "empty"
    NO_ROWS = "no_rows"
    NO_TOKEN_COLUMN = "no_token_column"
    TWO_TOKEN_COLUMNS = "two_token_columns"
    COLUMN_TWICE = "column_twice"
    WRONG_DELIMITER = "wrong_delimiter"
    NOT_CSV = "not_csv"
    BINARY = "binary"
    NOT_UNICODE = "not_unicode"
    QUOTES = "quotes"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_LARGE = "too_large"
    COMPRESSED = "compressed"
    MISSING = "missing"
    TWO_WAYS = "two_ways"
    ALL_FAULTY = "all_faulty"
    NO_ID_COLUMN = "no_id_column"


class FileRefused(PlainRefusal):
    """A file that is not taken. `sentence` says what is wrong and what to do; nothing is stored."""

    def __init__(self, code: Refusal, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def not_csv(what: str) -> FileRefused:
    """Another kind of file, told by its first bytes."""
    return FileRefused(Refusal.NOT_CSV, f"This is {what}, not a CSV file. {SAVE_AS}")


def binary(line: int) -> FileRefused:
    """A NUL, which no text file holds."""
    return FileRefused(
        Refusal.BINARY,
        f"Line {thousands(line)} holds a NUL byte, so this is not a text file in UTF-8. {SAVE_AS}",
    )


def not_unicode(line: int, encoding: str) -> FileRefused:
    """Bytes that are not the encoding the file's beginning promises."""
    return FileRefused(
        Refusal.NOT_UNICODE,
        f"Line {thousands(line)} holds a character that is not {encoding}. {SAVE_AS}",
    )


def wrong_delimiter(sign: str) -> FileRefused:
    """A header with a token column, but columns kept apart by something else."""
    return FileRefused(
        Refusal.WRONG_DELIMITER,
        f"The columns of the first line are separated by “{sign}”. "
        "Use a comma, a semicolon or a tab.",
    )


def column_twice(kind: str) -> FileRefused:
    """Two columns that mean the same."""
    code = Refusal.TWO_TOKEN_COLUMNS if kind == "token" else Refusal.COLUMN_TWICE
    return FileRefused(
        code, f"The first line names two columns for “{kind}”. Keep one and remove the other."
    )


def unclosed_quote(line: int) -> FileRefused:
    """A quote that swallows the rest of the file, or more than a cell may hold."""
    return FileRefused(
        Refusal.QUOTES,
        f"The quote opened on line {thousands(line)} is never closed. "
        "Close or remove it and choose the file again.",
    )


def stray_quote(line: int) -> FileRefused:
    """Text after a closing quote: where cells end can only be guessed."""
    return FileRefused(
        Refusal.QUOTES,
        f"Line {thousands(line)} has text after a closing quote. "
        "Correct the quotes and choose the file again.",
    )
