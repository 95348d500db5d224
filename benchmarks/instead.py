"""What a user would do instead of our drain, measured in the same run: a script, a task per row."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.place import DATABASES, broker, fresh_installation, machine
from benchmarks.redeeming import UNLIMITED, cpu_but_for, redeemed, settings, stored
from sumsub.sandbox.process import Sandbox, start

WORKERS = 2


def main() -> None:
    """Print one line for each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--latency-ms", type=int, default=0)
    parser.add_argument("--database", choices=DATABASES, default="postgresql")
    wish = parser.parse_args()
    slow = {"do": "latency", "ms": wish.latency_ms}
    scenario = {"rules": [slow] if wish.latency_ms else []}
    with (
        start(
            applicants=wish.rows, post_limit=UNLIMITED, get_limit=UNLIMITED, scenario=scenario
        ) as far_end,
        fresh_installation(wish.database, **settings(far_end, UNLIMITED)),
    ):
        ways = {
            "a sequential script": _script,
            f"a Celery task a row, {WORKERS} processes": _tasks,
            "our worker, 1 process, storing included": _drain,
        }
        for name, way in ways.items():
            seconds, cpu = way(far_end, wish.rows)
            print(
                f"{name}: {wish.rows / seconds:.1f} rows/s, {cpu / wish.rows * 1000:.2f} CPU-ms a"
                f" row, database included ({wish.rows} rows, latency {wish.latency_ms} ms,"
                f" {wish.database}, {machine()})"
            )


def _script(far_end: Sandbox, rows: int) -> tuple[float, float]:
    """One client, one row after the other, results into a list; no database at all."""
    from sharing.gateway import connection
    from sumsub import calls
    from sumsub.client import Client

    tokens = _tokens(far_end, rows).decode().split()[1:]
    began, cpu = time.perf_counter(), time.process_time()
    with Client(connection().base_url, connection().credentials) as client:
        done = [
            client.send(calls.reuse(token, "id-only", f"script-{number}"))
            for number, token in enumerate(tokens)
        ]
    assert len(done) == rows
    return time.perf_counter() - began, time.process_time() - cpu


def _tasks(far_end: Sandbox, rows: int) -> tuple[float, float]:
    """A message and a task for each row."""
    from customers.models import Row, RowState

    import_id = stored(_tokens(far_end, rows), start=False)
    with _workers(far_end) as send:
        waiting = Row.objects.of(import_id)
        waiting.update(state=RowState.PENDING, version=1)
        before, began = cpu_but_for(far_end), time.perf_counter()
        for row_id in waiting.values_list("pk", flat=True):
            send(row_id)
        while waiting.exclude(state=RowState.IMPORTED).exists():
            time.sleep(0.1)
        return time.perf_counter() - began, cpu_but_for(far_end) - before


@contextmanager
def _workers(far_end: Sandbox) -> Iterator[Callable[[int], object]]:
    """A broker and a worker with two processes; gives what queues a row."""
    size = ["--pool=prefork", f"--concurrency={WORKERS}", "--loglevel=ERROR"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    command = [sys.executable, "-m", "celery", "-A", "benchmarks.task_per_row", "worker"]
    nowhere = subprocess.DEVNULL
    with broker():
        worker = subprocess.Popen([*command, *size, *quiet], stdout=nowhere, stderr=nowhere)
        try:
            from benchmarks.task_per_row import redeem_row

            yield redeem_row.delay
        finally:
            worker.terminate()
            worker.wait()


def _drain(far_end: Sandbox, rows: int) -> tuple[float, float]:
    cost = redeemed(far_end, _tokens(far_end, rows), 1)
    return cost.seconds, cost.everything


def _tokens(far_end: Sandbox, rows: int) -> bytes:
    return far_end.tokens_csv(rows, "outcome=approved").encode()


if __name__ == "__main__":
    main()
