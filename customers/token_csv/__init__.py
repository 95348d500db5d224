"""Bytes to numbered lines: reading a file (or paste, or list) of share tokens.

Nothing is guessed and nothing of a share token's text is ever said: a file that cannot be read is
refused as a whole with the line at fault, a line that cannot be used comes back with its reason.
"""

from customers.token_csv.lines import MAX_TOKEN_BYTES, TokenLine
from customers.token_csv.reading import (
    TokenFile,
    read,
    read_items,
    read_listed,
    read_pasted,
    sha256_of,
    sha256_of_pasted,
)
from customers.token_csv.refusals import FileRefused, Refusal

__all__ = [
    "MAX_TOKEN_BYTES",
    "FileRefused",
    "Refusal",
    "TokenFile",
    "TokenLine",
    "read",
    "read_items",
    "read_listed",
    "read_pasted",
    "sha256_of",
    "sha256_of_pasted",
]
