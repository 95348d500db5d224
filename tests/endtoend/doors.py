"""Ways into a real installation, and what its database says afterwards."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from sumsub.sandbox.process import Sandbox
from tests.parts.installations import Installation

STORE = """
import io, sys
from pathlib import Path
from customers import intake, token_csv
from customers.models import ImportSource
contents = io.BytesIO(Path({path!r}).read_bytes())
options = intake.Options(level_name="id-only", source=ImportSource.FILE)
stored = intake.store(token_csv.read(contents, max_rows=None), options)
intake.start(stored.pk, by=None)
print(stored.pk)
"""
ROWS = """
import json
from django.db import connection, transaction
from customers.books import counters_by_counting
from customers.models import Import, Row, RowState
with transaction.atomic():
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    for one in Import.objects.all():
        kept = {state.value: one.count(state) for state in RowState}
        assert counters_by_counting(one.pk) == kept, "counters differ from rows"
    rows = Row.objects.order_by("import_ref_id", "line")
    print(json.dumps(list(rows.values(
        "import_ref_id", "line", "state", "doubt", "external_user_id", "applicant_id", "error_code",
        "attempts", "resends", "confirmed_by_lookup"))))
"""


def store_and_start(installation: Installation, file: Path) -> int:
    """Store a token file and start the import, as the upload page does; workers take it on."""
    done = installation.manage("shell", "-v", "0", "-c", STORE.format(path=str(file)))
    return int(done.stdout.split()[-1])


def rows(installation: Installation) -> list[dict[str, Any]]:
    """Every row, as of one moment; fails when a kept counter differs from the rows."""
    done = installation.manage("shell", "-v", "0", "-c", ROWS)
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def states(installation: Installation) -> Counter[str]:
    """The rows counted by state."""
    return counted(installation, "state")


def counted(installation: Installation, column: str, table: str = "customers_row") -> Counter[str]:
    """The rows counted by what stands in a column: for polling, without a Django that starts."""
    return Counter(dict(_asked(installation, f"SELECT {column}, count(*) FROM {table} GROUP BY 1")))


def number(installation: Installation, question: str) -> int:
    """The one number that a query answers."""
    return int(_asked(installation, question)[0][0])


def _asked(installation: Installation, question: str) -> list[tuple[Any, ...]]:
    address = installation.environment.get("DATABASE_URL")
    file = installation.data_dir / "relay.sqlite3"
    with closing(psycopg.connect(address) if address else sqlite3.connect(file)) as database:
        found: list[tuple[Any, ...]] = database.execute(question).fetchall()
        return found


def ledger_agrees(far_end: Sandbox, found: list[dict[str, Any]]) -> None:
    """One redemption at the far end for each imported row, and none for any other."""
    redeemed = Counter(
        (event["external_user_id"], event["applicant_id"])
        for event in far_end.ledger()
        if event["event"] == "redeemed"
    )
    imported = [row for row in found if row["state"] == "imported"]
    assert redeemed == Counter((row["external_user_id"], row["applicant_id"]) for row in imported)
