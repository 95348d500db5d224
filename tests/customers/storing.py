"""For tests of the intake: files stored as they are uploaded, and what became of their lines."""

import io
from typing import Any

from customers import intake, token_csv
from customers.books import counters_by_counting
from customers.models import Import, ImportSource, Row, RowState


def stored(text: str | bytes, *, start: bool = False, **options: Any) -> Import:
    """Store a file as an import, started or not. Raises what `intake.store` raises."""
    contents = text.encode() if isinstance(text, str) else text
    chosen = {"level_name": "id-only", "source": ImportSource.FILE} | options
    token_file = token_csv.read(io.BytesIO(contents), max_rows=None)
    return intake.store(token_file, intake.Options(**chosen), start=start)


def rows(imported: Import) -> list[Row]:
    """The rows in the order of the file."""
    return list(Row.objects.of(imported).order_by("line"))


def states(imported: Import) -> list[str]:
    """The rows' states in the order of the file."""
    return [row.state for row in rows(imported)]


def counters_are_true(imported: Import) -> bool:
    """Whether the counters that are kept equal the rows."""
    imported.refresh_from_db()
    counted = counters_by_counting(imported.pk)
    kept = {state.value: imported.count(state) for state in RowState}
    return counted == kept and imported.total_count == sum(counted.values())
