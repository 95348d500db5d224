"""The list for the donor: which rows need a new share token, and why. It holds none."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict

from accounts.csv_out import written
from customers.models import Import, Row
from customers.models.row_queries import RowQuerySet
from customers.reason_groups import rows_of_group
from customers.results import pages
from customers.wording import story

LONGEST_WHY = 200
# The last one is for the donor to fill in.
COLUMNS = (
    "line",
    "token_mark",
    "label",
    "external_id",
    "error_code",
    "error_name",
    "reason",
    "token",
)


@dataclass(frozen=True)
class Scope:
    """Whose new share tokens are meant: all rows that wait, or those of one reason group."""

    why: str = ""
    with_cancelled: bool = False

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Read an address's query."""
        return cls(
            why=query.get("why", "")[:LONGEST_WHY], with_cancelled=query.get("cancelled") == "yes"
        )

    @property
    def query(self) -> str:
        """The same as the query of an address, with its question mark; empty for all."""
        kept = {"why": self.why, "cancelled": "yes" if self.with_cancelled else ""}
        text = urlencode({name: value for name, value in kept.items() if value})
        return f"?{text}" if text else ""

    def rows(self, imported: Import) -> RowQuerySet:
        """The rows of an import that wait for a new share token."""
        waiting = Row.objects.of(imported).waiting_for_token(with_cancelled=self.with_cancelled)
        return rows_of_group(waiting, self.why) if self.why else waiting


def donor_list(imported: Import, scope: Scope) -> Iterator[str]:
    """The CSV in pieces: lines, token marks, what the file said of each person, the reason."""
    yield written([COLUMNS])
    for rows in pages(scope.rows(imported), imported):
        yield written([_cells(row) for row in rows])


def _cells(row: Row) -> tuple[object, ...]:
    told = story(row)
    return (
        row.line,
        row.token_mark,
        row.label,
        row.external_id,
        row.error_code or "",
        row.error_name,
        told.reason_title or told.what,
        "",
    )
