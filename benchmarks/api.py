"""How quickly the API answers beside a very large import: reads, and a new list of 100 tokens."""

import json
import secrets
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from benchmarks.pages import p95, settled_import, wish
from benchmarks.place import machine

REPEATS = 60
TOKENS = 100


def measure(rows: int, database: str) -> None:
    """Store an import, give its rows their ends, and print how long each call takes."""
    with settled_import(rows, database) as import_id:
        for name, call in _calls(import_id, rows).items():
            times, cpu = _timed(call)
            print(
                f"{name}: p50 {statistics.median(times):.0f} ms, p95 {p95(times):.0f} ms, "
                f"of CPU {statistics.median(cpu):.0f} ms "
                f"({rows} rows, {database}, {machine()})"
            )


def _timed(call: Callable[[], Any]) -> tuple[list[float], list[float]]:
    """Milliseconds of each call, and those of them that this process computed.

    The second does not depend on what else the machine does.
    """
    call()
    times, cpu = [], []
    for _ in range(REPEATS):
        began, computed = time.perf_counter(), time.process_time()
        call()
        times.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - computed) * 1000)
    return times, cpu


def _calls(import_id: int, rows: int) -> Mapping[str, Callable[[], Any]]:
    from django.test import Client

    from accounts import api_keys
    from accounts.scopes import Scope
    from customers.models import Row

    made = api_keys.add_client(
        "Bench", list(Scope), calls_per_minute=10_000, lives=timedelta(days=1), by=None
    )
    client = Client(headers={"host": "localhost", "x-api-key": made.text})
    one = f"/api/v1/imports/imp_{import_id}"
    middle = Row.objects.of(import_id).get(line=rows // 2).pk

    def read(path: str) -> Callable[[], None]:
        def call() -> None:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.content)

        return call

    def bring() -> None:
        tokens = [f"_act-{secrets.token_urlsafe(24)}" for _ in range(TOKENS)]
        answer = client.post(
            "/api/v1/imports",
            json.dumps({"tokens": tokens}),
            content_type="application/json",
            headers={"x-idempotency-key": str(uuid4())},
        )
        assert answer.status_code == 202, answer.content

    return {
        "list of imports": read("/api/v1/imports"),
        "an import": read(one),
        "first rows": read(f"{one}/rows?limit=100"),
        "rows from the middle": read(f"{one}/rows?limit=100&starting_after=row_{middle}"),
        "rows in one state": read(f"{one}/rows?state=refused&limit=100"),
        "rows that changed": read(f"{one}/rows?changed_after={rows - 50}"),
        "a row": read(f"/api/v1/rows/row_{middle}"),
        "reasons": read(f"{one}/reasons"),
        "customers": read("/api/v1/customers"),
        "audit events": read("/api/v1/audit-events"),
        f"an import of {TOKENS} share tokens, accepted": bring,
    }


if __name__ == "__main__":
    measure(*wish(__doc__))
