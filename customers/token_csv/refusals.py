"""Why a file of share tokens is refused as a whole: a code and a sentence for each cause."""

from collections.abc import Sequence

from accounts.look.figures import thousands
from sharing.csv_text.refusals import (
    FileRefused,
    Refusal,
    column_twice,
    wrong_delimiter,
)

__all__ = [
    "FileRefused",
    "Refusal",
    "column_twice",
    "empty",
    "no_rows",
    "no_token_column",
    "too_many_rows",
    "wrong_delimiter",
]


def empty() -> FileRefused:
    """No bytes, or nothing but white space."""
    return FileRefused(
        Refusal.EMPTY,
        "The file is empty. Choose a CSV file with a header line and one share token a line.",
    )


def no_rows() -> FileRefused:
    """A header and nothing below it."""
    return FileRefused(
        Refusal.NO_ROWS,
        "The file has a header and no share token below it. Add one share token a line.",
    )


def no_token_column(found: Sequence[str]) -> FileRefused:
    """A header without the one column needed; `found` are names that are safe to show."""
    named = f" The columns found are: {', '.join(found)}." if found else ""
    return FileRefused(
        Refusal.NO_TOKEN_COLUMN,
        f"The first line has no column named “token”.{named} "
        "Put a header line with the word token above the share tokens.",
    )


def too_many_rows(limit: int) -> FileRefused:
    """More rows than the door lets in."""
    return FileRefused(
        Refusal.TOO_MANY_ROWS,
        f"The file has more than {thousands(limit)} rows, the limit of one import here. "
        "Split it, or use the command line, which has no limit.",
    )
