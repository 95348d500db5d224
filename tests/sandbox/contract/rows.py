"""The rows of the API reference: each is a case of its own and is named after what it checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.sandbox.contract.ground import Ground

Check = Callable[[Ground], None]


@dataclass(frozen=True)
class Row:
    """One row: section of the reference, its first cell, and what must hold.

    ``guess``: the reference says "not documented" there, and the check is of our own choice.
    """

    section: str
    cell: str
    check: Check
    guess: bool = False

    def __str__(self) -> str:
        return f"{self.section} {self.cell}{' (our guess)' if self.guess else ''}"


class Rows:
    """The rows of one section, in their order."""

    def __init__(self, section: str) -> None:
        self.section = section
        self._rows: dict[str, Row] = {}

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def row(self, cell: str, *, guess: bool = False) -> Callable[[Check], Check]:
        """Make the function below the check of a row."""

        def keep(check: Check) -> Check:
            self.add(cell, check, guess=guess)
            return check

        return keep

    def add(self, cell: str, check: Check, *, guess: bool = False) -> None:
        """Add a row whose check is at hand; no row may be named twice."""
        if cell in self._rows:
            raise ValueError(f"{self.section} {cell} is there twice")
        self._rows[cell] = Row(self.section, cell, check, guess)
