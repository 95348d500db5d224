"""Sumsub's labels and tags in one column: parted by commas, as many as fit."""

from collections.abc import Iterable

LONGEST = 500


def joined(words: Iterable[str]) -> str:
    """The words as the column keeps them; those that no longer fit are left out."""
    text = ",".join(word.replace(",", " ").strip() for word in words)
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(",")[0]
