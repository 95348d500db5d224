"""How quickly pages, counts and filters of a very large import answer on the server."""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.place import DATABASES, broker, fresh_installation, machine
from benchmarks.storing import stored, write_tokens

REPEATS = 30
PASSWORD = "a benchmark's long password"
# Of a hundred rows: how many end as what; the others wait.
MIX = {"imported": 70, "refused": 12, "not_imported": 2, "needs_person": 1, "checking": 1}
CODES = (10503, 10506, 10510, 10513, 10514)


def measure(rows: int, database: str) -> None:
    """Store an import, give its rows their ends, and print how long its addresses take."""
    with settled_import(rows, database) as import_id:
        _warm_up()
        for name, (times, size) in _timed(_addresses(import_id, rows), REPEATS).items():
            print(
                f"{name}: p50 {statistics.median(times):.0f} ms, p95 {p95(times):.0f} ms, "
                f"{size / 1000:.0f} kB ({rows} rows, {database}, {machine()})"
            )


def _warm_up() -> None:
    """As the web server does before the first request comes."""
    from config.warmth import warm_up

    warm_up()


@contextmanager
def settled_import(rows: int, database: str) -> Iterator[int]:
    """An installation with one import of that many rows, most of which have their end."""
    with fresh_installation(database), broker():
        file = Path(os.environ["DATA_DIR"]) / "tokens.csv"
        write_tokens(file, rows)
        import_id = stored(file)
        _settle(import_id)
        yield import_id


def _settle(import_id: int) -> None:
    """Rows, customers and counters as if most of the import had been redeemed.

    Written past the row engine, which would take minutes: the triggers are lifted meanwhile.
    """
    from django.db import connection

    from customers.models import Customer

    somebody = Customer.objects.create(name="Person", country="DE")
    owner = Customer._meta.pk.get_db_prep_value
    with connection.cursor() as cursor:
        _lift_triggers(cursor)
        for statement in _statements(import_id):
            wanted = [owner(somebody.pk, connection)] if "%s" in statement else None
            cursor.execute(statement, wanted)
        cursor.execute("VACUUM ANALYZE customers_row" if _is_postgresql() else "ANALYZE")
    _count(import_id)


def _is_postgresql() -> bool:
    from django.db import connection

    return connection.vendor == "postgresql"


def _lift_triggers(cursor: object) -> None:
    word = "ALTER TABLE customers_row DISABLE TRIGGER USER"
    cursor.execute(word if _is_postgresql() else "DROP TRIGGER row_transition")  # type: ignore[attr-defined]


def _statements(import_id: int) -> list[str]:
    hundredth = "line - line / 100 * 100"
    mine = f"WHERE import_id = {import_id} AND {hundredth}"
    codes = " ".join(f"WHEN {place} THEN {code}" for place, code in enumerate(CODES))
    ends = {
        "imported": "state = 'imported', token_sealed = NULL, customer_id = %s, "
        "name = 'Person ' || line, applicant_id = 'a-' || line",
        "refused": f"state = 'refused', token_sealed = NULL, reason = 'rule', "
        f"error_code = CASE line / 100 - line / 100 / {len(CODES)} * {len(CODES)} {codes} END",
        "not_imported": "state = 'not_imported', token_sealed = NULL, reason = 'never_created'",
        "needs_person": "state = 'needs_person', doubt = true, reason = 'unanswerable'",
        "checking": "state = 'checking', doubt = true, reason = 'no_answer'",
    }
    found, first = [], 0
    for state, of_hundred in MIX.items():
        settled = f"UPDATE customers_row SET {ends[state]}, change = line"
        found.append(f"{settled} {mine} >= {first} AND {hundredth} < {first + of_hundred}")
        first += of_hundred
    waiting = "UPDATE customers_row SET state = 'pending'"
    return [*found, f"{waiting} WHERE import_id = {import_id} AND state = 'staged'"]


def _count(import_id: int) -> None:
    from customers.books import counters_by_counting
    from customers.models import Import, ImportState

    counts = {f"{state}_count": rows for state, rows in counters_by_counting(import_id).items()}
    change = 10 + sum(counts.values())
    Import.objects.filter(pk=import_id).update(
        state=ImportState.PAUSED, change=change, pause_reason="person", **counts
    )


def _addresses(import_id: int, rows: int) -> Mapping[str, str]:
    page = f"/imports/{import_id}/"
    return {
        "first page": page,
        "a filter by label": f"{page}?state=refused",
        "a rare label": f"{page}?state=needs_person",
        "a filter by reason": f"{page}?state=refused&why=refused.rule.10510.",
        "deep in the file": f"{page}?order=file&before={rows // 2}.{rows // 2}",
        "search by line": f"{page}?q={rows - 7}",
        "search by token mark": f"{page}?q=ab12cd",
        "search by name": f"{page}?q=Person+{rows - 60}",
        "search that finds nothing": f"{page}?q=Nobody",
        "a live update": f"{page}updates/?after={rows}",
        "list of imports": "/imports/",
        "overview": "/",
    }


def _timed(addresses: Mapping[str, str], repeats: int) -> dict[str, tuple[list[float], int]]:
    """Milliseconds of each repeat, and the bytes of the answer."""
    ask = _asker()
    found = {}
    for name, address in addresses.items():
        size = ask(address)
        times = []
        for _ in range(repeats):
            began = time.perf_counter()
            ask(address)
            times.append((time.perf_counter() - began) * 1000)
        found[name] = (times, size)
    return found


def _asker() -> Callable[[str], int]:
    """Asks an address as a signed-in admin, in this process; gives the bytes of the answer."""
    from django.contrib.auth.models import Group
    from django.test import Client

    from accounts.models import User

    person = User.objects.create_user("bench@example.com", PASSWORD, name="Bench")
    person.groups.add(*Group.objects.all())
    client = Client(headers={"host": "localhost"})
    client.force_login(person)

    def ask(address: str) -> int:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return len(answer.content)

    return ask


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def wish(description: str | None) -> tuple[int, str]:
    """Rows and database, from the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    given = parser.parse_args()
    return given.rows, given.database


if __name__ == "__main__":
    measure(*wish(__doc__))
