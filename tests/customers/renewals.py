"""For tests of new share tokens: files as donors send them back, and the links that they make."""

import csv
import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from customers.models import Import, ImportState, Row, RowState
from tests.parts.import_maker import make_import
from tests.parts.pages import words

S = RowState
ENDED = (S.EXPIRED, S.NOT_IMPORTED, S.REFUSED)


def an_import(*states: RowState, **columns: Any) -> Import:
    return make_import(*(states or ENDED), state=ImportState.FINISHED, **columns)


def mark(imported: Import, line: int) -> str:
    return Row.objects.of(imported).get(line=line).token_mark


def address(imported: Import, more: str = "") -> str:
    return f"/imports/{imported.pk}/new-tokens/{more}"


def file_of(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("new.csv", text.encode(), "text/csv")


def looked_at(office: Client, imported: Import, text: str, query: str = "") -> str:
    """The preview of a file."""
    return words(office.post(address(imported, f"pairing/{query}"), {"file": file_of(text)}))


def digest(preview: str) -> str:
    found = re.search(r'name="pairing" value="(\w+)"', preview)
    assert found
    return found[1]


def sent(office: Client, imported: Import, text: str, query: str = "", **said: str) -> Any:
    """Look at the pairing, then import with what was said about it."""
    seen = digest(looked_at(office, imported, text, query))
    form = {"level": "id-only", "mode": "reuse", "pairing": seen, "file": file_of(text)}
    return office.post(address(imported) + query, form | said)


def newest() -> Import:
    return Import.objects.order_by("-pk")[0]


def links(imported: Import) -> dict[int, tuple[int, int] | None]:
    """Line to (import, line) of the row that renewed it."""
    rows = Row.objects.of(imported).select_related("renewed_by")
    return {
        row.line: (row.renewed_by.import_ref_id, row.renewed_by.line) if row.renewed_by else None
        for row in rows
    }


def asked(client: Client, imported: Import, query: str = "") -> list[dict[str, str]]:
    answer: Any = client.get(address(imported, f"list.csv{query}"))
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
