"""How fast rows are redeemed: at Sumsub's limit, without one, and as the table grows."""

import argparse
import io
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.place import DATABASES, cpu_seconds_below, fresh_installation, machine
from sumsub.sandbox.process import Sandbox, start

UNLIMITED = "none"


@dataclass(frozen=True)
class Wish:
    """What to measure."""

    rows: int
    limit: str = UNLIMITED
    window: str = "sliding"
    latency_ms: int = 0
    processes: int = 1
    database: str = "sqlite"


def settings(far_end: Sandbox, limit: str) -> dict[str, str]:
    """The connection to the sandbox's recipient."""
    workspace = far_end.recipient
    return {
        "SUMSUB_BASE_URL": far_end.url,
        "SUMSUB_APP_TOKEN": workspace.app_token,
        "SUMSUB_SECRET_KEY": workspace.secret_key,
        "SUMSUB_CLIENT_ID": workspace.client_id,
        "SUMSUB_POST_LIMIT": limit,
        "SUMSUB_GET_LIMIT": UNLIMITED if limit == UNLIMITED else "300/5s",
    }


def measure(wish: Wish) -> None:
    """Store an import, let workers redeem it, and print the figures."""
    gets = UNLIMITED if wish.limit == UNLIMITED else None
    slow = {"do": "latency", "ms": wish.latency_ms, "spread_ms": wish.latency_ms / 5}
    scenario = {"limit_window": wish.window, "rules": [slow] if wish.latency_ms else []}
    with (
        start(
            applicants=wish.rows, post_limit=wish.limit, get_limit=gets, scenario=scenario
        ) as far_end,
        fresh_installation(wish.database, **settings(far_end, wish.limit)),
    ):
        import_id = stored(far_end, wish.rows)
        began, costs, cpu = drained(far_end, import_id, wish.processes)
        _tell(wish, far_end.ledger(), began, costs, cpu)


def stored(far_end: Sandbox, rows: int) -> int:
    """The number of a new import of so many fresh share tokens, not started."""
    from customers import intake, token_csv
    from customers.models import ImportSource

    contents = io.BytesIO(far_end.tokens_csv(rows, "outcome=approved").encode())
    options = intake.Options(level_name="id-only", source=ImportSource.COMMAND)
    return int(intake.store(token_csv.read(contents, max_rows=None), options).pk)


def drained(
    far_end: Sandbox, import_id: int, processes: int
) -> tuple[float, list[dict[str, float]], float]:
    """Let workers redeem a stored import.

    Returns the moment it was started, what each worker cost, and the CPU seconds of everything but
    the sandbox from then on.
    """
    from customers import intake

    command = [sys.executable, "-m", "benchmarks.draining", str(import_id)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for worker in workers:
        _line(worker)
    began, cpu = time.time(), cpu_but_for(far_end)
    intake.start(import_id, by=None)
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    costs = [json.loads(_line(worker)) for worker in workers]
    cpu = cpu_but_for(far_end) - cpu
    for worker in workers:
        worker.wait()
    return began, costs, cpu


def cpu_but_for(far_end: Sandbox) -> float:
    """CPU seconds that this process and its children used so far, without the sandbox."""
    return cpu_seconds_below(os.getpid()) - cpu_seconds_below(far_end.pid)


def _line(worker: "subprocess.Popen[str]") -> str:
    assert worker.stdout is not None
    return worker.stdout.readline()


def _tell(
    wish: Wish,
    ledger: list[dict[str, Any]],
    began: float,
    costs: list[dict[str, float]],
    cpu: float,
) -> None:
    sends = [_moment(one) for one in ledger if one["event"] == "redeemed"]
    throttled = sum(one["event"] == "throttled" for one in ledger)
    took = sends[-1] - sends[0]
    workers = sum(cost["cpu"] for cost in costs)
    figures = [
        f"{len(sends) / took:.1f} rows/s",
        f"{throttled} answers 429",
        f"first after {sends[0] - began:.2f} s",
        f"{workers / wish.rows * 1000:.2f} CPU-ms a row in workers",
        f"{max(0.0, cpu - workers) / wish.rows * 1000:.2f} in the database",
        f"{max(cost['memory_mb'] for cost in costs):.0f} MB a worker",
    ]
    if wish.limit != UNLIMITED:
        calls, seconds = (float(part) for part in wish.limit.rstrip("s").split("/"))
        used = len(sends) / (took * calls / seconds + 1)
        figures.insert(1, f"{used:.1%} of the limit")
    else:
        figures.append(_growth(sends))
    print(
        f"{wish.rows} rows, limit {wish.limit} {wish.window}, latency {wish.latency_ms} ms,"
        f" {wish.processes} worker(s), {wish.database}: " + ", ".join(figures) + f" ({machine()})"
    )


def _growth(sends: list[float]) -> str:
    tenth = len(sends) // 10
    first, last = sends[tenth] - sends[0], sends[-1] - sends[-1 - tenth]
    return f"last tenth takes {last / first:.2f} times the first"


def _moment(entry: dict[str, Any]) -> float:
    return datetime.fromisoformat(entry["at"]).timestamp()


def main() -> None:
    """Read the wish from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--limit", default=UNLIMITED, help="50/5s; default none")
    parser.add_argument("--window", choices=["sliding", "fixed"], default="sliding")
    parser.add_argument("--latency-ms", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    measure(Wish(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
