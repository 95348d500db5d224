"""CSV that leaves the house: every cell quoted, none a formula to a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

# A spreadsheet takes a cell that begins with one of these for a formula (CWE-1236).
_FORMULA_STARTS = tuple("=+-@\t\r\n\0＝＋－＠")


def written(rows: Iterable[Sequence[object]]) -> str:
    """CSV records with every cell quoted, disarmed by `safe_cell`."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([[safe_cell(cell) for cell in row] for row in rows])
    return out.getvalue()


def safe_cell(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
