"""How quickly the work queue answers with very many applications, and by which indexes."""

import argparse
import statistics
from collections.abc import Iterator, Mapping
from datetime import timedelta

from benchmarks.pages import _timed, p95
from benchmarks.place import DATABASES, broker, fresh_installation, machine

REPEATS = 60
# Of a hundred applications: status and whose turn it is; the rest are drafts that wait for us.
MIX = {
    1: ("under_review", "us"),
    2: ("submitted", "us"),
    3: ("approved", ""),
    4: ("pending", "applicant"),
}
HELD, PUT_OFF = 2000, 20_000
ADDRESSES: Mapping[str, str] = {
    "first page": "/customers/to-do/?all=1",
    "mine": "/customers/to-do/?who=mine",
    "nobody's": "/customers/to-do/?who=nobody",
    "overdue": "/customers/to-do/?show=overdue",
    "put off": "/customers/to-do/?show=off",
    "one rare kind": "/customers/to-do/?kind=decide",
    "waits for a week": "/customers/to-do/?age=7",
    "overview": "/",
}


def measure(applications: int, database: str) -> None:
    """Fill the queue, then print how long its addresses take and how the largest are read."""
    with fresh_installation(database), broker():
        fill(applications)
        for name, plan in plans():
            print(f"-- {name}\n{plan}", flush=True)
        for name, (times, size) in _timed(ADDRESSES, REPEATS).items():
            print(
                f"{name}: p50 {statistics.median(times):.0f} ms, p95 {p95(times):.0f} ms, "
                f"{size / 1000:.0f} kB ({applications} applications, {database}, {machine()})"
            )


def fill(applications: int) -> None:
    """So many customers with applications, and what people planned about some of them."""
    from django.db import connection

    from customers.models import Application, Customer

    somebody = Customer.objects.create(name="Person", country="DE")
    Application.objects.create(customer=somebody, status="pending", waiting_on="us")
    with connection.cursor() as cursor:
        for statement in _statements(applications):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    _plan_some()


def _statements(applications: int) -> Iterator[str]:
    from django.db import connection

    from customers.models import Application, Customer

    postgresql = connection.vendor == "postgresql"
    fresh = "gen_random_uuid()" if postgresql else "lower(hex(randomblob(16)))"
    numbers = (
        f"generate_series(2, {applications}) AS s(n)"
        if postgresql
        else "(WITH RECURSIVE c(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM c "
        f"WHERE n < {applications}) SELECT n FROM c) AS s"
    )
    hundredth = "substr(c.name, 8)" + ("::int % 100" if postgresql else " % 100")
    cases = {
        column: f"CASE {hundredth} "
        + " ".join(f"WHEN {place} THEN '{values[at]}'" for place, values in MIX.items())
        + f" ELSE '{usual}' END"
        for at, (column, usual) in enumerate((("status", "pending"), ("waiting_on", "us")))
    }
    ago = (
        "now() - random() * interval '60 days'"
        if postgresql
        else "datetime('now', '-' || (abs(random()) % 5184000) || ' seconds')"
    )
    given = {"id": fresh, "name": "'Person ' || s.n"}
    yield _copies(Customer, given, f"customers_customer AS t, {numbers}")
    given = {"id": fresh, "customer_id": "c.id", "waiting_since": ago, **cases}
    source = "customers_application AS t, customers_customer AS c WHERE c.name <> 'Person'"
    yield _copies(Application, given, source)


def _copies(model: object, given: Mapping[str, str], source: str) -> str:
    """Copies of the one row there is, with some columns of their own."""
    meta = model._meta  # type: ignore[attr-defined]
    columns = [field.column for field in meta.concrete_fields]
    values = ", ".join(given.get(column, f"t.{column}") for column in columns)
    return f"INSERT INTO {meta.db_table} ({', '.join(columns)}) SELECT {values} FROM {source}"


def _plan_some() -> None:
    from django.utils import timezone

    from accounts.models import User
    from customers.models import Application, WorkItem

    somebody = User.objects.create_user("held@example.com", None, name="Held")
    waiting = Application.objects.drafts_for_us().order_by("waiting_since")
    found = list(waiting.values_list("pk", "waiting_since")[: HELD + PUT_OFF])
    moment = timezone.now()
    WorkItem.objects.bulk_create(
        [
            WorkItem(
                application_id=pk,
                set_for=since,
                assignee=somebody if at < HELD else None,
                due_on=(moment - timedelta(days=1)).date() if at < HELD // 2 else None,
                snoozed_until=moment + timedelta(days=2) if at >= HELD else None,
            )
            for at, (pk, since) in enumerate(found)
        ],
        batch_size=1000,
    )


def plans() -> Iterator[tuple[str, str]]:
    """How the database reads the largest sources."""
    from accounts.models import User
    from customers.work.kinds import Kind
    from customers.work.queue import SOURCES
    from customers.work.sources import Source
    from customers.work.wanted import NOBODY, Cursor, Wanted

    holder = User.objects.get(name="Held").pk
    large = SOURCES[Kind.COMPLETE]
    deep = Cursor.read("1~0~1")
    for kind in (Kind.COMPLETE, Kind.DECIDE, Kind.ROW, Kind.PAIR):
        source = SOURCES[kind]
        assert isinstance(source, Source)
        yield f"{kind}: everything", source.explained(Wanted(), None)
    assert isinstance(large, Source)
    yield "complete: nobody's", large.explained(Wanted(holder=NOBODY), deep)
    yield "complete: somebody's", large.explained(Wanted(holder=holder), None)
    yield "complete: overdue", large.explained(Wanted(overdue=True), None)


def main() -> None:
    """Read the wish from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=1_000_000)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    wish = parser.parse_args()
    measure(wish.applications, wish.database)


if __name__ == "__main__":
    main()
