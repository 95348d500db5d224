"""Files of share tokens and what is to be read from them, by the server and by the browser.

`lines` are pairs of a spreadsheet line and a word: `ready`, `dies <moment>`, `duplicate of <line>`,
or the fault as `customers.reasons` names it. A file that is refused has a sentence instead.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    """One file or paste, and what is read from it."""

    name: str
    file: str | None = None
    paste: str | None = None
    columns: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    lines: list[list[Any]] = field(default_factory=list)
    refused: str = ""

    @property
    def expected(self) -> dict[str, Any]:
        """What either reader makes of it."""
        names = ("columns", "unknown", "lines", "refused")
        return {name: getattr(self, name) for name in names}


_TABLE = Path(__file__).with_suffix(".json")
CASES = tuple(Case(**case) for case in json.loads(_TABLE.read_text("utf-8")))
